//! People. What identifies them is sealed; names to sign in with are looked up by keyed digests.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;

/// A row of `people`.
#[derive(Clone, Debug, FromRow)]
pub struct PersonRow {
    /// Our own identifier; it never leaves the building.
    pub id: Uuid,
    /// Sealed `PersonalData`.
    pub data: Vec<u8>,
    /// Digest of the user name.
    pub user_name: Option<Vec<u8>>,
    /// Digest of the identity number.
    pub identity_number: Option<Vec<u8>>,
    /// Digest of the e-mail address.
    pub email: Option<Vec<u8>>,
    disabled_at: Option<i64>,
    created_at: i64,
}

/// How many people there are.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Count {
    /// All of them.
    pub all: i64,
    /// Those of them who may not sign in.
    pub disabled: i64,
}

/// The digests under which a person is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // as in PersonRow
pub struct Digests {
    pub user_name: Option<Vec<u8>>,
    pub identity_number: Option<Vec<u8>>,
    pub email: Option<Vec<u8>>,
}

impl PersonRow {
    /// Whether the person may not sign in.
    pub fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }

    /// Since when the person may not sign in, if so.
    pub fn disabled_at(&self) -> Option<Timestamp> {
        self.disabled_at.map(Timestamp::from_micros)
    }

    /// Since when the person is known.
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_micros(self.created_at)
    }

    /// The digests under which the person is found.
    pub fn digests(&self) -> Digests {
        Digests {
            user_name: self.user_name.clone(),
            identity_number: self.identity_number.clone(),
            email: self.email.clone(),
        }
    }
}

/// The person with this id.
pub async fn find(db: &Db, id: Uuid) -> Result<Option<PersonRow>, Fault> {
    const FIND: &str =
        "SELECT id, data, user_name, identity_number, email, disabled_at, created_at FROM people WHERE id = $1";
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)
}

/// The person who signs in with the name of this digest.
pub async fn find_by_name(db: &Db, digest: &[u8]) -> Result<Option<PersonRow>, Fault> {
    const FIND: &str = "SELECT id, data, user_name, identity_number, email, disabled_at, created_at FROM people \
         WHERE user_name = $1 OR identity_number = $1 OR email = $1 LIMIT 1";
    on!(db.reads, c => sqlx::query_as(FIND).bind(digest).fetch_optional(c).await)
}

/// Keeps a person as they are until the transaction ends; `false` if they may not sign in.
pub async fn hold(tx: &mut Tx, id: Uuid) -> Result<bool, Fault> {
    const HOLD: &str = "UPDATE people SET updated_at = updated_at WHERE id = $1 AND disabled_at IS NULL";
    in_tx!(tx, c => sqlx::query(HOLD).bind(id).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Everybody who may sign in.
pub async fn enabled_ids(tx: &mut Tx) -> Result<Vec<Uuid>, Fault> {
    const IDS: &str = "SELECT id FROM people WHERE disabled_at IS NULL ORDER BY id";
    in_tx!(tx, c => sqlx::query_scalar(IDS).fetch_all(c).await)
}

/// Writes a person, new or known.
pub async fn put(tx: &mut Tx, id: Uuid, data: &[u8], digests: &Digests, now: Timestamp) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO people (id, data, user_name, identity_number, email, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (id) DO UPDATE SET data = excluded.data, \
         user_name = excluded.user_name, identity_number = excluded.identity_number, email = excluded.email, \
         updated_at = excluded.updated_at, disabled_at = NULL";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(id)
        .bind(data)
        .bind(digests.user_name.as_deref())
        .bind(digests.identity_number.as_deref())
        .bind(digests.email.as_deref())
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))
}

/// Takes from a person the right to sign in; the history stays. `false` if they had it no more.
pub async fn disable(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    const DISABLE: &str = "UPDATE people SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";
    in_tx!(tx, c => sqlx::query(DISABLE).bind(id).bind(now.micros()).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Gives it back; `false` if they had it.
pub async fn enable(tx: &mut Tx, id: Uuid) -> Result<bool, Fault> {
    const ENABLE: &str = "UPDATE people SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL";
    in_tx!(tx, c => sqlx::query(ENABLE).bind(id).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// How many people there are.
pub async fn count(db: &Db) -> Result<Count, Fault> {
    const COUNT: &str = "SELECT COUNT(*) AS \"all\", COUNT(disabled_at) AS disabled FROM people";
    on!(db.reads, c => sqlx::query_as(COUNT).fetch_one(c).await)
}
