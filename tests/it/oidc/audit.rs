//! The audit trail: exactly one event for each act.

use motcua::flows::admin::people;

use super::signed_in;
use crate::store::execute;
use crate::store::texts;
use crate::town::Town;

type Acts = Vec<(String, Option<String>)>;

/// What is recorded, as (act, client). Events of one instant have no order.
pub async fn recorded(town: &Town) -> Acts {
    town.audit().await.into_iter().map(|(act, client, _)| (act, client)).collect()
}

/// What was recorded since, sorted.
pub async fn since(town: &Town, before: Acts) -> Acts {
    let mut now = recorded(town).await;
    for event in before {
        let at = now.iter().position(|other| *other == event).unwrap();
        now.remove(at);
    }
    now.sort();
    now
}

/// An event as [`since`] gives it.
pub fn event(act: &str, client: Option<&str>) -> (String, Option<String>) {
    (act.to_owned(), client.map(str::to_owned))
}

/// A sign-in is one event; a single sign-on after it is its grant's own row and none besides.
#[tokio::test]
async fn a_sign_in_is_one_event_and_single_sign_on_is_none() {
    let town = Town::new().await;
    let before = recorded(&town).await;
    let mut browser = town.browser();
    town.rp("portal").tokens(&mut browser, &[]).await;
    let first = since(&town, before).await;
    assert_eq!(first.iter().filter(|(act, _)| act != "key_created").count(), 1);
    assert!(first.contains(&event("signed_in", Some("portal"))), "{first:?}");
    let before = recorded(&town).await;
    town.rp("portal").tokens(&mut browser, &[]).await;
    assert_eq!(since(&town, before).await, []);
    town.leave().await;
}

/// Refusals are counts, not acts: one row for each account or network and minute, however many tries there are.
#[tokio::test]
async fn refused_sign_ins_are_counted_and_leave_no_event() {
    let town = Town::new().await;
    let before = recorded(&town).await;
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    for name in ["khai", "nobody", "nobody-else", "khai"] {
        browser.fill(&page, &[("username", name), ("password", "wrong")]).await;
    }
    assert_eq!(since(&town, before).await, []);
    assert_eq!(town.refusals().await, [("sign_in_refused".to_owned(), 4)]);
    let rows = texts(&town.app.db, "SELECT CAST(tries AS TEXT) FROM refused_sign_ins ORDER BY network".into()).await;
    assert_eq!(rows, ["2", "2"], "khai's, and the network's");
    town.leave().await;
}

/// Consent given and consent denied are one event each, with the client.
#[tokio::test]
async fn each_decision_is_one_event() {
    let town = Town::new().await;
    let (clinic, mut browser) = (town.rp("clinic"), signed_in(&town).await);
    let before = recorded(&town).await;
    let page = browser.open(&clinic.url(&[])).await;
    browser.fill(&page, &[("decision", "deny")]).await;
    let page = browser.open(&clinic.url(&[])).await;
    browser.fill(&page, &[("decision", "allow")]).await;
    let expected = [event("consent_denied", Some("clinic")), event("consent_given", Some("clinic"))];
    assert_eq!(since(&town, before).await, expected);
    town.leave().await;
}

/// A sign-out is one event, however often the form is sent.
#[tokio::test]
async fn a_sign_out_is_one_event() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let mut copy = browser.clone();
    let before = recorded(&town).await;
    let page = browser.open("/logout").await;
    browser.fill(&page, &[]).await;
    copy.fill(&page, &[]).await;
    assert_eq!(since(&town, before).await, [event("signed_out", None)]);
    town.leave().await;
}

/// A code that is redeemed twice revokes its grant once, however often it is tried.
#[tokio::test]
async fn a_revoked_grant_is_one_event() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let code = portal.code(&mut browser, &[]).await;
    portal.redeem(&code, &[]).await;
    let before = recorded(&town).await;
    portal.redeem(&code, &[]).await;
    portal.redeem(&code, &[]).await;
    assert_eq!(since(&town, before).await, [event("grant_revoked", Some("portal"))]);
    town.leave().await;
}

/// "In the transaction of the act": what cannot be recorded, or announced, has not happened (`leave` holds that it was not counted).
#[tokio::test]
async fn what_cannot_be_recorded_does_not_happen() {
    let town = Town::new().await;
    let now = town.app.clock.now();
    for table in ["audit_events", "invalidations"] {
        execute(&town.app.db, &format!("ALTER TABLE {table} RENAME TO away")).await;
        assert!(people::disable(&town.app, "khai", now).await.is_err(), "{table}");
        execute(&town.app.db, &format!("ALTER TABLE away RENAME TO {table}")).await;
    }
    signed_in(&town).await;
    assert!(!recorded(&town).await.iter().any(|(act, _)| act == "person_disabled"));
    town.leave().await;
}
