//! Replicas whose clocks differ: what follows is known to follow, and no waiting time is shortened by a clock.

use std::time::Duration;

use motcua::flows::health;
use motcua::identity::assurance::Level;
use motcua::store::proofings;
use motcua::store::proofings::NewProofing;
use uuid::Uuid;

use super::proof;
use super::stopping::APART;
use super::stopping::follow;
use super::stopping::stop;
use super::stopping::thief;
use crate::letters;
use crate::letters::KHAI;
use crate::opening;
use crate::town::Device;
use crate::town::Town;

/// What a thief adds after a stop, at a replica that is behind, is stamped before it: its own letter stops it all the same.
#[tokio::test]
async fn what_is_added_after_a_stop_is_stopped_by_its_own_letter() {
    let town = Town::with_post(|_| {}).await;
    let ((mut own, mut thief), mut first, mut second) = (thief(&town).await, Device::new(), Device::new());
    let mut kept = Device::new();
    own.enrol(&mut kept).await;
    town.mailbox().next_for(KHAI).await;
    town.clock.pass(APART);
    thief.enrol(&mut first).await;
    let link = town.mailbox().next_for(KHAI).await.link();
    town.clock.pass(Duration::from_secs(2));
    follow(&town, &link).await;
    while town.mailbox().try_next_for(KHAI).await.is_some() {}
    let behind = town.replica_behind(Duration::from_secs(1)).await;
    let mut there = behind.browser_like(&town.browser());
    let page = there.open("/sign-in").await;
    let page = there.use_passkey(&page, &mut kept).await;
    assert_eq!(page.path(), "/", "{}", page.body);
    town.mailbox().next_for(KHAI).await; // of a new device
    there.enrol(&mut second).await;
    stop(&town).await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.use_passkey(&page, &mut second).await.path(), "/sign-in");
    town.leave().await;
}

/// Who was proofed by one replica is not by another whose clock is behind, once the person stopped it.
#[tokio::test]
async fn a_proofing_is_stopped_whatever_the_clocks_say() {
    let town = Town::with_post(|_| {}).await;
    proof(&town, "khai", Level::Two).await;
    let khai = letters::khai(&town).await;
    let behind = town.replica_behind(Duration::from_secs(50)).await;
    let (now, mut tx) = (behind.app.clock.now(), behind.app.db.begin().await.unwrap());
    let (method, evidence, agency) = ("stopped", "none", "here");
    let level = Level::Zero;
    let id = Uuid::new_v4();
    let lowered = NewProofing { id, person: khai, level, method, evidence, agency, at: now };
    proofings::insert(&mut tx, &lowered).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(proofings::level(&town.app.db, khai).await.unwrap(), level);
    town.leave().await;
}

/// A replica whose clock is off decides nothing that lets somebody in, or out, by a waiting time.
#[tokio::test]
async fn by_a_clock_that_is_off_no_waiting_time_begins_or_ends() {
    let town = Town::with_post(|_| {}).await;
    let (_, mut thief) = thief(&town).await;
    thief.add_app(town.app.clock.now()).await;
    let link = town.mailbox().next_for(KHAI).await.link();
    let now = town.app.clock.now();
    for there in [now + Duration::from_secs(6), now - Duration::from_secs(6)] {
        town.app.ledger.compare_clocks(now, there);
        let mut browser = town.browser().speaking("en");
        let page = browser.open(&link).await;
        assert_eq!(browser.fill(&page, &[]).await.status, 503, "{}", page.body);
        let page = browser.open("/recovery").await;
        let page = browser.fill(&page, &[("username", "khai"), ("way", "mail")]).await;
        let code = opening::letter(&town, KHAI).await.code();
        assert_eq!(browser.fill(&page, &[("otp", &code)]).await.status, 503);
        let page = thief.open("/account/close").await;
        assert_eq!(thief.fill(&page, &[("decision", "close")]).await.status, 503);
        assert!(health::ready(&town.app).await.is_err());
    }
    town.app.ledger.compare_clocks(now, now);
    follow(&town, &link).await;
    town.leave().await;
}
