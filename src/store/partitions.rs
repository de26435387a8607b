//! PostgreSQL's partitions of the history: one a day, made ahead of time, dropped when their time is over.
//!
//! A statement names the partitions that it needs, and nothing is planned over the others: where the text says
//! `grants AS g` or `audit_events AS g`, it is told the day. A day without a partition of its own is looked for in the whole table.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::PgPool;
use sqlx::SqlSafeStr;
use sqlx::SqlStr;
use uuid::Uuid;

use super::db::DEADLINE;
use super::db::Db;
use super::db::Pool;
use super::db::fault;
use super::db::within_deadline;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;

const DAY: Duration = Duration::from_secs(86_400);
const AHEAD: i64 = 7;
const TABLES: [&str; 2] = ["grants", "audit_events"];
/// By how much the clock of the replica that made an id may be ahead of ours, and of the database's.
pub(super) const CLOCKS: Duration = Duration::from_secs(60);

/// The table whose partitions a text is told.
fn table_of(sql: &str) -> &'static str {
    let [grants, events] = TABLES;
    if sql.contains("audit_events AS g") { events } else { grants }
}

/// The statement for the grant with this id.
pub(super) fn of(db: &Db, sql: &'static str, id: Uuid) -> SqlStr {
    let (table, day) = (table_of(sql), day_of(id::made_at(id)));
    if db.days.has(table, day) { on(sql, &partition(table, day)) } else { sql.into_sql_str() }
}

/// A statement for each partition that may hold rows made from `from` until `now`.
pub(super) fn each(db: &Db, sql: &'static str, from: Timestamp, now: Timestamp) -> Vec<SqlStr> {
    let there = partitions(db, table_of(sql), from, now);
    if there.is_empty() { vec![sql.into_sql_str()] } else { there.iter().map(|name| on(sql, name)).collect() }
}

/// One statement that reads `(SELECT … FROM grants AS g …) AS h` from those partitions alone.
pub(super) fn over(db: &Db, sql: &'static str, from: Timestamp, now: Timestamp) -> SqlStr {
    let parts = sql.split_once("(SELECT ").and_then(|(before, rest)| Some((before, rest.split_once(") AS h")?)));
    let (table, there) = (table_of(sql), partitions(db, table_of(sql), from, now));
    let Some((before, (inner, after))) = parts.filter(|_| !there.is_empty()) else { return sql.into_sql_str() };
    let whole = format!("{table} AS g");
    let branches: Vec<String> =
        there.iter().map(|name| format!("(SELECT {})", inner.replace(&whole, &format!("{name} AS g")))).collect();
    AssertSqlSafe(format!("{before}({}) AS h{after}", branches.join(" UNION ALL "))).into_sql_str()
}

/// The partitions that may hold rows of that time: the days', and the default one where days are older than every
/// partition. None on SQLite, and where a later day is not known: the whole table is read.
fn partitions(db: &Db, table: &'static str, from: Timestamp, now: Timestamp) -> Vec<String> {
    let (known, unknown): (Vec<i64>, Vec<i64>) =
        (day_of(from)..=day_of(now + CLOCKS)).partition(|day| db.days.has(table, *day));
    let first = db.days.first(table);
    if unknown.iter().any(|day| first.is_none_or(|first| *day > first)) {
        return Vec::new();
    }
    let other = (!unknown.is_empty()).then(|| format!("{table}_other"));
    known.into_iter().map(|day| partition(table, day)).chain(other).collect()
}

/// The text is made of constants and a number alone.
fn on(sql: &'static str, partition: &str) -> SqlStr {
    let whole = format!("{} AS g", table_of(sql));
    AssertSqlSafe(sql.replace(&whole, &format!("{partition} AS g"))).into_sql_str()
}

fn partition(table: &str, day: i64) -> String {
    format!("{table}_{day}")
}

fn day_of(at: Timestamp) -> i64 {
    at.seconds().div_euclid(86_400)
}

/// Looks which days have a partition.
pub async fn look(db: &Db) -> Result<(), Fault> {
    let Pool::Postgres(pool) = &db.reads else { return Ok(()) };
    for table in TABLES {
        db.days.set(table, of_table(pool, table).await?.into_iter().collect());
    }
    Ok(())
}

