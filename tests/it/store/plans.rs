//! sign-in.md, "PostgreSQL at its real size": the hot path looks by key, whatever the statistics say, and touches no
//! partition that it does not need.

use std::time::Duration;
use std::time::Instant;

use http::StatusCode;
use motcua::base::id;
use motcua::base::time::Timestamp;
use motcua::base::zone::Zone;
use motcua::store::db::Db;
use motcua::store::db::Pool;
use motcua::store::history;
use motcua::store::history::Part;
use motcua::store::partitions;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::PgConnection;
use uuid::Uuid;

use super::is_postgres;
use super::statements::statements;
use crate::town::MORNING;
use crate::town::Town;

const DAYS: i64 = 740;
const GRANTS: i64 = 1_000_000;

/// Tables that grow with people and their use, read as a whole; and days of grants that were read at all.
const READ: &str = "SELECT relname::text || CASE WHEN seq_scan > 0 THEN ', whole' ELSE '' END FROM pg_stat_user_tables \
    WHERE relname ~ '^(people|names|credentials|sessions|consents|families|used_assertions|refused_sign_ins)' \
    AND seq_scan > 0 OR relname ~ '^(grants|audit_events)_[0-9]' AND seq_scan + idx_scan > 0 ORDER BY relname";

#[tokio::test]
async fn the_hot_path_looks_by_key_right_after_the_migration() {
    let town = Town::new().await;
    if !is_one_postgres(&town.app.db) {
        return town.leave().await; // SQLite's planner knows primary keys without statistics, and has no partitions
    }
    let url = town.database_url().to_owned();
    assert_eq!(touched(town, &url).await, [format!("grants_{}", day())]);
}

