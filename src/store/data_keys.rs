//! Keys that seal columns, themselves sealed under the key-encryption key.

use super::db::Db;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;

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

/// Puts `sealed` in the place of what is `before`; `false` where that was replaced meanwhile.
pub async fn replace(db: &Db, purpose: &str, before: &[u8], sealed: &[u8]) -> Result<bool, Fault> {
    const REPLACE: &str = "UPDATE data_keys SET sealed = $1 WHERE purpose = $2 AND sealed = $3";
    let replaced = change!(db, c => {
        sqlx::query(REPLACE).bind(sealed).bind(purpose).bind(before).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(replaced == 1)
}
