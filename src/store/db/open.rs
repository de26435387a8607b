//! Opening the engines.

use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::sqlite::SqliteSynchronous;
use tokio::time::timeout;

use super::ConnectOptions;
use super::DEADLINE;
use super::Days;
use super::Db;
use super::Groups;
use super::Pool;
use super::fault;
use super::unreachable::unreachable;
use crate::base::fault::Fault;
use crate::telemetry::metrics::Tally;

/// Prepared statements kept for each connection; those that name a day are made anew each day.
const STATEMENTS: usize = 256;

/// Whether there is something to connect to: a SQLite file that is not there would be made. A server is asked.
pub fn exists(url: &str) -> Result<bool, Fault> {
    Ok(file(url)?.is_none_or(|path| std::fs::metadata(path).is_ok_and(|file| file.len() > 0)))
}

/// The file of a SQLite database.
pub fn file(url: &str) -> Result<Option<PathBuf>, Fault> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    let options = SqliteConnectOptions::from_str(url).map_err(|error| unreachable(url, error))?;
    Ok(Some(options.get_filename().to_owned()))
}

/// So many milliseconds a row is waited for that somebody else holds: whoever waits keeps a connection, or a batch of the ledger,
/// from others.
const ROW_WAITS: &str = "1000";

/// Lets nobody but their owner read a database's file and those that SQLite keeps beside it, which get its mode where they
/// are made later.
fn guard(path: &Path) -> std::io::Result<()> {
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(OWNER_ALONE).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        match std::fs::metadata(&beside) {
            Ok(now) if now.permissions().mode() & 0o777 != OWNER_ALONE => {
                if let Err(error) = std::fs::set_permissions(&beside, Permissions::from_mode(OWNER_ALONE)) {
                    let file = Path::new(&beside).display().to_string();
                    tracing::warn!(%error, file, "others may read the database, and its owner alone can change that");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

const OWNER_ALONE: u32 = 0o600;

/// Turning a new file to WAL needs it alone, and SQLite does not wait for others that begin at the same moment.
pub(super) async fn sqlite(options: &ConnectOptions<'_>) -> Result<Db, Fault> {
    const PAUSE: Duration = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        match open_sqlite(options).await {
            Err(Fault::Unavailable { .. }) if waited < DEADLINE => {
                tokio::time::sleep(PAUSE).await;
                waited += PAUSE;
            }
            outcome => return outcome,
        }
    }
}

async fn open_sqlite(options: &ConnectOptions<'_>) -> Result<Db, Fault> {
    if options.url.contains(":memory:") || options.url.contains("mode=memory") {
        return Err(Fault::broken("database.url: a database in memory forgets everything; name a file"));
    }
    let base = SqliteConnectOptions::from_str(options.url).map_err(|error| unreachable(options.url, error))?;
    guard(base.get_filename()).map_err(|error| unreachable(options.url, error.into()))?;
    let base = base
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(DEADLINE)
        .statement_cache_capacity(STATEMENTS)
        .optimize_on_close(true, None);
    let few = |most: u32| {
        SqlitePoolOptions::new()
            .max_connections(most)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(DEADLINE)
    };
    let writes = few(1).connect_with(base.clone()).await.map_err(|error| unreachable(options.url, error))?;
    let ledger = few(1).connect_with(base.clone()).await.map_err(fault)?;
    let readers = base.read_only(true);
    let reads = few(options.connections.clamp(1, 4)).connect_with(readers.clone()).await.map_err(fault)?;
    let hearing = few(1).connect_with(readers).await.map_err(fault)?;
    Ok(Db {
        reads: Pool::Sqlite(reads),
        writes: Pool::Sqlite(writes),
        ledger: Pool::Sqlite(ledger),
        hearing: Pool::Sqlite(hearing),
        turn: Some(Arc::default()),
        days: Days::default(),
        groups: Groups::default(),
        closed: Tally::default(),
    })
}

pub(super) async fn postgres(options: &ConnectOptions<'_>) -> Result<Db, Fault> {
    let milliseconds = DEADLINE.as_millis().to_string();
    let connect = PgConnectOptions::from_str(options.url)
        .map_err(|error| unreachable(options.url, error))?
        .application_name("motcua")
        .statement_cache_capacity(STATEMENTS)
        .options([
            ("statement_timeout", milliseconds.as_str()),
            ("idle_in_transaction_session_timeout", "10000"),
            ("lock_timeout", ROW_WAITS),
            ("timezone", "UTC"),
            // Every statement looks by key: no statistics talk the planner into reading a table.
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("jit", "off"),
        ]);
    let first = async { Groups::look(&mut connect.connect().await?).await };
    let groups = timeout(DEADLINE, first).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    let groups = groups.map_err(|error| unreachable(options.url, error))?;
    let connect = if groups.are_spread() {
        // Whoever changed rows everywhere, one place after the other, may change a client in the same transaction.
        connect.options([("citus.multi_shard_modify_mode", "sequential")])
    } else {
        // Each is planned once; Citus plans by the values, which say where rows lie.
        connect.options([("plan_cache_mode", "force_generic_plan")])
    };
    let writers = u32::try_from(groups.count()).unwrap_or(1);
    let pool = |most: u32| {
        PgPoolOptions::new().max_connections(most).acquire_timeout(DEADLINE).test_before_acquire(false) // a dead connection shows itself at the first use; a ping would double each call
    };
    let shared = pool(options.connections).connect_with(connect.clone()).await;
    let shared = shared.map_err(|error| unreachable(options.url, error))?;
    Ok(Db {
        reads: Pool::Postgres(shared.clone()),
        writes: Pool::Postgres(shared),
        ledger: Pool::Postgres(pool(writers).connect_lazy_with(connect.clone())),
        hearing: Pool::Postgres(pool(2).connect_lazy_with(connect)),
        turn: None,
        days: Days::default(),
        groups,
        closed: Tally::default(),
    })
}
