//! What is announced is heard, whatever the clocks say: sign-in.md, rule 4.

use std::time::Duration;

use http::StatusCode;
use motcua::base::id;
use motcua::flows::admin::keys;
use motcua::jobs;
use motcua::parts::record::Change;
use motcua::store::announcements;
use motcua::store::announcements::Announcement;
use motcua::store::announcements::Kind;
use motcua::store::announcements::Mark;
use motcua::store::db::by_itself;

use crate::town::MORNING;
use crate::town::Town;
use crate::town::header_of;

fn announcement(town: &Town, subject: &str) -> Announcement {
    Announcement { id: id::new(MORNING, &*town.app.entropy), at: MORNING, kind: Kind::Client, subject: subject.into() }
}

async fn announce(town: &Town, subject: &str) {
    let mut change = Change::begin(&town.app).await.unwrap();
    change.announce(Kind::Client, subject);
    change.commit().await.unwrap();
}

/// "Whether an announcement is heard depends on no writer's clock": one that is written late, or bears an old time, is.
#[tokio::test]
async fn an_announcement_of_a_writer_whose_clock_is_wrong_is_heard() {
    let town = Town::new().await;
    let mut mark = Mark::present(&town.app.db).await.unwrap();
    for (n, set_back) in [3600, 60, 0].into_iter().enumerate() {
        town.clock.set_back(Duration::from_secs(set_back));
        announce(&town, &format!("client-{n}")).await;
        assert_eq!(mark.advance(&town.app.db).await.unwrap(), [(Kind::Client, format!("client-{n}"))]);
        assert_eq!(mark.advance(&town.app.db).await.unwrap(), [], "once");
    }
    town.leave().await;
}

/// "Whatever is announced gets its time when it is written": cleaning drops nothing that was just committed.
#[tokio::test]
async fn what_is_announced_bears_the_time_of_its_commit() {
    let town = Town::new().await;
    let mut mark = Mark::present(&town.app.db).await.unwrap();
    let mut change = Change::begin(&town.app).await.unwrap();
    change.announce(Kind::Client, "client");
    town.clock.pass(Duration::from_secs(3600));
    change.commit().await.unwrap();
    announcements::drop_before(&town.app.db, town.app.clock.now(), 1000).await.unwrap();
    assert_eq!(mark.advance(&town.app.db).await.unwrap(), [(Kind::Client, "client".to_owned())]);
    town.leave().await;
}

/// A transaction that began earlier and commits later is heard, although others were heard in between.
#[tokio::test]
async fn a_commit_that_others_overtook_is_heard() {
    let town = Town::new().await;
    if !super::is_postgres(&town.app.db) {
        return town.leave().await; // SQLite has one writer at a time: nobody overtakes
    }
    let mut mark = Mark::present(&town.app.db).await.unwrap();
    let mut early = by_itself(town.app.db.begin()).await.unwrap();
    announcements::write(&mut early, &[announcement(&town, "early")]).await.unwrap();
    announce(&town, "late").await;
    assert_eq!(mark.advance(&town.app.db).await.unwrap(), [(Kind::Client, "late".to_owned())]);
    announce(&town, "later").await;
    assert_eq!(mark.advance(&town.app.db).await.unwrap(), [(Kind::Client, "later".to_owned())]);
    early.commit().await.unwrap();
    assert_eq!(mark.advance(&town.app.db).await.unwrap(), [(Kind::Client, "early".to_owned())]);
    assert_eq!(mark.advance(&town.app.db).await.unwrap(), []);
    town.leave().await;
}

