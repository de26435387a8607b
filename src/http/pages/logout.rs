//! The pages of signing out (OIDC RP-Initiated Logout §2: the person is asked).

use std::borrow::Cow;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;

use super::frame::Frame;

/// The page at `/logout/confirm`.
#[derive(Template)]
#[template(path = "logout_confirm.html")]
pub struct LogoutConfirm<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub form_action: &'a str,
    /// The sealed logout in progress, a hidden field of this name.
    pub confirm: &'a str,
    /// The name of the person who is signed in.
    pub signed_in_as: &'a str,
}

impl LogoutConfirm<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::SIGN_OUT_TITLE))
    }

    fn who(&self) -> String {
        say::signed_in_as(self.frame.lang, self.signed_in_as)
    }
}

/// The page at the end of signing out. It never has a password field.
#[derive(Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Whether somebody was signed in before.
    pub somebody_was: bool,
}

impl SignedOut<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(self.heading()))
    }

    fn heading(&self) -> Key {
        if self.somebody_was { key::SIGNED_OUT } else { key::SIGNED_OUT_NOBODY }
    }

    fn lines(&self) -> Vec<Cow<'static, str>> {
        let keys: &[Key] = if self.somebody_was {
            &[key::SIGNED_OUT_WHAT, key::SIGNED_OUT_SHARED]
        } else {
            &[key::SIGNED_OUT_NOBODY_WHAT]
        };
        keys.iter().map(|key| self.frame.text(*key)).collect()
    }
}
