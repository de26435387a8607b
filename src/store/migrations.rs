//! The one list of migrations. A file that exists for one engine is taken for that engine alone.
//!
//! A former version runs beside this one, and is restarted: migrations expand, and what they add is unknown to it. One that
//! contracts, taking away what former versions use, comes some versions after the one that stopped using it, and says so in
//! its name, which the database remembers: `former_names, needs 6 of 0.3.0` lets programs start that know migration 6, as
//! motcua 0.3.0 did first.

use std::borrow::Cow;
use std::pin::pin;

use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::PgConnection;
use sqlx::PgPool;
use sqlx::SqlSafeStr;
use sqlx::SqlitePool;
use sqlx::migrate::MigrateError;
use sqlx::migrate::Migration;
use sqlx::migrate::MigrationType;
use sqlx::migrate::Migrator;
use tokio::time::timeout;

use super::db::DEADLINE;
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
    (5, "names", Sql::Same(include_str!("../../migrations/0005_names.sql"))),
    (6, "networks", Sql::Same(include_str!("../../migrations/0006_networks.sql"))),
    (7, "authenticators", Sql::Same(include_str!("../../migrations/0007_authenticators.sql"))),
    (8, "letters", Sql::Same(include_str!("../../migrations/0008_letters.sql"))),
    (9, "devices", Sql::Same(include_str!("../../migrations/0009_devices.sql"))),
    (10, "recoveries", Sql::Same(include_str!("../../migrations/0010_recoveries.sql"))),
    (11, "leads", Sql::Same(include_str!("../../migrations/0011_leads.sql"))),
    (12, "passkey_offers", Sql::Same(include_str!("../../migrations/0012_passkey_offers.sql"))),
    (13, "closing", Sql::Same(include_str!("../../migrations/0013_closing.sql"))),
    (14, "data_keys", Sql::Same(include_str!("../../migrations/0014_data_keys.sql"))),
    (15, "recovery_letters", Sql::Same(include_str!("../../migrations/0015_recovery_letters.sql"))),
    (16, "stops", Sql::Same(include_str!("../../migrations/0016_stops.sql"))),
    (17, "histories_and_devices", Sql::Same(include_str!("../../migrations/0017_histories_and_devices.sql"))),
    (18, "authenticator_models", Sql::Same(include_str!("../../migrations/0018_authenticator_models.sql"))),
    (19, "units", Sql::Same(include_str!("../../migrations/0019_units.sql"))),
    (20, "rights", Sql::Same(include_str!("../../migrations/0020_rights.sql"))),
    (
        21,
        "versions",
        Sql::Each {
            postgres: include_str!("../../migrations/0021_versions.postgres.sql"),
            sqlite: include_str!("../../migrations/0021_versions.sqlite.sql"),
        },
    ),
    (22, "removals", Sql::Same(include_str!("../../migrations/0022_removals.sql"))),
    (23, "births", Sql::Same(include_str!("../../migrations/0023_births.sql"))),
    (24, "answers", Sql::Same(include_str!("../../migrations/0024_answers.sql"))),
    (25, "lists", Sql::Same(include_str!("../../migrations/0025_lists.sql"))),
    (26, "figures", Sql::Same(include_str!("../../migrations/0026_figures.sql"))),
];

/// Brings the database up to date; returns the versions that were applied now.
///
/// # Errors
///
/// What [`state`] refuses; the migration that failed, with what the database said.
pub async fn run(db: &Db) -> Result<Vec<i64>, Fault> {
    let lacking = pending(db).await?;
    if !lacking.is_empty() {
        match &db.writes {
            Pool::Sqlite(pool) => migrate_file(db, pool).await?,
            Pool::Postgres(pool) => migrate_server(pool).await?,
        }
        state(db).await?; // a later version may have migrated meanwhile
    }
    Ok(lacking)
}

/// One that begins beside another fails at what the other has done meanwhile, and goes on from there; a failure after which
/// nothing was gained is one.
async fn migrate_file(db: &Db, pool: &SqlitePool) -> Result<(), Fault> {
    let mut missing = LIST.len() + 1;
    while let Err(error) = migrator(|sql| sql.sqlite()).run(pool).await {
        let left = pending(db).await?.len();
        if left >= missing {
            return Err(Fault::broken(error));
        }
        missing = left;
    }
    Ok(())
}

/// One instance migrates at a time, for as long as it takes, in one transaction on a connection of its own: whatever comes
/// of it, nobody inherits its lock or its settings, behind a pooler either. A table that somebody holds, as a back-up does, is
/// not waited for: everybody else would wait behind us.
async fn migrate_server(pool: &PgPool) -> Result<(), Fault> {
    const LONG: &str = "SELECT set_config('statement_timeout', '0', true)";
    const SHORT_LOCKS: &str = "SELECT set_config('lock_timeout', $1, true)";
    let mut connection = within_deadline(pool.connect_options().connect()).await?;
    let outcome = async {
        let mut tx = connection.begin().await?;
        sqlx::query(LONG).execute(&mut *tx).await?;
        lock(&mut tx).await?;
        let patience = DEADLINE.as_millis().to_string();
        sqlx::query(SHORT_LOCKS).bind(patience).execute(&mut *tx).await?;
        Migrator { locking: false, ..migrator(|sql| sql.postgres()) }.run_direct(None, &mut *tx, false).await?;
        tx.commit().await.map_err(MigrateError::from)
    };
    let outcome = outcome.await;
    let _ = timeout(DEADLINE, connection.close()).await;
    outcome.map_err(Fault::broken)
}

