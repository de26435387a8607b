//! house.md: migrations are "one list, immutable once landed".

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use motcua::store::db::ConnectOptions;
use motcua::store::db::Db;
use motcua::store::migrations;
use motcua::store::migrations::State;
use sqlx::Connection;
use sqlx::PgConnection;

use super::columns;
use super::execute;
use super::is_postgres;
use super::tables;
use crate::town::Database;
use crate::town::database::is_citus;

/// SHA-384 of every file that has landed. A further file gets a further line; no line ever changes.
const LANDED: &[(&str, &str)] = &[
    (
        "0001_foundation.sql",
        "32a973837386c9b712e0edca93ecf1e16f03cd04ed2f03a7a2a2f7726f5c49f9403d9fe7384ea8980f9d2d01ceb79bf9",
    ),
    (
        "0002_people.postgres.sql",
        "e049799ddf1d8ce6dc0e3031b5703685574195698f1987fb0e585f96860a0c8bf764a9021aa7b4aef8c160b20dd4194b",
    ),
    (
        "0002_people.sqlite.sql",
        "cdbcd28367ad87166c269a4e256f5175e78b6a39ae98bd0cc055974ff141a317c74fd87c014abb59084886c14185659d",
    ),
    (
        "0003_marks.postgres.sql",
        "1611e4eb06a7f2b7fe4497b48a112ca8cb490dd2fa1a8128820c5a4ce4289159c516514ac97b72f12c7bb2e18cf37936",
    ),
    (
        "0003_marks.sqlite.sql",
        "a471e4cc8074ec61eafc9b276a6f90988f2e47f047263ee1739d8fb39820fecd33207d8e704b182411e9ff623e2eef84",
    ),
    (
        "0004_vacuum.postgres.sql",
        "93c5b95025a752566e376a339825381e0c5dea126c726e51fae9488e49e38c10409a7b6478b9573446fcfade199b0bf6",
    ),
    (
        "0004_vacuum.sqlite.sql",
        "5dd0461819a1a9d9ad081b6d3e02cf49742f9ab8e05bc6418b9a874c19f04336eca46639ad825e8dd8ad95453ed3fbfe",
    ),
    (
        "0005_names.sql",
        "280ddc4448d8a20c9352824c0a3ab637d0246fa89bacafb3f876d9a712747e4804caa18ecc7c5553bc814819783fc874",
    ),
    (
        "0006_networks.sql",
        "e66efdfe3b39a72e6243b6c0be4718d75cfee7000e138567998636de1174507d1dcba673212e3ddcf2dd3b82304e54f7",
    ),
    (
        "0007_authenticators.sql",
        "1efb3b3082b93d57b2daf008acfd6565d293858ef20004d3493bc4993be9d645d0873beef2a503cfc3d76d6f6f484830",
    ),
    (
        "0008_letters.sql",
        "e510e499f4e6b1870f6d748dacdff7e91cbd2755e252b5785352e9bf685b33fb381cca831d0a174a884f37b7e6b61b29",
    ),
    (
        "0009_devices.sql",
        "903f55abd319f883748d989f968dd7f6bac8a0a481750d2fb5e42925e25e1fc1eab0b3bf8d2f6bc6ce46f6f2ebb51950",
    ),
    (
        "0010_recoveries.sql",
        "c763b3fe32937e53ecbd88646e7b65cd6215a096ee84fb7d54ada40cbebf89e96e77792bcb9f0383636b06b3883d3308",
    ),
    (
        "0011_leads.sql",
        "9c0b80904d6c99a475cdcc1d119d2fdb1248eafd406ba0c3512081bebd1cd5551350c3466b916aa83a01bc4579466b07",
    ),
    (
        "0012_passkey_offers.sql",
        "5a3d0feed9979c33ed42a5a0766f8cf7c93aa1955c3b89b061e494b4c33b7aa88b99e753baffcaa9b66f03e1d0f17ef3",
    ),
    (
        "0014_data_keys.sql",
        "77b0b63d7a6acbe17a2197c2bb41f59874ed70873f35a8869baafbf4b5e3f76f539ec6cdeb9270e5a401ce60a014bcfd",
    ),
    (
        "0013_closing.sql",
        "b944cb5be9ffa391bca5591e8a2b6c4e2f4337ee4046fc147cddec4b4f227aa5a736410d22740a7002355cc7cb75d834",
    ),
    (
        "0015_recovery_letters.sql",
        "7bbed8d7bd7d694654bf626e19f3828db6eeaeaa6bc4a836fb97a1fc65651283d4c80c24f0c11e230271541cca154999",
    ),
    (
        "0016_stops.sql",
        "6e6680653fdedfc0f3b4a160a00f3f7f1ee31858d5460de1b84bb41950f6d489127bc36ad8018748be7898ee280fce2c",
    ),
    (
        "0017_histories_and_devices.sql",
        "6507f2492422920d4d3fe2afb7c2b5358675944097330b2ba5dc86e8538476c820de4b50eb86bec5fd8c18359cc09d41",
    ),
    (
        "0018_authenticator_models.sql",
        "cb394a4cad5c133a3ca5a229b6c27923ed577d8e7442ce8764a6e5c4ef807e6d9b36226482d1d1902df1dcd877a08924",
    ),
    (
        "0019_units.sql",
        "0ad88fbf8c8832ba805280bb59d99acf30db5a418892e6b313bbf207c47295d31d020f4d0149b9bc68bc023fed3d9dd9",
    ),
    (
        "0020_rights.sql",
        "7ac0237391352192450631203e63fc4a342b9f662b17efe998028ec2da264052741c4f9d9a43a779032314a40f62faa3",
    ),
    (
        "0021_versions.postgres.sql",
        "5502bc36eace0557cb516991f1561d23962d9c35b939275610eb12e84c2af8feedfa1b0ad245750de668a6f1fa84b202",
    ),
    (
        "0021_versions.sqlite.sql",
        "56a39ffdc5c05924f022195a2938cc5f39c9a619ab577ba1b9e00581078e6e7f424be5ccce07533e59fe31ee536a33a8",
    ),
    (
        "0022_removals.sql",
        "311a1c4c89ffb9e9fdb91a0b6291fee17169782e41d8008761bf302c34e76f23824fc9f17f9deea16bce2feab0d7b982",
    ),
    (
        "0023_births.sql",
        "51f354fd6bbcf4f8d40aa0cbed14648a2007bb6fad6a257f52af30b06d442d1a23c41d80a756ef2e07de3fe4e772dd69",
    ),
    (
        "0024_answers.sql",
        "51899f13cb7c6c3fa787feacfe1942b6c1f1617a5a389860e58005073c43d1caaaff5091010a10520d3947e45445c3a9",
    ),
    (
        "0025_lists.sql",
        "8dd9a08f6af6ec575e8e5d61cafbaa327f917d4c3834a1e2d97c5064c62105c33566c56211f815c74bf68ae4f391879f",
    ),
    (
        "0026_figures.sql",
        "df8928c6d9684bb5c630882c8d10c9f1aed1191a70c567a8ede3bdbdbdf4ccf5acff72173ad1cd54c4baea114b74a66e",
    ),
];

