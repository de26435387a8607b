//! JWTs of clients that were used: each counts once (RFC 7523 §3).

use serde::Deserialize;
use serde::Serialize;
use sqlx::QueryBuilder;

use super::db::Db;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;

/// A JWT that counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedAssertion {
    /// Of the client and the JWT's identifier.
    pub digest: [u8; 32],
    /// When nobody would take it any more.
    pub until: Timestamp,
}

/// Appends the rows to one `INSERT`; the digests of those that are new come back.
pub(super) fn insert<DB>(rows: &[UsedAssertion]) -> QueryBuilder<DB>
where
    DB: sqlx::Database,
    for<'q> Vec<u8>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut query = QueryBuilder::new("INSERT INTO used_assertions (digest, expires_at) ");
    // In one order: two replicas that insert the same rows in different orders would wait for each other.
    let mut rows = rows.to_vec();
    rows.sort_unstable_by_key(|used| used.digest);
    query.push_values(rows, |mut row, used| {
        row.push_bind(used.digest.to_vec()).push_bind(used.until.micros());
    });
    query.push(" ON CONFLICT (digest) DO NOTHING RETURNING digest");
    query
}

/// Drops at most `limit` that nobody would have taken any more before `before`.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM used_assertions WHERE digest IN \
         (SELECT digest FROM used_assertions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.micros()).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}
