//! Who is let in: as surely as officials need, with a right, in an office that was chosen.

use http::Method;
use http::StatusCode;
use motcua::flows::admin::rights;
use motcua::identity::audit::By;
use motcua::identity::authority::Role;

use super::OFFICE;
use super::appointed;
use crate::api;
use crate::authority::country;
use crate::store::texts;

/// "Officials sign in here, as people do, with the level that `[officials]` demands": a session below it is asked for what lacks.
#[tokio::test]
async fn whoever_signed_in_less_surely_proves_more_and_is_led_back() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(Role::UnitAdministrator, "101")]).await;
    let page = clerk.browser.submit("/office/rights/take", &[("id", "x"), ("reason", "x")]).await;
    assert_eq!(page.path(), "/sign-in/code", "{}", page.body);
    let page = clerk.browser.open("/office").await;
    assert_eq!(page.path(), "/sign-in/code", "{}", page.body);
    let sql = "SELECT detail FROM audit_events WHERE act = 'official_refused'";
    let tries = texts(&town.app.db, sql.to_owned()).await;
    assert_eq!(tries, ["by a sign-in that is weaker than officials need"], "coming to work is none");
    let page = clerk.uses_passkey(&page).await;
    assert_eq!((page.status, page.path().as_str()), (StatusCode::OK, "/office"), "{}", page.body);
    assert!(page.body.contains("administrator") && page.body.contains("<bdi>101</bdi>"), "{}", page.body);
    assert!(clerk.browser.open("/account").await.body.contains("href=\"/office\""));
    town.leave().await;
}

/// Whoever is not signed in comes back to what they asked for.
#[tokio::test]
async fn whoever_is_not_signed_in_is_led_back_to_what_he_asked_for() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(Role::UnitAdministrator, "101")]).await;
    clerk.browser.cookies.clear();
    let one = "/office/pending/one?id=0199f3e2-0000-7000-8000-000000000001";
    let page = clerk.browser.request(Method::GET, one, None).await;
    assert_eq!(page.location().unwrap(), one.replace("/office/pending/one?", "/sign-in?to=pending&"));
    for (path, name) in [("/office", "office"), ("/office/rights", "office"), ("/office/rights/give", "give")] {
        let page = clerk.browser.request(Method::GET, path, None).await;
        assert_eq!(page.location(), Some(format!("/sign-in?to={name}")), "{path}");
    }
    let page = clerk.browser.open("/sign-in?to=office").await;
    assert_eq!(clerk.uses_passkey(&page).await.path(), "/office");
    town.leave().await;
}

/// Nobody is told of offices who has no right, or cannot sign in as surely.
#[tokio::test]
async fn whoever_has_no_right_is_told_so_and_nothing_is_shown() {
    let town = api::town().await;
    let mut other = appointed(&town, "ha", &[]).await;
    let page = other.sits_down().await;
    assert!(page.body.contains("You have no rights as an official"), "{}", page.body);
    assert_eq!(other.browser.open("/office/pending").await.path(), "/office");
    let mut khai = town.browser().speaking("en");
    town.rp("portal").code(&mut khai, &[]).await;
    let page = khai.open("/office").await;
    assert!(page.body.contains("Sign in more surely"), "{}", page.body);
    assert!(
        texts(&town.app.db, "SELECT detail FROM audit_events WHERE act = 'official_refused'".to_owned())
            .await
            .is_empty()
    );
    town.leave().await;
}

/// "and choose in which office they act where they have several": the rights of the others rest meanwhile.
#[tokio::test]
async fn whoever_has_several_offices_chooses_one() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(Role::Auditor, "101"), (Role::UnitAdministrator, "202")]).await;
    let choice = clerk.sits_down().await;
    assert!(choice.body.contains("In which office do you act?"), "{}", choice.body);
    let page = clerk.browser.open("/office/rights").await;
    assert_eq!((page.path().as_str(), page.body.contains("In which office do you act?")), ("/office", true));
    for (unit, other, gives) in [("101", "202", false), ("202", "101", true)] {
        let office = format!("unit:{}", country::unit(unit).0);
        let page = clerk.browser.open("/office?choice=another").await;
        let page = clerk.browser.fill(&page, &[("office", &office)]).await;
        assert!(page.body.contains(&format!("<bdi>{unit}</bdi>")), "{}", page.body);
        let page = clerk.browser.open("/office/rights").await;
        assert!(page.body.contains(&format!("<small>{unit}</small>")), "{}", page.body);
        assert!(!page.body.contains(&format!("<small>{other}</small>")), "{}", page.body);
        let page = clerk.asks("ha", "registrar", &format!("district/{unit}")).await;
        assert_eq!(page.status == StatusCode::OK, gives, "{}", page.body);
    }
    // Two tabs: what was begun in one office is done there, and shown there, though another was chosen meanwhile.
    let give = clerk.browser.open("/office/rights/give").await;
    let page = clerk.browser.open("/office?choice=another").await;
    let other = format!("unit:{}", country::unit("101").0);
    clerk.browser.fill(&page, &[("office", &other)]).await;
    let fields = [("person", "khai"), ("role", "registrar"), ("unit", "district/202"), ("reason", "x")];
    let page = clerk.browser.fill(&give, &fields).await;
    assert_eq!((page.status, page.path().as_str()), (StatusCode::OK, "/office/pending/one"), "{}", page.body);
    assert!(page.body.contains("khai"), "{}", page.body);
    for strange in ["everywhere", "nonsense", ""] {
        let page = clerk.browser.fill(&choice, &[("office", strange)]).await;
        assert!(page.body.contains("In which office do you act?"), "{}", page.body);
    }
    town.leave().await;
}

