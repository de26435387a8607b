//! The database: SQLite or PostgreSQL, behind one SQL text.

mod callers;
mod days;
mod groups;
mod lent;
mod open;
mod tx;
mod unreachable;

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::SqlitePool;
use tokio::sync::Mutex;
use tokio::sync::OwnedMutexGuard;
use tokio::time::error::Elapsed;

pub use self::callers::by_itself;
pub use self::days::Days;
pub use self::groups::Groups;
pub(super) use self::groups::is_citus;
pub use self::lent::Lent;
pub use self::open::exists;
pub use self::open::file;
pub use self::tx::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::telemetry::metrics::PoolSize;
use crate::telemetry::metrics::Tally;

/// The ways to the database. SQLite has one writer and many readers; on PostgreSQL requests share one pool. The ledger and
/// whoever hears announcements have connections of their own, for which no request can make them wait.
#[derive(Clone)]
pub struct Db {
    /// For reading.
    pub reads: Pool,
    /// For writing.
    pub writes: Pool,
    /// The ledger's alone: one connection for each of its writers.
    pub(super) ledger: Pool,
    /// For announcements alone: one connection that reads them, one that is notified.
    pub(super) hearing: Pool,
    /// SQLite has one writer at a time: those of this process wait here for their turn, in order.
    turn: Option<Arc<Mutex<()>>>,
    /// The days whose history has a partition of its own.
    pub(super) days: Days,
    /// Which shards lie together.
    pub groups: Groups,
    /// Connections that were closed because nobody knew what state they were in.
    pub closed: Tally,
}

/// Connections to one of the engines.
#[derive(Clone)]
#[allow(missing_docs)]
pub enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The right to write, where the engine has one writer at a time.
pub type Turn = Option<OwnedMutexGuard<()>>;

/// How to reach the database.
pub struct ConnectOptions<'a> {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: &'a str,
    /// The most connections of requests and jobs; the ledger and the announcements have three beside them at most.
    pub connections: u32,
}

/// Every database call ends within this time, or counts as failed: before the caller's own deadline.
pub const DEADLINE: Duration = Duration::from_secs(4);

/// Evaluates one expression on whichever engine `$pool` is, with the deadline: `on!(db.reads, c => query.execute(c).await)`.
macro_rules! on {
    ($pool:expr, $c:ident => $body:expr) => {
        $crate::store::db::within_deadline(async {
            match &$pool {
                $crate::store::db::Pool::Sqlite(pool) => {
                    let mut lent = $crate::store::db::Lent::from(pool).await?;
                    let $c = lent.connection()?;
                    let outcome = $body;
                    lent.give_back();
                    outcome
                }
                $crate::store::db::Pool::Postgres(pool) => {
                    let mut lent = $crate::store::db::Lent::from(pool).await?;
                    let $c = lent.connection()?;
                    let outcome = $body;
                    lent.give_back();
                    outcome
                }
            }
        })
        .await
    };
}

/// The same for one statement that writes and commits by itself: `change!(db, c => query.execute(c).await)`.
macro_rules! change {
    ($db:expr, $c:ident => $body:expr) => {{
        let turn = $db.turn().await?;
        let outcome = on!($db.writes, $c => $body);
        drop(turn);
        outcome
    }};
}

/// The same inside a transaction: `in_tx!(tx, c => query.execute(c).await)`.
macro_rules! in_tx {
    ($tx:expr, $c:ident => $body:expr) => {
        $crate::store::db::within_deadline(async {
            match $tx {
                $crate::store::db::Tx::Sqlite(held) => {
                    let $c = held.connection()?;
                    $body
                }
                $crate::store::db::Tx::Postgres(held) => {
                    let $c = held.connection()?;
                    $body
                }
            }
        })
        .await
    };
}

