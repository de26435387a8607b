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
    const FIND: &str = "SELECT id, data, user_name, identity_number, email, disabled_at FROM people WHERE id = $1";
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)
}

/// The person who signs in with the name of this digest.
pub async fn find_by_name(db: &Db, digest: &[u8]) -> Result<Option<PersonRow>, Fault> {
    const FIND: &str = "SELECT id, data, user_name, identity_number, email, disabled_at FROM people \
         WHERE user_name = $1 OR identity_number = $1 OR email = $1 LIMIT 1";
    on!(db.reads, c => sqlx::query_as(FIND).bind(digest).fetch_optional(c).await)
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

/// Takes from a person the right to sign in; the history stays.
pub async fn disable(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<(), Fault> {
    const DISABLE: &str = "UPDATE people SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";
    in_tx!(tx, c => sqlx::query(DISABLE).bind(id).bind(now.micros()).execute(c).await.map(|_| ()))?;
    // A refresh token outlives sessions: what was granted ends with the account.
    const REVOKE: &str = "UPDATE grants SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL";
    in_tx!(tx, c => sqlx::query(REVOKE).bind(id).bind(now.micros()).execute(c).await.map(|_| ()))
}