/// "a role that ended a second ago: nothing is shown, nothing changes, each try is in the trail."
#[tokio::test]
async fn a_right_that_ended_shows_nothing_and_changes_nothing() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(Role::UnitAdministrator, "101")]).await;
    clerk.sits_down().await;
    let give = clerk.browser.open("/office/rights/give").await;
    let listed = clerk.browser.open("/office/rights").await;
    let right = listed.body.split("/office/rights/one?id=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let taken = rights::revoke(&town.app, &By::machine(), right.parse().unwrap(), town.app.clock.now()).await.unwrap();
    assert!(taken.is_ok());
    for path in ["/office/rights", "/office/pending", &format!("/office/rights/one?id={right}")] {
        let page = clerk.browser.open(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}: {}", page.body);
    }
    let fields = [("person", "ha"), ("role", "registrar"), ("unit", "district/101"), ("reason", "x")];
    assert_eq!(clerk.browser.fill(&give, &fields).await.status, StatusCode::FORBIDDEN);
    let (confirm, khai) = (give.hidden_value("confirm"), api::people::id(&town, "khai").await.to_string());
    for (path, id, more) in [
        ("/office/rights/take", &right, ("decision", "take")),
        ("/office/people/one", &khai, ("decision", "sign-out")),
        ("/office/people", &khai, ("purpose", "recovery")),
    ] {
        let fields = [("confirm", confirm.as_str()), ("reason", "x"), ("id", id), ("sought", "036187001234"), more];
        let page = clerk.browser.submit(path, &fields).await;
        assert!(!page.body.contains("Minh Khai") && !page.body.contains("It is done"), "{path}: {}", page.body);
    }
    assert_eq!(clerk.browser.open("/office/audit").await.status, StatusCode::FORBIDDEN);
    assert!(clerk.browser.open("/office").await.body.contains("You have no rights as an official"));
    let sql = "SELECT office || ' ' || detail FROM audit_events WHERE act = 'official_refused' ORDER BY detail";
    let tries = texts(&town.app.db, sql.to_owned()).await;
    let office = format!("unit:{}", country::unit("101").0);
    let expected = [
        "audit.look country",
        "office",
        "pending.look country",
        "people.find country",
        &format!("people.sign-out person:{khai}"),
        "rights.grant country",
        "rights.look country",
        &format!("rights.look right:{right}"),
    ];
    assert_eq!(tries, expected.map(|what| format!("{office} {what}")));
    town.leave().await;
}

/// What is of one session is nothing in another: neither the choice nor a form.
#[tokio::test]
async fn what_another_browser_or_person_brings_is_refused() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(Role::UnitAdministrator, "101")]).await;
    let mut other = appointed(&town, "lan", &[(Role::UnitAdministrator, "01")]).await;
    clerk.sits_down().await;
    other.sits_down().await;
    let give = clerk.browser.open("/office/rights/give").await;
    let fields = [("person", "ha"), ("role", "registrar"), ("unit", "district/101"), ("reason", "x")];
    assert_eq!(other.browser.fill(&give, &fields).await.status, StatusCode::BAD_REQUEST);
    let foreign = clerk.browser.cookies[OFFICE].clone();
    other.browser.cookies.insert(OFFICE.to_owned(), foreign);
    assert_eq!(other.browser.request(Method::GET, "/office/rights", None).await.location().unwrap(), "/office");
    let mut headers = other.browser.clone();
    headers.open("/office").await;
    let own = headers.open("/office/rights/give").await;
    headers.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(headers.fill(&own, &fields).await.status, StatusCode::FORBIDDEN);
    town.leave().await;
}
