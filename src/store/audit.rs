//! The audit trail.

use sqlx::QueryBuilder;
use uuid::Uuid;

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

/// Appends the rows to one `INSERT`.
fn insert<DB>(rows: &[Entry]) -> QueryBuilder<DB>
where
    DB: sqlx::Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> Option<Uuid>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> Option<String>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut query =
        QueryBuilder::new("INSERT INTO audit_events (id, at, act, person_id, client_id, session_id, detail) ");
    query.push_values(rows, |mut row, entry| {
        row.push_bind(entry.id)
            .push_bind(entry.at.micros())
            .push_bind(entry.event.act.as_str())
            .push_bind(entry.event.person)
            .push_bind(entry.event.client.clone())
            .push_bind(entry.event.session)
            .push_bind(entry.event.detail.clone());
    });
    query
}

/// Writes events in the transaction of their acts.
pub async fn write(tx: &mut Tx, rows: &[Entry]) -> Result<(), Fault> {
    /// PostgreSQL binds 65,535 values at most.
    const AT_ONCE: usize = 1000;
    for some in rows.chunks(AT_ONCE) {
        super::db::within_deadline(async {
            match tx {
                Tx::Sqlite(held) => insert::<sqlx::Sqlite>(some).build().execute(held.connection()?).await.map(|_| ()),
                Tx::Postgres(held) => {
                    insert::<sqlx::Postgres>(some).build().execute(held.connection()?).await.map(|_| ())
                }
            }
        })
        .await?;
    }
    Ok(())
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
