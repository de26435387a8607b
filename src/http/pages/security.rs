//! How a person signs in: what they see, add and remove.

use std::time::Duration;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;

use super::frame::Frame;
use super::new_password::hint;
use super::qr;
use super::script::MAKE_PASSKEY;
use super::way::Way;

/// The page at `/account/security`.
#[derive(Template)]
#[template(path = "security.html")]
pub struct Security<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Whether there is a password.
    pub password: bool,
    /// Whether it opens nothing any more: it was tried in vain too often.
    pub is_shut: bool,
    /// Which codes do no more.
    pub shut: ShutCodes,
    /// Whether passkeys are taken.
    pub takes_passkeys: bool,
    /// The passkeys.
    pub passkeys: &'a [ShownPasskey],
    /// Since which day there is an authenticator app.
    pub totp: Option<String>,
    /// Whether codes come by SMS, where they can.
    pub texts: Option<bool>,
    /// How many recovery codes are left.
    pub recovery_codes: usize,
}

/// Codes that do no more: too many were tried in vain.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)]
pub struct ShutCodes {
    pub app: bool,
    pub texts: bool,
    pub paper: bool,
}

/// A passkey.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ShownPasskey {
    pub id: String,
    pub name: String,
    /// Since which day.
    pub since: String,
    /// On which day it was used last, and from where.
    pub used: Option<String>,
    pub used_from: Option<String>,
}

/// What was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityAlert {
    /// The challenge or the page is too old.
    Stale,
    /// Something was removed since the page was made.
    Past,
    /// What came from the device does not verify.
    Refused,
    /// The device did not show that it is of a model that is taken here.
    OtherModel,
    /// The passkey is somebody's already.
    Known,
    /// It is the last way in.
    Last,
    /// There are as many as anybody may have.
    TooMany,
    /// There is an authenticator app already.
    Already,
    /// The code is not the app's.
    WrongCode,
    /// No code could be sent.
    NotSent,
    /// The code is not the one that was sent, or too old.
    WrongText,
    /// There is nothing that recovery codes would stand in for.
    Alone,
    /// The present password is another.
    WrongPassword,
    /// The throttle asks for patience.
    TooManyTries {
        /// Until the next try.
        wait: Duration,
    },
}

impl SecurityAlert {
    pub(super) fn line(self, frame: &Frame<'_>) -> String {
        let key = match self {
            Self::WrongPassword => key::PASSWORD_WRONG,
            Self::TooManyTries { wait } => return say::too_many_tries(frame.lang, &frame.wait(wait)),
            Self::Stale => key::SECURITY_STALE,
            Self::Past => key::SECURITY_PAST,
            Self::Refused => key::SECURITY_PASSKEY_REFUSED,
            Self::OtherModel => key::SECURITY_PASSKEY_MODEL,
            Self::Known => key::SECURITY_PASSKEY_KNOWN,
            Self::Last => key::SECURITY_LAST,
            Self::TooMany => key::SECURITY_TOO_MANY,
            Self::Already => key::SECURITY_APP_ALREADY,
            Self::WrongCode => key::TOTP_WRONG,
            Self::NotSent => key::TEXTS_NOT_SENT,
            Self::WrongText => key::TEXTS_WRONG,
            Self::Alone => key::CODES_ALONE,
        };
        frame.text(key).into_owned()
    }
}

pub(super) fn titled(frame: &Frame<'_>, heading: Key, alert: Option<SecurityAlert>) -> String {
    let heading = frame.text(heading);
    if alert.is_some() { frame.title_with_error(&heading) } else { frame.title(&heading) }
}

impl ShownPasskey {
    fn since(&self, frame: &Frame<'_>) -> String {
        match (&self.used, &self.used_from) {
            (Some(day), Some(from)) => say::security_used_from(frame.lang, day, from),
            (Some(day), None) => say::security_used(frame.lang, day),
            (None, _) => say::security_since(frame.lang, &self.since),
        }
    }
}

impl Security<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::SECURITY, None)
    }

    fn app_since(&self, day: &str) -> String {
        say::security_since(self.frame.lang, day)
    }

    fn codes_left(&self) -> String {
        let count = u64::try_from(self.recovery_codes).unwrap_or(u64::MAX);
        say::security_codes_left(self.frame.lang, count)
    }

    fn has_codes(&self) -> bool {
        self.totp.is_some() || self.texts == Some(true) || !self.passkeys.is_empty() || self.recovery_codes > 0
    }

    fn label(&self, passkey: &ShownPasskey) -> String {
        say::security_change_of(self.frame.lang, &passkey.name)
    }
}

