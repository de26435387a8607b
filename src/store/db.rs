//! The database: SQLite or PostgreSQL, behind one SQL text.

use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::Postgres;
use sqlx::Sqlite;
use sqlx::SqlitePool;
use sqlx::Transaction;
use sqlx::postgres::PgConnectOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::sqlite::SqliteSynchronous;

use crate::base::fault::Fault;

/// The two sides of the database: SQLite has one writer and many readers, PostgreSQL makes no difference.
#[derive(Clone)]
pub struct Db {
    /// For reading.
    pub reads: Pool,
    /// For writing.
    pub writes: Pool,
}

/// Connections to one of the engines.
#[derive(Clone)]
#[allow(missing_docs)]
pub enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// An open transaction; dropped without commit, it is rolled back.
#[allow(missing_docs)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// How to reach the database.
pub struct Options<'a> {
    /// `sqlite:PATH`, `sqlite::memory:` or `postgres://…`.
    pub url: &'a str,
    /// The most connections of this process.
    pub connections: u32,
}

/// Every database call ends within this time, or counts as failed.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// Evaluates one expression on whichever engine `$pool` is, with the deadline: `on!(db.reads, c => query.execute(c).await)`.
macro_rules! on {
    ($pool:expr, $c:ident => $body:expr) => {
        $crate::store::db::within_deadline(async {
            match &$pool {
                $crate::store::db::Pool::Sqlite($c) => $body,
                $crate::store::db::Pool::Postgres($c) => $body,
            }
        })
        .await
    };
}

/// The same inside a transaction: `in_tx!(tx, c => query.execute(c).await)`.
macro_rules! in_tx {
    ($tx:expr, $c:ident => $body:expr) => {
        $crate::store::db::within_deadline(async {
            match $tx {
                $crate::store::db::Tx::Sqlite(tx) => {
                    let $c = &mut **tx;
                    $body
                }
                $crate::store::db::Tx::Postgres(tx) => {
                    let $c = &mut **tx;
                    $body
                }
            }
        })
        .await
    };
}

impl Db {
    /// Connects; a SQLite file that does not exist is created.
    pub async fn connect(options: &Options<'_>) -> Result<Self, Fault> {
        match options.url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => sqlite(options).await,
            Some("postgres" | "postgresql") => postgres(options).await,
            _ => Err(Fault::broken("database.url must begin with sqlite: or postgres:")),
        }
    }

    /// Begins a writing transaction; on SQLite with `BEGIN IMMEDIATE`, so that it cannot fail to become one later.
    pub async fn begin(&self) -> Result<Tx, Fault> {
        within_deadline(async {
            Ok(match &self.writes {
                Pool::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
                Pool::Postgres(pool) => Tx::Postgres(pool.begin().await?),
            })
        })
        .await
    }

    /// Whether it answers.
    pub async fn ping(&self) -> Result<(), Fault> {
        on!(self.writes, c => sqlx::query("SELECT 1").execute(c).await.map(|_| ()))
    }

    /// Closes every connection, after the last answer.
    pub async fn close(&self) {
        for pool in [&self.writes, &self.reads] {
            match pool {
                Pool::Sqlite(pool) => pool.close().await,
                Pool::Postgres(pool) => pool.close().await,
            }
        }
    }
}

impl Tx {
    /// Makes it last.
    pub async fn commit(self) -> Result<(), Fault> {
        within_deadline(async {
            match self {
                Self::Sqlite(tx) => tx.commit().await,
                Self::Postgres(tx) => tx.commit().await,
            }
        })
        .await
    }
}

/// Runs a database call under the deadline.
pub async fn within_deadline<T>(call: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Fault> {
    match tokio::time::timeout(DEADLINE, call).await {
        Ok(result) => result.map_err(fault),
        Err(_) => Err(Fault::unavailable("the database did not answer in time")),
    }
}

fn fault(error: sqlx::Error) -> Fault {
    match &error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
            Fault::unavailable(format!("database: {error}"))
        }
        // 57P01..57P03: the server is shutting down or starting; 53xxx: it has no room.
        sqlx::Error::Database(inner)
            if inner.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("53")) =>
        {
            Fault::unavailable(format!("database: {error}"))
        }
        _ => Fault::broken(format!("database: {error}")),
    }
}

/// Whether there is something to connect to: a SQLite file that is not there would be made. A server is asked.
pub fn exists(url: &str) -> Result<bool, Fault> {
    if !url.starts_with("sqlite:") {
        return Ok(true);
    }
    let options = SqliteConnectOptions::from_str(url).map_err(fault)?;
    Ok(std::fs::metadata(options.get_filename()).is_ok_and(|file| file.len() > 0))
}

/// Turning a new file to WAL needs it alone, and SQLite does not wait for others that begin at the same moment.
async fn sqlite(options: &Options<'_>) -> Result<Db, Fault> {
    const PAUSE: Duration = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        match open_sqlite(options).await {
            Err(Fault::Broken(why)) if why.contains("database is locked") && waited < DEADLINE => {
                tokio::time::sleep(PAUSE).await;
                waited += PAUSE;
            }
            outcome => return outcome,
        }
    }
}

async fn open_sqlite(options: &Options<'_>) -> Result<Db, Fault> {
    let base = SqliteConnectOptions::from_str(options.url)
        .map_err(fault)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(DEADLINE)
        .statement_cache_capacity(STATEMENTS)
        .optimize_on_close(true, None);
    let writer = SqlitePoolOptions::new().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
    let writes = writer.connect_with(base.clone()).await.map_err(fault)?;
    let in_memory = options.url.contains(":memory:") || options.url.contains("mode=memory");
    let reader = SqlitePoolOptions::new()
        .max_connections(options.connections.clamp(1, 4))
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(DEADLINE);
    let reads = if in_memory {
        writes.clone() // a private in-memory database belongs to its one connection
    } else {
        reader.connect_with(base.read_only(true)).await.map_err(fault)?
    };
    Ok(Db { reads: Pool::Sqlite(reads), writes: Pool::Sqlite(writes) })
}

async fn postgres(options: &Options<'_>) -> Result<Db, Fault> {
    let connect = PgConnectOptions::from_str(options.url)
        .map_err(fault)?
        .application_name("motcua")
        .statement_cache_capacity(STATEMENTS)
        .options([
            ("statement_timeout", "5000"),
            ("idle_in_transaction_session_timeout", "10000"),
            ("timezone", "UTC"),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(DEADLINE)
        .test_before_acquire(false) // a dead connection shows itself at the first use; a ping would double each call
        .connect_with(connect)
        .await
        .map_err(fault)?;
    Ok(Db { reads: Pool::Postgres(pool.clone()), writes: Pool::Postgres(pool) })
}

/// Prepared statements kept for each connection: the ledger alone has one for each size of a batch.
const STATEMENTS: usize = 512;
