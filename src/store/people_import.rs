//! Many people at once, sealed already.

use std::borrow::Cow;

use sqlx::FromRow;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::births;
use super::db::Db;
use super::db::Tx;
use super::people::Digests;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::credential::password::StoredPassword;

/// A person who is to be entered.
#[derive(Debug)]
#[allow(missing_docs)] // as in PersonRow
pub struct NewPerson {
    pub id: Uuid,
    pub data: Vec<u8>,
    pub digests: Digests,
    /// By which their verified telephone number is found.
    pub phone: Option<[u8; 32]>,
    /// By which they are found who are called so and were born then.
    pub birth: Option<[u8; 32]>,
    pub disabled_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub password: Option<NewPassword>,
}

/// What they sign in with, if anything yet.
#[derive(Debug)]
pub struct NewPassword {
    /// Of the credential.
    pub id: Uuid,
    /// The hash.
    pub stored: StoredPassword,
    /// What is remembered of the hash that was given (`credentials::declared_digest`).
    pub declared: Vec<u8>,
}

/// Somebody who is there.
#[derive(Debug, FromRow)]
#[allow(missing_docs)] // as in PersonRow
pub struct Known {
    pub id: Uuid,
    pub data: Vec<u8>,
    pub user_name: Option<Vec<u8>>,
    disabled_at: Option<i64>,
    secret: Option<String>,
    pepper: Option<String>,
    /// What is remembered of the hash that was given, where somebody knows.
    pub declared: Option<Vec<u8>>,
}

impl Known {
    /// Whether they may not sign in.
    pub const fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }

    /// Their password, if there is one.
    pub fn password(&self) -> Option<StoredPassword> {
        self.secret.clone().map(|phc| StoredPassword { phc, pepper: self.pepper.clone() })
    }
}

/// The digests of those that were nobody's come back.
static NAMES: Batch = Batch::new(
    "INSERT INTO names (digest, shard, person_id) SELECT digest, shard, person_id FROM ",
    &["digest", "shard", "person_id"],
    " WHERE TRUE ON CONFLICT (digest, shard) DO NOTHING RETURNING digest",
);

static PEOPLE: Batch = Batch::new(
    "INSERT INTO people (id, shard, data, user_name, identity_number, email, disabled_at, created_at, updated_at) \
     SELECT id, shard, data, user_name, identity_number, email, disabled_at, created_at, created_at FROM ",
    &["id", "shard", "data", "user_name", "identity_number", "email", "disabled_at", "created_at"],
    "",
);

static PASSWORDS: Batch = Batch::new(
    "INSERT INTO credentials (id, shard, person_id, kind, secret, pepper, created_at, updated_at, declared) \
     SELECT id, shard, person_id, 'password', secret, pepper, created_at, created_at, declared FROM ",
    &["id", "shard", "person_id", "secret", "pepper", "created_at", "declared"],
    "",
);

static OWNERS: Batch = Batch::new(
    "SELECT names.digest, names.person_id FROM ",
    &["digest", "shard"],
    " JOIN names ON names.digest = v.digest AND names.shard = v.shard",
);

static KNOWN: Batch = Batch::new(
    "SELECT people.id, people.data, people.user_name, people.disabled_at, credentials.secret, credentials.pepper, credentials.declared FROM ",
    &["id", "shard"],
    " JOIN people ON people.id = v.id AND people.shard = v.shard LEFT JOIN credentials \
     ON credentials.person_id = people.id AND credentials.shard = people.shard AND credentials.kind = 'password'",
);