/// What was committed before somebody began to listen is not new to them, although an older transaction still runs.
#[tokio::test]
async fn what_was_committed_before_the_mark_is_not_heard() {
    let town = Town::new().await;
    if !super::is_postgres(&town.app.db) {
        return town.leave().await; // SQLite has one writer at a time
    }
    let mut early = by_itself(town.app.db.begin()).await.unwrap();
    announcements::write(&mut early, &[announcement(&town, "early")]).await.unwrap();
    announce(&town, "late").await;
    let mut mark = Mark::present(&town.app.db).await.unwrap();
    assert_eq!(mark.advance(&town.app.db).await.unwrap(), []);
    early.commit().await.unwrap();
    assert_eq!(mark.advance(&town.app.db).await.unwrap(), [(Kind::Client, "early".to_owned())]);
    town.leave().await;
}

/// SQLite gives no number twice, although cleaning drops every row.
#[tokio::test]
async fn what_is_announced_after_a_cleaning_is_heard() {
    let town = Town::new().await;
    announce(&town, "before").await;
    let mut mark = Mark::present(&town.app.db).await.unwrap();
    town.clock.pass(Duration::from_secs(3600));
    while announcements::drop_before(&town.app.db, town.app.clock.now(), 1000).await.unwrap() > 0 {}
    announce(&town, "after").await;
    assert_eq!(mark.advance(&town.app.db).await.unwrap(), [(Kind::Client, "after".to_owned())]);
    town.leave().await;
}

/// questions.md: "This process is paused for twenty seconds and goes on: what does it still believe": nothing.
#[tokio::test]
async fn a_replica_that_missed_something_forgets_everything_before_it_believes_again() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let portal = replica.rp("portal");
    let mut browser = town.browser();
    let tokens = town.rp("portal").tokens(&mut browser, &[]).await;
    let mut elsewhere = replica.browser_like(&browser);
    assert!(elsewhere.open(&portal.url(&[])).await.parameter("code").is_some(), "remembered");
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    let page = browser.open("/logout").await;
    browser.fill(&page, &[]).await;
    let kid = header_of(tokens.access_token())["kid"].as_str().unwrap().to_owned();
    assert!(elsewhere.open("/jwks").await.body.contains(&kid), "remembered");
    keys::revoke(&town.app, &kid, town.app.clock.now()).await.unwrap();
    town.apply(&include_str!("../town/town.toml").replace("https://portal.example/cb\"", "https://portal.example/n\""))
        .await;
    town.clock.pass(Duration::from_secs(3600)); // the replica is paused, and the announcements are cleaned away
    while announcements::drop_before(&town.app.db, town.app.clock.now(), 1000).await.unwrap() > 0 {}
    replica.heartbeat().await;
    assert_eq!(elsewhere.open(&portal.url(&[])).await.status, StatusCode::BAD_REQUEST, "the client");
    let moved = [("redirect_uri", "https://portal.example/n")];
    assert_eq!(elsewhere.open(&portal.url(&moved)).await.path(), "/login", "the session");
    assert!(!elsewhere.open("/jwks").await.body.contains(&kid), "the key");
    town.leave().await;
}

