//! The start page: what is open, and the way in for who came by themselves.

use http::Method;
use http::StatusCode;

use super::client;
use super::seconds;
use super::signed_in;
use crate::town::PASSWORD;
use crate::town::Town;

const SESSION: &str = "__Host-motcua_session";

/// Signed out it lists what is open, by name and agency, and offers to sign in.
#[tokio::test]
async fn who_is_not_signed_in_sees_what_is_open_and_the_way_in() {
    let town = Town::new().await;
    town.apply(&client("library", "appointments", "client_uri = \"https://library.example/\"")).await;
    let page = town.browser().speaking("en").open("/").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "href=\"/services/portal/open\"",
        "Sông Lam public service portal",
        "Sông Lam Provincial People&#39;s Committee",
        "href=\"/services/library/open\"",
        "Tâm An appointments",
        "href=\"/sign-in\"",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("/services/clinic/open"), "nobody knows where it begins");
    town.leave().await;
}

/// What is declared, changed or removed meanwhile is seen.
#[tokio::test]
async fn the_list_follows_the_declaration() {
    let town = Town::new().await;
    let listed = async || town.get("/").await.body.contains("Đặt lịch khám Tâm An");
    assert!(!listed().await);
    town.apply(&client("library", "appointments", "client_uri = \"https://library.example/\"")).await;
    town.heartbeat().await;
    assert!(listed().await);
    town.try_apply(include_str!("../town/town.toml"), true).await.unwrap();
    town.heartbeat().await;
    assert!(!listed().await);
    town.leave().await;
}

/// Who signs in from the start page is back on it, signed in for every service.
#[tokio::test]
async fn who_signs_in_from_the_start_page_is_back_on_it() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    let refused = browser.fill(&page, &[("username", "khai"), ("password", "wrong")]).await;
    assert!(refused.body.contains("role=\"alert\"") && refused.body.contains("value=\"khai\""), "{}", refused.body);
    let home = browser.fill(&refused, &[("username", "khai"), ("password", PASSWORD)]).await;
    assert_eq!((home.path().as_str(), home.status), ("/", StatusCode::OK));
    assert!(home.body.contains("Hello, Nguyễn Thị Minh Khai"), "{}", home.body);
    let arrived = browser.open(&town.rp("portal").url(&[])).await;
    assert!(arrived.parameter("code").is_some(), "{}", arrived.url);
    let again = browser.request(Method::GET, "/sign-in", None).await;
    assert_eq!(again.location().as_deref(), Some("/"), "who is signed in is there already");
    let signed_in = town.audit().await.into_iter().filter(|(act, ..)| act == "signed_in").count();
    assert_eq!(signed_in, 1);
    town.leave().await;
}

/// RFC 6749 §10.12, for our own form: whose browser did not ask for the page is signed in by nobody's.
#[tokio::test]
async fn a_form_of_another_browser_signs_nobody_in() {
    let town = Town::new().await;
    let attackers = town.browser().open("/sign-in").await;
    let mut victim = town.browser();
    victim.open("/sign-in").await;
    let answer = victim.fill(&attackers, &[("username", "an"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(!victim.cookies.contains_key(SESSION));
    town.leave().await;
}

/// A page that was open for too long begins anew, and what was typed stays.
#[tokio::test]
async fn a_page_that_waited_for_too_long_is_begun_anew() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    town.clock.pass(seconds(1800));
    let again = browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
    assert!(again.body.contains("This page was open for too long") && again.body.contains("value=\"khai\""));
    let home = browser.fill(&again, &[("username", "khai"), ("password", PASSWORD)]).await;
    assert_eq!(home.path(), "/");
    town.leave().await;
}

/// The mark of an agency is one, in whichever language its page is read.
#[tokio::test]
async fn one_mark_stands_for_one_agency_in_both_languages() {
    let town = Town::new().await;
    let mark = async |lang| {
        let page = town.browser().speaking(lang).open(&town.rp("clinic").url(&[])).await;
        page.body.split("class=\"mark\" aria-hidden=\"true\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    assert_eq!((mark("vi").await, mark("en").await), ("TA".to_owned(), "TA".to_owned()));
    town.leave().await;
}

/// Browsers ask for it unasked, and keep the console quiet where they find it.
#[tokio::test]
async fn the_emblem_is_where_browsers_look_for_it() {
    let town = Town::new().await;
    let icon = town.get("/favicon.ico").await;
    assert_eq!((icon.status, icon.header("content-type")), (StatusCode::OK, Some("image/svg+xml")));
    assert!(icon.body.starts_with("<svg") && icon.body.contains("xmlns=\"http://www.w3.org/2000/svg\""));
    assert!(
        signed_in(&town).await.open("/").await.header("content-security-policy").unwrap().contains("img-src 'self'")
    );
    town.leave().await;
}
