//! What has had its time goes: partitions on PostgreSQL, bounded batches elsewhere (sign-in.md, rule 6).

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use motcua::base::id;
use motcua::base::time::ManualClock;
use motcua::base::time::Timestamp;
use motcua::cli::serve::OnEmpty;
use motcua::cli::serve::World;
use motcua::cli::serve::build;
use motcua::config::Config;
use motcua::config::database::SecretUrl;
use motcua::identity::audit::Act;
use motcua::identity::audit::Event;
use motcua::jobs::clean;
use motcua::store::audit;
use motcua::store::audit::Entry;
use motcua::store::db::ConnectOptions;
use motcua::store::db::Db;
use motcua::store::migrations;
use motcua::store::partitions;
use sqlx::Connection;
use sqlx::PgConnection;

use super::execute;
use super::is_postgres;
use super::texts;
use crate::town::Database;
use crate::town::MORNING;
use crate::town::Town;

/// Where each grant lies; a Citus shard's own number is left out.
const PARTITION: &str = "SELECT regexp_replace(tableoid::regclass::text, '_\\d{6}$', '') FROM grants";
const TABLES: [&str; 2] = ["grants", "audit_events"];
const DAY: Duration = Duration::from_secs(86_400);

async fn partitions_of(db: &Db, table: &str) -> Vec<i64> {
    let sql = format!(
        "SELECT child.relname::text FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid \
         JOIN pg_class parent ON parent.oid = inhparent WHERE parent.relname = '{table}'"
    );
    let names = texts(db, sql).await;
    let mut days: Vec<i64> = names.iter().filter_map(|name| name.rsplit('_').next()?.parse().ok()).collect();
    days.sort_unstable();
    days
}

/// sign-in.md: "partitioned by its time-ordered id from the first migration on"
#[tokio::test]
async fn partitions_are_made_ahead_and_dropped_when_their_time_is_over() {
    let database = Database::empty().await;
    let db = Db::connect(&ConnectOptions { url: &database.url, connections: 2 }).await.unwrap();
    migrations::run(&db).await.unwrap();
    for _ in 0..2 {
        partitions::tend(&db, MORNING, MORNING - DAY * 30).await.unwrap();
    }
    let today = MORNING.seconds() / 86_400;
    let later = MORNING + DAY * 10;
    for table in TABLES.into_iter().filter(|_| is_postgres(&db)) {
        assert_eq!(partitions_of(&db, table).await, (today..=today + 7).collect::<Vec<i64>>());
    }
    if is_postgres(&db) {
        // As a process leaves it that ends between the two statements.
        execute(&db, "CREATE TABLE grants_7 (LIKE grants)").await;
    }
    partitions::tend(&db, later, later - DAY * 5).await.unwrap();
    if is_postgres(&db) {
        assert_eq!(texts(&db, "SELECT COALESCE(to_regclass('grants_7')::text, '')".into()).await, [""]);
    }
    for table in TABLES.into_iter().filter(|_| is_postgres(&db)) {
        // Whatever ended more than five days before is gone.
        let kept: Vec<i64> = (today + 5..=today + 7).chain(today + 10..=today + 17).collect();
        assert_eq!(partitions_of(&db, table).await, kept);
    }
    db.close().await;
    database.drop().await;
}

/// What is written before the first job runs has its partition: nothing in the default one is ever dropped.
#[tokio::test]
async fn an_instance_that_brought_the_database_up_to_date_made_the_partitions() {
    let database = Database::empty().await;
    let keys = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.database.url = SecretUrl(database.url.clone());
    config.keys.directory = keys.path().join("keys");
    let world = World { clock: Arc::new(ManualClock::at(MORNING)), ..World::default() };
    let app = build(config, world, OnEmpty::Begin).await.unwrap();
    let today = MORNING.seconds() / 86_400;
    for table in TABLES.into_iter().filter(|_| is_postgres(&app.db)) {
        assert_eq!(partitions_of(&app.db, table).await, (today..=today + 7).collect::<Vec<i64>>());
    }
    app.db.close().await;
    database.drop().await;
}

