//! Codes by SMS: added, removed.

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;

use super::frame::Frame;
use super::late::Late;
use super::security::SecurityAlert;
use super::security::titled;

/// The page at `/account/texts`.
#[derive(Template)]
#[template(path = "texts.html")]
pub struct Texts<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// The number to which a code can be sent, partly hidden; none where it was added.
    pub number: Option<&'a str>,
    /// What was sent, sealed: a hidden field of this name.
    pub sent: Option<&'a str>,
    /// Whether text messages are slow to come.
    pub late: Late,
    /// What was not done.
    pub alert: Option<SecurityAlert>,
}

impl Texts<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, self.heading(), self.alert)
    }

    fn heading(&self) -> Key {
        if self.number.is_some() { key::TEXTS } else { key::TEXTS_REMOVE_ASK }
    }

    fn what(&self, number: &str) -> String {
        match self.sent {
            Some(_) => say::texts_sent(self.frame.lang, number),
            None => say::texts_what(self.frame.lang, number),
        }
    }

    fn late_line(&self) -> Option<String> {
        self.late.told(&self.frame, key::LATE_TEXTS)
    }

    fn is_wrong(&self) -> bool {
        self.alert == Some(SecurityAlert::WrongText)
    }
}
