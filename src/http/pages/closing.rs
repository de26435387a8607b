//! Closing the account: asked before, and told until it is closed.

use askama::Template;

use crate::i18n::key;
use crate::i18n::say;

use super::frame::Frame;

/// The page at `/account/close`.
#[derive(Template)]
#[template(path = "close.html")]
pub struct CloseAccount<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// For how many days it can be kept.
    pub days: u64,
    /// For how many years the history is kept.
    pub years: u64,
}

/// The page of who signs in while the account closes.
#[derive(Template)]
#[template(path = "closing.html")]
pub struct ClosingAccount<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub form_action: &'a str,
    /// The sealed value that it carries, and the name of its field.
    pub carried: (&'a str, &'a str),
    /// The day on which it closes.
    pub day: &'a str,
}

/// The page of who let it close, and is signed in no more.
#[derive(Template)]
#[template(path = "closed.html")]
pub struct ClosedAccount<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The day on which it closes.
    pub day: &'a str,
}

impl CloseAccount<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::CLOSE))
    }

    fn think(&self) -> String {
        say::close_think(self.frame.lang, self.days)
    }

    fn kept(&self) -> String {
        say::close_after(self.frame.lang, self.years)
    }
}

impl ClosingAccount<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.heading())
    }

    fn heading(&self) -> String {
        say::closing(self.frame.lang, self.day)
    }
}

impl ClosedAccount<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.heading())
    }

    fn heading(&self) -> String {
        say::closing(self.frame.lang, self.day)
    }
}