/// Makes the partitions of today and the next days, moves what lies in no day, and drops the days that ended before
/// `drop_before`. What fails for one day or table keeps no other from it.
pub async fn tend(db: &Db, now: Timestamp, drop_before: Timestamp) -> Result<(), Fault> {
    let Pool::Postgres(pool) = &db.writes else { return Ok(()) };
    let mut outcome = Ok(());
    for table in TABLES {
        outcome = outcome.and(make_days(pool, table, day_of(now)).await);
        outcome = outcome.and(move_strays(pool, table, day_of(now)).await);
        let days = match of_table(pool, table).await {
            Ok(days) => days,
            Err(fault) => return outcome.and(Err(fault)),
        };
        let ended = |day: i64, at: Timestamp| Timestamp::from_seconds((day + 1) * 86_400) < at;
        // Another replica may drop what is over sooner than this one hears of it: that is named no more.
        db.days.set(table, days.iter().copied().filter(|day| !ended(*day, drop_before + DAY * 2)).collect());
        for day in days.into_iter().filter(|day| ended(*day, drop_before)) {
            outcome = outcome.and(detach(pool, table, day).await);
        }
        outcome = outcome.and(drop_detached(pool, table).await);
    }
    outcome
}

/// The days to come first: nothing lies in the default partition that would have to move.
async fn make_days(pool: &PgPool, table: &str, today: i64) -> Result<(), Fault> {
    let there = of_table(pool, table).await?;
    let mut outcome = Ok(());
    for day in (today..=today + AHEAD).rev().filter(|day| !there.contains(day)) {
        outcome = outcome.and(match strays_of(pool, table, day).await {
            Ok(AT_ONCE..) => Ok(()), // when the day is over
            Ok(_) => make(pool, table, day, DEADLINE).await,
            Err(fault) => Err(fault),
        });
    }
    outcome
}

/// So many strays at most are moved while sign-ins wait for it.
const AT_ONCE: i64 = 100_000;
/// For so long at most nobody reads the strays of a day that is over.
const PATIENCE: Duration = Duration::from_secs(600);

/// A partition for a day. Rows of that day that lie in the default partition move there with it; nobody writes there
/// meanwhile.
async fn make(pool: &PgPool, table: &str, day: i64, patience: Duration) -> Result<(), Fault> {
    let (name, [from, to]) = (partition(table, day), bounds(day));
    // Attaching a table that is there already takes no lock that a sign-in feels; making it in its place would.
    let attach = [
        format!("SET LOCAL statement_timeout = {}", patience.as_millis()),
        format!("LOCK TABLE {table}_other IN ACCESS EXCLUSIVE MODE"),
        format!("CREATE TABLE {name} (LIKE {table} INCLUDING ALL)"),
        format!(
            "WITH strays AS (DELETE FROM {table}_other WHERE id >= '{from}' AND id < '{to}' RETURNING *) \
             INSERT INTO {name} SELECT * FROM strays"
        ),
        format!("ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{from}') TO ('{to}')"),
    ];
    match ddl(pool, &in_turn(table, attach), patience, &[DEADLOCK, LOCKED]).await {
        // It was made before, or by another replica meanwhile.
        Err(error) if is(&error, &[DUPLICATE_TABLE, DUPLICATE_OBJECT, UNIQUE_VIOLATION]) => Ok(()),
        other => other.map_err(fault),
    }
}

/// Moves the rows of the default partition to their days when those are over: nothing is written there any more.
async fn move_strays(pool: &PgPool, table: &str, today: i64) -> Result<(), Fault> {
    let mut outcome = Ok(());
    let mut next = stray(pool, table, Uuid::nil()).await?;
    while let Some(day) = next {
        tracing::error!(target: "motcua::fault", table, day, "rows of this day lie in the default partition");
        if day < today {
            outcome = outcome.and(make(pool, table, day, PATIENCE).await);
        }
        let [_, end] = bounds(day);
        next = stray(pool, table, end).await?;
    }
    outcome
}

/// How many rows lie in the default partitions; as many as this at most are counted.
pub async fn strays(db: &Db) -> Result<i64, Fault> {
    const STRAYS: &str = "SELECT COUNT(*) FROM (SELECT id FROM grants_other UNION ALL SELECT id FROM audit_events_other \
         LIMIT 1000000) AS strays";
    let Pool::Postgres(pool) = &db.reads else { return Ok(0) };
    within_deadline(sqlx::query_scalar(STRAYS).fetch_one(pool)).await
}

/// How many rows of a day lie in the default partition, [`AT_ONCE`] at most.
async fn strays_of(pool: &PgPool, table: &str, day: i64) -> Result<i64, Fault> {
    let [from, to] = bounds(day);
    let count = AssertSqlSafe(format!(
        "SELECT COUNT(*) FROM (SELECT id FROM {table}_other WHERE id >= '{from}' AND id < '{to}' LIMIT {AT_ONCE}) AS strays"
    ));
    within_deadline(sqlx::query_scalar(count).fetch_one(pool)).await
}

