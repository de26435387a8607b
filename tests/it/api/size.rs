//! "A million audit events and 50,000 clients: every list of the API answers its first and its thousandth page in time that
//! does not grow": what the statements of a page are, how the engine runs them, and how many rows that touches.

mod filled;
mod heard;

use std::time::Duration;
use std::time::Instant;

use motcua::flows::admin::listing;
use motcua::flows::admin::listing::Wanted;
use motcua::identity::audit::By;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Office;
use motcua::identity::authority::Role;
use motcua::store::db::Pool;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::PgConnection;

use self::filled::AGENCIES;
use self::filled::EVENTS;
use self::filled::MANY;
use self::heard::Heard;
use self::heard::Statement;
use self::heard::hear;
use super::get;
use super::given;
use super::nation;
use super::robot;
use super::token;
use super::town;
use crate::authority::scope;
use crate::store::is_postgres;
use crate::store::texts;
use crate::town::Replica;
use crate::town::Town;

/// A list, with how many items a page of it has; which of them the thousandth page comes after, as SQL says; and in which office
/// it is asked for.
struct List {
    path: &'static str,
    limit: usize,
    after: String,
    office: &'static str,
}

const EVERYWHERE: &str = "everywhere";
/// The office of the whole country's unit, to which nothing belongs that stands in no unit.
const BOUNDED: &str = "unit";

/// Every list that may be long. Branches and keys are few; of one person's sessions and grants a page has all.
fn lists(town: &Town) -> Vec<List> {
    let text = if is_postgres(&town.app.db) { "CAST(id AS TEXT)" } else { "lower(hex(id))" };
    let id = |from: &str, by: &str, at: i64| format!("SELECT {text} FROM {from} ORDER BY id {by} LIMIT 1 OFFSET {at}");
    let key = |from: &str, at: i64| format!("SELECT id FROM {from} ORDER BY id LIMIT 1 OFFSET {at}");
    let far = |limit: i64| limit * 1000 - 1;
    let list = |path, limit, after, office| List { path, limit, after, office };
    let unit = if is_postgres(&town.app.db) { "CAST(unit_id AS TEXT)" } else { "lower(hex(unit_id))" };
    let of_unit = format!(
        "SELECT {unit} || ' ' || {text} FROM rights WHERE unit_id IS NOT NULL AND revoked_at IS NULL \
         ORDER BY unit_id, id LIMIT 1 OFFSET {}",
        far(40)
    );
    let of_agency = "SELECT agency_id || ' ' || services.id || ' ' || clients.id FROM services \
         JOIN clients ON service_id = services.id WHERE agency_id LIKE 'office-%' ORDER BY 1 LIMIT 1 OFFSET 39999";
    let service =
        "SELECT agency_id || ' ' || id FROM services WHERE agency_id LIKE 'office-%' ORDER BY 1 LIMIT 1 OFFSET 1999";
    let waiting = "pending_acts WHERE state = 'waits'";
    vec![
        list("audit?", 40, id("audit_events", "DESC", far(40)), EVERYWHERE),
        list("audit?client=filled-000007", 40, id("audit_events", "DESC", EVENTS / 2), EVERYWHERE),
        list("audit?", 40, id("audit_events", "DESC", far(40)), BOUNDED),
        list("clients?", 40, key("clients", far(40)), EVERYWHERE),
        list("clients?", 40, of_agency.to_owned(), BOUNDED),
        list("services?", 2, key("services", far(2)), EVERYWHERE),
        list("services?", 2, service.to_owned(), BOUNDED),
        list("rights?", 40, id("rights WHERE revoked_at IS NULL", "", far(40)), EVERYWHERE),
        list("rights?", 40, of_unit, BOUNDED),
        list("pending?", 40, id(waiting, "DESC", far(40)), EVERYWHERE),
        list("pending?every=true", 80, id("pending_acts", "DESC", far(80)), EVERYWHERE),
        list("outbox?", 80, id("outbox", "", MANY - 1), EVERYWHERE),
        list("clients/clerk/versions?", 40, format!("SELECT '{}'", 1000 + MANY - far(40)), EVERYWHERE),
        list("clients/clerk/grants?", 40, id("families", "DESC", far(40)), EVERYWHERE),
        list("units?", 3, "SELECT 'commune/' || 'c-013900'".to_owned(), EVERYWHERE),
        list("units?at=2025-06-30", 10, "SELECT 'commune/' || 'c-010000'".to_owned(), EVERYWHERE),
        list("units?", 3, "SELECT 'commune/' || 'c-013900'".to_owned(), BOUNDED),
        list("agencies?", 3, key("agencies WHERE id LIKE 'office-%'", AGENCIES - 100), EVERYWHERE),
        list("agencies?", 3, key("agencies WHERE id LIKE 'office-%'", AGENCIES - 100), BOUNDED),
    ]
}

