//! The one list of migrations. A file that exists for one engine is taken for that engine alone.

use std::borrow::Cow;

use sqlx::SqlSafeStr;
use sqlx::migrate::MigrateError;
use sqlx::migrate::Migration;
use sqlx::migrate::MigrationType;
use sqlx::migrate::Migrator;

use super::db::Db;
use super::db::Pool;
use super::db::within_deadline;
use crate::base::fault::Fault;

/// The SQL of a migration.
enum Sql {
    Same(&'static str),
    Each { postgres: &'static str, sqlite: &'static str },
}

const LIST: &[(i64, &str, Sql)] = &[
    (1, "foundation", Sql::Same(include_str!("../../migrations/0001_foundation.sql"))),
    (
        2,
        "people",
        Sql::Each {
            postgres: include_str!("../../migrations/0002_people.postgres.sql"),
            sqlite: include_str!("../../migrations/0002_people.sqlite.sql"),
        },
    ),
    (
        3,
        "marks",
        Sql::Each {
            postgres: include_str!("../../migrations/0003_marks.postgres.sql"),
            sqlite: include_str!("../../migrations/0003_marks.sqlite.sql"),
        },
    ),
    (
        4,
        "vacuum",
        Sql::Each {
            postgres: include_str!("../../migrations/0004_vacuum.postgres.sql"),
            sqlite: include_str!("../../migrations/0004_vacuum.sqlite.sql"),
        },
    ),
    (6, "names", Sql::Same(include_str!("../../migrations/0006_names.sql"))),
    (7, "networks", Sql::Same(include_str!("../../migrations/0007_networks.sql"))),
];

/// Brings the database up to date; returns the versions that were applied now.
pub async fn run(db: &Db) -> Result<Vec<i64>, Fault> {
    let before = applied(db).await.unwrap_or_default();
    // Nothing to do, nothing to lock: a pooler would leave the lock with a connection that somebody else is lent.
    let locking = !lacking(&before).is_empty();
    let mut missing = LIST.len() + 1;
    // PostgreSQL lets one instance migrate at a time. On SQLite one that begins beside another fails at what the other
    // has done meanwhile, and goes on from there; a failure after which nothing was gained is one.
    while let Err(error) = migrate(db, locking).await {
        let left = pending(db).await?.len();
        if left >= missing {
            return Err(Fault::broken(error));
        }
        missing = left;
    }
    Ok(applied(db).await?.into_iter().filter(|version| !before.contains(version)).collect())
}

async fn migrate(db: &Db, locking: bool) -> Result<(), MigrateError> {
    match &db.writes {
        Pool::Sqlite(pool) => migrator(|sql| sql.sqlite()).run(pool).await,
        Pool::Postgres(pool) => Migrator { locking, ..migrator(|sql| sql.postgres()) }.run(pool).await,
    }
}

/// How far the database is.
pub enum State {
    /// As far as this program.
    UpToDate,
    /// Nothing was ever made in it.
    Empty,
    /// It lacks these versions.
    Lacks(Vec<i64>),
}

/// Looks how far the database is, and changes nothing.
pub async fn state(db: &Db) -> Result<State, Fault> {
    const TABLES: &str = "SELECT COUNT(to_regclass('_sqlx_migrations'))";
    const TABLES_OF_FILE: &str = "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'";
    let tables: i64 = match &db.reads {
        Pool::Postgres(pool) => within_deadline(sqlx::query_scalar(TABLES).fetch_one(pool)).await?,
        Pool::Sqlite(pool) => within_deadline(sqlx::query_scalar(TABLES_OF_FILE).fetch_one(pool)).await?,
    };
    if tables == 0 {
        return Ok(State::Empty);
    }
    let done = applied(db).await?;
    Ok(match lacking(&done) {
        _ if done.is_empty() => State::Empty,
        none if none.is_empty() => State::UpToDate,
        lacks => State::Lacks(lacks),
    })
}

/// The versions that the database lacks.
pub async fn pending(db: &Db) -> Result<Vec<i64>, Fault> {
    Ok(lacking(&applied(db).await.unwrap_or_default()))
}

fn lacking(done: &[i64]) -> Vec<i64> {
    LIST.iter().map(|(version, ..)| *version).filter(|version| !done.contains(version)).collect()
}

async fn applied(db: &Db) -> Result<Vec<i64>, Fault> {
    const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
    on!(db.reads, c => sqlx::query_scalar(APPLIED).fetch_all(c).await)
}

fn migrator(choose: impl Fn(&Sql) -> &'static str) -> Migrator {
    let migrations = LIST.iter().map(|(version, name, sql)| {
        Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, choose(sql).into_sql_str(), false)
    });
    Migrator { migrations: Cow::Owned(migrations.collect()), ..Migrator::DEFAULT }
}

impl Sql {
    const fn postgres(&self) -> &'static str {
        match self {
            Self::Same(sql) | Self::Each { postgres: sql, .. } => sql,
        }
    }

    const fn sqlite(&self) -> &'static str {
        match self {
            Self::Same(sql) | Self::Each { sqlite: sql, .. } => sql,
        }
    }
}
