//! How requests of officials were answered that must not be done twice.

use sqlx::FromRow;

use super::db::Db;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;

/// A request that was begun.
#[derive(Clone, Debug, FromRow)]
pub struct Kept {
    /// The digest of what was asked.
    pub request: Vec<u8>,
    /// How it was answered, sealed; nothing while it is under way.
    pub answer: Option<Vec<u8>>,
}

/// Begins a request, unless one of this id was begun after `over`; `false` where it was.
pub async fn begin(db: &Db, id: &[u8], request: &[u8], now: Timestamp, over: Timestamp) -> Result<bool, Fault> {
    const BEGIN: &str = "INSERT INTO kept_answers (id, request, begun_at, answer) VALUES ($1, $2, $3, NULL) \
         ON CONFLICT (id) DO UPDATE SET request = excluded.request, begun_at = excluded.begun_at, answer = NULL \
         WHERE kept_answers.begun_at < $4";
    change!(db, c => sqlx::query(BEGIN)
        .bind(id)
        .bind(request)
        .bind(now.micros())
        .bind(over.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// The request of this id.
pub async fn find(db: &Db, id: &[u8]) -> Result<Option<Kept>, Fault> {
    const FIND: &str = "SELECT request, answer FROM kept_answers WHERE id = $1";
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)
}

/// Keeps the answer of a request.
pub async fn finish(db: &Db, id: &[u8], answer: &[u8]) -> Result<(), Fault> {
    const FINISH: &str = "UPDATE kept_answers SET answer = $2 WHERE id = $1";
    change!(db, c => sqlx::query(FINISH).bind(id).bind(answer).execute(c).await.map(|_| ()))
}

/// Forgets a request that was not done.
pub async fn forget(db: &Db, id: &[u8]) -> Result<(), Fault> {
    const FORGET: &str = "DELETE FROM kept_answers WHERE id = $1";
    change!(db, c => sqlx::query(FORGET).bind(id).execute(c).await.map(|_| ()))
}

/// Drops at most `limit` requests that were begun before `before`.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM kept_answers WHERE id IN (SELECT id FROM kept_answers WHERE begun_at < $1 ORDER BY begun_at LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.micros()).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}
