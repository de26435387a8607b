//! The audit trail.

use std::borrow::Cow;

use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Pool;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Event;

/// An event with its identifier and its time.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Entry {
    pub id: Uuid,
    pub at: Timestamp,
    pub event: Event,
}

static INSERT: Batch = Batch::new(
    "INSERT INTO audit_events (id, shard, at, act, person_id, client_id, session_id, detail) \
     SELECT id, shard, at, act, person_id, client_id, session_id, detail FROM ",
    &["id", "shard", "at", "act", "person_id", "client_id", "session_id", "detail"],
    "",
);

fn inserted(rows: &[Entry]) -> Vec<Column<'_>> {
    let ids = || rows.iter().map(|entry| entry.id);
    let events = || rows.iter().map(|entry| &entry.event);
    vec![
        Column::ids(ids()),
        Column::shards(ids()),
        Column::numbers(rows.iter().map(|entry| entry.at.micros())),
        Column::texts(events().map(|event| event.act.as_str())),
        Column::Ids(events().map(|event| event.person).collect()),
        Column::Texts(events().map(|event| event.client.as_deref().map(Cow::Borrowed)).collect()),
        Column::Ids(events().map(|event| event.session).collect()),
        Column::Texts(events().map(|event| event.detail.as_deref().map(Cow::Borrowed)).collect()),
    ]
}

/// Writes events in the transaction of their acts.
pub async fn write(tx: &mut Tx, rows: &[Entry]) -> Result<(), Fault> {
    INSERT.execute_in(tx, rows, inserted).await
}

/// What the trail says since `since`: (act, client, detail), oldest first, at most `limit`.
pub async fn since(db: &Db, since: Uuid, limit: i64) -> Result<Vec<(String, Option<String>, Option<String>)>, Fault> {
    const SINCE: &str = "SELECT act, client_id, detail FROM audit_events WHERE id >= $1 ORDER BY id LIMIT $2";
    on!(db.reads, c => sqlx::query_as(SINCE).bind(since).bind(limit).fetch_all(c).await)
}

/// Drops at most `limit` events before `before` (SQLite; PostgreSQL drops partitions).
pub async fn drop_before(db: &Db, before: Uuid, limit: i64) -> Result<u64, Fault> {
    const DROP: &str =
        "DELETE FROM audit_events WHERE id IN (SELECT id FROM audit_events WHERE id < $1 ORDER BY id LIMIT $2)";
    match &db.writes {
        Pool::Postgres(_) => Ok(0),
        Pool::Sqlite(_) => change!(db, c => {
            sqlx::query(DROP).bind(before).bind(limit).execute(c).await.map(|done| done.rows_affected())
        }),
    }
}
