//! Opening an account, in four pages: an address, the code that reaches it, who the person is, how they sign in. Until the last
//! one nothing of it is kept here: it travels sealed, in the browser that began it.

pub mod address;
pub mod code;
pub mod key;
pub mod person;

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::identity::person::PersonalData;
use crate::identity::person::SignInName;
use crate::outbound::mail;
use crate::outbound::sms;
use crate::parts::letters::Channel;
use crate::parts::one_time_code::OneTimeCode;
use crate::parts::people;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;
use crate::parts::verified_phones;
use crate::store::people::PersonRow;

/// What an account begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// A mail address.
    Mail(String),
    /// A telephone number (E.164).
    Phone(String),
}

/// By which ways a code can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Ways {
    pub mail: bool,
    pub sms: bool,
}

/// What goes on from page to page.
#[derive(Clone, Serialize, Deserialize)]
pub struct Thread {
    browser: String,
    /// The sealed sign-in to which it leads.
    pub login: String,
    /// Who it will be. However often a form is sent, it is one.
    person: Uuid,
    /// The address.
    pub address: Address,
    since: Timestamp,
}

/// An address that a code was sent to.
#[derive(Serialize, Deserialize)]
pub struct Asked {
    thread: Thread,
    code: OneTimeCode,
}

/// An address that is theirs.
#[derive(Serialize, Deserialize)]
pub struct Reached {
    thread: Thread,
}

/// Who the person says that they are.
#[derive(Clone, Serialize, Deserialize)]
pub struct Described {
    thread: Thread,
    /// What will be known of them.
    data: PersonalData,
}

impl Sealed for Asked {
    const PURPOSE: Purpose = Purpose("account-code");
}

impl Sealed for Reached {
    const PURPOSE: Purpose = Purpose("account-person");
}

impl Sealed for Described {
    const PURPOSE: Purpose = Purpose("account-key");
}

/// A page between.
pub trait Stage: Sealed {
    /// What goes on through it.
    fn thread(&self) -> &Thread;
}

impl Stage for Asked {
    fn thread(&self) -> &Thread {
        &self.thread
    }
}

impl Stage for Reached {
    fn thread(&self) -> &Thread {
        &self.thread
    }
}

impl Stage for Described {
    fn thread(&self) -> &Thread {
        &self.thread
    }
}

/// What a page brought back.
pub enum Brought<T> {
    /// It goes on.
    Alive(T),
    /// It stood open for too long; the sign-in to which it would have led.
    Expired(String),
    /// It is not ours, or was begun in another browser.
    Foreign,
}

/// A tab may be left for so long.
const LIFETIME: Duration = Duration::from_secs(3600);

/// Looks at what a page brought back.
pub fn brought<T: Stage>(app: &App, text: &str, visitor: &Visitor, now: Timestamp) -> Brought<T> {
    match T::open(app, text).filter(|stage| visitor.is_browser(&stage.thread().browser)) {
        Some(stage) if stage.thread().since + LIFETIME > now => Brought::Alive(stage),
        Some(stage) => Brought::Expired(stage.thread().login.clone()),
        None => Brought::Foreign,
    }
}

/// By which ways codes are sent here.
pub fn ways(app: &App) -> Ways {
    Ways { mail: app.mail.is_some(), sms: app.sms.is_some() }
}

impl Address {
    /// The address that was typed; `None` for none, or one that no way of ours reaches.
    fn read(app: &App, typed: &str) -> Option<Self> {
        let (typed, ways) = (typed.trim(), ways(app));
        if typed.contains('@') {
            return (ways.mail && mail::is_address(typed)).then(|| Self::Mail(typed.to_owned()));
        }
        let number = sms::international(typed, &app.config.sms.country_code).filter(|_| ways.sms);
        number.map(Self::Phone)
    }

    /// As it is typed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mail(address) => address,
            Self::Phone(number) => number,
        }
    }

    /// By which way it is reached.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Mail,
            Self::Phone(_) => Channel::Sms,
        }
    }

    /// The digest by which it is counted and looked up.
    fn digest(&self, app: &App) -> Option<[u8; 32]> {
        SignInName::parse(self.as_str()).map(|name| name.digest(app.data_keys.lookup.expose()))
    }

    /// Who signs in with it, or else whose telephone number it was known to be before.
    async fn owner(&self, app: &App) -> Result<Option<PersonRow>, Fault> {
        let Some(name) = SignInName::parse(self.as_str()) else { return Ok(None) };
        match (people::named(app, &name).await?, self) {
            (None, Self::Phone(number)) => verified_phones::whose(app, number).await,
            (owner, _) => Ok(owner),
        }
    }
}
