//! JWTs of clients that were used: each counts once (RFC 7523 §3).

use serde::Deserialize;
use serde::Serialize;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;

/// A JWT that counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedAssertion {
    /// Of the client and the JWT's identifier.
    pub digest: [u8; 32],
    /// When nobody would take it any more.
    pub until: Timestamp,
}

/// The digests of those that are new come back.
pub(super) static INSERT: Batch = Batch::new(
    "INSERT INTO used_assertions (digest, shard, expires_at) SELECT digest, shard, expires_at FROM ",
    &["digest", "shard", "expires_at"],
    " WHERE TRUE ON CONFLICT (digest, shard) DO NOTHING RETURNING digest",
);

/// The columns of [`INSERT`].
pub(super) fn inserted(rows: &[UsedAssertion]) -> Vec<Column<'_>> {
    // In one order: two replicas that insert the same rows in different orders would wait for each other.
    let mut rows: Vec<&UsedAssertion> = rows.iter().collect();
    rows.sort_unstable_by_key(|used| used.digest);
    vec![
        Column::bytes(rows.iter().map(|used| used.digest.as_slice())),
        Column::Shards(rows.iter().map(|used| Shard::of_digest(&used.digest).number()).collect()),
        Column::numbers(rows.iter().map(|used| used.until.micros())),
    ]
}

/// Drops at most `limit` that nobody would have taken any more before `before`.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM used_assertions WHERE digest IN \
         (SELECT digest FROM used_assertions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.micros()).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}
