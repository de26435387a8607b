//! The pages on which somebody opens an account.

use std::time::Duration;

use askama::Template;

use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;
use crate::identity::credential::new_password::Standing;

use super::frame::Frame;
use super::late::Late;
use super::new_password::hint;
use super::script::MAKE_PASSKEY;
use super::script::SOLVE;

/// What a form costs.
#[derive(Clone, Copy, Debug)]
pub struct Price {
    /// Zero bits of a hash that a script finds.
    pub bits: u8,
    /// The wait of who runs no script.
    pub wait: Duration,
}

/// The page at `/open-account`.
#[derive(Template)]
#[template(path = "open_address.html")]
pub struct OpenAddress<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The sealed puzzle, a hidden field of this name.
    pub puzzle: &'a str,
    /// What the form costs.
    pub price: Price,
    /// What was typed.
    pub address: &'a str,
    /// Whether codes go by mail.
    pub by_mail: bool,
    /// Whether codes go by text message.
    pub by_phone: bool,
    /// By which of them messages are slow to come.
    pub late: Late,
    /// Where one signs in instead.
    pub back: &'a str,
    /// What went wrong.
    pub alert: Option<OpenAlert>,
}

/// Why no code was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenAlert {
    /// It is no address.
    Address,
    /// The form can be sent after this time.
    Wait {
        /// Until then.
        wait: Duration,
    },
    /// The network had as many codes as any may have.
    Full {
        /// Until the next one.
        wait: Duration,
    },
    /// The address had many codes.
    TooMany {
        /// Until the next one.
        wait: Duration,
    },
    /// The page stood open for too long, or was sent before.
    Expired,
}

impl OpenAddress<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::OPEN, self.alert.is_some())
    }

    fn step(&self) -> String {
        say::open_step(self.frame.lang, "1")
    }

    fn what(&self) -> Key {
        match (self.by_mail, self.by_phone) {
            (true, true) => key::OPEN_ADDRESS_WHAT,
            (false, true) => key::OPEN_ADDRESS_WHAT_PHONE,
            _ => key::OPEN_ADDRESS_WHAT_MAIL,
        }
    }

    fn wrong(&self) -> Key {
        match (self.by_mail, self.by_phone) {
            (true, true) => key::OPEN_ADDRESS_WRONG,
            (false, true) => key::OPEN_ADDRESS_WRONG_PHONE,
            _ => key::OPEN_ADDRESS_WRONG_MAIL,
        }
    }

    fn label(&self) -> Key {
        match (self.by_mail, self.by_phone) {
            (true, true) => key::OPEN_ADDRESS_BOTH,
            (false, true) => key::CLAIM_PHONE_NUMBER,
            _ => key::CLAIM_EMAIL,
        }
    }

    fn alert_lines(&self, alert: &OpenAlert) -> Vec<String> {
        let (frame, lang) = (&self.frame, self.frame.lang);
        let text = |key| frame.text(key).into_owned();
        match alert {
            OpenAlert::Address => vec![text(self.wrong())],
            OpenAlert::Wait { wait } => vec![say::sign_in_too_many_now(lang, &frame.wait(*wait))],
            OpenAlert::Full { wait } => {
                vec![text(key::OPEN_FULL), say::sign_in_too_many_now(lang, &frame.wait(*wait))]
            }
            OpenAlert::TooMany { wait } => {
                vec![text(key::OPEN_TOO_MANY), say::sign_in_too_many_now(lang, &frame.wait(*wait))]
            }
            OpenAlert::Expired => vec![text(key::OPEN_EXPIRED)],
        }
    }

    fn late_line(&self) -> Option<String> {
        self.late.told(&self.frame, key::LATE_ADDRESS)
    }

    fn is_wrong(&self) -> bool {
        self.alert == Some(OpenAlert::Address)
    }

    fn without_script(&self) -> Option<String> {
        let asked = !self.price.wait.is_zero();
        asked.then(|| say::open_no_script(self.frame.lang, &self.frame.wait(self.price.wait)))
    }

    fn script(&self) -> &'static str {
        SOLVE
    }
}

/// The page at `/open-account/code`.
#[derive(Template)]
#[template(path = "open_code.html")]
pub struct OpenCode<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What was reached so far, sealed: a hidden field of this name.
    pub opening: &'a str,
    /// Where the letter went.
    pub address: &'a str,
    /// Where another code is asked for.
    pub afresh: &'a str,
    /// Whether it is slow to come.
    pub late: Late,
    /// What went wrong.
    pub alert: Option<OpenCodeAlert>,
}

/// What a code is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenCodeAlert {
    /// The right one.
    Wrong,
    /// Any good any more.
    Over,
}

impl OpenCode<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, key::OPEN_CODE, self.alert.is_some())
    }

    fn step(&self) -> String {
        say::open_step(self.frame.lang, "2")
    }

    fn sent(&self) -> String {
        say::open_code_sent(self.frame.lang, self.address)
    }

    fn late_line(&self) -> Option<String> {
        self.late.told(&self.frame, key::LATE_ADDRESS)
    }

    fn is_wrong(&self) -> bool {
        self.alert == Some(OpenCodeAlert::Wrong)
    }

    fn is_over(&self) -> bool {
        self.alert == Some(OpenCodeAlert::Over)
    }

    fn alert_key(&self, alert: &OpenCodeAlert) -> Key {
        match alert {
            OpenCodeAlert::Wrong => key::OPEN_CODE_WRONG,
            OpenCodeAlert::Over => key::OPEN_CODE_OVER,
        }
    }
}