/// A backup reads every table for hours: who starts meanwhile serves, and makes the partitions later.
#[tokio::test]
async fn a_start_waits_for_no_backup() {
    let town = Town::new().await;
    if !is_postgres(&town.app.db) {
        return town.leave().await;
    }
    let today = MORNING.seconds() / 86_400;
    execute(&town.app.db, &format!("DROP TABLE grants_{}", today + 7)).await;
    let mut backup = PgConnection::connect(town.database_url()).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT COUNT(*) FROM grants_other").execute(&mut backup).await.unwrap();
    let replica = town.replica().await;
    assert!(!partitions_of(&town.app.db, "grants").await.contains(&(today + 7)));
    replica.rp("portal").tokens(&mut replica.browser_like(&town.browser()), &[]).await;
    backup.close().await.unwrap();
    clean::run(Arc::clone(&town.app)).await.unwrap();
    assert!(partitions_of(&town.app.db, "grants").await.contains(&(today + 7)));
    town.leave().await;
}

/// Replicas that tend at once disturb nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partitions_are_tended_by_two_replicas_at_once() {
    let town = Town::new().await;
    let replica = town.replica().await;
    for days in [0, 20] {
        let now = MORNING + DAY * days;
        let (a, b) = tokio::join!(
            partitions::tend(&town.app.db, now, now - DAY),
            partitions::tend(&replica.app.db, now, now - DAY)
        );
        a.unwrap();
        b.unwrap();
    }
    town.close().await; // what was recorded is dropped with its day
}

#[tokio::test]
async fn a_grant_lies_in_the_partition_of_its_day() {
    let town = Town::new().await;
    clean::run(Arc::clone(&town.app)).await.unwrap();
    let day = MORNING.seconds() / 86_400;
    let mut browser = town.browser();
    for later in 0..2 {
        town.rp("portal").tokens(&mut browser, &[]).await;
        if is_postgres(&town.app.db) {
            let found = texts(&town.app.db, format!("{PARTITION} ORDER BY id")).await;
            assert_eq!(found.last().unwrap(), &format!("grants_{}", day + later));
            assert_eq!(found.len() as i64, later + 1);
        }
        town.clock.pass(DAY);
    }
    town.leave().await;
}

