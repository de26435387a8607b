//! The choice between the person who is signed in and somebody else: `prompt=select_account`, OIDC Core §3.1.2.1.

use askama::Template;

use crate::i18n::key;
use crate::i18n::say;

use super::asker::Asker;
use super::frame::Frame;

/// The page at `/login/select`.
#[derive(Template)]
#[template(path = "select.html")]
pub struct Select<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Who asks.
    pub asker: Option<&'a Asker>,
    /// Where the form is sent.
    pub form_action: &'a str,
    /// The sealed login in progress, a hidden field of this name.
    pub login: &'a str,
    /// The name of the person who is signed in.
    pub signed_in_as: &'a str,
}

impl Select<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::CONTINUE_TITLE))
    }

    fn who(&self) -> String {
        say::signed_in_as(self.frame.lang, self.signed_in_as)
    }

    fn continue_as(&self) -> String {
        say::continue_as(self.frame.lang, self.signed_in_as)
    }
}
