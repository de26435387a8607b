//! The page between a sign-in with a password and where it leads: the password is too short, or a passkey is offered.

use askama::Template;

use crate::i18n::key;
use crate::i18n::say;
use crate::identity::lead::Lead;

use super::asker::Asker;
use super::frame::Frame;
use super::script::MAKE_PASSKEY;
use super::security::SecurityAlert;
use super::way::Way;

/// The page at `/login/lead`.
#[derive(Template)]
#[template(path = "lead.html")]
pub struct LeadPage<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Who asks; `None` for a person who came by herself.
    pub asker: Option<&'a Asker>,
    /// Where it stands.
    pub way: Way<'a>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// What it is about.
    pub lead: Lead,
    /// Characters that the password has to have.
    pub least: usize,
    /// Whether a passkey is one of the ways.
    pub passkeys: bool,
    /// Whether it can be put off.
    pub can_wait: bool,
    /// The last day on which it can.
    pub until: Option<String>,
    /// What was not done.
    pub alert: Option<SecurityAlert>,
}

impl LeadPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn heading(&self) -> String {
        let key = if self.lead.is_short() { key::LEAD_SHORT } else { key::LEAD_OFFER };
        self.frame.text(key).into_owned()
    }

    fn title(&self) -> String {
        match self.alert {
            Some(_) => self.frame.title_with_error(&self.heading()),
            None => self.frame.title(&self.heading()),
        }
    }

    fn lines(&self) -> Vec<String> {
        let (frame, lang) = (&self.frame, self.frame.lang);
        let least = self.least.to_string();
        let (why, then) = match self.lead {
            Lead::Factor => (say::lead_alone(lang, &least), self.when()),
            Lead::Longer => (say::lead_longer_why(lang, &least), self.when()),
            Lead::Passkey => {
                (frame.text(key::SECURITY_PASSKEYS_WHAT).into_owned(), Some(frame.text(key::LEAD_WHERE).into_owned()))
            }
        };
        [why].into_iter().chain(then).collect()
    }

    /// By when it has to be done.
    fn when(&self) -> Option<String> {
        match &self.until {
            _ if !self.can_wait => Some(self.frame.text(key::LEAD_MUST).into_owned()),
            Some(day) => Some(say::lead_until(self.frame.lang, day)),
            None => None,
        }
    }

    fn takes_app(&self) -> bool {
        self.lead == Lead::Factor
    }

    fn script(&self) -> &'static str {
        MAKE_PASSKEY
    }
}
