//! What waits for a second official.

use std::time::Duration;

use http::StatusCode;
use motcua::flows::admin::people;
use motcua::flows::admin::rights::pending;
use motcua::flows::admin::rights::pending::Decided;
use motcua::identity::audit::By;
use motcua::identity::authority::Role;

use super::appointed;
use super::holder;
use crate::api;
use crate::authority::country;
use crate::store::texts;
use crate::town::Page;

const ADMINISTRATOR: Role = Role::UnitAdministrator;

/// "a pending act with what it will do, for whom, until when, by whom asked; whoever asked cannot approve"; "whatever they do
/// bears person, office and reason in the audit trail".
#[tokio::test]
async fn another_official_approves_and_the_trail_bears_person_office_and_reason() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(ADMINISTRATOR, "101")]).await;
    let mut other = appointed(&town, "lan", &[(ADMINISTRATOR, "01")]).await;
    let mut stranger = appointed(&town, "tu", &[(ADMINISTRATOR, "02")]).await;
    clerk.sits_down().await;
    let page = clerk.asks("khai", "registrar", "district/101").await;
    assert_eq!((page.status, page.path().as_str()), (StatusCode::OK, "/office/pending/one"), "{}", page.body);
    for words in ["registrar", "khai", ">ha<", "help at the desk", "waiting", "Take it back"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let own = clerk.decides(&page.url, "approve").await;
    assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.body);
    stranger.sits_down().await;
    assert_eq!(stranger.browser.open(&page.url).await.status, StatusCode::FORBIDDEN);
    assert!(!stranger.browser.open("/office/pending").await.body.contains("khai"));
    other.sits_down().await;
    let list = other.browser.open("/office/pending").await;
    assert!(list.body.contains("khai"), "{}", list.body);
    let none = other.browser.open(&page.url).await;
    let none = other.browser.fill(&none, &[("decision", "approve"), ("reason", " ")]).await;
    assert!(none.status == StatusCode::BAD_REQUEST && none.body.contains("Say why"), "{}", none.body);
    let done = other.decides(&page.url, "approve").await;
    assert!(done.body.contains("approved") && done.body.contains("lan"), "{}", done.body);
    assert!(clerk.browser.open("/office/rights").await.body.contains("khai"));
    let sql = "SELECT act || ' ' || actor || ' ' || office || ' ' || reason FROM audit_events \
               WHERE act IN ('act_asked', 'act_approved', 'right_granted') AND office IS NOT NULL ORDER BY act";
    let mut of = Vec::new();
    for (act, name, unit, reason) in [
        ("act_approved", "lan", "01", "it is needed"),
        ("act_asked", "ha", "101", "help at the desk"),
        ("right_granted", "lan", "01", "it is needed"),
    ] {
        let actor = holder(&town, name).await.stored();
        of.push(format!("{act} {actor} unit:{} {reason}", country::unit(unit).0));
    }
    assert_eq!(texts(&town.app.db, sql.to_owned()).await, of);
    town.leave().await;
}

/// Whoever asked may think better of it, and a second official may refuse, with a reason that is told.
#[tokio::test]
async fn what_waits_is_refused_or_taken_back() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(ADMINISTRATOR, "101")]).await;
    let mut other = appointed(&town, "lan", &[(ADMINISTRATOR, "01")]).await;
    clerk.sits_down().await;
    other.sits_down().await;
    let page = clerk.asks("khai", "registrar", "district/101").await;
    let page = clerk.decides(&page.url, "refuse").await;
    assert!(page.body.contains("refused") && !page.body.contains("<form"), "{}", page.body);
    let page = clerk.asks("khai", "auditor", "district/101").await;
    let open = other.browser.open(&page.url).await;
    let refused = other.decides(&page.url, "refuse").await;
    assert!(refused.body.contains("Reason for refusing") && refused.body.contains("it is needed"), "{}", refused.body);
    let late = other.browser.fill(&open, &[("decision", "approve"), ("reason", "late")]).await;
    assert!(late.status == StatusCode::CONFLICT && late.body.contains("Somebody decided this before"), "{}", late.body);
    assert!(!clerk.browser.open("/office/rights").await.body.contains("khai"));
    town.leave().await;
}

