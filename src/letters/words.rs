//! What each letter says.

use super::Credential;
use super::Letter;
use super::Link;
use super::Sender;
use crate::base::time::Timestamp;
use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;

/// The words of a letter, whatever form they take.
pub struct Words<'a> {
    /// What it is about.
    pub subject: String,
    /// What comes before the code.
    pub before: Vec<String>,
    /// The code.
    pub code: Option<&'a str>,
    /// What comes after it.
    pub after: Vec<String>,
    /// What can be done, and where.
    pub action: Option<(String, String)>,
    /// All of it in one breath; the address of `action` follows.
    pub brief: String,
}

impl Letter {
    /// What it says in `lang`.
    pub(super) fn words<'a>(&'a self, sender: Sender<'a>, lang: Lang) -> Words<'a> {
        let (name, by) = (sender.name, Writer { sender, lang });
        match self {
            Self::OneTimeCode { code } => by.code(code, say::letter_code(lang, name), by.text(key::LETTER_CODE_WHAT)),
            Self::OpeningCode { code } => {
                by.code(code, say::letter_opening(lang, name), say::letter_opening_what(lang, name))
            }
            Self::AlreadyAnAccount { sign_in } => {
                let said = [key::LETTER_ALREADY_WHAT, key::LETTER_ALREADY_YOU, key::LETTER_ALREADY_ELSE];
                by.notice(say::letter_already(lang, name), said.map(|key| by.text(key)), (key::SIGN_IN, sign_in))
            }
            Self::NewDevice { device, at, sessions } => {
                let what = say::letter_device_what(lang, &one_line(device), &by.moment(*at));
                let said = [what, by.text(key::LETTER_IF_YOU), by.text(key::LETTER_DEVICE_ELSE)];
                let subject = say::letter_device(lang, name);
                by.asking(by.notice(subject, said, (key::LETTER_DEVICE_ACTION, sessions)))
            }
            Self::CredentialAdded { credential, name: own, at, stop } => {
                let what = called(*credential, own.as_deref(), lang);
                let what = say::letter_added_what(lang, &what, &by.moment(*at));
                by.stoppable(say::letter_added(lang, name), what, stop)
            }
            Self::CredentialRemoved { credential, name: own, at, stop } => {
                let what = called(*credential, own.as_deref(), lang);
                let what = say::letter_removed_what(lang, &what, &by.moment(*at));
                by.stoppable(say::letter_removed(lang, name), what, stop)
            }
            Self::CredentialShut { credential, at, recovery } => {
                let what = say::letter_shut_what(lang, &called(*credential, None, lang), &by.moment(*at));
                let said = [what, by.text(key::LETTER_SHUT_YOU), by.text(key::LETTER_SHUT_ELSE)];
                by.notice(say::letter_shut(lang, name), said, (key::RECOVERY, recovery))
            }
            Self::PasswordChanged { at, stop } => {
                let what = say::letter_password_what(lang, &by.moment(*at));
                by.stoppable(say::letter_password(lang, name), what, stop)
            }
            Self::AddressChanged { address, at, stop } => by.address(&called(*address, None, lang), *at, stop),
            Self::IdentityConfirmed { at, stop } => {
                let what = say::letter_confirmed_what(lang, &by.moment(*at));
                by.of_an_office(say::letter_confirmed(lang, name), what, stop)
            }
            Self::IdentityTakenBack { at, account } => by.taken_back(*at, account),
            Self::RecoveryBegan { at, until, stop } => by.recovery(*at, *until, stop),
            Self::AccountRecovered { at, stop } => {
                let what = say::letter_recovered_what(lang, &by.moment(*at));
                by.stoppable(say::letter_recovered(lang, name), what, stop)
            }
            Self::ChangeStopped { at, recovery } => {
                let what = say::letter_stopped_what(lang, &by.moment(*at));
                let said = [what, by.text(key::LETTER_STOPPED_ELSE)];
                by.notice(say::letter_stopped(lang, name), said, (key::RECOVERY, recovery))
            }
            Self::AccountCloses { on, keep } => {
                let said = [say::letter_closes_what(lang, &by.day(*on)), by.text(key::LETTER_CLOSES_KEEP)];
                by.notice(say::letter_closes(lang, &by.day(*on), name), said, (key::LETTER_CLOSES_ACTION, keep))
            }
        }
    }
}

/// Who writes, and in which language.
struct Writer<'a> {
    sender: Sender<'a>,
    lang: Lang,
}

