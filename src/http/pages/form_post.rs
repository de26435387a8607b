//! The answer to a service by a form that sends itself: OAuth 2.0 Form Post Response Mode §2.

use askama::Template;

use crate::i18n::key;

use super::frame::Frame;
use super::script::SEND;

/// The page that carries the response to the service's redirect URI.
#[derive(Template)]
#[template(path = "form_post.html")]
pub struct FormPost<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The redirect URI.
    pub action: &'a str,
    /// The response's parameters.
    pub fields: &'a [(String, String)],
}

impl FormPost<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::RETURNING))
    }

    fn script(&self) -> &'static str {
        SEND
    }
}
