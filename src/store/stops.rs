//! What people stopped by the links of letters.

use std::time::Duration;

use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;

/// So long it is remembered: longer than any link works.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// What was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A recovery that began at an instant.
    Recovery,
    /// A change at an instant, and with it what was added or set later.
    Change,
}

impl What {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Recovery => "recovery",
            Self::Change => "change",
        }
    }
}

/// Whether what was done to a person at an instant was stopped for itself.
pub async fn was(db: &Db, person: Uuid, what: What, done_at: Timestamp) -> Result<bool, Fault> {
    const WAS: &str = "SELECT 1 FROM stops WHERE person_id = $1 AND shard = $2 AND what = $3 AND done_at = $4";
    let shard = Shard::of(person).number();
    let was: Option<i32> = on!(db.reads, c => {
        let query = sqlx::query_scalar(WAS).bind(person).bind(shard).bind(what.as_str()).bind(done_at.micros());
        query.fetch_optional(c).await
    })?;
    Ok(was.is_some())
}

/// Whether a change of before an instant was stopped after it, which took all of later.
pub async fn was_with_an_earlier(db: &Db, person: Uuid, done_at: Timestamp) -> Result<bool, Fault> {
    const WAS: &str = "SELECT 1 FROM stops WHERE person_id = $1 AND shard = $2 AND what = 'change' \
         AND done_at < $3 AND stopped_at >= $3 LIMIT 1";
    let shard = Shard::of(person).number();
    let was: Option<i32> = on!(db.reads, c => {
        sqlx::query_scalar(WAS).bind(person).bind(shard).bind(done_at.micros()).fetch_optional(c).await
    })?;
    Ok(was.is_some())
}

/// Remembers that it was, and forgets what was remembered for long enough; `false` if it was before.
pub async fn put(tx: &mut Tx, person: Uuid, what: What, done_at: Timestamp, now: Timestamp) -> Result<bool, Fault> {
    const FORGET: &str = "DELETE FROM stops WHERE person_id = $1 AND shard = $2 AND stopped_at < $3";
    const PUT: &str = "INSERT INTO stops (shard, person_id, what, done_at, stopped_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING";
    let (shard, since) = (Shard::of(person).number(), (now - KEPT).micros());
    in_tx!(tx, c => sqlx::query(FORGET).bind(person).bind(shard).bind(since).execute(c).await.map(|_| ()))?;
    in_tx!(tx, c => {
        let query = sqlx::query(PUT).bind(shard).bind(person).bind(what.as_str()).bind(done_at.micros());
        query.bind(now.micros()).execute(c).await.map(|done| done.rows_affected() > 0)
    })
}