impl Db {
    /// Connects.
    pub async fn connect(options: &ConnectOptions<'_>) -> Result<Self, Fault> {
        match options.url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => open::sqlite(options).await,
            Some("postgres" | "postgresql") => open::postgres(options).await,
            _ => Err(Fault::broken("database.url must begin with sqlite: or postgres:")),
        }
    }

    /// Begins a writing transaction; on SQLite with `BEGIN IMMEDIATE`, so that it cannot fail to become one later.
    pub async fn begin(&self) -> Result<Tx, Fault> {
        let turn = self.turn().await?;
        within_deadline(Tx::begin(&self.writes, turn, &self.closed)).await
    }

    /// Waits for the right to write.
    pub(super) async fn turn(&self) -> Result<Turn, Fault> {
        let Some(turn) = &self.turn else { return Ok(None) };
        let waiting = tokio::time::timeout(DEADLINE, Arc::clone(turn).lock_owned()).await;
        waiting.map(Some).map_err(|_| Fault::unavailable("the database's other writers did not end in time"))
    }

    /// Whether it answers, within `patience`.
    pub async fn ping(&self, patience: Duration) -> Result<(), Fault> {
        let ping = async { on!(self.reads, c => sqlx::query("SELECT 1").execute(c).await.map(|_| ())) };
        tokio::time::timeout(patience, ping).await.unwrap_or_else(|_| Err(silent()))
    }

    /// What time it is where the database runs; `None` where that is here.
    pub async fn clock(&self) -> Result<Option<Timestamp>, Fault> {
        const CLOCK: &str = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint";
        let Pool::Postgres(pool) = &self.reads else { return Ok(None) };
        let micros = within_deadline(sqlx::query_scalar(CLOCK).fetch_one(pool)).await?;
        Ok(Some(Timestamp::from_micros(micros)))
    }

    /// Whether what was committed outlasts a crash of the database. On PostgreSQL that is the operator's choice, made for
    /// the server, the database or the role; it is looked at through the pool, as those who commit do.
    pub async fn is_durable(&self) -> Result<bool, Fault> {
        const DURABLE: &str = "SELECT current_setting('synchronous_commit') <> 'off'";
        let Pool::Postgres(pool) = &self.writes else { return Ok(true) };
        within_deadline(sqlx::query_scalar(DURABLE).fetch_one(pool)).await
    }

    /// How many connections there are.
    pub fn pools(&self) -> Vec<PoolSize> {
        let size = |name: &'static str, pool: &Pool| {
            let (all, idle, most) = match pool {
                Pool::Sqlite(pool) => (pool.size(), pool.num_idle(), pool.options().get_max_connections()),
                Pool::Postgres(pool) => (pool.size(), pool.num_idle(), pool.options().get_max_connections()),
            };
            let idle = u32::try_from(idle).unwrap_or(u32::MAX);
            PoolSize { pool: name, busy: all.saturating_sub(idle), idle, most }
        };
        let mut sizes = vec![size("ledger", &self.ledger), size("announcements", &self.hearing)];
        match &self.writes {
            Pool::Sqlite(_) => sizes.extend([size("reads", &self.reads), size("writes", &self.writes)]),
            Pool::Postgres(_) => sizes.push(size("requests", &self.reads)),
        }
        sizes
    }

    /// Closes every connection, after the last answer.
    pub async fn close(&self) {
        for pool in [&self.writes, &self.reads, &self.ledger, &self.hearing] {
            match pool {
                Pool::Sqlite(pool) => pool.close().await,
                Pool::Postgres(pool) => pool.close().await,
            }
        }
    }
}

/// Runs a database call under the deadline.
pub async fn within_deadline<T>(call: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Fault> {
    match tokio::time::timeout(DEADLINE, call).await {
        Ok(result) => result.map_err(fault),
        Err(_) => Err(silent()),
    }
}

/// Whether a rollback left its connection in no transaction, and alive. An error of PostgreSQL may be that of a statement which
/// was given up before: then the rollback was not even sent. SQLite's says that there was nothing to roll back.
pub(super) fn is_rolled_back(outcome: Result<Result<(), sqlx::Error>, Elapsed>) -> bool {
    const NO_TRANSACTION: &str = "1"; // SQLITE_ERROR
    match outcome {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            error.as_database_error().is_some_and(|inner| inner.code().as_deref() == Some(NO_TRANSACTION))
        }
        Err(_) => false,
    }
}

fn silent() -> Fault {
    Fault::unavailable("the database did not answer in time")
}

/// Whether the same call may succeed later: nobody is to be woken for a lock, a limit of time, or a server that restarts.
pub(super) fn fault(error: sqlx::Error) -> Fault {
    let passes = match &error {
        sqlx::Error::Io(_)
        | sqlx::Error::Protocol(_) // the conversation broke off in the middle
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(inner) => inner.code().is_some_and(|code| passes(&code)),
        _ => false,
    };
    let why = format!("database: {}", said(&error));
    if passes { Fault::unavailable(why) } else { Fault::broken(why) }
}

/// In the words of the database, without the line of its source at which it found them.
fn said(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(inner) => match inner.code() {
            // invalid_sql_statement_name, duplicate_prepared_statement: prepared on a connection that is another's now.
            Some(code) if matches!(&*code, "26000" | "42P05") => {
                format!("{} ({code}): a pooler that keeps no prepared statements lies between", inner.message())
            }
            Some(code) => format!("{} ({code})", inner.message()),
            None => inner.message().to_owned(),
        },
        sqlx::Error::PoolTimedOut => {
            format!("no connection within {} s (database.connections, or the server's own limit)", DEADLINE.as_secs())
        }
        sqlx::Error::Io(why) => why.to_string(),
        sqlx::Error::Tls(why) => format!("TLS: {why}"),
        other => other.to_string(),
    }
}

/// SQLSTATE of PostgreSQL, or an extended result code of SQLite, whose lowest byte says the kind.
fn passes(code: &str) -> bool {
    // 08: no connection; 40: serialization, deadlock; 53: no room; 57: cancelled, shutting down, starting; 55P03: locked;
    // 25006: the server is a standby for the moment; 25P03: a transaction of ours waited for us for too long.
    const CLASSES: [&str; 7] = ["08", "25006", "25P03", "40", "53", "55P03", "57"];
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, BUSY | LOCKED),
        _ => CLASSES.iter().any(|class| code.starts_with(class)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_is_broken() {
        for code in
            ["57014", "57P01", "53300", "40P01", "40001", "55P03", "08006", "25006", "25P03", "5", "517", "6", "262"]
        {
            assert!(passes(code), "{code}");
        }
        for code in ["23505", "42P01", "22001", "1", "19", "2067", "13"] {
            assert!(!passes(code), "{code}");
        }
    }
}
