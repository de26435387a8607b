//! house.md: migrations are "one list, immutable once landed".

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use motcua::store::db::ConnectOptions;
use motcua::store::db::Db;
use motcua::store::migrations;

use super::columns;
use super::is_postgres;
use super::tables;
use crate::town::Database;

/// SHA-384 of every file that has landed. A further file gets a further line; no line ever changes.
const LANDED: &[(&str, &str)] = &[
    (
        "0001_foundation.sql",
        "12da15b002bf90fb72c369f27c0991d833c4e93d812903a9158e4613a8e6da5443e5dd771bca38800af8d48f294ccb29",
    ),
    (
        "0002_history.postgres.sql",
        "452278afc8e55847c01a2f08c18562fc67e15ca4b87ab367ae1752a282515c91791e03d7fa180ecd257383aa9350b01a",
    ),
    (
        "0002_history.sqlite.sql",
        "9123335c31e13b079e3af75cdb00d45838c8ea7a288e34b89da7d8a7ba022e9e643444bcd0e969e8c48fdbb8acac378d",
    ),
    (
        "0003_relying_parties.sql",
        "f44f6becb56dc0dfd90d5eaa70bd9f65f634e12749a664bffe9207b309c6dbc669656f0289bb2309e598aa8355e01092",
    ),
    (
        "0004_announcements.postgres.sql",
        "a43619b02061b46023e8b37874f510ea5164e4bceb077ae9a9074feedc4c9bf0143a757daf764be91f06a9cb0976104c",
    ),
    (
        "0004_announcements.sqlite.sql",
        "549a217f5fc5c75c2731a7d5991e24e142b3db465f1ba9fd358f855b13ab2613488f1dadef67dc49bb35b2d898cb19b7",
    ),
    (
        "0005_incarnations.sql",
        "8157f874045f2cd4cf769d248db7f86f67f5b234dffc00c3ffeb5e9b4c89f346667fbb5df9c311b08141b18c7dd58601",
    ),
    (
        "0006_key_purposes.postgres.sql",
        "dc3ef7d616f17aed35bab53d2b73e6f8489a830ce9535c53df033540ff8b1b68c865212b34515e4ba1ef283415296418",
    ),
    (
        "0006_key_purposes.sqlite.sql",
        "af81a48f650d57c6d6c527227cc39187ca6c6b783435a39c6730bd3d254f447a27f39a160a23531fb12637f81a04ed8c",
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
    assert_eq!(migrations::run(&db).await.unwrap(), [1, 2, 3, 4, 5, 6]);
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
    assert_eq!(migrations::pending(&db).await.unwrap(), [1, 2, 3, 4, 5, 6]);
    migrations::run(&db).await.unwrap();
    assert_eq!(migrations::pending(&db).await.unwrap(), Vec::<i64>::new());
    assert_eq!(migrations::run(&db).await.unwrap(), Vec::<i64>::new());
    db.close().await;
    database.drop().await;
}
