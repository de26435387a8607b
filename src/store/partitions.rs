//! PostgreSQL's partitions of the history: one a day, made ahead of time, dropped when their time is over.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::PgPool;

use super::db::DEADLINE;
use super::db::Db;
use super::db::Pool;
use super::db::fault;
use super::db::within_deadline;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;

const DAY: Duration = Duration::from_secs(86_400);
const AHEAD: u32 = 7;
const TABLES: [&str; 2] = ["grants", "audit_events"];

/// Makes the partitions of today and the next days, and drops those that ended before `drop_before`.
pub async fn tend(db: &Db, now: Timestamp, drop_before: Timestamp) -> Result<(), Fault> {
    let Pool::Postgres(pool) = &db.writes else { return Ok(()) };
    for table in TABLES {
        for ahead in 0..=AHEAD {
            make(pool, table, now + DAY * ahead).await?;
        }
        for name in of(pool, table).await? {
            let day = name.rsplit('_').next().and_then(|day| day.parse::<i64>().ok());
            let ended = day.is_some_and(|day| Timestamp::from_seconds((day + 1) * 86_400) < drop_before);
            if ended {
                ddl(pool, format!("DROP TABLE IF EXISTS {name}")).await.map_err(fault)?;
            }
        }
    }
    Ok(())
}

/// A partition named after its day since 1970. Rows that lie in the default partition already stay there: the statement
/// then fails, and the day after has its partition.
async fn make(pool: &PgPool, table: &str, at: Timestamp) -> Result<(), Fault> {
    let day = at.seconds() / 86_400;
    let bound = |day: i64| id::floor(Timestamp::from_seconds(day * 86_400));
    let sql = format!(
        "CREATE TABLE IF NOT EXISTS {table}_{day} PARTITION OF {table} FOR VALUES FROM ('{}') TO ('{}')",
        bound(day),
        bound(day + 1)
    );
    match ddl(pool, sql).await {
        Err(error) if is(&error, &[CHECK_VIOLATION]) => {
            tracing::warn!(table, day, "rows of this day lie in the default partition");
            Ok(())
        }
        // Two replicas that begin at once: the other has made it.
        Err(error) if is(&error, &[DUPLICATE_TABLE, DUPLICATE_OBJECT, UNIQUE_VIOLATION]) => Ok(()),
        other => other.map_err(fault),
    }
}

async fn of(pool: &PgPool, table: &str) -> Result<Vec<String>, Fault> {
    const NAMES: &str = "SELECT child.relname::text FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid \
         JOIN pg_class parent ON parent.oid = inhparent WHERE parent.relname = $1";
    within_deadline(sqlx::query_scalar(NAMES).bind(table).fetch_all(pool)).await
}

/// The text is made of constants and numbers alone. Of two replicas that wait for each other PostgreSQL lets one go on; the
/// other tries again.
async fn ddl(pool: &PgPool, sql: String) -> Result<(), sqlx::Error> {
    let once = async || {
        let statement = sqlx::query(AssertSqlSafe(sql.clone())).execute(pool);
        let done = tokio::time::timeout(DEADLINE, statement).await;
        done.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|_| ())
    };
    match once().await {
        Err(error) if is(&error, &[DEADLOCK]) => once().await,
        done => done,
    }
}

const CHECK_VIOLATION: &str = "23514";
const UNIQUE_VIOLATION: &str = "23505";
const DUPLICATE_TABLE: &str = "42P07";
const DUPLICATE_OBJECT: &str = "42710";
const DEADLOCK: &str = "40P01";

/// Whether the server refused with one of these (PostgreSQL, appendix A).
fn is(error: &sqlx::Error, codes: &[&str]) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| codes.contains(&code.as_ref()))
}
