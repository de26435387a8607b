//! Accounts that close: when, and whose time has come.

use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;

/// Lets the account of a person close at `at`; `false` if it closes already, or the person may not sign in.
pub async fn begin(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<bool, Fault> {
    const BEGIN: &str =
        "UPDATE people SET closes_at = $3 WHERE id = $1 AND shard = $2 AND closes_at IS NULL AND disabled_at IS NULL";
    in_tx!(tx, c => {
        let query = sqlx::query(BEGIN).bind(id).bind(Shard::of(id).number()).bind(at.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Lets it go on; `false` if it does not close.
pub async fn keep(tx: &mut Tx, id: Uuid) -> Result<bool, Fault> {
    const KEEP: &str = "UPDATE people SET closes_at = NULL WHERE id = $1 AND shard = $2 AND closes_at IS NOT NULL";
    in_tx!(tx, c => {
        let query = sqlx::query(KEEP).bind(id).bind(Shard::of(id).number());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Whether a person's time has come at an instant. Whom an operator disabled stays, for somebody looks into something, and so
/// does who is getting the account back.
macro_rules! is_due {
    ($now:literal) => {
        concat!(
            "closes_at <= ",
            $now,
            " AND disabled_at IS NULL AND NOT EXISTS (SELECT 1 FROM recoveries AS r WHERE r.person_id = people.id \
             AND r.shard = people.shard AND r.expires_at > ",
            $now,
            ")"
        )
    };
}

/// At most `limit` people whose time has come, but for the first `passed`.
pub async fn due(db: &Db, now: Timestamp, passed: i64, limit: i64) -> Result<Vec<Uuid>, Fault> {
    const DUE: &str =
        concat!("SELECT id FROM people WHERE ", is_due!("$1"), " ORDER BY closes_at, id LIMIT $2 OFFSET $3");
    on!(db.reads, c => {
        sqlx::query_scalar(DUE).bind(now.micros()).bind(limit).bind(passed).fetch_all(c).await
    })
}

/// What is sealed of a person whose time has come, who is held until the transaction ends; `None` if it has not, or if
/// somebody was faster.
pub async fn hold(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
    const HOLD: &str = concat!(
        "UPDATE people SET updated_at = updated_at WHERE id = $1 AND shard = $2 AND ",
        is_due!("$3"),
        " RETURNING data"
    );
    in_tx!(tx, c => {
        let query = sqlx::query_scalar(HOLD).bind(id).bind(Shard::of(id).number());
        query.bind(now.micros()).fetch_optional(c).await
    })
}
