//! The consent page: which service of which agency receives what, for which purpose.

use std::borrow::Cow;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;

use super::asker::Asker;
use super::claims::Shown;
use super::frame::Frame;

/// The page at `/consent`.
#[derive(Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Who asks.
    pub asker: &'a Asker,
    /// Where the form is sent.
    pub form_action: &'a str,
    /// The sealed login in progress, a hidden field of this name.
    pub login: &'a str,
    /// The name of the person who decides.
    pub signed_in_as: &'a str,
    /// What the service needs the information for.
    pub purpose: Option<&'a str>,
    /// Why the service may have it.
    pub basis: Basis,
    /// What it receives.
    pub shown: &'a Shown,
    /// Whether it asks to go on while the person is away (`offline_access`, OIDC Core §11).
    pub offline: bool,
    /// Whether the person agreed to a part of this before.
    pub allowed_before: bool,
}

/// The legal basis on which a service receives information about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The person agrees, and decides about every row.
    Consent,
    /// The law gives the agency these data; the person decides only about what goes beyond them.
    PublicTask,
}

/// What the page asks, and with which words it is answered.
struct Question {
    heading: Cow<'static, str>,
    allow: Cow<'static, str>,
    deny: Cow<'static, str>,
}

impl Consent<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.question().heading)
    }

    fn question(&self) -> Question {
        let (heading, allow, deny) = match (self.basis, self.shown.rows.is_empty(), self.offline) {
            (Basis::Consent, false, _) => (key::CONSENT_SHARE, key::CONSENT_ALLOW_SHARE, key::CONSENT_DENY_SHARE),
            (_, _, true) => (key::CONSENT_OFFLINE, key::CONSENT_ALLOW_OFFLINE, key::CONSENT_DENY_OFFLINE),
            (_, _, false) => (key::CONSENT_CONTINUE, key::CONSENT_ALLOW_CONTINUE, key::CONSENT_DENY_CONTINUE),
        };
        let text = |key| self.frame.text(key);
        Question { heading: text(heading), allow: text(allow), deny: text(deny) }
    }

    /// What stands before the rows: the law, or that nothing else is passed on.
    fn preface(&self) -> Option<String> {
        match self.basis {
            Basis::PublicTask => {
                let agency = self.asker.agency.as_deref().unwrap_or(&self.asker.service);
                Some(say::consent_law(self.frame.lang, agency))
            }
            Basis::Consent if self.shown.rows.is_empty() => {
                Some(self.frame.text(key::CONSENT_ONLY_IDENTIFIER).into_owned())
            }
            Basis::Consent if self.allowed_before => Some(self.frame.text(key::CONSENT_MORE).into_owned()),
            Basis::Consent => None,
        }
    }

    /// Where the values come from that say nothing else.
    fn from(&self) -> Option<String> {
        let lang = self.frame.lang;
        let records = self.frame.deployment.records.as_ref();
        let from = records.map_or_else(
            || say::consent_from_account(lang, self.frame.name()),
            |records| say::consent_from(lang, records.of(lang)),
        );
        (!self.shown.rows.is_empty()).then_some(from)
    }

    /// What the service may do while the person is away, in its own name.
    fn away(&self) -> Option<String> {
        self.offline.then(|| say::consent_away_what(self.frame.lang, &self.asker.service))
    }

    /// Whether the person decides: what the law gives is neither remembered as their choice nor withdrawn.
    fn is_agreed(&self) -> bool {
        self.basis == Basis::Consent || self.offline
    }

    fn kept_at(&self) -> Key {
        if self.is_agreed() { key::CONSENT_WITHDRAW_AT } else { key::CONSENT_LOOK_AT }
    }

    /// What happens next, whichever button is chosen.
    fn hints(&self) -> Vec<String> {
        let (frame, lang) = (&self.frame, self.frame.lang);
        let mut hints = vec![say::signed_in_as(lang, self.signed_in_as)];
        if self.is_agreed() {
            hints.push(frame.text(key::CONSENT_REMEMBERED).into_owned());
        }
        hints.push(say::consent_if_denied(lang, &self.question().deny));
        if self.basis == Basis::Consent {
            hints.push(frame.text(key::CONSENT_NO_NUMBER).into_owned());
        }
        hints
    }
}