/// questions.md: "A wall clock steps back." What is believed is believed for a second of time that passes.
#[tokio::test]
async fn a_clock_that_is_set_back_lets_nothing_be_believed_for_longer() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let mut browser = town.browser();
    let tokens = town.rp("portal").tokens(&mut browser, &[]).await;
    let mut elsewhere = replica.browser_like(&browser);
    assert!(elsewhere.open(&town.rp("portal").url(&[])).await.parameter("code").is_some());
    assert_eq!(replica.rp("portal").userinfo(tokens.access_token()).await.status, StatusCode::OK);
    let page = browser.open("/logout").await;
    browser.fill(&page, &[]).await;
    town.clock.set_back(Duration::from_secs(60));
    town.clock.pass(Duration::from_millis(1001));
    assert_eq!(elsewhere.open(&town.rp("portal").url(&[])).await.path(), "/login");
    assert_eq!(replica.rp("portal").userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// A change of keys that could not be read is not heard: the next hearing reads it.
#[tokio::test]
async fn a_revocation_that_could_not_be_read_is_heard_again() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let portal = replica.rp("portal");
    let tokens = portal.tokens(&mut replica.browser_like(&town.browser()), &[]).await;
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    keys::revoke(&town.app, header_of(tokens.access_token())["kid"].as_str().unwrap(), MORNING).await.unwrap();
    town.clock.pass(Duration::from_millis(900));
    super::execute(&town.app.db, "ALTER TABLE signing_keys RENAME TO away").await;
    assert!(jobs::hear::once(&replica.app).await.is_err());
    town.clock.pass(Duration::from_millis(200));
    assert_ne!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    super::execute(&town.app.db, "ALTER TABLE away RENAME TO signing_keys").await;
    replica.heartbeat().await;
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// A machine that slept heard nothing meanwhile, although its processes count no time.
#[tokio::test]
async fn a_replica_that_wakes_from_sleep_believes_nothing() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let mut browser = town.browser();
    town.rp("portal").tokens(&mut browser, &[]).await;
    let mut elsewhere = replica.browser_like(&browser);
    assert!(elsewhere.open(&town.rp("portal").url(&[])).await.parameter("code").is_some(), "remembered");
    let page = browser.open("/logout").await;
    browser.fill(&page, &[]).await;
    town.clock.sleep(Duration::from_secs(20));
    assert_eq!(elsewhere.open(&town.rp("portal").url(&[])).await.path(), "/login");
    town.leave().await;
}

/// A change of one person forgets that person: the others go on from memory, without the database.
#[tokio::test]
async fn a_change_of_one_person_forgets_nobody_else() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let portal = replica.rp("portal");
    let mut browsers = [replica.browser_like(&town.browser()), replica.browser_like(&town.browser())];
    for (browser, name) in browsers.iter_mut().zip(["khai", "an"]) {
        let page = browser.open(&portal.url(&[])).await;
        assert!(browser.sign_in(&page, name).await.parameter("code").is_some());
        assert!(browser.open(&portal.url(&[])).await.parameter("code").is_some(), "remembered");
    }
    let blocks = include_str!("../town/town.toml").split("\n\n[[");
    let others: Vec<&str> = blocks.filter(|block| !block.starts_with("people]]\nuser_name = \"khai\"")).collect();
    town.try_apply(&others.join("\n\n[["), true).await.unwrap();
    replica.heartbeat().await;
    replica.app.db.close().await;
    let [khai, an] = &mut browsers;
    let page = an.open(&portal.url(&[])).await;
    assert!(page.parameter("code").is_some(), "from memory: {} {} {}", page.status, page.url, page.body);
    assert_eq!(khai.open(&portal.url(&[])).await.status, StatusCode::SERVICE_UNAVAILABLE, "not from memory");
    town.leave().await;
}

/// What everybody reads is in memory: keys and metadata are there while the database is away.
#[tokio::test]
async fn keys_and_metadata_are_published_while_the_database_is_away() {
    let town = Town::new().await;
    let before = town.get("/jwks").await;
    town.app.db.close().await;
    for pause in [0, 5] {
        town.clock.pass(Duration::from_secs(pause));
        let jwks = town.get("/jwks").await;
        assert_eq!((jwks.status, &jwks.body), (StatusCode::OK, &before.body));
        let metadata = town.get("/.well-known/openid-configuration").await;
        assert_eq!((metadata.status, &metadata.json()["issuer"]), (StatusCode::OK, &"https://id.example".into()));
    }
    town.leave().await;
}

/// "It and the ledger get connections of their own": whoever hears waits for no request.
#[tokio::test]
async fn announcements_are_heard_while_requests_hold_every_connection() {
    let town = Town::new().await;
    let mut mark = Mark::present(&town.app.db).await.unwrap();
    announce(&town, "client").await;
    let held = super::every_connection(&town).await;
    assert_eq!(mark.advance(&town.app.db).await.unwrap(), [(Kind::Client, "client".to_owned())]);
    drop(held);
    town.leave().await;
}
