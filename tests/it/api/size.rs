//! "A million audit events and 50,000 clients: every list of the API answers its first and its thousandth page in time that
//! does not grow": what a page reads goes by keys, and a page reads so much and no more.

use std::time::Duration;
use std::time::Instant;

use motcua::base::id;
use motcua::identity::authority::Role;
use motcua::store::db::Db;
use motcua::store::db::Pool;
use sqlx::AssertSqlSafe;
use sqlx::Connection;

use super::get;
use super::given;
use super::token;
use super::town;
use crate::store::execute;
use crate::store::is_postgres;
use crate::town::Town;

const CLIENTS: i64 = 50_000;
const EVENTS: i64 = 200_000;

/// What a page of each list reads: the file of the store, and the name of the statement.
const PAGES: &[(&str, &str)] = &[
    (include_str!("../../../src/store/audit.rs"), "pub async fn page("),
    (include_str!("../../../src/store/agencies.rs"), "pub async fn services_after("),
    (include_str!("../../../src/store/agencies.rs"), "pub async fn services_of_agency("),
    (include_str!("../../../src/store/registrations.rs"), "pub async fn seen("),
    (include_str!("../../../src/store/registrations.rs"), "pub async fn seen_of_service("),
    (include_str!("../../../src/store/outbox.rs"), "pub async fn after("),
    (include_str!("../../../src/store/letters.rs"), "pub async fn after("),
    (include_str!("../../../src/store/pending_acts.rs"), "pub async fn page("),
    (include_str!("../../../src/store/versions.rs"), "pub async fn page("),
];

/// Rows in bulk, by one statement each.
async fn fill(town: &Town) {
    let db = &town.app.db;
    let numbers = |count: i64| match is_postgres(db) {
        true => format!("generate_series(1, {count}) AS s(n)"),
        false => format!(
            "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) AS s"
        ),
    };
    let number = if is_postgres(db) { "lpad(n::text, 6, '0')" } else { "printf('%06d', n)" };
    execute(
        db,
        &format!(
            "INSERT INTO clients (id, service_id, sector, metadata, secrets, created_at, updated_at) \
             SELECT 'filled-' || {number}, NULL, (SELECT sector FROM clients WHERE id = 'clerk'), \
             (SELECT metadata FROM clients WHERE id = 'clerk'), '[]', n, n FROM {}",
            numbers(CLIENTS)
        ),
    )
    .await;
    let base = id::floor(town.app.clock.now() - Duration::from_secs(3600)).simple().to_string();
    let prefix = &base[..18];
    let id = match is_postgres(db) {
        true => format!("('{prefix}' || '80' || lpad(to_hex(n), 12, '0'))::uuid"),
        false => format!("unhex('{prefix}' || '80' || printf('%012x', n))"),
    };
    execute(
        db,
        &format!(
            "INSERT INTO audit_events (id, shard, at, act, client_id) \
             SELECT {id}, 0, n, 'signed_in', 'filled-000001' FROM {}",
            numbers(EVENTS)
        ),
    )
    .await;
    execute(db, "ANALYZE").await;
}

/// How a statement is run, with values in the place of its parameters.
async fn plan(db: &Db, sql: &str) -> Vec<String> {
    let (id, verb) = match is_postgres(db) {
        true => ("'00000000-0000-7000-8000-000000000000'::uuid", "EXPLAIN"),
        false => ("x'00000000000070008000000000000000'", "EXPLAIN QUERY PLAN"),
    };
    let later = id.replace("00000000-0000", "ffffffff-ffff").replace("x'000000000000", "x'ffffffffffff");
    let mut sql = sql.to_owned();
    for (from, to) in [
        ("id >= $1 AND id < $2", format!("id >= {id} AND id < {later}")),
        ("person_id = $4 AND shard = $5", format!("person_id = {id} AND shard = 0")),
        ("id < $1", format!("id < {later}")),
        ("agency_id = $1", "agency_id = 'x'".to_owned()),
        ("service_id = $1", "service_id = 'x'".to_owned()),
        ("kind = $1 AND subject = $2", "kind = 'client' AND subject = 'clerk'".to_owned()),
        ("number < $3", "number < 9".to_owned()),
        ("id > $2", "id > 'a'".to_owned()),
        ("expires_at > $3", "expires_at > 0".to_owned()),
        ("LIMIT $1", "LIMIT 500".to_owned()),
        ("LIMIT $2", "LIMIT 500".to_owned()),
        ("LIMIT $3", "LIMIT 500".to_owned()),
        ("LIMIT $4", "LIMIT 500".to_owned()),
    ] {
        sql = sql.replace(from, &to);
    }
    let of_rows = sql.contains("FROM outbox") || sql.contains("FROM letters");
    let sql = sql.replace("id > $1", &if of_rows { format!("id > {id}") } else { "id > 'a'".to_owned() });
    assert!(!sql.contains('$'), "{sql}");
    let sql = format!("{verb} {sql}");
    match &db.reads {
        Pool::Postgres(pool) => {
            // Of tables that are empty a planner knows nothing: it goes by the keys that there are.
            let mut connection = pool.acquire().await.unwrap();
            let mut tx = connection.begin().await.unwrap();
            sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut *tx).await.unwrap();
            sqlx::query("SET LOCAL enable_bitmapscan = off").execute(&mut *tx).await.unwrap();
            sqlx::query("SET LOCAL enable_sort = off").execute(&mut *tx).await.unwrap(); // what must sort does all the same
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *tx).await.unwrap()
        }
        Pool::Sqlite(pool) => {
            let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
            rows.into_iter().map(|(.., detail)| detail).collect()
        }
    }
}

