//! SSO sign-ins at a steady rate for long: what grows with them, and what must not.

use std::path::Path;
use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::PgConnection;
use sqlx::SqliteConnection;

use super::cpu;
use super::measure::SCALE;
use super::paths::PATHS;
use super::provider::Engine;
use super::provider::Provider;
use super::report;

/// Sign-ins a second: a million in half an hour.
const RATE: f64 = 600.0;
const MINUTE: Duration = Duration::from_secs(60);

/// What there is at one moment.
struct State {
    sign_ins: f64,
    mib: f64,
    descriptors: usize,
    grants: i64,
    others: i64,
    wal: f64,
}

pub async fn soak(engine: Engine, program: &Path, minutes: u32) {
    let mut provider = Provider::start(engine, program, None).await;
    provider.restart(None);
    tokio::time::sleep(Duration::from_secs(1)).await; // the connections to the former process are closed
    let mut database = Database::open(&provider).await;
    let crowd = provider.crowd(&PATHS[0], SCALE, None).await;
    let begun = state(&provider, &mut database).await;
    let mut before = State { ..begun };
    for minute in 1..=minutes {
        let latencies = crowd.flow(RATE, MINUTE).await;
        let now = state(&provider, &mut database).await;
        let new = now.sign_ins - before.sign_ins;
        let wal = database.has_wal().then(|| (now.wal - before.wal) / new);
        report::soak(engine, minute, now.sign_ins, [now.mib, now.descriptors as f64], wal, &latencies);
        before = now;
    }
    let grown = |rows: i64, at_first: i64| (rows - at_first) as f64 / (before.sign_ins - begun.sign_ins);
    let (grants, others) = (grown(before.grants, begun.grants), grown(before.others, begun.others));
    report::grown(engine, grants, others);
    report::memory("", before.mib, provider.sign_ins());
}

async fn state(provider: &Provider, database: &mut Database) -> State {
    let (grants, others) = database.rows().await;
    State {
        sign_ins: provider.sign_ins() as f64,
        mib: cpu::resident(provider.pid()),
        descriptors: std::fs::read_dir(format!("/proc/{}/fd", provider.pid())).unwrap().count(),
        grants,
        others,
        wal: database.wal().await,
    }
}

enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    async fn open(provider: &Provider) -> Self {
        let url = provider.database_url();
        if url.starts_with("sqlite:") {
            return Self::Sqlite(SqliteConnection::connect(&format!("{url}?mode=ro")).await.unwrap());
        }
        let mut connection = PgConnection::connect(&url).await.unwrap();
        // What is written of a page for the first time after a checkpoint is not the sign-in's.
        for sql in ["ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()"] {
            sqlx::query(sql).execute(&mut connection).await.unwrap();
        }
        Self::Postgres(connection)
    }

    const fn has_wal(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Bytes written ahead so far.
    async fn wal(&mut self) -> f64 {
        const BYTES: &str = "SELECT (pg_current_wal_lsn() - '0/0')::float8";
        match self {
            Self::Sqlite(_) => 0.0,
            Self::Postgres(c) => sqlx::query_scalar(BYTES).fetch_one(c).await.unwrap(),
        }
    }

    /// Grants, and the rows of all other tables.
    async fn rows(&mut self) -> (i64, i64) {
        const OF_POSTGRES: &str = "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition \
             AND relnamespace = 'public'::regnamespace";
        const OF_SQLITE: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let tables: Vec<String> = match self {
            Self::Sqlite(c) => sqlx::query_scalar(OF_SQLITE).fetch_all(c).await.unwrap(),
            Self::Postgres(c) => sqlx::query_scalar(OF_POSTGRES).fetch_all(c).await.unwrap(),
        };
        let (mut grants, mut others) = (0, 0);
        for table in tables {
            let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
            let count: i64 = match self {
                Self::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(c).await.unwrap(),
                Self::Postgres(c) => sqlx::query_scalar(sql).fetch_one(c).await.unwrap(),
            };
            if table == "grants" { grants += count } else { others += count }
        }
        (grants, others)
    }
}
