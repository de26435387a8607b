//! The page that asks for more than a password: a code, or a passkey.

use std::time::Duration;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;

use super::asker::Asker;
use super::frame::Frame;
use super::late::Late;
use super::script::USE_PASSKEY;

/// The page at `/login/code`.
#[derive(Template)]
#[template(path = "second.html")]
pub struct Second<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Who asks; `None` for a person who came by herself.
    pub asker: Option<&'a Asker>,
    /// Where the form is sent.
    pub form_action: &'a str,
    /// The sealed login in progress, a hidden field of this name.
    pub login: &'a str,
    /// What is taken.
    pub ways: ShownWays,
    /// What was sent to a telephone, sealed: a hidden field of this name.
    pub sent: Option<&'a str>,
    /// Whether text messages are slow to come, where one can be sent.
    pub late: Late,
    /// How somebody leaves who does not prove what is asked for.
    pub out: Option<ShownWayOut>,
    /// Where somebody begins anew.
    pub afresh: &'a str,
    /// What went wrong, if something did.
    pub alert: Option<SecondAlert>,
}

/// What the page takes.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct ShownWays {
    pub code: bool,
    /// Whether a code may be an app's.
    pub app: bool,
    /// Whether it may be one from paper.
    pub paper: bool,
    pub text: bool,
    pub passkey: bool,
}

/// How somebody leaves the page: a button of the field `choice`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownWayOut {
    /// On to the service, which takes less.
    Without,
    /// Back to the service, which does not.
    GiveUp,
}

impl ShownWayOut {
    /// What the button says to us.
    pub const fn choice(self) -> &'static str {
        match self {
            Self::Without => "without",
            Self::GiveUp => "give-up",
        }
    }

    const fn what(self) -> Key {
        match self {
            Self::Without => key::SECOND_WITHOUT_WHAT,
            Self::GiveUp => key::SECOND_GIVE_UP_WHAT,
        }
    }

    const fn label(self) -> Key {
        match self {
            Self::Without => key::SECOND_WITHOUT,
            Self::GiveUp => key::RETURNING_BUTTON,
        }
    }
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondAlert {
    /// The code is wrong, or was used before.
    Code,
    /// No code could be sent.
    NotSent,
    /// The passkey is not this person's, or was not verified.
    Passkey,
    /// The throttle asks for patience.
    TooManyTries {
        /// Until the next try.
        wait: Duration,
    },
    /// We cannot check it at the moment (503).
    Busy {
        /// Until it is worth trying again.
        wait: Duration,
    },
}

impl Second<'_> {
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
        let key = if self.ways.code || self.ways.text { key::SECOND } else { key::SECOND_PASSKEY };
        self.frame.text(key).into_owned()
    }

    fn alert_heading(&self, alert: &SecondAlert) -> Key {
        match alert {
            SecondAlert::Busy { .. } => key::SIGN_IN_BUSY,
            _ => key::SIGN_IN_REFUSED,
        }
    }

    fn alert_line(&self, alert: &SecondAlert) -> String {
        let (frame, lang) = (&self.frame, self.frame.lang);
        match alert {
            SecondAlert::Code if self.sent.is_some() => frame.text(key::TEXTS_WRONG).into_owned(),
            SecondAlert::Code if self.is_paper_alone() => frame.text(key::SECOND_PAPER_WRONG).into_owned(),
            SecondAlert::Code if !self.ways.paper => frame.text(key::SECOND_APP_WRONG).into_owned(),
            SecondAlert::Code => frame.text(key::SECOND_CODE_WRONG).into_owned(),
            SecondAlert::NotSent if self.is_text_alone() => frame.text(key::SECOND_NOT_SENT_ALONE).into_owned(),
            SecondAlert::NotSent => frame.text(key::SECOND_NOT_SENT).into_owned(),
            SecondAlert::Passkey => frame.text(key::PASSKEY_REFUSED).into_owned(),
            SecondAlert::TooManyTries { wait } => say::too_many_tries(lang, &frame.wait(*wait)),
            SecondAlert::Busy { wait } => say::second_busy(lang, &frame.wait(*wait)),
        }
    }

    fn takes_code(&self) -> bool {
        self.ways.code || self.sent.is_some()
    }

    fn hint(&self) -> Key {
        match (self.sent.is_some(), self.ways.code) {
            (true, _) => key::SECOND_SENT,
            (false, true) if self.is_paper_alone() => key::SECOND_PAPER_HINT,
            (false, true) if !self.ways.paper => key::SECOND_APP_HINT,
            (false, true) => key::SECOND_CODE_HINT,
            (false, false) => key::SECOND_TEXT_WHAT,
        }
    }

    fn is_paper_alone(&self) -> bool {
        self.sent.is_none() && !self.ways.app
    }

    fn text_label(&self) -> Key {
        if self.sent.is_some() { key::SECOND_TEXT_AGAIN } else { key::SECOND_TEXT }
    }

    /// Nothing else is taken.
    fn is_text_alone(&self) -> bool {
        !self.ways.code && !self.ways.passkey
    }

    fn late_line(&self) -> Option<String> {
        self.late.told(&self.frame, if self.is_text_alone() { key::LATE_ALONE } else { key::LATE_WAY })
    }

    fn is_code_wrong(&self) -> bool {
        self.alert == Some(SecondAlert::Code)
    }

    fn again(&self) -> Key {
        if self.sent.is_some() { key::CODE_AGAIN } else { key::SECOND_CODE_AGAIN }
    }

    fn script(&self) -> &'static str {
        USE_PASSKEY
    }
}
