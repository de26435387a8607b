//! The third page: who the person says that they are. The address is theirs by now, so that a user name that is taken can be
//! told; but for few of them: who looks for names is slowed as who looks for passwords is. Of an identity number nothing is told but its form: whose it is looks nobody up.

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;
use uuid::Uuid;

use super::Address;
use super::Described;
use super::Reached;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::person;
use crate::identity::person::OwnWord;
use crate::identity::person::PersonalData;
use crate::identity::person::SignInName;
use crate::parts::people;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;
use crate::parts::throttle;
use crate::parts::throttle::Attempt;

/// What was typed.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct Typed<'a> {
    pub name: &'a str,
    pub user_name: &'a str,
    pub number: &'a str,
    pub lang: Lang,
}

/// What must be looked at again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    /// The name is missing or too long.
    pub name: bool,
    /// The user name is none to choose, or somebody else's.
    pub user_name: Option<NoUserName>,
    /// The identity number has not the form of one.
    pub number: bool,
}

/// Why a user name cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoUserName {
    /// It has not the form of one.
    Form,
    /// It is somebody's.
    Taken,
}

/// What came of it.
pub enum Answer {
    /// This leads on.
    Described(String),
    /// Something must be looked at again.
    Wrong(Wrong),
    /// Too many user names were tried: the next one is looked up after this time.
    Wait(Duration),
}

/// Of a name, in characters.
pub const LONGEST_NAME: usize = 100;

/// Takes it; this leads on.
pub async fn describe(
    app: &App,
    reached: &Reached,
    typed: Typed<'_>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Answer, Fault> {
    let (name, user_name, number) = (typed.name.trim(), typed.user_name.trim(), typed.number.trim());
    let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME && person::is_called(name);
    let digits = app.config.people.identity_number_digits;
    let looked = match user_name {
        "" => None,
        user_name => match look_up(app, reached.thread.person, user_name, visitor, now).await? {
            Ok(refusal) => refusal,
            Err(wait) => return Ok(Answer::Wait(wait)),
        },
    };
    let wrong = Wrong {
        name: !fits,
        user_name: looked,
        number: !number.is_empty() && person::check_identity_number(number, digits).is_err(),
    };
    if wrong != Wrong::default() {
        return Ok(Answer::Wrong(wrong));
    }
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let data = data(&reached.thread.address, name, given(user_name), given(number), typed.lang);
    Described { thread: reached.thread.clone(), data }.seal(app, now).map(Answer::Described)
}

/// Why a user name cannot be had, or how long to wait until it is looked up. It counts for the account that is to be and for the
/// network before anybody looks; one that is free costs its network nothing.
async fn look_up(
    app: &App,
    account: Uuid,
    user_name: &str,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Result<Option<NoUserName>, Duration>, Fault> {
    let Some(name) = SignInName::parse(user_name).filter(|_| may_be_chosen(app, user_name)) else {
        return Ok(Ok(Some(NoUserName::Form)));
    };
    let attempt = Attempt::of(app, account, visitor).await;
    if let Some(wait) = throttle::must_wait(app, &attempt, now).await {
        return Ok(Err(wait));
    }
    if people::named(app, &name).await?.is_some() {
        return Ok(Ok(Some(NoUserName::Taken)));
    }
    throttle::pardon(app, &attempt, now).await;
    Ok(Ok(None))
}

fn may_be_chosen(app: &App, user_name: &str) -> bool {
    person::may_be_chosen(user_name) && !person::looks_like(user_name, &app.config.accounts.reserved_user_names)
}

/// Who chooses no user name signs in with the address, which is one.
fn data(address: &Address, name: &str, user_name: Option<String>, number: Option<String>, lang: Lang) -> PersonalData {
    let mut claims = Map::new();
    let mut claim = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    claim("name", name.into());
    claim("locale", lang.tag().into());
    let phone_number = match address {
        Address::Mail(address) => {
            claim("email", address.as_str().into());
            claim("email_verified", true.into());
            None
        }
        Address::Phone(number) => {
            claim("phone_number", number.as_str().into());
            claim("phone_number_verified", true.into());
            Some(number.clone())
        }
    };
    let user_name = Some(user_name.unwrap_or_else(|| address.as_str().to_owned()));
    let own = Some(OwnWord { phone_number, identity_number: number });
    PersonalData { user_name, claims, own, ..PersonalData::default() }
}