/// The statements of one function.
fn statements_of(source: &str, head: &str) -> Vec<String> {
    let rest = source.split_once(head).unwrap_or_else(|| panic!("no {head}")).1;
    let body = rest.split("\n}\n").next().unwrap();
    let columns = source.split("() => {").nth(1).and_then(|rest| rest.split('"').nth(1)).unwrap_or_default();
    let mut found = Vec::new();
    for part in body.split("const ").skip(1) {
        let text = part.split_once('=').unwrap().1.split(';').next().unwrap();
        let text = text.replace("columns!()", &format!("\"{columns}\""));
        let literals: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
        let joined = literals.concat().replace("\\\n", " ");
        found.push(joined.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    assert!(!found.is_empty(), "{head}");
    found
}

/// No page is sorted, and none is read but by a key: neither grows with what there is.
#[tokio::test]
async fn every_page_is_read_by_keys() {
    let town = town().await;
    if town.app.db.groups.are_spread() {
        return town.leave().await; // a coordinator plans for its machines
    }
    for (source, head) in PAGES {
        for sql in statements_of(source, head) {
            let plan = plan(&town.app.db, &sql).await;
            let lines = plan.join("\n");
            let scans = plan
                .iter()
                .any(|line| line.contains("Seq Scan") || (line.starts_with("SCAN") && !line.contains("USING")));
            let sorts = lines.contains("TEMP B-TREE")
                || plan
                    .iter()
                    .any(|line| line.trim_start().trim_start_matches("-> ").trim_start().starts_with("Sort  ("));
            assert!(!scans && !sorts, "{sql}\n{lines}");
        }
    }
    town.leave().await;
}

/// Of many, the first page and one far behind it come in about the same time, to whom nothing bounds and to whom sees little.
#[tokio::test]
async fn a_page_far_behind_takes_no_longer() {
    let town = town().await;
    given(&town, "clerk", Role::Auditor, "").await;
    given(&town, "other", Role::Auditor, "101").await;
    fill(&town).await;
    for list in ["clients?limit=40", "audit?limit=40"] {
        let all = token(&town, "clerk", &[]).await;
        let (mut took, mut path, mut seen) = (Vec::new(), format!("/api/v1/{list}"), 0);
        for number in 1..=1000 {
            let begun = Instant::now();
            let page = get(&town, &all, &path).await;
            took.push(begun.elapsed());
            assert_eq!(page.status, 200, "{}", page.body);
            let body = page.json();
            seen += body["items"].as_array().unwrap().len();
            path = format!("/api/v1/{list}&cursor={}", body["next"].as_str().unwrap());
            if number % 300 == 0 {
                town.clock.pass(Duration::from_secs(60)); // another minute, with requests of its own
            }
        }
        assert_eq!(seen, 40_000, "{list}");
        let [early, late]: [Duration; 2] = [took[..50].iter().sum(), took[950..].iter().sum()];
        assert!(late < early * 4 + Duration::from_millis(500), "{list}: {early:?} at first, {late:?} at the end");
        town.clock.pass(Duration::from_secs(60));
    }
    let little = token(&town, "other", &[]).await;
    // Whoever sees little goes through the rest in pages that are short, and end.
    for list in ["clients?limit=200", "audit?limit=200"] {
        let (mut path, mut pages) = (format!("/api/v1/{list}"), 0);
        loop {
            let body = get(&town, &little, &path).await.json();
            pages += 1;
            let Some(next) = body["next"].as_str() else { break };
            path = format!("/api/v1/{list}&cursor={next}");
            assert!(pages < 60, "{list}");
        }
        assert!(pages > 5, "{list}: {pages}");
    }
    town.close().await;
}
