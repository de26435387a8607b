//! What other processes must read anew. Whoever changes something writes a row in the same transaction; every process
//! reads the rows that are new to it.
//!
//! Which rows are new depends on no clock. On PostgreSQL each row bears the number of its transaction: a reader that saw
//! everything below the oldest transaction then running begins there the next time, and tells by the ids what it has seen.
//! On SQLite rows are numbered in the order of their commits.
//!
//! Where the people are spread over machines, an announcement may be seen before the change on another machine: what is
//! remembered of people is believed for a second there.

use std::collections::HashSet;

use tokio::sync::Notify;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Pool;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Client,
    Session,
    Grant,
    Person,
    Consent,
    Key,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Client, Self::Session, Self::Grant, Self::Person, Self::Consent, Self::Key];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Session => "session",
            Self::Grant => "grant",
            Self::Person => "person",
            Self::Consent => "consent",
            Self::Key => "key",
        }
    }
}

/// A change with the identifier of its announcement.
pub struct Announcement {
    /// Its own.
    pub id: Uuid,
    /// When it was written, for cleaning alone.
    pub at: Timestamp,
    /// What changed.
    pub kind: Kind,
    /// Which of its kind.
    pub subject: String,
}

/// How far somebody has read.
#[derive(Default)]
pub struct Mark {
    at: i64,
    /// What was read at or above the mark already.
    seen: HashSet<Uuid>,
}

#[derive(sqlx::FromRow)]
struct Row {
    upto: i64,
    id: Option<Uuid>,
    kind: Option<String>,
    subject: Option<String>,
}

impl Mark {
    /// How far announcements have come by now: whatever was committed before is not new.
    pub async fn present(db: &Db) -> Result<Self, Fault> {
        let mut mark = Self { at: i64::MAX, seen: HashSet::new() };
        mark.advance(db).await?;
        // Any old transaction of the server, of another database too, holds the mark back: what lies above it is seen now.
        mark.advance(db).await?;
        Ok(mark)
    }

    /// Reads what is new, and moves forward.
    pub async fn advance(&mut self, db: &Db) -> Result<Vec<(Kind, String)>, Fault> {
        // One statement sees one state: the mark and the rows belong together.
        const ON_POSTGRES: &str = "SELECT now.upto, id, kind, subject FROM (SELECT \
             pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS upto) AS now LEFT JOIN invalidations ON mark >= $1";
        const ON_SQLITE: &str = "SELECT now.upto, id, kind, subject FROM (SELECT COALESCE(MAX(seq), 0) + 1 AS upto \
             FROM sqlite_sequence WHERE name = 'invalidations') AS now LEFT JOIN invalidations ON mark >= $1";
        let sql = match &db.hearing {
            Pool::Sqlite(_) => ON_SQLITE,
            Pool::Postgres(_) => ON_POSTGRES,
        };
        let rows: Vec<Row> = on!(db.hearing, c => sqlx::query_as(sql).bind(self.at).fetch_all(c).await)?;
        let before = std::mem::take(&mut self.seen);
        let mut fresh = Vec::new();
        for Row { upto, id, kind, subject } in rows {
            self.at = upto;
            let (Some(id), Some(kind), Some(subject)) = (id, kind, subject) else { continue };
            self.seen.insert(id);
            let known = Kind::ALL.into_iter().find(|known| known.as_str() == kind);
            fresh.extend(known.filter(|_| !before.contains(&id)).map(|kind| (kind, subject)));
        }
        Ok(fresh)
    }
}

static INSERT: Batch = Batch::new(
    "INSERT INTO invalidations (id, at, kind, subject) SELECT id, at, kind, subject FROM ",
    &["id", "at", "kind", "subject"],
    "",
);

fn inserted(rows: &[Announcement]) -> Vec<Column<'_>> {
    vec![
        Column::ids(rows.iter().map(|row| row.id)),
        Column::numbers(rows.iter().map(|row| row.at.micros())),
        Column::texts(rows.iter().map(|row| row.kind.as_str())),
        Column::texts(rows.iter().map(|row| row.subject.as_str())),
    ]
}

/// Tells every process what changed, when `tx` is committed.
pub async fn write(tx: &mut Tx, rows: &[Announcement]) -> Result<(), Fault> {
    INSERT.execute_in(tx, rows, inserted).await?;
    const NOTIFY: &str = "SELECT pg_notify('motcua', '')";
    match tx {
        Tx::Postgres(held) if !rows.is_empty() => {
            super::db::within_deadline(async { sqlx::query(NOTIFY).execute(held.connection()?).await.map(|_| ()) })
                .await
        }
        Tx::Postgres(_) | Tx::Sqlite(_) => Ok(()),
    }
}

/// Drops the announcements that everybody has heard, or has missed for so long that they believe nothing.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str =
        "DELETE FROM invalidations WHERE id IN (SELECT id FROM invalidations WHERE at < $1 ORDER BY at LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.micros()).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}

/// Wakes `nudge` at each notification of PostgreSQL; waits for ever on SQLite. Ends when the connection does.
pub async fn listen(db: &Db, nudge: &Notify) -> Result<(), Fault> {
    match &db.hearing {
        Pool::Sqlite(_) => std::future::pending().await,
        Pool::Postgres(pool) => {
            // A pooler that kept our settings from the server lends each transaction another connection: whoever had this
            // one next would be told. The heartbeat is enough.
            const IS_OURS: &str = "SELECT source = 'client' FROM pg_settings WHERE name = 'enable_seqscan'";
            if !sqlx::query_scalar(IS_OURS).fetch_one(pool).await.map_err(super::db::fault)? {
                return std::future::pending().await;
            }
            let mut listener = sqlx::postgres::PgListener::connect_with(pool).await.map_err(super::db::fault)?;
            listener.listen("motcua").await.map_err(super::db::fault)?;
            loop {
                listener.recv().await.map_err(super::db::fault)?;
                nudge.notify_one();
            }
        }
    }
}
