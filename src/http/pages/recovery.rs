//! The way back in: whose account it is, the code, another password.

use std::time::Duration;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;
use crate::identity::credential::new_password::Standing;

use super::frame::Frame;
use super::late::Late;
use super::new_password::hint;
use super::notice::Notice;

/// The page at `/recovery`.
#[derive(Template)]
#[template(path = "recovery.html")]
pub struct Recovery<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What was typed.
    pub username: &'a str,
    /// The ways that there are.
    pub ways: &'a [ShownWay],
    /// What went wrong.
    pub alert: Option<RecoveryAlert>,
}

/// How somebody can prove that an account is theirs.
#[derive(Clone, Copy, Debug)]
pub struct ShownWay {
    /// What the form says: `mail`, `sms` or `official`.
    pub value: &'static str,
    /// Whether it stands chosen.
    pub chosen: bool,
    /// Whether messages are slow to come this way.
    pub late: Late,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryAlert {
    /// No name was typed, or no way chosen.
    Incomplete,
    /// The code is another.
    Wrong,
    /// The time or the tries of a code are over, or what was proven is too old.
    Over,
    /// The throttle asks for patience.
    TooManyTries {
        /// Until the next try.
        wait: Duration,
    },
}

impl RecoveryAlert {
    fn line(self, frame: &Frame<'_>) -> String {
        let key = match self {
            Self::TooManyTries { wait } => return say::too_many_tries(frame.lang, &frame.wait(wait)),
            Self::Incomplete => key::RECOVERY_NO_NAME,
            Self::Wrong => key::RECOVERY_WRONG,
            Self::Over => key::RECOVERY_OVER,
        };
        frame.text(key).into_owned()
    }
}

fn titled(frame: &Frame<'_>, heading: Key, is_wrong: bool) -> String {
    let heading = frame.text(heading);
    if is_wrong { frame.title_with_error(&heading) } else { frame.title(&heading) }
}

impl Recovery<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::RECOVERY, self.alert.is_some())
    }

    fn lacks_name(&self) -> bool {
        self.alert == Some(RecoveryAlert::Incomplete) && self.username.trim().is_empty()
    }

    fn lacks_way(&self) -> bool {
        self.alert == Some(RecoveryAlert::Incomplete) && !self.ways.iter().any(|way| way.chosen)
    }

    fn late_line(&self, way: &ShownWay) -> Option<String> {
        way.late.told(&self.frame, key::LATE_WAY)
    }

    fn name(&self, way: &ShownWay) -> String {
        let key = match way.value {
            "mail" => key::RECOVERY_BY_MAIL,
            "sms" => key::RECOVERY_BY_SMS,
            _ => key::RECOVERY_BY_OFFICIAL,
        };
        self.frame.text(key).into_owned()
    }
}

/// The page at `/recovery/code`.
#[derive(Template)]
#[template(path = "recovery_code.html")]
pub struct RecoveryCode<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What was asked for, sealed: a hidden field of this name.
    pub recovery: &'a str,
    /// Whether an official gave the code.
    pub official: bool,
    /// Whether it is slow to come.
    pub late: Late,
    /// What went wrong.
    pub alert: Option<RecoveryAlert>,
}

impl RecoveryCode<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::RECOVERY_CODE, self.alert.is_some())
    }

    /// What to do when nothing comes.
    fn late_line(&self) -> Option<String> {
        let way = || self.frame.text(key::LATE_WAY).into_owned();
        (!self.official).then(|| self.late.told(&self.frame, key::LATE_WAY).unwrap_or_else(way))
    }

    fn is_wrong(&self) -> bool {
        self.alert == Some(RecoveryAlert::Wrong)
    }

    fn what(&self) -> Key {
        if self.official { key::RECOVERY_CODE_OFFICIAL } else { key::RECOVERY_CODE_SENT }
    }

    fn back(&self) -> Key {
        if self.official && self.alert != Some(RecoveryAlert::Over) { key::SECURITY_BACK } else { key::RECOVERY_AGAIN }
    }
}

/// The page at `/recovery/password`, before it is time.
pub struct RecoveryWait<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// Until when, in words; `None` until every letter is brought.
    pub until: Option<&'a str>,
}

impl RecoveryWait<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        let (frame, say) = (self.frame.clone(), |key| self.frame.text(key).into_owned());
        let (heading, again) =
            (say(if self.until.is_some() { key::RECOVERY_WAIT } else { key::RECOVERY_UNTOLD }), say(key::RECOVERY));
        let lines = match self.until {
            Some(until) => vec![say::recovery_wait_until(frame.lang, until), say(key::RECOVERY_WAIT_TOLD)],
            None => vec![say(key::RECOVERY_UNTOLD_WHAT)],
        };
        // Before that time another code leads nowhere else.
        let action = self.until.is_none().then_some((again.as_str(), "/recovery"));
        Notice { frame, heading: &heading, lines: &lines, action }.render()
    }
}

/// The page at `/recovery/password`, once it is time.
#[derive(Template)]
#[template(path = "recovery_password.html")]
pub struct RecoveryPassword<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// That the account is theirs, sealed: a hidden field of this name.
    pub proven: &'a str,
    /// A name that its person signs in with, by which what keeps passwords for them knows whose the new one is.
    pub username: &'a str,
    /// Why nothing was set: the new one cannot be taken.
    pub why_not: &'a [String],
}

impl RecoveryPassword<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::RECOVERY_PASSWORD, !self.why_not.is_empty())
    }

    /// Nothing else opens the account from then on.
    fn new_hint(&self) -> String {
        hint(self.frame.lang, Standing::Alone.least())
    }
}
