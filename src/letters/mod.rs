//! What we write to people: plain and short, in their language, by mail as text and HTML, or in one text message.
//!
//! A letter names no host but our own, shows no picture and counts nobody who opens it.

mod link;
mod words;

use std::time::Duration;

use askama::Template;
use serde::Deserialize;
use serde::Serialize;

pub use self::link::Link;
use self::words::Words;
use crate::base::time::Timestamp;
use crate::base::zone::Zone;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;

/// Everything that we write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// A code to type where it was asked for.
    OneTimeCode {
        /// Its digits.
        code: String,
    },
    /// The same for somebody who opens an account: the address is not known to be theirs yet.
    OpeningCode {
        /// Its digits.
        code: String,
    },
    /// Somebody wanted to open an account by an address that has one.
    AlreadyAnAccount {
        /// Where they sign in.
        sign_in: Link,
    },
    /// Somebody signed in where nobody of this account did before.
    NewDevice {
        /// What is known of the device, such as "Chrome, Android".
        device: String,
        /// When.
        at: Timestamp,
        /// Where sessions are ended.
        sessions: Link,
    },
    /// One can sign in by something more.
    CredentialAdded {
        /// By what.
        credential: Credential,
        /// What the person calls it.
        name: Option<String>,
        /// When.
        at: Timestamp,
        /// Where whoever did not do this stops it.
        stop: Link,
    },
    /// One can no longer sign in by something.
    CredentialRemoved {
        /// By what.
        credential: Credential,
        /// What the person called it.
        name: Option<String>,
        /// When.
        at: Timestamp,
        /// Where whoever did not do this stops it.
        stop: Link,
    },
    /// Something was tried in vain so often that it opens nothing any more.
    CredentialShut {
        /// What.
        credential: Credential,
        /// When.
        at: Timestamp,
        /// Where whoever has no other way gets back in.
        recovery: Link,
    },
    /// The password is another.
    PasswordChanged {
        /// Since when.
        at: Timestamp,
        /// Where whoever did not do this stops it.
        stop: Link,
    },
    /// An office changed an address to which we write.
    AddressChanged {
        /// Which: a mail address or a telephone number.
        address: Credential,
        /// Since when.
        at: Timestamp,
        /// Where whoever did not want this stops it.
        stop: Link,
    },
    /// An office confirmed who they are.
    IdentityConfirmed {
        /// When.
        at: Timestamp,
        /// Where whoever was not there stops it.
        stop: Link,
    },
    /// What was confirmed of who they are counts no more.
    IdentityTakenBack {
        /// Since when.
        at: Timestamp,
        /// Where they look at their account.
        account: Link,
    },
    /// Somebody who says that they lost everything asks for the account.
    RecoveryBegan {
        /// Since when.
        at: Timestamp,
        /// When they have it, unless somebody stops it.
        until: Timestamp,
        /// Where it is stopped.
        stop: Link,
    },
    /// Somebody got the account back: all that opened it before is gone.
    AccountRecovered {
        /// When.
        at: Timestamp,
        /// Where whoever did not do this stops it.
        stop: Link,
    },
    /// A change was taken back by the link of a letter, with all that was added or set since.
    ChangeStopped {
        /// When.
        at: Timestamp,
        /// Where whoever has no way left gets back in.
        recovery: Link,
    },
    /// The person closes the account.
    AccountCloses {
        /// When it is gone.
        on: Timestamp,
        /// Where they keep it.
        keep: Link,
    },
}

/// What one signs in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Credential {
    Password,
    Passkey,
    Totp,
    RecoveryCodes,
    Email,
    Phone,
    Text,
}

/// Who writes.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// The name of the deployment, in the language of the letter.
    pub name: &'a str,
    /// The issuer: what every link begins with.
    pub issuer: &'a str,
    /// Where help is found.
    pub help: Option<&'a str>,
    /// By whose clock it tells when something happened.
    pub zone: &'a Zone,
}

/// A letter for a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// How long a code can be used; and how long it makes sense to bring it.
pub const CODE: Duration = Duration::from_secs(5 * 60);
/// So long a mail server may be away until people are not told any more.
const NOTICE: Duration = Duration::from_secs(3 * 86_400);

