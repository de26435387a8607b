//! The page for everything that cannot go on: what happened, what to do now, and a number that operators find.

use std::borrow::Cow;
use std::time::Duration;

use askama::Template;
use serde::Deserialize;
use serde::Serialize;

use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::identity::agency::Bilingual;

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
    /// What those who run the service read.
    pub detail: &'a Detail,
    /// Where the person begins anew, if that is known.
    pub start_again: Option<&'a StartAgain>,
}

/// What those who run a service read, in English whatever the page speaks: its members are terms of the specifications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Detail {
    pub error: Option<String>,
    pub description: Option<String>,
    pub client_id: Option<String>,
    /// Its name, and what was given.
    pub parameter: Option<(String, Option<String>)>,
}

impl Detail {
    /// Of a request that is wrong at a parameter.
    pub fn about(parameter: &str, description: &str) -> Self {
        Self { description: Some(description.to_owned()), ..Self::default().at(parameter, None) }
    }

    /// Names the parameter, and what was given.
    pub fn at(self, parameter: &str, given: Option<&str>) -> Self {
        Self { parameter: Some((parameter.to_owned(), given.map(cut))), ..self }
    }

    /// Names the client.
    pub fn of(self, client_id: Option<&str>) -> Self {
        Self { client_id: client_id.map(cut), ..self }
    }

    /// The members that are there, as they stand on the page.
    fn lines(&self) -> Vec<(&'static str, String)> {
        let parameter = self.parameter.as_ref().map(|(name, given)| match given {
            Some(given) => format!("{name} = {given}"),
            None => name.clone(),
        });
        let members = [
            ("error", self.error.clone()),
            ("error_description", self.description.clone()),
            ("client_id", self.client_id.clone()),
            ("parameter", parameter),
        ];
        members.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
    }
}

/// What a stranger sent, as far as it helps.
fn cut(given: &str) -> String {
    const LONGEST: usize = 300;
    given.chars().take(LONGEST).collect()
}

/// Where a person begins anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartAgain {
    /// At which service.
    pub service: Bilingual,
    /// Its address.
    pub href: String,
}

/// What cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// A page of another site sent the form (403).
    Foreign,
    /// We cannot do it at the moment (503).
    Busy {
        /// Until it is worth trying again, as in `Retry-After`.
        wait: Duration,
    },
    /// It may be done, and nobody heard how it ended (503).
    Unanswered {
        /// Until it is worth looking.
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
            ErrorKind::Foreign => key::ERROR_FOREIGN,
            ErrorKind::Busy { .. } => key::ERROR_BUSY,
            ErrorKind::Unanswered { .. } => key::ERROR_UNANSWERED,
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
            ErrorKind::Foreign => key::ERROR_FOREIGN_WHAT,
            ErrorKind::Busy { .. } => key::ERROR_BUSY_WHAT,
            ErrorKind::Unanswered { .. } => key::ERROR_UNANSWERED_WHAT,
            ErrorKind::Internal => key::ERROR_INTERNAL_WHAT,
        };
        self.frame.text(key).into_owned()
    }

    /// What to do now.
    fn now(&self) -> Vec<String> {
        let frame = &self.frame;
        let keys: &[Key] = match (self.kind, self.start_again) {
            (ErrorKind::WrongBrowser, Some(_)) => &[key::ERROR_BROWSER_AGAIN, key::ERROR_BROWSER_COOKIES],
            (ErrorKind::Answered, Some(_)) => &[key::ERROR_ANSWERED_NOW],
            (_, Some(_)) => &[key::ERROR_START_AGAIN_NOW],
            (kind, None) => return self.now_without_service(kind),
        };
        keys.iter().map(|key| frame.text(*key).into_owned()).collect()
    }

    fn now_without_service(&self, kind: ErrorKind) -> Vec<String> {
        let frame = &self.frame;
        let keys: &[Key] = match kind {
            ErrorKind::UnknownService
            | ErrorKind::UnregisteredAddress
            | ErrorKind::MethodNotAllowed
            | ErrorKind::TooLarge
            | ErrorKind::BadRequest => &[key::ERROR_BACK_TO_SERVICE],
            ErrorKind::ExpiredSignIn => &[key::ERROR_EXPIRED_NOW],
            ErrorKind::Answered => &[key::ERROR_ANSWERED_NOW],
            ErrorKind::Foreign => &[key::ERROR_FOREIGN_NOW],
            ErrorKind::WrongBrowser => &[key::ERROR_BROWSER_NOW, key::ERROR_BROWSER_COOKIES],
            ErrorKind::Logout => &[key::ERROR_LOGOUT_NOW],
            ErrorKind::NotFound => &[key::ERROR_NOT_FOUND_NOW],
            ErrorKind::Internal => &[key::ERROR_INTERNAL_NOW],
            ErrorKind::Busy { wait } => return vec![say::error_busy_now(frame.lang, &frame.wait(wait))],
            ErrorKind::Unanswered { wait } => {
                return vec![say::error_unanswered_now(frame.lang, &frame.wait(wait))];
            }
        };
        keys.iter().map(|key| frame.text(*key).into_owned()).collect()
    }

    /// The one filled button, the way on: its address and its words.
    fn button(&self) -> (&str, Cow<'static, str>) {
        match (self.kind, self.start_again) {
            (ErrorKind::Unanswered { .. }, _) => ("/account/history", self.frame.text(key::HISTORY_OPEN)),
            (ErrorKind::Logout, _) => ("/logout", self.frame.text(key::SIGN_OUT)),
            (_, Some(StartAgain { service, href })) => {
                let service = match self.frame.lang {
                    Lang::Vi => &service.vi,
                    Lang::En => &service.en,
                };
                let label = match self.kind {
                    ErrorKind::Answered => say::error_return(self.frame.lang, service),
                    _ => say::error_start_again(self.frame.lang, service),
                };
                (href, label.into())
            }
            (_, None) => (HOME, self.frame.text(key::HOME_LINK)),
        }
    }

    /// Where somebody turns who is stuck: whoever was answered is not.
    fn help(&self) -> Option<String> {
        self.frame.help_if_stuck().filter(|_| self.kind != ErrorKind::Answered)
    }

    /// Whether the start page is another way on.
    fn leads_home(&self) -> bool {
        self.button().0 != HOME
    }
}

const HOME: &str = "/";