/// sign-in.md: "a missing partition falls back to the parent"; what lies in the default one is found, and moves to its day.
#[tokio::test]
async fn rows_of_the_default_partition_are_found_and_move_to_their_day() {
    let town = Town::new().await;
    if !is_postgres(&town.app.db) {
        return town.leave().await;
    }
    let day = MORNING.seconds() / 86_400;
    for later in [0, 1, 7] {
        execute(&town.app.db, &format!("DROP TABLE grants_{}", day + later)).await;
    }
    partitions::look(&town.app.db).await.unwrap();
    let portal = town.rp("portal").with_scope("openid offline_access");
    let mut browser = town.browser();
    let tokens = portal.tokens(&mut browser, &[]).await;
    let lies_in = || texts(&town.app.db, PARTITION.into());
    assert_eq!(lies_in().await, ["grants_other"]);
    assert_eq!(partitions::strays(&town.app.db).await.unwrap(), 1);
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    partitions::tend(&town.app.db, MORNING, MORNING - DAY * 30).await.unwrap();
    assert_eq!(partitions::strays(&town.app.db).await.unwrap(), 0);
    assert_eq!(lies_in().await, [format!("grants_{day}")]);
    assert_eq!(partitions_of(&town.app.db, "grants").await, (day..=day + 7).collect::<Vec<i64>>());
    let replica = town.replica().await;
    assert_eq!(replica.rp("portal").userinfo(tokens.access_token()).await.status, StatusCode::OK);
    assert_eq!(portal.refresh(tokens.refresh_token(), &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// Clocks of replicas may differ: what a session reached is known although its id is later than that of the grant.
#[tokio::test]
async fn a_session_knows_what_it_reached_at_a_replica_whose_clock_is_behind() {
    let town = Town::new().await;
    let behind = town.replica_behind(Duration::from_secs(5)).await;
    let mut browser = town.browser();
    town.rp("portal").code(&mut browser, &[]).await;
    let mut elsewhere = behind.browser_like(&browser);
    for client in ["portal", "certified"] {
        behind.rp(client).tokens(&mut elsewhere, &[]).await;
    }
    browser.cookies = elsewhere.cookies.clone();
    let page = browser.open("/logout").await;
    assert_eq!(page.boxes().len(), 2, "{}", page.body);
    town.leave().await;
}

/// Rule 6: "a bounded batch in a job, never a `DELETE` on the request path"
#[tokio::test]
async fn a_run_of_the_job_drops_what_is_over_in_bounded_batches() {
    let town = Town::with(|config| config.tokens.history = config.tokens.refresh_absolute).await;
    let before = town.audit().await.len();
    let entry = |at: Timestamp| Entry { id: id::new(at, &*town.app.entropy), at, event: Event::new(Act::SignedOut) };
    let old = MORNING - *town.config.tokens.history - DAY;
    let rows: Vec<Entry> = (0..2500).map(|_| entry(old)).chain([entry(MORNING)]).collect();
    let mut tx = town.app.db.begin().await.unwrap();
    audit::write(&mut tx, &rows).await.unwrap();
    tx.commit().await.unwrap();
    if !is_postgres(&town.app.db) {
        let floor = id::floor(MORNING - *town.config.tokens.history);
        assert_eq!(audit::drop_before(&town.app.db, floor, 1000).await.unwrap(), 1000, "a batch is bounded");
    }
    clean::run(Arc::clone(&town.app)).await.unwrap(); // on PostgreSQL they move to their day, which goes
    assert_eq!(town.audit().await.len(), before + 1, "what is young stays");
    town.close().await;
}

/// A national peak opens 1,100 sessions a second: a run drops all that are over, not 20,000 of them.
#[tokio::test]
async fn a_run_of_the_job_drops_every_session_that_is_over() {
    let town = Town::new().await;
    let random = if is_postgres(&town.app.db) { "gen_random_uuid()" } else { "randomblob(16)" };
    let blob = if is_postgres(&town.app.db) { "sha256(n::text::bytea)" } else { "randomblob(32)" };
    let over = (MORNING - DAY * 2).micros();
    let sql = format!(
        "INSERT INTO sessions (id, shard, secret, person_id, auth_time, acr, amr, last_used_at, expires_at) \
         WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 25000) \
         SELECT {random}, 0, {blob}, {random}, {over}, 'a', 'pwd', {over}, {over} FROM numbers RETURNING 'x'"
    );
    assert_eq!(texts(&town.app.db, sql).await.len(), 25_000);
    clean::run(Arc::clone(&town.app)).await.unwrap();
    assert_eq!(texts(&town.app.db, "SELECT 'x' FROM sessions".into()).await.len(), 0);
    town.leave().await;
}

/// One kind that cannot be cleaned keeps no other from it.
#[tokio::test]
async fn a_failure_of_one_kind_skips_no_other() {
    let town = Town::new().await;
    texts(&town.app.db, "ALTER TABLE used_assertions RENAME TO gone".into()).await;
    town.rp("portal").tokens(&mut town.browser(), &[]).await;
    town.clock.pass(*town.config.session.absolute + DAY * 2);
    assert!(clean::run(Arc::clone(&town.app)).await.is_err());
    assert_eq!(texts(&town.app.db, "SELECT 'x' FROM sessions".into()).await.len(), 0);
    town.leave().await;
}

/// Rule 6: a steady load of JWTs that count once does not outgrow the job.
#[tokio::test]
async fn a_run_of_the_job_drops_every_used_assertion_that_is_over() {
    let town = Town::new().await;
    let digest = if is_postgres(&town.app.db) { "sha256(n::text::bytea)" } else { "randomblob(32)" };
    let sql = format!(
        "INSERT INTO used_assertions (digest, shard, expires_at) WITH RECURSIVE numbers (n) AS \
         (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 21500) SELECT {digest}, 0, {} FROM numbers \
         RETURNING 'x'",
        (MORNING - DAY).micros()
    );
    assert_eq!(texts(&town.app.db, sql).await.len(), 21_500);
    clean::run(Arc::clone(&town.app)).await.unwrap();
    assert_eq!(texts(&town.app.db, "SELECT 'x' FROM used_assertions".into()).await.len(), 0);
    town.leave().await;
}

/// A session is kept for a day after its end, so that the person can see it, and until all that it gave has expired.
#[tokio::test]
async fn sessions_that_are_over_go_after_a_day() {
    let town = Town::new().await;
    town.rp("portal").tokens(&mut town.browser(), &[]).await;
    let count = || async { texts(&town.app.db, "SELECT CAST(COUNT(*) AS TEXT) FROM sessions".into()).await };
    town.clock.pass(*town.config.session.absolute + DAY - Duration::from_secs(60));
    clean::run(Arc::clone(&town.app)).await.unwrap();
    assert_eq!(count().await, ["1"]);
    town.clock.pass(Duration::from_secs(120 + 600));
    clean::run(Arc::clone(&town.app)).await.unwrap();
    assert_eq!(count().await, ["0"]);
    town.leave().await;
}