/// The page at `/account/password`.
#[derive(Template)]
#[template(path = "password.html")]
pub struct ChangePassword<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Where it stands on the way of a sign-in, if it does.
    pub way: Option<Way<'a>>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// A name that its person signs in with, by which what keeps passwords for them knows whose the new one is.
    pub username: &'a str,
    /// Whether there is one, which is asked for.
    pub has_one: bool,
    /// Characters that the new one has to have.
    pub least: usize,
    /// Why nothing was changed: the new one cannot be taken.
    pub why_not: &'a [String],
    /// The same, for another reason.
    pub alert: Option<SecurityAlert>,
}

impl ChangePassword<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn heading(&self) -> Key {
        if self.has_one { key::PASSWORD_CHANGE } else { key::PASSWORD_SET }
    }

    fn title(&self) -> String {
        let heading = self.frame.text(self.heading());
        match self.alert.is_none() && self.why_not.is_empty() {
            true => self.frame.title(&heading),
            false => self.frame.title_with_error(&heading),
        }
    }

    fn is_wrong(&self) -> bool {
        self.alert == Some(SecurityAlert::WrongPassword)
    }

    fn new_hint(&self) -> String {
        hint(self.frame.lang, self.least)
    }
}

/// The page at `/account/passkeys/add`.
#[derive(Template)]
#[template(path = "passkey_add.html")]
pub struct AddPasskey<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// The name that was typed.
    pub name: &'a str,
    /// What was not done.
    pub alert: Option<SecurityAlert>,
}

impl AddPasskey<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    /// What a passkey is called to which its person gave no name.
    pub fn usual_name(lang: Lang) -> String {
        text(lang, key::SECURITY_PASSKEY_USUAL).into_owned()
    }

    fn title(&self) -> String {
        titled(&self.frame, key::SECURITY_PASSKEY_ADD, self.alert)
    }

    /// Whether one more may be made.
    pub fn is_possible(&self) -> bool {
        self.alert != Some(SecurityAlert::TooMany)
    }

    fn script(&self) -> &'static str {
        MAKE_PASSKEY
    }
}

/// The page at `/account/passkeys/one`.
#[derive(Template)]
#[template(path = "passkey_one.html")]
pub struct OnePasskey<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// The passkey.
    pub passkey: &'a ShownPasskey,
    /// What was not done.
    pub alert: Option<SecurityAlert>,
}

impl OnePasskey<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::SECURITY_PASSKEY_ONE, self.alert)
    }

    fn is_last(&self) -> bool {
        self.alert == Some(SecurityAlert::Last)
    }
}

/// The page at `/account/totp` of who has an authenticator app.
#[derive(Template)]
#[template(path = "totp_remove.html")]
pub struct RemoveTotp<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// What was not done.
    pub alert: Option<SecurityAlert>,
}

impl RemoveTotp<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::SECURITY_APP, self.alert)
    }
}

/// The page at `/account/recovery-codes`.
#[derive(Template)]
#[template(path = "recovery_codes_make.html")]
pub struct MakeRecoveryCodes<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// The sealed seed of the codes, a hidden field of this name.
    pub offer: &'a str,
    /// What was not done.
    pub alert: Option<SecurityAlert>,
}

impl MakeRecoveryCodes<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::CODES, self.alert)
    }

    fn is_possible(&self) -> bool {
        self.alert != Some(SecurityAlert::Alone)
    }
}

/// The page at `/account/totp`, where an authenticator app is added.
#[derive(Template)]
#[template(path = "totp.html")]
pub struct AddTotp<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Where it stands on the way of a sign-in, if it does.
    pub way: Option<Way<'a>>,
    /// The sealed proof that the page is this session's, a hidden field of this name.
    pub confirm: &'a str,
    /// The sealed secret, a hidden field of this name.
    pub offer: &'a str,
    /// What the app is given: as a picture, and as a link on the phone itself.
    pub url: &'a str,
    /// The same to type.
    pub text: &'a str,
    /// What was not done.
    pub alert: Option<SecurityAlert>,
}

impl AddTotp<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::TOTP_ADD, self.alert)
    }

    fn is_wrong(&self) -> bool {
        self.alert == Some(SecurityAlert::WrongCode)
    }

    fn picture(&self) -> String {
        qr::svg(self.url, &self.frame.text(key::TOTP_PICTURE))
    }
}

/// The page that shows recovery codes, once.
#[derive(Template)]
#[template(path = "recovery_codes.html")]
pub struct RecoveryCodes<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The codes.
    pub codes: &'a [&'a str],
}

impl RecoveryCodes<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        self.frame.title(&self.frame.text(key::CODES))
    }
}
