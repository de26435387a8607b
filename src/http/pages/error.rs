//! The page for everything that cannot go on: what happened, what to do now, and a number that operators find.

use std::borrow::Cow;
use std::time::Duration;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;

use super::frame::Frame;

/// An error page, rendered at the address where the error arose. It never has a password field.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What happened.
    pub kind: ErrorKind,
    /// The number that operators find in the log.
    pub reference: &'a str,
    /// The reason in one English line, for those who run the service.
    pub detail: Option<&'a str>,
    /// Where the sign-in starts again for the same service, if that is known.
    pub start_again: Option<&'a str>,
}

/// What cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The client is unknown or not permitted.
    UnknownService,
    /// The redirect URI is not registered (RFC 6749 §4.1.2.1: the person is told and not redirected).
    UnregisteredAddress,
    /// The login in progress has expired.
    ExpiredSignIn,
    /// The client was answered, and used the answer.
    Answered,
    /// The login in progress was begun in another browser, or the cookie is missing.
    WrongBrowser,
    /// A logout request that must not be followed (OIDC RP-Initiated Logout §4).
    Logout,
    /// Nothing is served here (404).
    NotFound,
    /// Not by this method (405).
    MethodNotAllowed,
    /// The body or a header is too large (413, 431).
    TooLarge,
    /// The request cannot be understood (400).
    BadRequest,
    /// We cannot do it at the moment (503).
    Busy {
        /// Until it is worth trying again, as in `Retry-After`.
        wait: Duration,
    },
    /// Our own fault (500).
    Internal,
}

impl ErrorPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title_with_error(&self.frame.text(self.heading()))
    }

    fn heading(&self) -> Key {
        match self.kind {
            ErrorKind::UnknownService => key::ERROR_UNKNOWN_SERVICE,
            ErrorKind::UnregisteredAddress => key::ERROR_UNREGISTERED_ADDRESS,
            ErrorKind::ExpiredSignIn => key::ERROR_EXPIRED,
            ErrorKind::Answered => key::ERROR_ANSWERED,
            ErrorKind::WrongBrowser => key::ERROR_BROWSER,
            ErrorKind::Logout => key::ERROR_LOGOUT,
            ErrorKind::NotFound => key::ERROR_NOT_FOUND,
            ErrorKind::MethodNotAllowed => key::ERROR_METHOD,
            ErrorKind::TooLarge => key::ERROR_TOO_LARGE,
            ErrorKind::BadRequest => key::ERROR_BAD_REQUEST,
            ErrorKind::Busy { .. } => key::ERROR_BUSY,
            ErrorKind::Internal => key::ERROR_INTERNAL,
        }
    }

    fn what(&self) -> String {
        let key = match self.kind {
            ErrorKind::UnknownService => return say::error_unknown_service_what(self.frame.lang, self.frame.name()),
            ErrorKind::UnregisteredAddress => key::ERROR_UNREGISTERED_ADDRESS_WHAT,
            ErrorKind::ExpiredSignIn => key::ERROR_EXPIRED_WHAT,
            ErrorKind::Answered => key::ERROR_ANSWERED_WHAT,
            ErrorKind::WrongBrowser => key::ERROR_BROWSER_WHAT,
            ErrorKind::Logout => key::ERROR_LOGOUT_WHAT,
            ErrorKind::NotFound => key::ERROR_NOT_FOUND_WHAT,
            ErrorKind::MethodNotAllowed => key::ERROR_METHOD_WHAT,
            ErrorKind::TooLarge => key::ERROR_TOO_LARGE_WHAT,
            ErrorKind::BadRequest => key::ERROR_BAD_REQUEST_WHAT,
            ErrorKind::Busy { .. } => key::ERROR_BUSY_WHAT,
            ErrorKind::Internal => key::ERROR_INTERNAL_WHAT,
        };
        self.frame.text(key).into_owned()
    }

    /// What to do now.
    fn now(&self) -> Vec<String> {
        let frame = &self.frame;
        let keys: &[Key] = match self.kind {
            ErrorKind::UnknownService
            | ErrorKind::UnregisteredAddress
            | ErrorKind::MethodNotAllowed
            | ErrorKind::TooLarge
            | ErrorKind::BadRequest => &[key::ERROR_BACK_TO_SERVICE],
            ErrorKind::ExpiredSignIn if self.start_again.is_some() => &[key::ERROR_EXPIRED_LINK],
            ErrorKind::ExpiredSignIn => &[key::ERROR_EXPIRED_NOW],
            ErrorKind::Answered => &[key::ERROR_ANSWERED_NOW],
            ErrorKind::WrongBrowser => &[key::ERROR_BROWSER_NOW, key::ERROR_BROWSER_COOKIES],
            ErrorKind::Logout => &[key::ERROR_LOGOUT_NOW],
            ErrorKind::NotFound => &[key::ERROR_NOT_FOUND_NOW],
            ErrorKind::Internal => &[key::ERROR_INTERNAL_NOW],
            ErrorKind::Busy { wait } => return vec![say::error_busy_now(frame.lang, &frame.wait(wait))],
        };
        keys.iter().map(|key| frame.text(*key).into_owned()).collect()
    }

    /// The one filled button, where there is something to do at once: its address and its words.
    fn button(&self) -> Option<(&str, Cow<'static, str>)> {
        let (href, words) = match self.kind {
            ErrorKind::Logout => ("/logout", key::SIGN_OUT),
            _ => (self.start_again?, key::ERROR_START_AGAIN),
        };
        Some((href, self.frame.text(words)))
    }

    fn leads_home(&self) -> bool {
        matches!(self.kind, ErrorKind::NotFound | ErrorKind::MethodNotAllowed)
    }
}