/// What becomes of a letter that cannot be brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It is worth nothing any more: whoever waits for it asks anew. Strangers choose how many there are.
    Forgotten,
    /// Operators see it: somebody was not told what they must know.
    Kept,
}

impl Letter {
    /// How long it is tried to bring it.
    pub const fn lifetime(&self) -> Duration {
        match self {
            Self::OneTimeCode { .. } | Self::OpeningCode { .. } | Self::AlreadyAnAccount { .. } => CODE,
            Self::NewDevice { .. }
            | Self::CredentialAdded { .. }
            | Self::CredentialRemoved { .. }
            | Self::CredentialShut { .. }
            | Self::PasswordChanged { .. }
            | Self::AddressChanged { .. }
            | Self::IdentityConfirmed { .. }
            | Self::IdentityTakenBack { .. }
            | Self::RecoveryBegan { .. }
            | Self::AccountRecovered { .. }
            | Self::ChangeStopped { .. }
            | Self::AccountCloses { .. } => NOTICE,
        }
    }

    /// What becomes of it when that is over.
    pub const fn undelivered(&self) -> Undelivered {
        match self {
            Self::OneTimeCode { .. } | Self::OpeningCode { .. } | Self::AlreadyAnAccount { .. } => {
                Undelivered::Forgotten
            }
            Self::NewDevice { .. }
            | Self::CredentialAdded { .. }
            | Self::CredentialRemoved { .. }
            | Self::CredentialShut { .. }
            | Self::PasswordChanged { .. }
            | Self::AddressChanged { .. }
            | Self::IdentityConfirmed { .. }
            | Self::IdentityTakenBack { .. }
            | Self::RecoveryBegan { .. }
            | Self::AccountRecovered { .. }
            | Self::ChangeStopped { .. }
            | Self::AccountCloses { .. } => Undelivered::Kept,
        }
    }

    /// As it goes by mail.
    pub fn mail(&self, sender: Sender<'_>, lang: Lang) -> Mail {
        let page = Page { words: self.words(sender, lang), sender, lang };
        let html = page.render().unwrap_or_default(); // writing to a text cannot fail
        Mail { text: page.text(), html, subject: page.words.subject }
    }

    /// As it goes by SMS. A code ends with the host that it is for, so that a telephone offers it there alone.
    pub fn sms(&self, sender: Sender<'_>, lang: Lang) -> String {
        let words = self.words(sender, lang);
        match (words.code, words.action) {
            (Some(code), _) => {
                let said = say::letter_code_sms(lang, code, sender.name);
                format!("{said}\n\n@{} #{code}", sender.host())
            }
            (None, Some((_, href))) => format!("{}: {href}", words.brief),
            (None, None) => words.brief,
        }
    }
}

impl Sender<'_> {
    fn host(&self) -> &str {
        self.issuer.split_once("://").map_or(self.issuer, |(_, host)| host)
    }
}

/// What the template of every letter shows.
#[derive(Template)]
#[template(path = "letter.html")]
struct Page<'a> {
    words: Words<'a>,
    sender: Sender<'a>,
    lang: Lang,
}

impl Page<'_> {
    /// The lines beneath.
    fn foot(&self) -> Vec<String> {
        let links = self.words.action.as_ref().map(|_| say::letter_foot_links(self.lang, self.sender.issuer));
        let help = self.sender.help.map(|contact| say::help(self.lang, contact));
        let from = say::letter_foot(self.lang, self.sender.name);
        links.into_iter().chain(help).chain([from]).collect()
    }

    fn text(&self) -> String {
        let Words { before, code, after, action, .. } = &self.words;
        let code = code.map(|code| format!("    {code}"));
        let action = action.as_ref().map(|(label, href)| format!("{label}:\n{href}"));
        let greeting = std::iter::once(self.greeting());
        let parts = greeting.chain(before.iter().cloned()).chain(code).chain(after.iter().cloned()).chain(action);
        let body: Vec<String> = parts.collect();
        // RFC 3676 §4.3: what follows such a line is a signature.
        format!("{}\n\n-- \n{}\n", body.join("\n\n"), self.foot().join("\n"))
    }

    fn greeting(&self) -> String {
        text(self.lang, key::LETTER_GREETING).into_owned()
    }
}