/// The start page looks for services of the last thirty days, everything else at one day.
#[tokio::test]
async fn the_hot_path_touches_few_of_740_days() {
    let town = Town::new().await;
    if !is_one_postgres(&town.app.db) {
        return town.leave().await;
    }
    let url = town.database_url().to_owned();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for sql in [years("grants"), fill(), "ANALYZE".into(), "SELECT pg_stat_reset()".into()] {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    partitions::look(&town.app.db).await.unwrap();
    let late: Vec<String> = (day() - 30..=day()).map(|day| format!("grants_{day}")).collect();
    // Whoever needs another day, if only to plan, waits for ever.
    let mut holder = PgConnection::connect(&url).await.unwrap();
    let others: Vec<String> = (day() - DAYS..day() - 30).map(|day| format!("grants_{day}")).collect();
    let hold = format!("BEGIN; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", others.join(", "));
    sqlx::raw_sql(AssertSqlSafe(hold)).execute(&mut holder).await.unwrap();
    assert_eq!(touched(town, &url).await, late);
    holder.close().await.unwrap();
}

/// A month of somebody's history is read from its own days: nobody waits for five years of others, or plans over them.
#[tokio::test]
async fn a_month_of_history_touches_its_days_alone() {
    let town = Town::new().await;
    if !is_one_postgres(&town.app.db) {
        return town.leave().await;
    }
    let mut connection = PgConnection::connect(town.database_url()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(years("grants") + &years("audit_events"))).execute(&mut connection).await.unwrap();
    partitions::look(&town.app.db).await.unwrap();
    let month = Zone::default().month_around(MORNING - Duration::from_secs(31 * 86_400)).unwrap();
    let [from, before] = history::identifiers(month);
    let own = [from, before].map(|id| id::made_at(id).seconds() / 86_400);
    let others = (day() - DAYS..day()).filter(|day| !(own[0]..=own[1]).contains(day));
    let others: Vec<String> = others.flat_map(|day| [format!("grants_{day}"), format!("audit_events_{day}")]).collect();
    let hold = format!("BEGIN; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", others.join(", "));
    sqlx::raw_sql(AssertSqlSafe(hold)).execute(&mut connection).await.unwrap();
    let part = Part { person: Uuid::nil(), client: Some("portal"), from, before, limit: 50 };
    assert!(history::events(&town.app.db, &part).await.unwrap().is_empty());
    assert!(history::disclosures(&town.app.db, &part).await.unwrap().is_empty());
    assert!(history::met(&town.app.db, Uuid::nil(), [from, before]).await.unwrap().is_empty());
    let session = id::floor(month[1] - Duration::from_secs(86_400));
    assert!(history::opened(&town.app.db, Uuid::nil(), session).await.unwrap().is_none());
    connection.close().await.unwrap();
    town.leave().await;
}

/// Somebody's history is found by its person, whatever lies beside it: on both engines each statement goes by the key.
#[tokio::test]
async fn a_history_is_read_by_its_person_s_key() {
    let town = Town::new().await;
    if town.app.db.groups.are_spread() {
        return town.leave().await; // a coordinator plans for its machines
    }
    let source = include_str!("../../../src/store/history.rs");
    let statements = statements("history.rs", source);
    assert!(statements.len() >= 7, "{statements:?}");
    for (place, sql) in statements.iter().filter(|(_, sql)| sql.starts_with("SELECT")) {
        let plan = planned(&town.app.db, sql).await;
        let reads: Vec<&String> = plan.iter().filter(|line| line.contains("SCAN ") || line.contains("Scan ")).collect();
        let reads = reads.into_iter().filter(|line| !line.contains("Subquery Scan") && !line.contains("SCAN h"));
        for line in reads.chain(plan.iter().filter(|line| line.contains("SEARCH "))) {
            let by_key =
                line.contains("USING INDEX") || line.contains("Index Scan") || line.contains("Index Only Scan");
            assert!(by_key, "{place}: {plan:#?}");
        }
        assert!(plan.iter().any(|line| line.contains("person_id =") || line.contains("person_id=?")), "{plan:#?}");
    }
    town.leave().await;
}

/// How a statement is run: its parameters are ids, but for the second, a shard, and those beside which it stands what they are.
async fn planned(db: &Db, sql: &str) -> Vec<String> {
    let (id, verb) = match is_postgres(db) {
        true => ("'00000000-0000-7000-8000-000000000000'::uuid", "EXPLAIN"),
        false => ("x'00000000000070008000000000000000'", "EXPLAIN QUERY PLAN"),
    };
    let known =
        [("CAST(", "'portal'"), ("client_id = ", "'portal'"), ("LIMIT ", "50"), ("_at < ", "0"), ("_at >= ", "0")];
    let sql = (3..=6).fold(sql.to_owned(), |sql, n| {
        known
            .iter()
            .fold(sql, |sql, (before, value)| sql.replace(&format!("{before}${n}"), &format!("{before}{value}")))
    });
    let later = id
        .replace("7000-8000-000000000000", "7000-8000-ffffffffffff")
        .replace("70008000000000000000", "70008000ffffffffffff");
    let sql = ["$1", "$3", "$5"].iter().fold(sql.replace("$4", &later), |sql, name| sql.replace(name, id));
    let sql = format!("{verb} {}", sql.replace("$2", "0"));
    match &db.reads {
        Pool::Postgres(pool) => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap(),
        Pool::Sqlite(pool) => {
            let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
            rows.into_iter().map(|(.., detail)| detail).collect()
        }
    }
}

/// A cluster's coordinator counts nothing that its machines read.
fn is_one_postgres(db: &Db) -> bool {
    is_postgres(db) && !db.groups.are_spread()
}

fn day() -> i64 {
    MORNING.seconds() / 86_400
}

/// Partitions of two years.
fn years(table: &str) -> String {
    let bound = |day: i64| id::floor(Timestamp::from_seconds(day * 86_400));
    let make = |day: i64| {
        let (from, to) = (bound(day), bound(day + 1));
        format!("CREATE TABLE {table}_{day} PARTITION OF {table} FOR VALUES FROM ('{from}') TO ('{to}');")
    };
    (day() - DAYS..day()).map(make).collect()
}

/// Grants of as many people, fewer and fewer towards today, so that statistics speak for reading a late day as a whole.
fn fill() -> String {
    let (micros, day) = (86_400_000_000_i64, day());
    format!(
        "INSERT INTO grants SELECT (lpad(to_hex(at / 1000), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || \
         substr(md5(n::text), 4, 15))::uuid, 0, gen_random_uuid(), 'portal', 0, gen_random_uuid(), gen_random_uuid(), 'openid', \
         NULL, NULL, at, 'urn:motcua:acr:1', 'pwd', FALSE, at, NULL FROM (SELECT n, \
         ({micros} * ({day} - {DAYS} * sqrt(n::float8 / {GRANTS})))::bigint AS at FROM generate_series(1, {GRANTS}) AS n) AS made"
    )
}

/// What somebody's day touches: a sign-in, SSO, tokens, what they open, the start page, and signing out.
async fn touched(town: Town, url: &str) -> Vec<String> {
    let portal = town.rp("portal").with_scope("openid profile offline_access");
    let mut browser = town.browser();
    let tokens = portal.tokens(&mut browser, &[]).await;
    let replica = town.replica().await; // it remembers nothing yet
    assert!(replica.browser_like(&browser).open(&replica.rp("portal").url(&[])).await.parameter("code").is_some());
    assert_eq!(replica.rp("portal").userinfo(tokens.access_token()).await.status, StatusCode::OK);
    assert_eq!(portal.refresh(tokens.refresh_token(), &[]).await.status, StatusCode::OK);
    assert_eq!(browser.open("/").await.status, StatusCode::OK);
    let page = browser.open("/logout").await;
    browser.fill(&page, &[]).await;
    assert_eq!(browser.open(&portal.url(&[])).await.path(), "/login");
    for db in [&replica.app.db, &town.app.db] {
        db.close().await;
    }
    let mut connection = PgConnection::connect(url).await.unwrap();
    // What a connection did is known when it has ended.
    const OPEN: &str =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'motcua'";
    let begun = Instant::now();
    while sqlx::query_scalar::<_, i64>(OPEN).fetch_one(&mut connection).await.unwrap() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "a connection stays open");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let read = sqlx::query_scalar(READ).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    town.close().await;
    read
}