/// The page at `/open-account/person`.
#[derive(Template)]
#[template(path = "open_person.html")]
pub struct OpenPerson<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What was reached so far, sealed: a hidden field of this name.
    pub opening: &'a str,
    /// What was typed.
    pub name: &'a str,
    /// What was typed.
    pub user_name: &'a str,
    /// What was typed.
    pub number: &'a str,
    /// How many digits an identity number has; 0 where it is not of digits alone.
    pub number_digits: usize,
    /// Where another address is confirmed.
    pub afresh: &'a str,
    /// What must be looked at again.
    pub alert: OpenPersonAlert,
}

/// What must be looked at again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct OpenPersonAlert {
    pub name: bool,
    pub user_name_form: bool,
    pub user_name_taken: bool,
    pub number: bool,
    /// So many user names were tried that the next one is looked up after this time.
    pub wait: Option<Duration>,
}

impl OpenPerson<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn is_wrong(&self) -> bool {
        self.alert != OpenPersonAlert::default()
    }

    fn title(&self) -> String {
        titled(&self.frame, key::OPEN_PERSON, self.is_wrong())
    }

    fn step(&self) -> String {
        say::open_step(self.frame.lang, "3")
    }

    fn alert_line(&self) -> String {
        let (frame, lang) = (&self.frame, self.frame.lang);
        match self.alert.wait {
            Some(wait) => say::too_many_tries(lang, &frame.wait(wait)),
            None => frame.text(key::OPEN_PERSON_WRONG).into_owned(),
        }
    }

    fn user_name_why(&self) -> Option<Key> {
        let taken = self.alert.user_name_taken.then_some(key::OPEN_USER_NAME_TAKEN);
        taken.or_else(|| self.alert.user_name_form.then_some(key::OPEN_USER_NAME_FORM))
    }

    fn is_of_digits(&self) -> bool {
        self.number_digits > 0
    }

    fn number_why(&self) -> String {
        say::open_number_form(self.frame.lang, &self.number_digits.to_string())
    }
}

/// The page at `/open-account/key`.
#[derive(Template)]
#[template(path = "open_key.html")]
pub struct OpenKey<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What was reached so far, sealed: a hidden field of this name.
    pub opening: &'a str,
    /// The name to sign in with.
    pub user_name: &'a str,
    /// Whether passkeys are taken.
    pub passkeys: bool,
    /// Where another user name is chosen.
    pub back: &'a str,
    /// What went wrong.
    pub alert: Option<&'a OpenKeyAlert>,
}

/// Why the account is not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenKeyAlert {
    /// The password cannot be taken, for each of these reasons.
    Password(Vec<String>),
    /// The passkey is none, was made for another page, or is somebody's already.
    Passkey,
    /// Its device did not show that it is of a model that is taken here.
    OtherModel,
    /// Somebody took the user name meanwhile.
    NameTaken,
    /// There is an account of that address.
    AddressTaken,
}

impl OpenKey<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        super::html(self)
    }

    fn title(&self) -> String {
        titled(&self.frame, self.heading(), self.alert.is_some())
    }

    fn heading(&self) -> Key {
        if self.is_there() { key::OPEN_ADDRESS_TAKEN } else { key::SECURITY }
    }

    fn step(&self) -> String {
        say::open_step(self.frame.lang, "4")
    }

    fn alert_lines(&self, alert: &OpenKeyAlert) -> Vec<String> {
        let text = |key| vec![self.frame.text(key).into_owned()];
        match alert {
            OpenKeyAlert::Password(lines) => lines.clone(),
            OpenKeyAlert::Passkey => text(key::SECURITY_PASSKEY_REFUSED),
            OpenKeyAlert::OtherModel => text(key::SECURITY_PASSKEY_MODEL),
            OpenKeyAlert::NameTaken => text(key::OPEN_USER_NAME_TAKEN),
            OpenKeyAlert::AddressTaken => Vec::new(),
        }
    }

    fn is_wrong(&self) -> bool {
        matches!(self.alert, Some(OpenKeyAlert::Password(_)))
    }

    fn is_taken(&self) -> bool {
        self.alert == Some(&OpenKeyAlert::NameTaken)
    }

    fn script(&self) -> &'static str {
        MAKE_PASSKEY
    }

    fn makes_passkey(&self) -> bool {
        self.passkeys && !self.is_there() && !self.is_taken()
    }

    fn is_there(&self) -> bool {
        self.alert == Some(&OpenKeyAlert::AddressTaken)
    }

    fn hint(&self) -> String {
        hint(self.frame.lang, Standing::Alone.least())
    }
}

fn titled(frame: &Frame<'_>, key: Key, is_alerted: bool) -> String {
    let heading = frame.text(key);
    if is_alerted { frame.title_with_error(&heading) } else { frame.title(&heading) }
}
