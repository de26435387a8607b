//! What happened to an account.

use askama::Template;

use crate::i18n::key;
use crate::i18n::say;

use super::frame::Frame;

/// The page at `/account/history`.
#[derive(Template)]
#[template(path = "history.html")]
pub struct History<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The services to choose from: identifier and name.
    pub services: &'a [(String, String)],
    /// The one that was chosen; empty for all.
    pub client: &'a str,
    /// The month that was chosen; empty for all.
    pub month: &'a str,
    /// What happened, the latest first.
    pub lines: &'a [ShownLine],
    /// The days between which the page looked.
    pub between: [&'a str; 2],
    /// The address of what was before.
    pub earlier: Option<&'a str>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct ShownLine {
    /// What.
    pub what: String,
    /// At which service.
    pub service: Option<String>,
    /// What that service may know, for which purpose, and at which device, each as far as it is known.
    pub details: Vec<String>,
    /// When.
    pub at: String,
}

impl History<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::HISTORY))
    }

    fn none(&self) -> String {
        let [since, until] = self.between;
        say::history_none(self.frame.lang, since, until)
    }
}