#[test]
fn a_migration_that_has_landed_never_changes() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let names = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeMap<String, String> =
        names.map(|name| (name.clone(), sha384(&fs::read(directory.join(name)).unwrap()))).collect();
    let landed: BTreeMap<String, String> =
        LANDED.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect();
    assert_eq!(found, landed);
}

fn sha384(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA384, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// house.md: "`NNNN_name.postgres.sql` + `.sqlite.sql` when (and only when) the engines must differ".
#[test]
fn a_migration_is_one_file_or_one_for_each_engine() {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, _) in LANDED {
        let (stem, kind) = name.split_once('.').unwrap();
        kinds.entry(stem).or_default().push(kind);
    }
    for (n, (stem, kinds)) in kinds.into_iter().enumerate() {
        assert!(stem.starts_with(&format!("{:04}_", n + 1)), "{stem} is not number {}", n + 1);
        assert!(kinds == ["sql"] || kinds == ["postgres.sql", "sqlite.sql"], "{stem}: {kinds:?}");
    }
}

/// style.md: one schema for both engines; what one lacks would be found in production alone.
#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let expected = declared();
    assert!(expected.len() >= 14, "{:?}", expected.keys());
    let database = Database::empty().await;
    let db = Db::connect(&ConnectOptions { url: &database.url, connections: 1 }).await.unwrap();
    assert_eq!(migrations::run(&db).await.unwrap(), (1..=26).collect::<Vec<i64>>());
    let mut found = BTreeMap::new();
    for table in tables(&db).await {
        let columns = columns(&db, &table).await;
        found.insert(table, columns.into_iter().collect());
    }
    assert_eq!(found, expected, "on {}", if is_postgres(&db) { "PostgreSQL" } else { "SQLite" });
    db.close().await;
    database.drop().await;
}

