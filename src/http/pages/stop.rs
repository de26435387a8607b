//! Where the link of a letter leads that stops what somebody did not do.

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;

use super::frame::Frame;

/// The page at `/stop`.
#[derive(Template)]
#[template(path = "stop.html")]
pub struct Stop<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What the link brought: a hidden field of this name.
    pub stop: &'a str,
    /// What was done.
    pub heading: Key,
    /// What stopping it does.
    pub what: Key,
}

impl Stop<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(self.heading))
    }
}
