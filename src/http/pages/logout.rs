//! The pages of signing out (OIDC RP-Initiated Logout §2: the person is asked).

use std::borrow::Cow;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;

use super::frame::Frame;
use super::script::MOVE_ON;

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
    /// The service that sent the person.
    pub asked_by: Option<&'a str>,
    /// The services at which the person may stay signed in: a field `stay-N` for each.
    pub offered: &'a [String],
}

impl LogoutConfirm<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.heading())
    }

    fn heading(&self) -> String {
        say::sign_out_title(self.frame.lang, self.frame.name())
    }

    fn how(&self) -> String {
        say::sign_out_keep_how(self.frame.lang, self.frame.name())
    }

    fn who(&self) -> String {
        say::signed_in_as(self.frame.lang, self.signed_in_as)
    }

    fn asked(&self) -> Option<String> {
        self.asked_by.map(|service| say::sign_out_asked(self.frame.lang, service))
    }
}

/// The page at the end of signing out. It never has a password field.
#[derive(Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What came of it.
    pub ending: Ending,
    /// The addresses of the frames that tell services (OIDC Front-Channel Logout §3).
    pub frames: &'a [String],
    /// Where the browser goes on to, when the frames have had their time.
    pub onward: Option<&'a str>,
}

/// What came of signing out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nobody is signed in any more.
    Out,
    /// Nobody was signed in.
    Nobody,
    /// Some services were left; the person is signed in to the others.
    Partly,
}

impl<'a> SignedOut<'a> {
    /// Where nobody was signed in.
    pub fn nobody(frame: Frame<'a>, onward: Option<&'a str>) -> Self {
        Self { frame, ending: Ending::Nobody, frames: &[], onward }
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(self.heading()))
    }

    fn heading(&self) -> Key {
        match self.ending {
            Ending::Out => key::SIGNED_OUT,
            Ending::Nobody => key::SIGNED_OUT_NOBODY,
            Ending::Partly => key::SIGNED_OUT_PARTLY,
        }
    }

    fn lines(&self) -> Vec<Cow<'static, str>> {
        let keys: &[Key] = match (self.ending, self.onward) {
            (Ending::Partly, _) => {
                return vec![say::signed_out_partly_what(self.frame.lang, self.frame.name()).into()];
            }
            (Ending::Out, Some(_)) => &[key::RETURNING, key::RETURNING_HOW],
            (Ending::Out, None) => &[key::SIGNED_OUT_WHAT, key::SIGNED_OUT_SHARED],
            (Ending::Nobody, _) => &[key::SIGNED_OUT_NOBODY_WHAT],
        };
        keys.iter().map(|key| self.frame.text(*key)).collect()
    }

    fn script(&self) -> &'static str {
        MOVE_ON
    }

    /// Where the page leads by itself, if it does: not where the person should read that they are signed in still.
    pub fn moves_on(&self) -> Option<&str> {
        self.onward.filter(|_| self.ending == Ending::Out)
    }
}