/// "fresh for sensitive acts": whoever signed in some time ago is asked again, and led back to what he was doing.
#[tokio::test]
async fn a_stale_sign_in_is_asked_for_anew_and_led_back() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(ADMINISTRATOR, "101")]).await;
    let mut other = appointed(&town, "lan", &[(ADMINISTRATOR, "01")]).await;
    clerk.sits_down().await;
    other.sits_down().await;
    let asked = clerk.asks("khai", "registrar", "district/101").await;
    let open = other.browser.open(&asked.url).await;
    for _ in 0..2 {
        town.clock.pass(Duration::from_secs(8 * 60));
        clerk.browser.open("/office").await;
        let page = other.browser.open("/office/pending").await;
        assert_eq!(
            (page.status, page.path().as_str()),
            (StatusCode::OK, "/office/pending"),
            "looking needs nothing fresh"
        );
    }
    let stale = other.browser.open(&asked.url).await;
    assert!(stale.body.contains("Sign in once more") && !stale.body.contains("<form"), "{}", stale.body);
    let page = other.browser.fill(&open, &[("decision", "approve"), ("reason", "late")]).await;
    assert_eq!(page.path(), "/sign-in", "{}", page.body);
    assert!(other.browser.open(&asked.url).await.body.contains("waiting"), "nothing was decided");
    let sql = "SELECT detail FROM audit_events WHERE act = 'official_refused'";
    let tries = texts(&town.app.db, sql.to_owned()).await;
    assert_eq!(tries, ["pending.decide by a sign-in of some time ago"], "leading back is none");
    let page = other.uses_passkey(&page).await;
    assert!(asked.url.ends_with(&page.url) || page.url == asked.url, "{} {}", page.url, asked.url);
    assert!(page.body.contains("value=\"late\""), "what he typed is there: {}", page.body);
    let done = other.decides(&page.url, "approve").await;
    assert!(done.body.contains("approved"), "{}", done.body);
    let page = clerk.browser.open("/office/rights/give").await;
    assert_eq!(page.path(), "/sign-in", "giving needs a fresh sign-in");
    assert_eq!(clerk.uses_passkey(&page).await.path(), "/office/rights/give");
    town.leave().await;
}

/// What changed meanwhile is void, what waited for too long is over, and what the machine's operator decides says so.
#[tokio::test]
async fn what_can_be_decided_no_more_says_why() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(ADMINISTRATOR, "101")]).await;
    let mut other = appointed(&town, "lan", &[(ADMINISTRATOR, "01")]).await;
    clerk.sits_down().await;
    other.sits_down().await;
    let id = |page: &Page| page.parameter("id").unwrap().parse().unwrap();
    let by_machine = clerk.asks("khai", "registrar", "district/101").await;
    let (by, now) = (By::machine().because("a decree"), town.app.clock.now());
    assert!(matches!(pending::refuse(&town.app, &by, id(&by_machine), now).await.unwrap(), Decided::Refused));
    let page = other.browser.open(&by_machine.url).await;
    assert!(page.body.contains("whoever runs the system") && page.body.contains("a decree"), "{}", page.body);
    let changed = clerk.asks("an", "registrar", "district/101").await;
    assert_eq!(people::disable(&town.app, "an", now).await.unwrap(), Some(true));
    let page = other.decides(&changed.url, "approve").await;
    assert!(page.status == StatusCode::CONFLICT && page.body.contains("void, because"), "{}", page.body);
    let late = clerk.asks("khai", "auditor", "district/101").await;
    town.clock.pass(Duration::from_secs(72 * 3600));
    let page = other.browser.open("/sign-in?to=office").await;
    other.uses_passkey(&page).await;
    assert!(!other.browser.open("/office/pending").await.body.contains("khai"));
    assert!(other.browser.open(&late.url).await.body.contains("its time is over"));
    town.leave().await;
}
