//! A page that says one thing, and where to go from there.

use askama::Template;

use crate::i18n::key;

use super::frame::Frame;

/// The page.
#[derive(Template)]
#[template(path = "notice.html")]
pub struct Notice<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What it says.
    pub heading: &'a str,
    /// The same at length.
    pub lines: &'a [String],
    /// What a button says, and where it leads.
    pub action: Option<(&'a str, &'a str)>,
}

impl Notice<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(self.heading)
    }
}