/// How a page was found.
struct Found {
    items: usize,
    goes_on: bool,
    heard: Heard,
}

async fn page(replica: &Replica, token: &str, path: &str) -> Found {
    let (page, heard) = hear(replica.send_json("GET", path, Some(token), &Value::Null)).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    let body = page.json();
    Found { items: body["items"].as_array().unwrap().len(), goes_on: body["next"].is_string(), heard }
}

/// What continues a list after a key, as the program says it to whoever acts in this office.
fn cursor(replica: &Replica, list: &List, key: String) -> String {
    let (holder, office) = match list.office {
        EVERYWHERE => ("clerk", Office::default()),
        _ => ("other", Office(scope("vn"))),
    };
    let app = replica.app.acting(By::official(Holder::Client(holder.to_owned()), office));
    let path = format!("/api/v1/{}", list.path);
    listing::next(&app, &Wanted { list: &path, cursor: None, limit: list.limit }, key, app.clock.now()).unwrap()
}

/// Another replica, to which PostgreSQL says of every statement how it was run.
async fn explained(town: &Town) -> Replica {
    if is_postgres(&town.app.db) {
        let mut connection = PgConnection::connect(town.database_url()).await.unwrap();
        for setting in [
            "session_preload_libraries = 'auto_explain'",
            "auto_explain.log_min_duration = 0",
            "auto_explain.log_analyze = on",
            "auto_explain.log_timing = off",
            "auto_explain.log_level = 'notice'",
        ] {
            let sql = format!(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {}', current_database()); END $$",
                setting.replace('\'', "''")
            );
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
    }
    town.replica().await
}

/// Tables that are small whatever grows: what is read of them whole says nothing.
const SMALL: &[&str] = &["hierarchy", "levels", "signing_keys", "data_keys"];

/// How PostgreSQL ran the statements, and how many rows that touched.
fn looked_through(path: &str, plans: &[String]) -> u64 {
    let mut touched = 0;
    for plan in plans {
        for line in plan.lines() {
            let step = line.trim_start().trim_start_matches("-> ").trim_start();
            let small = SMALL.iter().any(|table| step.starts_with(&format!("Seq Scan on {table} ")));
            assert!(small || !step.starts_with("Seq Scan") && !step.contains("Parallel"), "{path}: {plan}");
            let number = |text: &str, before: &str| -> Option<u64> {
                text.split_once(before)?.1.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
            };
            if let Some((_, actual)) = step.split_once("(actual ") {
                let (rows, loops) = (number(actual, "rows=").unwrap(), number(actual, "loops=").unwrap());
                touched += rows * loops;
                assert!(!step.starts_with("Sort") || rows <= 1_000, "{path}: {plan}");
            }
            touched += number(step, "Rows Removed by Filter: ").unwrap_or(0);
        }
    }
    touched
}

/// How SQLite runs a statement: it neither goes through a table, nor sorts what it finds, unless it gives all of that.
async fn is_by_keys(town: &Town, path: &str, statement: &Statement) {
    let Statement { sql, rows: given } = statement;
    let Pool::Sqlite(pool) = &town.app.db.reads else { return };
    if !sql.starts_with("SELECT") && !sql.starts_with("WITH") {
        return;
    }
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(pool).await.unwrap();
    let plan: Vec<String> = rows.into_iter().map(|(.., detail)| detail).collect();
    for line in &plan {
        let of = line.strip_prefix("SCAN ").map(|rest| rest.split(' ').next().unwrap());
        let small = of.is_none_or(|table| SMALL.contains(&table) || ["v", "CONSTANT", "(subquery"].contains(&table));
        let values = line.contains("CONSTANT ROW") || line.contains("-ROW VALUES CLAUSE");
        assert!(small || values, "{path}: {sql}\n{plan:#?}");
        let few = *given <= 200 && !sql.contains("LIMIT");
        assert!(few || !line.contains("TEMP B-TREE"), "{path}: {sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn every_list_answers_its_thousandth_page_as_it_does_its_first() {
    let town = town().await;
    if town.app.db.groups.are_spread() {
        return town.leave().await; // a coordinator plans for its machines
    }
    town.apply(&robot("third")).await;
    nation(&town, ["clerk", "third"]).await;
    for role in [Role::Auditor, Role::UnitAdministrator] {
        given(&town, "other", role, "vn").await;
    }
    filled::fill(&town).await;
    let replica = explained(&town).await;
    let (all, bounded) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    page(&replica, &all, "/api/v1/units?limit=1").await; // what is kept in memory is read once
    for list in lists(&town) {
        let token = if list.office == EVERYWHERE { &all } else { &bounded };
        let joint = if list.path.ends_with('?') { "" } else { "&" };
        let path = format!("/api/v1/{}{joint}limit={}", list.path, list.limit);
        let key = texts(&town.app.db, list.after.clone()).await.remove(0);
        let far = format!("{path}&cursor={}", cursor(&replica, &list, key));
        let mut touched = Vec::new();
        for (what, path) in [("first", &path), ("thousandth", &far)] {
            let begun = Instant::now();
            let found = page(&replica, token, path).await;
            let (took, statements) = (begun.elapsed(), &found.heard.statements);
            let rows: u64 = match is_postgres(&town.app.db) {
                true => looked_through(path, &found.heard.plans),
                false => statements.iter().map(|statement| statement.rows).sum(),
            };
            for statement in statements {
                is_by_keys(&town, path, statement).await;
            }
            let name = format!("{} {} {what}", list.path, list.office);
            println!("{name}: {} items, {} statements, {rows} rows, {took:?}", found.items, statements.len());
            assert!(!statements.is_empty(), "{name}: nothing was heard");
            assert_eq!(found.heard.plans.is_empty(), !is_postgres(&town.app.db), "{name}");
            assert!(found.goes_on || found.items > 0, "{name}");
            touched.push(rows);
        }
        assert!(touched[1] <= touched[0] * 2 + 200, "{}: {touched:?}", list.path);
        town.clock.pass(Duration::from_secs(5)); // whoever asks much waits for another minute
    }
    town.close().await;
}

/// Whoever sees little of much goes through it to the end, in pages of which most are full.
#[tokio::test]
async fn whoever_sees_little_gets_all_of_it() {
    let town = town().await;
    for role in [Role::Auditor, Role::UnitAdministrator] {
        given(&town, "other", role, "101").await;
    }
    filled::fill_little(&town).await;
    let little = token(&town, "other", &[]).await;
    for (list, count) in [("clients?", 300), ("services?", 30), ("rights?", 202), ("clients?service=mine-000001", 10)] {
        let (mut path, mut seen) = (format!("/api/v1/{list}&limit=40"), std::collections::BTreeSet::new());
        loop {
            let page = get(&town, &little, &path).await;
            assert_eq!(page.status, 200, "{}", page.body);
            let body = page.json();
            let items = body["items"].as_array().unwrap();
            let key = |item: &Value| item.get("id").or_else(|| item.get("client_id")).unwrap().to_string();
            assert!(items.iter().all(|item| seen.insert(key(item))), "{list}");
            let Some(next) = body["next"].as_str() else { break };
            assert_eq!(items.len(), 40, "{list}");
            path = format!("/api/v1/{list}&limit=40&cursor={next}");
        }
        assert_eq!(seen.len(), count, "{list}");
    }
    town.close().await;
}
