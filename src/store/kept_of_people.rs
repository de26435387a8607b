//! What is kept of a person that nothing but the file reads which they take along.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Db;
use super::letters;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;

/// What their row remembers beside who they are.
#[derive(Clone, Debug, FromRow)]
pub struct Remembered {
    updated_at: i64,
    passkey_offer_after: Option<i64>,
    /// Digests of networks, as they are stored.
    pub networks: Option<Vec<u8>>,
    /// How often their known browsers were forgotten.
    pub devices: i64,
    /// How often something that they proved themselves with was taken from them.
    pub removals: i64,
}

impl Remembered {
    /// When the row became as it is.
    pub fn updated_at(&self) -> Timestamp {
        Timestamp::from_micros(self.updated_at)
    }

    /// Since when a passkey may be offered to them again, where one was.
    pub fn passkey_offer_after(&self) -> Option<Timestamp> {
        self.passkey_offer_after.map(Timestamp::from_micros)
    }
}

/// It.
pub async fn remembered(db: &Db, person: Uuid) -> Result<Option<Remembered>, Fault> {
    const REMEMBERED: &str = "SELECT updated_at, passkey_offer_after, networks, devices, removals FROM people \
         WHERE id = $1 AND shard = $2";
    let shard = Shard::of(person).number();
    on!(db.reads, c => sqlx::query_as(REMEMBERED).bind(person).bind(shard).fetch_optional(c).await)
}

/// What is kept of a password beside what it is compared with.
#[derive(Clone, Debug, FromRow)]
pub struct Password {
    created_at: i64,
    updated_at: i64,
    /// How often it was tried in vain since the last right one.
    pub failures: i64,
}

impl Password {
    /// Since when there is one.
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_micros(self.created_at)
    }

    /// Since when it is this one.
    pub fn updated_at(&self) -> Timestamp {
        Timestamp::from_micros(self.updated_at)
    }
}

/// Of the password, where there is one.
pub async fn password(db: &Db, person: Uuid) -> Result<Option<Password>, Fault> {
    const PASSWORD: &str = "SELECT created_at, updated_at, failures FROM credentials \
         WHERE person_id = $1 AND shard = $2 AND kind = 'password'";
    let shard = Shard::of(person).number();
    on!(db.reads, c => sqlx::query_as(PASSWORD).bind(person).bind(shard).fetch_optional(c).await)
}

/// Letters that were not brought yet, the oldest first.
pub async fn letters(db: &Db, person: Uuid, limit: i64) -> Result<Vec<letters::Row>, Fault> {
    const LETTERS: &str = "SELECT id, person_id, channel, payload, created_at, expires_at, tries, next_try_at, given_up_at, \
         last_error FROM letters WHERE person_id = $1 AND shard = $2 ORDER BY created_at, id LIMIT $3";
    let shard = Shard::of(person).number();
    on!(db.reads, c => sqlx::query_as(LETTERS).bind(person).bind(shard).bind(limit).fetch_all(c).await)
}

/// What was stopped by the links of letters: what it was, when it was done and when stopped.
pub async fn stopped(db: &Db, person: Uuid) -> Result<Vec<(String, Timestamp, Timestamp)>, Fault> {
    const STOPPED: &str =
        "SELECT what, done_at, stopped_at FROM stops WHERE person_id = $1 AND shard = $2 ORDER BY stopped_at";
    let shard = Shard::of(person).number();
    let rows: Vec<(String, i64, i64)> =
        on!(db.reads, c => sqlx::query_as(STOPPED).bind(person).bind(shard).fetch_all(c).await)?;
    let instants = rows.into_iter();
    Ok(instants.map(|(what, done, at)| (what, Timestamp::from_micros(done), Timestamp::from_micros(at))).collect())
}
