//! Rights, looked at, asked for and taken away.

use http::StatusCode;
use motcua::identity::authority::Role;

use super::appointed;
use crate::api;
use crate::authority::country;
use crate::store::texts;

const ADMINISTRATOR: Role = Role::UnitAdministrator;

/// A right is taken away with a reason, within the office alone.
#[tokio::test]
async fn a_right_is_taken_away_with_a_reason() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(ADMINISTRATOR, "01")]).await;
    let below = api::give(&town, super::holder(&town, "khai").await, Role::Auditor, "101").await;
    let elsewhere = api::give(&town, super::holder(&town, "khai").await, Role::Auditor, "202").await;
    clerk.sits_down().await;
    let page = clerk.browser.open(&format!("/office/rights/one?id={elsewhere}")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let page = clerk.browser.open(&format!("/office/rights/one?id={below}")).await;
    assert!(page.body.contains("khai") && page.body.contains("auditor"), "{}", page.body);
    let none = clerk.browser.fill(&page, &[("reason", "")]).await;
    assert!(none.status == StatusCode::BAD_REQUEST && none.body.contains("Say why"), "{}", none.body);
    let elsewhere = elsewhere.to_string();
    let forged = [("confirm", &*page.hidden_value("confirm")), ("id", &elsewhere), ("reason", "mine")];
    assert_eq!(clerk.browser.submit("/office/rights/take", &forged).await.status, StatusCode::FORBIDDEN);
    let done = clerk.browser.fill(&page, &[("reason", "he has left")]).await;
    assert!(done.path() == "/office/rights" && !done.body.contains("khai"), "{}", done.body);
    assert_eq!(clerk.browser.fill(&page, &[("reason", "once more")]).await.status, StatusCode::NOT_FOUND);
    let sql = "SELECT office || ' ' || reason FROM audit_events WHERE act = 'right_revoked'";
    let trail = texts(&town.app.db, sql.to_owned()).await;
    assert_eq!(trail, [format!("unit:{} he has left", country::unit("01").0)]);
    town.leave().await;
}

/// A double click on a slow line asks once, and takes once.
#[tokio::test]
async fn a_form_that_is_sent_twice_is_done_once() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(ADMINISTRATOR, "01")]).await;
    clerk.sits_down().await;
    let give = clerk.browser.open("/office/rights/give").await;
    let fields = [("person", "khai"), ("role", "registrar"), ("unit", "province/01"), ("reason", "x")];
    let (mut one, mut other) = (clerk.browser.clone(), clerk.browser.clone());
    let (first, second) = tokio::join!(one.fill(&give, &fields), other.fill(&give, &fields));
    assert_eq!((first.path().as_str(), &first.url), ("/office/pending/one", &second.url), "{}", second.body);
    let list = clerk.browser.open("/office/pending").await;
    assert_eq!(list.body.matches("/office/pending/one?").count(), 1, "{}", list.body);
    let right = api::given(&town, "clerk", Role::Auditor, "101").await;
    let page = clerk.browser.open(&format!("/office/rights/one?id={right}")).await;
    // Another form of the page between the two clicks changes nothing.
    let other = clerk.browser.fill(&page, &[("reason", "")]).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST, "{}", other.body);
    for between in [true, false] {
        let done = clerk.browser.fill(&page, &[("reason", "he has left")]).await;
        if between {
            clerk.browser.fill(&page, &[("reason", "he has left for good")]).await;
        }
        assert_eq!((done.status, done.path().as_str()), (StatusCode::OK, "/office/rights"), "{}", done.body);
    }
    let sql = "SELECT reason FROM audit_events WHERE act IN ('right_revoked', 'official_refused')";
    assert_eq!(texts(&town.app.db, sql.to_owned()).await, ["he has left"]);
    town.leave().await;
}

/// Bad input gets a clear error, and what was typed stays; "delegation only narrows".
#[tokio::test]
async fn what_cannot_be_given_is_told_and_what_was_typed_stays() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(ADMINISTRATOR, "101")]).await;
    clerk.sits_down().await;
    let page = clerk.browser.open("/office/rights/give").await;
    assert!(page.body.contains("value=\"district/101\""), "{}", page.body);
    let good = [("person", "khai"), ("role", "registrar"), ("unit", "district/101"), ("reason", "because")];
    for (name, value, status, said) in [
        ("person", "nobody-here", 400, "Nobody who may sign in"),
        ("unit", "district/999", 400, "There is no such unit"),
        ("unit", "district/202", 403, "does not reach this unit"),
        ("unit", "", 403, "does not reach this unit"),
        ("role", "king", 400, "Nobody who may sign in"),
        ("role", "national-operator", 403, "its role may do more"),
        ("branch", "none", 400, "There is no branch"),
        ("agency", "none", 400, "There is no agency"),
        ("subordinates", "yes", 400, "There is no agency"),
        ("until", "2001-01-01", 400, "Choose a last day"),
        ("until", "soon", 400, "Choose a last day"),
        ("reason", "a\nb", 400, "Say why"),
    ] {
        let mut fields: Vec<(&str, &str)> = good.iter().copied().filter(|(own, _)| *own != name).collect();
        fields.push((name, value));
        let told = clerk.browser.fill(&page, &fields).await;
        assert_eq!(told.status, status, "{name} {value}: {}", told.body);
        assert!(told.body.contains(said) && told.body.contains("<title>Error:"), "{name} {value}: {}", told.body);
    }
    let alone = [("person", "khai"), ("role", "national-operator"), ("unit", ""), ("reason", "because")];
    let told = clerk.browser.fill(&page, &alone).await;
    assert!(told.status == StatusCode::BAD_REQUEST && told.body.contains("two people"), "{}", told.body);
    assert!(clerk.browser.open("/office/pending").await.body.contains("Nothing waits"));
    town.leave().await;
}

/// A long list goes on page by page, for who began it alone.
#[tokio::test]
async fn a_long_list_goes_on_for_who_began_it() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(ADMINISTRATOR, "01")]).await;
    let mut other = appointed(&town, "lan", &[(ADMINISTRATOR, "01")]).await;
    for _ in 0..55 {
        api::given(&town, "clerk", Role::Auditor, "101").await;
    }
    clerk.sits_down().await;
    other.sits_down().await;
    let page = clerk.browser.open("/office/rights").await;
    assert!(page.body.contains("the system clerk") && page.body.matches("/office/rights/one?").count() == 50);
    let next = page.body.split("id=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = clerk.browser.open(&next).await;
    assert_eq!(page.body.matches("/office/rights/one?").count(), 7, "{}", page.body);
    assert!(!page.body.contains("id=\"next\""));
    assert_eq!(other.browser.open(&next).await.status, StatusCode::BAD_REQUEST);
    let sql = "SELECT detail FROM audit_events WHERE act = 'official_refused'";
    assert_eq!(texts(&town.app.db, sql.to_owned()).await, ["a cursor of somebody else"]);
    town.leave().await;
}