impl Writer<'_> {
    fn text(&self, key: Key) -> String {
        text(self.lang, key).into_owned()
    }

    /// By the clock of the deployment.
    fn moment(&self, at: Timestamp) -> String {
        let zone = self.sender.zone;
        say::letter_moment(self.lang, &zone.clock(at), &zone.date(at), &zone.offset(at))
    }

    fn day(&self, at: Timestamp) -> String {
        self.sender.zone.date(at)
    }

    fn code<'c>(&self, code: &'c str, subject: String, what: String) -> Words<'c> {
        let after = [key::LETTER_CODE_VALID, key::LETTER_CODE_NEVER, key::LETTER_CODE_ELSE].map(|key| self.text(key));
        let (brief, before) = (subject.clone(), vec![what]);
        Words { subject, before, code: Some(code), after: after.into(), action: None, brief }
    }

    fn notice<'c, const N: usize>(&self, subject: String, said: [String; N], (key, link): (Key, &Link)) -> Words<'c> {
        let action = Some((self.text(key), link.at(self.sender.issuer)));
        Words { brief: subject.clone(), subject, before: said.into(), code: None, after: Vec::new(), action }
    }

    /// What happened, and how whoever did not do it stops it.
    fn stoppable<'c>(&self, subject: String, what: String, stop: &Link) -> Words<'c> {
        let said = [what, self.text(key::LETTER_IF_YOU), self.text(key::LETTER_STOP)];
        self.asking(self.notice(subject, said, (key::LETTER_STOP_ACTION, stop)))
    }

    fn address<'c>(&self, kind: &str, at: Timestamp, stop: &Link) -> Words<'c> {
        let what = say::letter_address_what(self.lang, kind, &self.moment(at));
        self.of_an_office(say::letter_address(self.lang, kind, self.sender.name), what, stop)
    }

    /// An official's code works at once; everybody else waits.
    fn recovery<'c>(&self, at: Timestamp, until: Timestamp, stop: &Link) -> Words<'c> {
        let (lang, time) = (self.lang, self.moment(at));
        let [what, how] = match until > at {
            true => [say::letter_recovery_what(lang, &time), say::letter_recovery_until(lang, &self.moment(until))],
            false => [say::letter_recovery_code_what(lang, &time), self.text(key::LETTER_RECOVERY_CODE)],
        };
        let said = [what, how, self.text(key::LETTER_STOP)];
        self.asking(self.notice(say::letter_recovery(lang, self.sender.name), said, (key::LETTER_STOP_ACTION, stop)))
    }

    fn taken_back<'c>(&self, at: Timestamp, account: &Link) -> Words<'c> {
        let what = say::letter_taken_back_what(self.lang, &self.moment(at));
        let said = [what, self.text(key::LETTER_TAKEN_BACK_ELSE)];
        let subject = say::letter_taken_back(self.lang, self.sender.name);
        self.notice(subject, said, (key::LETTER_ACCOUNT_ACTION, account))
    }

    /// What an office did, and how whoever did not want it stops it.
    fn of_an_office<'c>(&self, subject: String, what: String, stop: &Link) -> Words<'c> {
        let said = [what, self.text(key::LETTER_EXPECTED), self.text(key::LETTER_STOP)];
        self.asking(self.notice(subject, said, (key::LETTER_STOP_ACTION, stop)))
    }

    /// The same, which asks in one breath whether it was the person.
    fn asking<'c>(&self, words: Words<'c>) -> Words<'c> {
        Words { brief: say::letter_not_you_sms(self.lang, &words.subject), ..words }
    }
}

/// A credential as people know it, and as its owner calls it.
fn called(credential: Credential, own: Option<&str>, lang: Lang) -> String {
    let kind = text(
        lang,
        match credential {
            Credential::Password => key::LETTER_PASSWORD_KIND,
            Credential::Passkey => key::LETTER_PASSKEY_KIND,
            Credential::Totp => key::LETTER_TOTP_KIND,
            Credential::RecoveryCodes => key::LETTER_RECOVERY_CODES_KIND,
            Credential::Email => key::LETTER_EMAIL_KIND,
            Credential::Phone => key::LETTER_PHONE_KIND,
            Credential::Text => key::LETTER_TEXT_KIND,
        },
    );
    match own {
        Some(own) => say::letter_called(lang, &kind, &one_line(own)),
        None => kind.into_owned(),
    }
}

/// What others chose, so that it neither ends a line nor grows long.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(LONGEST)
        .collect()
}

const LONGEST: usize = 60;