/// The first day, of ids from `from` on, whose rows lie in the default partition.
async fn stray(pool: &PgPool, table: &str, from: Uuid) -> Result<Option<i64>, Fault> {
    let first = AssertSqlSafe(format!("SELECT id FROM {table}_other WHERE id >= '{from}' ORDER BY id LIMIT 1"));
    let id: Option<Uuid> = within_deadline(sqlx::query_scalar(first).fetch_optional(pool)).await?;
    Ok(id.map(|id| day_of(id::made_at(id))))
}

fn bounds(day: i64) -> [Uuid; 2] {
    [day, day + 1].map(|day| id::floor(Timestamp::from_seconds(day * 86_400)))
}

/// A statement that waits for a lock keeps others waiting behind it: for so long at most. The next run tries again.
const LOCK_MS: u32 = 100;
const TRIES: u32 = 5;

/// One transaction. Replicas tend one after the other: nobody else waits for this lock.
fn in_turn(table: &str, statements: impl IntoIterator<Item = String>) -> Vec<String> {
    let lock = format!("LOCK TABLE ONLY {table} IN SHARE UPDATE EXCLUSIVE MODE");
    let before = ["BEGIN".to_owned(), lock, format!("SET LOCAL lock_timeout = {LOCK_MS}")];
    before.into_iter().chain(statements).chain(["COMMIT".to_owned()]).collect()
}

/// A word in the catalogue, for which every redemption waits; where somebody else holds the table, the next run tries again.
async fn detach(pool: &PgPool, table: &str, day: i64) -> Result<(), Fault> {
    let statement = format!("ALTER TABLE {table} DETACH PARTITION {}", partition(table, day));
    match ddl(pool, &in_turn(table, [statement]), DEADLINE, &[DEADLOCK]).await {
        Err(error) if is(&error, &[UNDEFINED_TABLE, NOT_A_PARTITION]) => Ok(()), // the other replica was faster
        other => other.map_err(fault),
    }
}

/// The files of what was detached go when nobody can wait for them any more.
async fn drop_detached(pool: &PgPool, table: &str) -> Result<(), Fault> {
    const NAMES: &str = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND NOT relispartition \
         AND relnamespace = current_schema()::regnamespace AND relname ~ ('^' || $1 || '_[0-9]+$')";
    let names: Vec<String> = within_deadline(sqlx::query_scalar(NAMES).bind(table).fetch_all(pool)).await?;
    let mut outcome = Ok(());
    for name in names {
        let dropped = ddl(pool, &[format!("DROP TABLE IF EXISTS {name}")], DEADLINE, &[DEADLOCK]).await;
        outcome = outcome.and(dropped.map_err(fault));
    }
    outcome
}

/// The days that have a partition.
async fn of_table(pool: &PgPool, table: &str) -> Result<Vec<i64>, Fault> {
    const NAMES: &str = "SELECT child.relname::text FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid \
         WHERE inhparent = to_regclass($1)";
    let names: Vec<String> = within_deadline(sqlx::query_scalar(NAMES).bind(table).fetch_all(pool)).await?;
    Ok(names.iter().filter_map(|name| name.rsplit('_').next()?.parse().ok()).collect())
}

/// The texts are made of constants and numbers alone; each goes by itself, for Citus to pass on. What is refused with one of
/// `again` is tried again.
async fn ddl(pool: &PgPool, statements: &[String], patience: Duration, again: &[&str]) -> Result<(), sqlx::Error> {
    let once = async || {
        let mut connection = pool.acquire().await?;
        let all = async {
            for sql in statements {
                sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut *connection).await?;
            }
            Ok(())
        };
        let done = tokio::time::timeout(patience, all).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        if done.is_err() {
            drop(connection.detach()); // with the transaction that it may be in
        }
        done
    };
    let mut done = once().await;
    for _ in 1..TRIES {
        match &done {
            Err(error) if is(error, again) => done = once().await,
            _ => break,
        }
    }
    done
}

const UNIQUE_VIOLATION: &str = "23505";
const DUPLICATE_TABLE: &str = "42P07";
const DUPLICATE_OBJECT: &str = "42710";
const UNDEFINED_TABLE: &str = "42P01";
const NOT_A_PARTITION: &str = "55000";
const DEADLOCK: &str = "40P01";
const LOCKED: &str = "55P03";

/// Whether the server refused with one of these (PostgreSQL, appendix A).
fn is(error: &sqlx::Error, codes: &[&str]) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| codes.contains(&code.as_ref()))
}