/// Enters people whose names are nobody's. `false` if one of the names is somebody's: then nothing may be committed.
pub async fn insert(tx: &mut Tx, people: &[&NewPerson]) -> Result<bool, Fault> {
    let mut names: Vec<(&[u8], Uuid)> =
        people.iter().flat_map(|person| person.digests.all().map(|digest| (digest, person.id))).collect();
    // In one order: two imports at once wait for each other's names one after the other, and never in a circle.
    names.sort_unstable();
    names.dedup(); // one whose user name is the e-mail address
    if put_names(tx, &names).await? < names.len() {
        return Ok(false);
    }
    let mut phones: Vec<(&[u8], Uuid)> =
        people.iter().filter_map(|person| Some((person.phone.as_ref()?.as_slice(), person.id))).collect();
    phones.sort_unstable();
    put_names(tx, &phones).await?; // several people may have one number
    let mut born: Vec<(&[u8], Uuid)> =
        people.iter().filter_map(|person| Some((person.birth.as_ref()?.as_slice(), person.id))).collect();
    born.sort_unstable();
    births::put_all(tx, &born).await?;
    PEOPLE.execute_in(tx, people, inserted).await?;
    let passwords: Vec<(&NewPerson, &NewPassword)> =
        people.iter().filter_map(|person| Some((*person, person.password.as_ref()?))).collect();
    PASSWORDS.execute_in(tx, &passwords, with_passwords).await?;
    Ok(true)
}

/// Gives people names; how many of them were nobody's.
async fn put_names(tx: &mut Tx, names: &[(&[u8], Uuid)]) -> Result<usize, Fault> {
    let free: Vec<(Vec<u8>,)> = NAMES
        .fetch_in(tx, names, |some| {
            vec![
                Column::bytes(some.iter().map(|(digest, _)| *digest)),
                Column::Shards(some.iter().map(|(digest, _)| Shard::of_digest(digest).number()).collect()),
                Column::ids(some.iter().map(|(_, person)| *person)),
            ]
        })
        .await?;
    Ok(free.len())
}

fn inserted<'a>(people: &'a [&NewPerson]) -> Vec<Column<'a>> {
    let ids = || people.iter().map(|person| person.id);
    let digest = |of: fn(&Digests) -> &Option<Vec<u8>>| {
        Column::Bytes(people.iter().map(|person| of(&person.digests).as_deref()).collect())
    };
    vec![
        Column::ids(ids()),
        Column::shards(ids()),
        Column::bytes(people.iter().map(|person| person.data.as_slice())),
        digest(|digests| &digests.user_name),
        digest(|digests| &digests.identity_number),
        digest(|digests| &digests.email),
        Column::Numbers(people.iter().map(|person| person.disabled_at.map(Timestamp::micros)).collect()),
        Column::numbers(people.iter().map(|person| person.created_at.micros())),
    ]
}

fn with_passwords<'a>(rows: &'a [(&NewPerson, &NewPassword)]) -> Vec<Column<'a>> {
    let passwords = || rows.iter().map(|(_, password)| password);
    vec![
        Column::ids(passwords().map(|password| password.id)),
        Column::shards(passwords().map(|password| password.id)),
        Column::ids(rows.iter().map(|(person, _)| person.id)),
        Column::texts(passwords().map(|password| password.stored.phc.as_str())),
        Column::Texts(passwords().map(|password| password.stored.pepper.as_deref().map(Cow::Borrowed)).collect()),
        Column::numbers(rows.iter().map(|(person, _)| person.created_at.micros())),
        Column::bytes(passwords().map(|password| password.declared.as_slice())),
    ]
}

/// Whose these names are, by digest, as far as they are anybody's.
pub async fn owners(db: &Db, digests: &[&[u8]]) -> Result<Vec<(Vec<u8>, Uuid)>, Fault> {
    OWNERS
        .read(db, digests, |some| {
            vec![
                Column::bytes(some.iter().copied()),
                Column::Shards(some.iter().map(|digest| Shard::of_digest(digest).number()).collect()),
            ]
        })
        .await
}

/// The people with these ids.
pub async fn known(db: &Db, ids: &[Uuid]) -> Result<Vec<Known>, Fault> {
    KNOWN.read(db, ids, |some| vec![Column::ids(some.iter().copied()), Column::shards(some.iter().copied())]).await
}
