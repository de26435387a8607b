//! style.md: "A test prepares every statement on both engines."

use std::fs;
use std::path::Path;

use motcua::store::db::Pool;
use sqlx::AssertSqlSafe;
use sqlx::Executor;
use sqlx::SqlSafeStr;

use crate::town::Town;

/// What only PostgreSQL understands stands in these.
const POSTGRES_ALONE: [&str; 11] = [
    "current_setting",
    "set_config",
    "pg_advisory",
    "_other",
    "relispartition",
    "pg_settings",
    "clock_timestamp",
    "pg_notify",
    "pg_inherits",
    "pg_snapshot_xmin",
    "to_regclass",
];
/// And what only Citus understands in these files.
const CITUS_ALONE: [&str; 2] = ["distribution.rs", "groups.rs"];
/// And in these what only SQLite does.
const SQLITE_ALONE: [&str; 2] = ["sqlite_master", "sqlite_sequence"];

/// style.md, "SQL for two engines": "one SQL text for SQLite and PostgreSQL".
#[tokio::test]
async fn every_statement_of_the_store_prepares() {
    let town = Town::new().await;
    let understood = |file: &str| town.app.db.groups.are_spread() || !CITUS_ALONE.contains(&file);
    let found: Vec<(String, String)> =
        sources().iter().filter(|(file, _)| understood(file)).flat_map(|(file, text)| statements(file, text)).collect();
    assert!(found.len() >= 35, "only {} statements were found", found.len());
    let mut failures = Vec::new();
    for (place, sql) in found {
        let prepared = match &town.app.db.writes {
            Pool::Sqlite(_) if POSTGRES_ALONE.iter().any(|mark| sql.contains(mark)) => Ok(()),
            Pool::Sqlite(pool) => pool.prepare(AssertSqlSafe(sql).into_sql_str()).await.map(drop),
            Pool::Postgres(_) if SQLITE_ALONE.iter().any(|mark| sql.contains(mark)) => Ok(()),
            Pool::Postgres(pool) => pool.prepare(AssertSqlSafe(sql).into_sql_str()).await.map(drop),
        };
        failures.extend(prepared.err().map(|error| format!("{place}: {error}")));
    }
    assert!(failures.is_empty(), "{failures:#?}");
    town.leave().await;
}

/// Batches are put together for any number of rows, and cannot be prepared before: the tests of `ledger`, and every act and
/// announcement, run each of these.
#[test]
fn only_batches_are_put_together_for_any_number_of_rows() {
    let mut built: Vec<String> = sources()
        .iter()
        .flat_map(|(file, text)| {
            assert!(!text.contains("QueryBuilder"), "{file}");
            let heads = text.split("Batch::new(").skip(1);
            heads.filter_map(literal).collect::<Vec<_>>()
        })
        .map(|sql| sql.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
        .collect();
    built.sort();
    let tables = [
        "agency_places",
        "audit_events",
        "births",
        "credentials",
        "families",
        "figures",
        "grants",
        "invalidations",
        "names",
        "people",
        "refused_sign_ins",
        "successions",
        "unit_parents",
        "units",
        "used_assertions",
    ];
    let inserts = tables.map(|table| format!("INSERT INTO {table}"));
    let others = [
        "SELECT authenticators.person_id, authenticators.id,",
        "SELECT credentials.person_id, credentials.secret,",
        "SELECT names.digest, names.person_id",
        "SELECT people.id, people.data,",
        "SELECT proofings.person_id, proofings.id,",
        "SELECT recoveries.person_id, recoveries.id,",
        "SELECT services.agency_id, services.id",
        "SELECT v.id FROM",
        "SELECT v.id FROM",
        "UPDATE families SET",
        "UPDATE figures SET",
        "UPDATE sessions SET",
        "UPDATE units SET",
        "UPDATE units SET",
    ];
    assert_eq!(built, [&inserts[..], &others.map(str::to_owned)[..]].concat());
}

/// No statement is put together from texts, but for the names of partitions.
#[test]
fn only_partitions_put_statements_together() {
    let unsafe_files: Vec<String> =
        sources().into_iter().filter(|(_, text)| text.contains("AssertSqlSafe")).map(|(file, _)| file).collect();
    assert_eq!(unsafe_files, ["partitions.rs"]);
}

fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    for directory in ["", "db", "ephemeral", "hierarchy", "ledger"].map(|name| root.join(name)) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Every `const NAME: &str` that is SQL; `concat!` and `columns!()` count as the text that they stand for.
pub fn statements(file: &str, text: &str) -> Vec<(String, String)> {
    let text = &spelled_out(text);
    let declared = text.split("const ").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once(": &str =")?;
        let sql = literal(rest)?;
        let verb = sql.split(' ').next().unwrap_or_default();
        let is_sql = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb);
        is_sql.then(|| (format!("{file} {name}"), sql))
    });
    declared.collect()
}

/// `text` with the columns that a macro of the file names where the macro stands, and without `concat!`.
fn spelled_out(text: &str) -> String {
    let columns =
        text.split_once("macro_rules! columns").and_then(|(_, rest)| rest.split_once("=> {")?.1.split('"').nth(1));
    let Some(columns) = columns else { return text.to_owned() };
    let mut whole = String::new();
    for (at, part) in text.split("columns!()").enumerate() {
        if at > 0 {
            whole.push_str(columns);
        }
        let part = if at > 0 { part.trim_start_matches(|c: char| c == ',' || c.is_whitespace()) } else { part };
        let part = if at > 0 { part.strip_prefix('"').unwrap_or(part) } else { part };
        let ended = at > 0 && part.starts_with(')');
        whole.push_str(if ended { "\"" } else { "" });
        whole.push_str(part.trim_end().strip_suffix("\",").unwrap_or(part));
    }
    whole.replace("concat!(", "")
}

/// The string literal with which `text` begins, after white space.
fn literal(text: &str) -> Option<String> {
    let mut chars = text.trim_start().strip_prefix('"')?.chars().peekable();
    let mut value = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Some(value),
            '\\' => match chars.next()? {
                '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                escaped => value.push(escaped),
            },
            c => value.push(c),
        }
    }
    None
}

#[test]
fn literals_are_read_as_the_compiler_reads_them() {
    let text = "const A: &str =\n    \"SELECT a \\\n         FROM b WHERE c = '\\\"'\";\nconst B: &str = \"motcua\";";
    assert_eq!(statements("x.rs", text), [("x.rs A".to_owned(), "SELECT a FROM b WHERE c = '\"'".to_owned())]);
    let columns = "macro_rules! columns { () => { \"a, b\" }; }";
    let text = format!("{columns}\nconst A: &str = concat!(\"SELECT \", columns!(), \" FROM t\");");
    assert_eq!(statements("x.rs", &text), [("x.rs A".to_owned(), "SELECT a, b FROM t".to_owned())]);
}