async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    const LOCK: &str = "SELECT pg_advisory_xact_lock($1)";
    const MOTCUA: i64 = 0x6d_6f_74_63_75_61;
    let mut locking = pin!(sqlx::query(LOCK).bind(MOTCUA).execute(connection));
    if let Ok(outcome) = timeout(DEADLINE, &mut locking).await {
        return outcome.map(drop);
    }
    tracing::info!("another instance migrates the database; this one waits for it");
    locking.await.map(drop)
}

/// How far the database is.
pub enum State {
    /// As far as this program, or further.
    UpToDate,
    /// Nothing was ever made in it.
    Empty,
    /// It lacks these versions.
    Lacks(Vec<i64>),
}

/// Looks how far the database is, and changes nothing.
///
/// # Errors
///
/// A later version of the program took away what this one uses, or the database is another program's.
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
    let ours = match &db.reads {
        Pool::Sqlite(_) => migrator(|sql| sql.sqlite()),
        Pool::Postgres(_) => migrator(|sql| sql.postgres()),
    };
    let lacks: Vec<i64> =
        ours.iter().map(|own| own.version).filter(|own| !done.iter().any(|row| row.version == *own)).collect();
    done.iter().try_for_each(|row| row.check(&ours, &lacks)).map_err(Fault::broken)?;
    Ok(match lacks {
        _ if done.is_empty() => State::Empty,
        none if none.is_empty() => State::UpToDate,
        lacks => State::Lacks(lacks),
    })
}

/// The versions that the database lacks.
pub async fn pending(db: &Db) -> Result<Vec<i64>, Fault> {
    Ok(match state(db).await? {
        State::UpToDate => Vec::new(),
        State::Empty => LIST.iter().map(|(version, ..)| *version).collect(),
        State::Lacks(lacks) => lacks,
    })
}

/// A migration as the database remembers it.
#[derive(sqlx::FromRow)]
struct Applied {
    version: i64,
    description: String,
    success: bool,
    checksum: Vec<u8>,
}

async fn applied(db: &Db) -> Result<Vec<Applied>, Fault> {
    const APPLIED: &str = "SELECT version, description, success, checksum FROM _sqlx_migrations ORDER BY version";
    on!(db.reads, c => sqlx::query_as(APPLIED).fetch_all(c).await)
}

impl Applied {
    /// Whether a program with the migrations `ours`, some of which the database `lacks`, may live with this one.
    fn check(&self, ours: &Migrator, lacks: &[i64]) -> Result<(), String> {
        let Self { version, description, .. } = self;
        let newest = LIST.last().map_or(0, |(version, ..)| *version);
        if !self.success {
            return Err(format!("migration {version} of the database ({description}) was begun and did not end"));
        }
        match ours.iter().find(|own| own.version == *version) {
            Some(own) if *own.checksum == *self.checksum => Ok(()),
            Some(_) => Err(format!("migration {version} of the database is not the one of this program")),
            None if *version < newest || !lacks.is_empty() => Err(format!(
                "the database knows a migration {version} ({description}) that this program does not: it is another \
                 program's, or of a version that was never published"
            )),
            None => match needs(description) {
                Some((needed, since)) if needed > newest => Err(format!(
                    "the database was migrated by a later version: its migration {version} ({description}) took away \
                     what this version uses. Start motcua {since} or later; this is {}",
                    env!("CARGO_PKG_VERSION")
                )),
                _ => Ok(()),
            },
        }
    }
}

/// The migration that a program must know to live with this one, and the version of the program that brought it. Needs that
/// are not understood are a later program's.
fn needs(name: &str) -> Option<(i64, &str)> {
    let (_, needs) = name.split_once(", needs ")?;
    let (migration, version) = needs.split_once(" of ").unwrap_or((needs, needs));
    Some((migration.parse().unwrap_or(i64::MAX), version))
}

fn migrator(choose: impl Fn(&Sql) -> &'static str) -> Migrator {
    let migrations = LIST.iter().map(|(version, name, sql)| {
        Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, choose(sql).into_sql_str(), false)
    });
    Migrator { migrations: Cow::Owned(migrations.collect()), ignore_missing: true, ..Migrator::DEFAULT }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_contracting_migration_needs() {
        assert_eq!(needs("former_names, needs 6 of 0.3.0"), Some((6, "0.3.0")));
        assert_eq!(needs("people"), None);
        assert_eq!(
            needs("former_names, needs a walk"),
            Some((i64::MAX, "a walk")),
            "nobody starts who does not understand"
        );
    }

    /// A name that speaks of needs and is not understood would let everybody start.
    #[test]
    fn every_name_of_the_list_is_understood() {
        for (version, name, _) in LIST {
            assert_eq!(name.contains("needs"), needs(name).is_some(), "{name}");
            assert!(needs(name).is_none_or(|(needed, _)| needed < *version), "{name}");
        }
    }
}
