//! Keys that seal columns, themselves sealed under the key-encryption key.

use sqlx::FromRow;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;

/// A row of `data_keys`.
#[derive(Clone, Debug, FromRow)]
pub struct DataKeyRow {
    /// What it is for; a successor bears a number as well.
    pub purpose: String,
    /// The key, sealed; nothing of one that was retired.
    pub sealed: Vec<u8>,
    created_at: i64,
    active_at: Option<i64>,
    retired_at: Option<i64>,
}

impl DataKeyRow {
    /// Since when it seals.
    pub fn active_at(&self) -> Timestamp {
        Timestamp::from_micros(self.active_at.unwrap_or(self.created_at))
    }

    /// Whether it is gone.
    pub const fn is_retired(&self) -> bool {
        self.retired_at.is_some()
    }
}

/// The sealed key for `purpose`. The first replica that asks stores `candidate`; every other gets what the first stored.
pub async fn ensure(db: &Db, purpose: &str, candidate: &[u8], now: Timestamp) -> Result<Vec<u8>, Fault> {
    const OFFER: &str =
        "INSERT INTO data_keys (purpose, sealed, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    const FIND: &str = "SELECT sealed FROM data_keys WHERE purpose = $1";
    change!(db, c => sqlx::query(OFFER).bind(purpose).bind(candidate).bind(now.micros()).execute(c).await.map(|_| ()))?;
    on!(db.reads, c => sqlx::query_scalar(FIND).bind(purpose).fetch_one(c).await)
}

/// The sealed key for `purpose`, if there is one.
pub async fn find(db: &Db, purpose: &str) -> Result<Option<Vec<u8>>, Fault> {
    const FIND: &str = "SELECT sealed FROM data_keys WHERE purpose = $1";
    on!(db.reads, c => sqlx::query_scalar(FIND).bind(purpose).fetch_optional(c).await)
}

/// All of them.
pub async fn all(db: &Db) -> Result<Vec<DataKeyRow>, Fault> {
    const ALL: &str = "SELECT purpose, sealed, created_at, active_at, retired_at FROM data_keys ORDER BY purpose";
    on!(db.reads, c => sqlx::query_as(ALL).fetch_all(c).await)
}

/// Writes a successor, which seals from `active_at` on; `false` if another replica was faster.
pub async fn insert(
    tx: &mut Tx,
    purpose: &str,
    sealed: &[u8],
    (now, active_at): (Timestamp, Timestamp),
) -> Result<bool, Fault> {
    const INSERT: &str = "INSERT INTO data_keys (purpose, sealed, created_at, active_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING";
    in_tx!(tx, c => {
        let query = sqlx::query(INSERT).bind(purpose).bind(sealed).bind(now.micros()).bind(active_at.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Wipes a key under which nothing is sealed any more; `false` if that was done before.
pub async fn retire(tx: &mut Tx, purpose: &str, now: Timestamp) -> Result<bool, Fault> {
    const RETIRE: &str = "UPDATE data_keys SET sealed = $2, retired_at = $3 WHERE purpose = $1 AND retired_at IS NULL";
    const NOTHING: &[u8] = &[];
    in_tx!(tx, c => {
        let query = sqlx::query(RETIRE).bind(purpose).bind(NOTHING).bind(now.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Puts `sealed` in the place of what is `before`; `false` where that was replaced meanwhile.
pub async fn replace(db: &Db, purpose: &str, before: &[u8], sealed: &[u8]) -> Result<bool, Fault> {
    const REPLACE: &str = "UPDATE data_keys SET sealed = $1 WHERE purpose = $2 AND sealed = $3";
    let replaced = change!(db, c => {
        sqlx::query(REPLACE).bind(sealed).bind(purpose).bind(before).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(replaced == 1)
}
