//! The sign-in page: user name and password.

use std::time::Duration;

use askama::Template;
use serde::Deserialize;
use serde::Serialize;

use crate::i18n::key;
use crate::i18n::say;

use super::asker::Asker;
use super::frame::Frame;
use super::script::SHOW_PASSWORD;
use super::script::USE_PASSKEY;

/// The page at `/login`.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Who asks; `None` for a person who came by herself.
    pub asker: Option<&'a Asker>,
    /// Where the form is sent.
    pub form_action: &'a str,
    /// The sealed login in progress, a hidden field of this name.
    pub login: &'a str,
    /// What was typed before, or what the service hinted at.
    pub username: &'a str,
    /// What went wrong, if something did.
    pub alert: Option<SignInAlert>,
    /// Whether passkeys are taken.
    pub passkeys: bool,
    /// Where an account is opened, if people may do that.
    pub open_account: Option<&'a str>,
    /// The name of somebody who is signed in and must give the password once more.
    pub reauth_as: Option<&'a str>,
}

/// What went wrong at the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInAlert {
    /// Unknown user or wrong password, which nobody can tell apart.
    Refused,
    /// The throttle asks for patience.
    TooManyTries {
        /// Until the next try.
        wait: Duration,
    },
    /// The page waited too long; the login in progress was begun anew for the same service.
    Expired,
    /// We cannot check a password at the moment (503).
    Busy {
        /// Until it is worth trying again, as in `Retry-After`.
        wait: Duration,
    },
    /// A field was left empty.
    MissingField,
    /// A passkey that is nobody's, or that was not verified.
    Passkey,
    /// What was proved rested on a session that has ended.
    SignedOut,
}

/// What stands beside a field that must be looked at again.
struct FieldNotes {
    username: Option<String>,
    password: Option<String>,
}

impl SignIn<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        match self.alert {
            Some(_) => self.frame.title_with_error(&self.heading()),
            None => self.frame.title(&self.heading()),
        }
    }

    fn heading(&self) -> String {
        let key = if self.reauth_as.is_some() { key::SIGN_IN_AGAIN } else { key::SIGN_IN };
        self.frame.text(key).into_owned()
    }

    fn script(&self) -> &'static str {
        SHOW_PASSWORD
    }

    fn passkey_script(&self) -> &'static str {
        USE_PASSKEY
    }

    fn why_again(&self) -> Option<String> {
        self.reauth_as.map(|name| say::sign_in_again_why(self.frame.lang, name))
    }

    fn alert_heading(&self, alert: &SignInAlert) -> String {
        let key = match alert {
            SignInAlert::Refused | SignInAlert::Passkey => key::SIGN_IN_REFUSED,
            SignInAlert::TooManyTries { .. } => key::SIGN_IN_TOO_MANY,
            SignInAlert::Expired => key::SIGN_IN_EXPIRED,
            SignInAlert::Busy { .. } => key::SIGN_IN_BUSY,
            SignInAlert::MissingField => key::SIGN_IN_MISSING,
            SignInAlert::SignedOut => key::SIGN_IN_ENDED,
        };
        self.frame.text(key).into_owned()
    }

    fn alert_lines(&self, alert: &SignInAlert) -> Vec<String> {
        let (frame, lang) = (&self.frame, self.frame.lang);
        let now = match alert {
            SignInAlert::Refused => frame.text(key::SIGN_IN_REFUSED_NOW).into_owned(),
            SignInAlert::TooManyTries { wait } => say::sign_in_too_many_now(lang, &frame.wait(*wait)),
            SignInAlert::Expired => frame.text(key::SIGN_IN_EXPIRED_NOW).into_owned(),
            SignInAlert::Busy { wait } => say::sign_in_busy_now(lang, &frame.wait(*wait)),
            SignInAlert::MissingField => frame.text(key::SIGN_IN_MISSING_NOW).into_owned(),
            SignInAlert::Passkey => frame.text(key::PASSKEY_REFUSED).into_owned(),
            SignInAlert::SignedOut => frame.text(key::SIGN_IN_ENDED_NOW).into_owned(),
        };
        let mut lines = vec![now];
        if *alert == SignInAlert::Refused {
            lines.push(frame.text(key::SIGN_IN_REFUSED_ELSE).into_owned());
        }
        if let SignInAlert::TooManyTries { .. } = alert {
            lines.push(frame.text(key::SIGN_IN_TOO_MANY_ELSE).into_owned());
            lines.extend(frame.help_if_stuck());
        }
        lines
    }

    fn notes(&self) -> FieldNotes {
        let (username, password) = match self.alert {
            Some(SignInAlert::Refused) => (None, Some(key::SIGN_IN_REFUSED_PASSWORD)),
            Some(SignInAlert::MissingField) => {
                let missing = self.username.is_empty().then_some(key::SIGN_IN_MISSING_USERNAME);
                (missing, Some(key::SIGN_IN_MISSING_PASSWORD))
            }
            _ => (None, None),
        };
        let text = |key| self.frame.text(key).into_owned();
        FieldNotes { username: username.map(text), password: password.map(text) }
    }

    fn focus_username(&self) -> bool {
        self.alert.is_none() && self.username.is_empty()
    }

    fn focus_password(&self) -> bool {
        self.alert.is_none() && !self.username.is_empty()
    }
}
