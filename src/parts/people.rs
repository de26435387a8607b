//! What is known of people, opened where it is needed.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
pub use crate::identity::person::PersonalData;
use crate::identity::person::SignInName;
use crate::outbound::sms;
use crate::parts::columns;
use crate::parts::columns::Column;
use crate::store::db::Tx;
use crate::store::people;
use crate::store::people::Digests;
use crate::store::people::PersonRow;

/// What is known of a person who may sign in.
pub async fn find(app: &App, person: Uuid) -> Result<Option<PersonalData>, Fault> {
    opened(app, people::find(&app.db, person).await?)
}

/// The same, by whoever holds a transaction.
pub async fn find_in(app: &App, tx: &mut Tx, person: Uuid) -> Result<Option<PersonalData>, Fault> {
    opened(app, people::find_in(tx, person).await?)
}

fn opened(app: &App, row: Option<PersonRow>) -> Result<Option<PersonalData>, Fault> {
    let row = row.filter(|row| !row.is_disabled());
    row.map(|row| open(app, &row.data)).transpose()
}

/// Who signs in with this name. One who is stored by exactly what was typed, in the form of former times, comes before one
/// whose name is the same only when both are mapped. Nobody is looked for as long as somebody.
pub async fn named(app: &App, name: &SignInName) -> Result<Option<PersonRow>, Fault> {
    let key = app.data_keys.lookup.expose();
    let exact = match name.former_digest(key) {
        Some(digest) => people::find_by_name(&app.db, &digest).await?,
        None => None,
    };
    let canonical = people::find_by_name(&app.db, &name.digest(key)).await?;
    let phone = match as_phone_number(app, name) {
        Some(number) => people::find_by_name(&app.db, &number.digest(key)).await?,
        None => None,
    };
    Ok(exact.or(canonical).or(phone))
}

/// The telephone number that a name may be, as numbers are stored: people type them with and without the code of the country.
fn as_phone_number(app: &App, name: &SignInName) -> Option<SignInName> {
    let typed = name.canonical();
    if app.sms.is_none() || typed.len() == app.config.people.identity_number_digits {
        return None;
    }
    let number = sms::international(typed, &app.config.sms.country_code)?;
    SignInName::parse(&number).filter(|number| number.canonical() != typed)
}

/// The names under which a person signs in, as digests; `None` where there is no user name.
pub fn digests(app: &App, data: &PersonalData) -> Option<Digests> {
    let key = app.data_keys.lookup.expose();
    let digest = |name: &str| SignInName::parse(name).map(|name| name.digest(key).to_vec());
    Some(Digests {
        user_name: Some(digest(data.user_name.as_deref()?)?),
        identity_number: data.identity_number.as_deref().and_then(digest),
        email: data.email().and_then(digest),
    })
}

/// The digests beside [`digests`] by which a person is found: of the same names in the form of former times, and of the telephone
/// number that they sign in with.
pub fn former_digests(app: &App, data: &PersonalData) -> Vec<[u8; 32]> {
    let names = [data.user_name.as_deref(), data.identity_number.as_deref(), data.email()];
    let names = names.into_iter().flatten().filter_map(SignInName::parse);
    let former = names.filter_map(|name| name.former_digest(app.data_keys.lookup.expose()));
    former.chain(phone_digest(app, data)).collect()
}

/// The digest of the telephone number that a person signs in with, if they do.
pub fn phone_digest(app: &App, data: &PersonalData) -> Option<[u8; 32]> {
    let number = SignInName::parse(data.own.as_ref()?.phone_number.as_deref()?)?;
    Some(number.digest(app.data_keys.lookup.expose()))
}

/// Opens the sealed column of `people`.
pub fn open(app: &App, sealed: &[u8]) -> Result<PersonalData, Fault> {
    columns::open_value(app, Column::Person, sealed)
}

/// Seals what [`open`] opens.
pub fn seal(app: &App, data: &PersonalData, now: Timestamp) -> Result<Vec<u8>, Fault> {
    columns::seal_value(app, Column::Person, data, now)
}
