//! Signing keys: what is public of them, their times, and, in the custody of the database, the sealed private key.

use sqlx::FromRow;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;

/// A row of `signing_keys`.
#[derive(Clone, Debug, FromRow)]
pub struct SigningKeyRow {
    /// The key's identifier, its RFC 7638 thumbprint.
    pub kid: String,
    /// What it is for.
    pub purpose: String,
    /// The algorithm that it signs with.
    pub alg: String,
    /// The key that it follows; empty for the first of its line.
    pub predecessor: String,
    /// Where the private key is kept: `database` or `file`.
    pub custody: String,
    /// The public key as a JWK.
    pub public_jwk: String,
    /// The sealed private key, in the custody of the database.
    pub private_key: Option<Vec<u8>>,
    created_at: i64,
    active_at: i64,
    revoked_at: Option<i64>,
}

impl SigningKeyRow {
    /// A key about to be.
    pub fn new(
        kid: String,
        (purpose, alg): (&str, &str),
        predecessor: &str,
        custody: &str,
        times: (Timestamp, Timestamp),
    ) -> Self {
        let (created_at, active_at) = (times.0.micros(), times.1.micros());
        let (purpose, alg) = (purpose.to_owned(), alg.to_owned());
        let (predecessor, custody) = (predecessor.to_owned(), custody.to_owned());
        let (public_jwk, private_key) = (String::new(), None);
        Self {
            kid,
            purpose,
            alg,
            predecessor,
            custody,
            public_jwk,
            private_key,
            created_at,
            active_at,
            revoked_at: None,
        }
    }

    /// Since when it is published.
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_micros(self.created_at)
    }

    /// Since when it signs.
    pub fn active_at(&self) -> Timestamp {
        Timestamp::from_micros(self.active_at)
    }

    /// Since when it is revoked, if it is.
    pub fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at.map(Timestamp::from_micros)
    }
}

/// Every key, the oldest first.
pub async fn all(db: &Db) -> Result<Vec<SigningKeyRow>, Fault> {
    const ALL: &str = "SELECT kid, purpose, alg, predecessor, custody, public_jwk, private_key, created_at, active_at, revoked_at \
         FROM signing_keys ORDER BY purpose, alg, active_at, created_at";
    on!(db.reads, c => sqlx::query_as(ALL).fetch_all(c).await)
}

/// Writes a new key; `false` if its predecessor has another successor already.
pub async fn insert(tx: &mut Tx, key: &SigningKeyRow) -> Result<bool, Fault> {
    const INSERT: &str = "INSERT INTO signing_keys (kid, alg, predecessor, custody, public_jwk, private_key, created_at, \
         active_at, purpose) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(&key.kid)
        .bind(&key.alg)
        .bind(&key.predecessor)
        .bind(&key.custody)
        .bind(&key.public_jwk)
        .bind(key.private_key.as_deref())
        .bind(key.created_at)
        .bind(key.active_at)
        .bind(&key.purpose)
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// Lets a key sign from `at` on, if that is earlier than planned; `false` if it is not.
pub async fn activate(tx: &mut Tx, kid: &str, at: Timestamp) -> Result<bool, Fault> {
    const ACTIVATE: &str = "UPDATE signing_keys SET active_at = $2 WHERE kid = $1 AND active_at > $2";
    in_tx!(tx, c => sqlx::query(ACTIVATE).bind(kid).bind(at.micros()).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Revokes a key; `false` if it is unknown or was revoked before. A private key in the database is wiped.
pub async fn revoke(tx: &mut Tx, kid: &str, now: Timestamp) -> Result<bool, Fault> {
    const REVOKE: &str =
        "UPDATE signing_keys SET revoked_at = $2, private_key = NULL WHERE kid = $1 AND revoked_at IS NULL";
    in_tx!(tx, c => sqlx::query(REVOKE).bind(kid).bind(now.micros()).execute(c).await.map(|done| done.rows_affected() > 0))
}
