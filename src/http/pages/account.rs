//! What people see of themselves.

use askama::Template;

use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;

use super::claims::ClaimRow;
use super::consents::ShownConsent;
use super::frame::Frame;

/// The page at `/account`.
#[derive(Template)]
#[template(path = "account.html")]
pub struct Account<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// The name of the person.
    pub name: &'a str,
    /// How sure the state is of who they are.
    pub level: Option<&'a str>,
    /// What is known of them.
    pub rows: &'a [ClaimRow],
    /// Where they are signed in; the field `end` names one, or `others`.
    pub places: &'a [ShownPlace],
    /// Which services may receive something.
    pub services: &'a [ShownConsent],
    /// For how many years the history is kept.
    pub years: u64,
    /// Ways back in that somebody asked for.
    pub recoveries: &'a [ShownRecovery],
    /// In which language they are written to, where anything is sent; the field `letters` chooses the other.
    pub letters: Option<Lang>,
    /// Whether the person has rights as an official.
    pub is_official: bool,
    /// The day on which the account closes, if the person wants it closed.
    pub closes: Option<&'a str>,
}

/// A way back in that somebody asked for.
#[derive(Clone, Debug)]
pub struct ShownRecovery {
    /// What happens, and when.
    pub what: String,
    /// What stops it: the field `stop`.
    pub stop: String,
}

/// Where somebody is signed in.
#[derive(Clone, Debug)]
pub struct ShownPlace {
    /// What the form names it; none for the place from which the page is read.
    pub id: Option<String>,
    /// The browser and the system.
    pub device: String,
    /// Since when, and what was done there.
    pub what: String,
}

/// What is said of the language of letters.
struct Writing {
    now: String,
    choose: String,
    other: &'static str,
}

impl Account<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::ACCOUNT))
    }

    fn heading(&self) -> String {
        say::home_welcome(self.frame.lang, self.name)
    }

    fn closing(&self, day: &str) -> String {
        say::account_closing(self.frame.lang, day)
    }

    /// In which language they are written to, and what chooses the other.
    fn writing(&self) -> Option<Writing> {
        let letters = self.letters?;
        let (now, choose) = match letters {
            Lang::Vi => (key::ACCOUNT_LETTERS_VI, key::ACCOUNT_LETTERS_TO_EN),
            Lang::En => (key::ACCOUNT_LETTERS_EN, key::ACCOUNT_LETTERS_TO_VI),
        };
        let text = |key| self.frame.text(key).into_owned();
        Some(Writing { now: text(now), choose: text(choose), other: letters.other().tag() })
    }

    fn kept(&self) -> String {
        say::history_kept(self.frame.lang, self.years)
    }

    /// What the button is called where the eye does not see beside what it stands.
    fn label(&self, place: &ShownPlace) -> String {
        say::account_end_of(self.frame.lang, &place.device, &place.what)
    }
}