/// Tables and columns as the files for SQLite declare them; that those for PostgreSQL declare the same is tested beside.
fn declared() -> BTreeMap<String, BTreeSet<String>> {
    let (sqlite, postgres) = (declared_for("sqlite"), declared_for("postgres"));
    assert_eq!(sqlite, postgres);
    sqlite
}

fn declared_for(engine: &str) -> BTreeMap<String, BTreeSet<String>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let own = |name: &&str| name.split('.').count() == 2 || name.contains(&format!(".{engine}."));
    let files = LANDED.iter().map(|(name, _)| *name).filter(own);
    let text: String = files.map(|name| fs::read_to_string(directory.join(name)).unwrap()).collect();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for statement in code.join("\n").split(";\n") {
        let words: Vec<&str> = statement.trim_end_matches([';', '\n']).split_whitespace().take(6).collect();
        match words.as_slice() {
            ["CREATE", "TABLE", name, "(", ..] => {
                let column = |line: &str| {
                    let name = line.trim_start().split(' ').next().unwrap();
                    name.starts_with(|c: char| c.is_ascii_lowercase()).then(|| name.to_owned())
                };
                let body = statement.split("\n)").next().unwrap().lines().skip(1);
                let body = body.skip_while(|line| line.contains("CREATE TABLE"));
                tables.insert((*name).to_owned(), body.filter_map(column).collect());
            }
            ["DROP", "TABLE", name] => drop(tables.remove(*name).unwrap()),
            ["ALTER", "TABLE", old, "RENAME", "TO", new] => {
                let columns = tables.remove(*old).unwrap();
                tables.insert((*new).to_owned(), columns);
            }
            ["ALTER", "TABLE", table, "ADD", "COLUMN", column] => {
                tables.get_mut(*table).unwrap().insert((*column).to_owned());
            }
            _ => {}
        }
    }
    tables
}

#[tokio::test]
async fn migrations_that_were_applied_are_not_applied_again() {
    let database = Database::empty().await;
    let db = Db::connect(&ConnectOptions { url: &database.url, connections: 1 }).await.unwrap();
    assert_eq!(migrations::pending(&db).await.unwrap(), (1..=26).collect::<Vec<i64>>());
    migrations::run(&db).await.unwrap();
    assert_eq!(migrations::pending(&db).await.unwrap(), Vec::<i64>::new());
    assert_eq!(migrations::run(&db).await.unwrap(), Vec::<i64>::new());
    db.close().await;
    database.drop().await;
}

async fn migrated() -> (Database, Db) {
    let database = Database::empty().await;
    let db = Db::connect(&ConnectOptions { url: &database.url, connections: 1 }).await.unwrap();
    migrations::run(&db).await.unwrap();
    (database, db)
}

/// What a later version of the program leaves in the database.
pub async fn remember(db: &Db, version: i64, name: &str) {
    let row = format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES ({version}, '{name}', TRUE, CAST('later' AS {}), 0)",
        if is_postgres(db) { "BYTEA" } else { "BLOB" }
    );
    execute(db, &row).await;
}

/// Expand before contract: "a former version keeps running beside the new one", and is restarted beside it.
#[tokio::test]
async fn a_later_migration_that_expands_lets_a_former_version_start() {
    let (database, db) = migrated().await;
    remember(&db, 9001, "colours").await;
    remember(&db, 9002, "former_colours, needs 1 of 0.0.1").await;
    assert_eq!(migrations::run(&db).await.unwrap(), Vec::<i64>::new());
    assert!(matches!(migrations::state(&db).await, Ok(State::UpToDate)));
    db.close().await;
    database.drop().await;
}

/// "one that contracts says from which version on"
#[tokio::test]
async fn a_later_migration_that_takes_away_names_the_version_that_may_start() {
    let (database, db) = migrated().await;
    remember(&db, 9001, "colours").await;
    remember(&db, 9002, "former_colours, needs 9001 of 7.8.9").await;
    let error = migrations::run(&db).await.unwrap_err().to_string();
    for part in ["9002", "former_colours", "motcua 7.8.9 or later", env!("CARGO_PKG_VERSION")] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(migrations::state(&db).await.is_err(), "who only looks may not, either");
    db.close().await;
    database.drop().await;
}

/// Nothing is changed beneath what somebody else made.
#[tokio::test]
async fn a_database_of_another_line_is_not_migrated() {
    let database = Database::empty().await;
    let db = Db::connect(&ConnectOptions { url: &database.url, connections: 1 }).await.unwrap();
    let bytes = if is_postgres(&db) { "BYTEA" } else { "BLOB" };
    let table = format!(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
         success BOOLEAN NOT NULL, checksum {bytes} NOT NULL, execution_time BIGINT NOT NULL)"
    );
    execute(&db, &table).await;
    remember(&db, 20_250_101, "of another program").await;
    let error = migrations::run(&db).await.unwrap_err().to_string();
    assert!(error.contains("20250101") && error.contains("another program"), "{error}");
    assert_eq!(tables(&db).await, Vec::<String>::new());
    db.close().await;
    database.drop().await;
}

#[tokio::test]
async fn a_migration_that_was_changed_is_refused() {
    let (database, db) = migrated().await;
    execute(&db, "DELETE FROM _sqlx_migrations WHERE version = 2").await;
    remember(&db, 2, "people").await;
    let error = migrations::run(&db).await.unwrap_err().to_string();
    assert!(error.contains("migration 2"), "{error}");
    db.close().await;
    database.drop().await;
}

/// A migration that fails says what the database said, and leaves no lock behind.
#[tokio::test]
async fn a_migration_that_fails_tells_why_and_is_applied_once_that_is_mended() {
    let database = Database::empty().await;
    let db = Db::connect(&ConnectOptions { url: &database.url, connections: 2 }).await.unwrap();
    execute(&db, "CREATE TABLE agencies (id TEXT)").await;
    let error = migrations::run(&db).await.unwrap_err().to_string();
    assert!(error.contains("agencies") && error.contains("already exists"), "{error}");
    execute(&db, "DROP TABLE agencies").await;
    let all = migrations::pending(&db).await.unwrap();
    assert!(all.len() >= 4, "{all:?}");
    assert_eq!(migrations::run(&db).await.unwrap(), all);
    db.close().await;
    database.drop().await;
}

/// A back-up holds tables for hours, and whoever waits for them holds up everybody who comes later.
#[tokio::test]
async fn a_migration_does_not_wait_for_a_table_that_somebody_holds() {
    let (database, db) = migrated().await;
    if is_postgres(&db) && !is_citus().await {
        execute(&db, "DELETE FROM _sqlx_migrations WHERE version = 4").await;
        let mut other = PgConnection::connect(&database.url).await.unwrap();
        for statement in ["BEGIN", "LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE"] {
            sqlx::query(statement).execute(&mut other).await.unwrap();
        }
        let error = migrations::run(&db).await.unwrap_err().to_string();
        assert!(error.contains("migration 4") && error.contains("lock timeout"), "{error}");
        other.close().await.unwrap();
        assert_eq!(migrations::run(&db).await.unwrap(), [4]);
    }
    db.close().await;
    database.drop().await;
}
