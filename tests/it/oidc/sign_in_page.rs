//! A sign-in in progress: bound to the browser that began it, kept when the page waited too long.

use http::StatusCode;
use motcua::config::pages::ClientLogo;

use super::client;
use super::seconds;
use super::signed_in;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

const BROWSER: &str = "__Host-motcua_browser";

/// Whether the page, in English, says that the sign-in belongs to another browser.
fn is_wrong_browser(page: &Page) -> bool {
    page.status == StatusCode::BAD_REQUEST && page.body.contains("This sign-in cannot go on here")
}

/// A page that another browser began is refused before a password is compared, and signs nobody in.
#[tokio::test]
async fn a_login_begun_in_another_browser_is_an_error_page() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser().speaking("en"));
    let page = browser.open(&portal.url(&[])).await;
    let mut other = town.browser().speaking("en");
    other.open(&portal.url(&[])).await;
    let answer = other.sign_in(&page, "khai").await;
    assert!(is_wrong_browser(&answer), "{} {}", answer.status, answer.body);
    assert!(!other.cookies.contains_key("__Host-motcua_session"));
    assert!(is_wrong_browser(&other.open(&page.url).await));
    assert!(browser.sign_in(&page, "khai").await.parameter("code").is_some());
    town.leave().await;
}

/// Without the cookie nothing binds the page to a browser.
#[tokio::test]
async fn a_browser_that_lost_its_cookie_gets_an_error_page_with_a_reference_number() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    browser.cookies.remove(BROWSER);
    let answer = browser.sign_in(&page, "khai").await;
    assert!(is_wrong_browser(&answer), "{} {}", answer.status, answer.body);
    assert!(answer.body.contains("Reference number"));
    assert!(!answer.body.contains("type=\"password\""));
    town.leave().await;
}

/// Consent and the choice of an account are bound as well: an attacker's login in progress consents to nothing.
#[tokio::test]
async fn consent_and_choice_are_bound_to_the_browser_too() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let consent = browser.open(&town.rp("clinic").url(&[])).await;
    let select = browser.open(&town.rp("portal").url(&[("prompt", "select_account")])).await;
    let mut other = signed_in(&town).await.speaking("en");
    assert!(is_wrong_browser(&other.fill(&consent, &[("decision", "allow")]).await));
    assert!(is_wrong_browser(&other.fill(&select, &[("choice", "continue")]).await));
    town.leave().await;
}

/// What is not one of our sealed values is an error page, whatever it is.
#[tokio::test]
async fn a_login_that_does_not_open_is_an_error_page() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let sealed = page.hidden().remove(0).1;
    let flipped = format!("{}{}", if sealed.starts_with('A') { 'B' } else { 'A' }, &sealed[1..]);
    for login in ["", "x", "AAAA", &flipped, &sealed[..sealed.len() - 4]] {
        let fields = [("login", login), ("username", "khai"), ("password", PASSWORD)];
        assert_eq!(browser.submit("/login", &fields).await.status, StatusCode::BAD_REQUEST, "{login}");
    }
    town.leave().await;
}

/// A page that was open for too long begins anew for the same service: the password is not compared, nothing is lost.
#[tokio::test]
async fn an_expired_page_keeps_the_service_and_what_was_typed() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser().speaking("en"));
    let page = browser.open(&portal.url(&[])).await;
    town.clock.pass(seconds(1800));
    let again = browser.sign_in(&page, "khai").await;
    assert_eq!((again.status, again.path().as_str()), (StatusCode::OK, "/login"));
    assert!(again.body.contains("This page was open for too long"), "{}", again.body);
    assert!(again.body.contains("value=\"khai\"") && again.body.contains("portal.example"));
    let arrived = browser.sign_in(&again, "khai").await;
    assert!(arrived.url.starts_with("https://portal.example/cb?"), "{}", arrived.url);
    assert_eq!(arrived.parameter("state").as_deref(), Some("state-of-the-test"));
    town.leave().await;
}

/// One second earlier it is taken.
#[tokio::test]
async fn a_page_that_is_not_yet_expired_is_taken() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    town.clock.pass(seconds(1799));
    assert!(browser.sign_in(&page, "khai").await.parameter("code").is_some());
    town.leave().await;
}

/// A client that was removed meanwhile is told to nobody: an error page.
#[tokio::test]
async fn a_login_for_a_client_that_is_gone_is_an_error_page() {
    let town = Town::new().await;
    town.apply(&super::client("passing", "licences", "")).await;
    let mut browser = town.browser();
    let page = browser.open(&town.rp("passing").url(&[])).await;
    let rest = include_str!("../town/town.toml");
    town.try_apply(rest, true).await.unwrap();
    let answer = browser.sign_in(&page, "khai").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::BAD_REQUEST, None));
    town.leave().await;
}

/// Nobody is asked twice by the empty form: it says what is missing and counts as no try.
#[tokio::test]
async fn an_empty_field_is_said_and_is_no_wrong_password() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    for fields in [[("username", "khai"), ("password", "")], [("username", " "), ("password", "x")]] {
        let answer = browser.fill(&page, &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.contains("Something is missing"), "{}", answer.body);
    }
    assert_eq!(town.refusals().await, []);
    town.leave().await;
}

/// The other language is no other try: what went wrong stays, and what was typed, but the password.
#[tokio::test]
async fn a_refused_page_stays_refused_in_the_other_language() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("vi");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let refused = browser.fill(&page, &[("username", "khai@songlam.example"), ("password", "wrong")]).await;
    let missing = browser.fill(&page, &[("username", "khai@songlam.example"), ("password", "")]).await;
    for (page, words) in [(&refused, "You are not signed in yet"), (&missing, "Something is missing")] {
        let other = browser.clone().open(&in_english(page)).await;
        assert_eq!((other.status, other.path().as_str()), (page.status, "/login"));
        assert!(other.body.contains(words) && other.body.contains("<title>Error: "), "{}", other.body);
        assert!(
            other.body.contains("value=\"khai@songlam.example\"") && !other.body.contains("wrong"),
            "{}",
            other.body
        );
        assert!(browser.clone().sign_in(&other, "khai").await.parameter("code").is_some());
    }
    // Who reads the address learns nothing, and another browser shows nothing of it.
    assert!(!in_english(&refused).contains("songlam"));
    let kept = in_english(&refused).split("again=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let mut other = town.browser();
    let own = other.open(&town.rp("portal").url(&[])).await;
    assert!(!other.open(&format!("{}&again={kept}", own.url)).await.body.contains("songlam"));
    town.leave().await;
}

/// A person who must wait is told in the other language how long it is by now.
#[tokio::test]
async fn a_wait_goes_on_while_the_language_changes() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("vi");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let mut answer = browser.fill(&page, &[("username", "khai"), ("password", "wrong")]).await;
    let wait = |answer: &Page| answer.header("retry-after").map_or(0, |wait| wait.parse::<u64>().unwrap());
    while wait(&answer) < 10 {
        if answer.status != StatusCode::OK {
            town.clock.pass(seconds(wait(&answer)));
        }
        answer = browser.fill(&page, &[("username", "khai"), ("password", "wrong")]).await;
    }
    town.clock.pass(seconds(wait(&answer) - 3));
    let other = browser.open(&in_english(&answer)).await;
    assert!(other.body.contains("Wait 3 seconds"), "{}", other.body);
    town.leave().await;
}

/// Where the link to the English page leads.
fn in_english(page: &Page) -> String {
    let link = page.body.split("hreflang=\"en\" href=\"").nth(1).unwrap_or_else(|| panic!("no link: {}", page.body));
    link.split('"').next().unwrap().replace("&#38;", "&")
}

/// Core §3.1.2.1, `prompt=login`, `max_age`: the person who is asked once more is greeted by name, types no name, and is greeted
/// still when the password was wrong. Who asked for another account is not taken for the former one.
#[tokio::test]
async fn who_is_asked_again_finds_the_user_name_filled_in() {
    let town = Town::new().await;
    let mut browser = super::signed_in(&town).await.speaking("en");
    let portal = town.rp("portal");
    town.clock.pass(seconds(10));
    for changes in [("prompt", "login"), ("max_age", "5")] {
        let page = browser.open(&portal.url(&[changes])).await;
        assert!(page.body.contains("You are signed in as Nguyễn Thị Minh Khai"), "{}", page.body);
        assert!(page.body.contains("name=\"username\" type=\"text\" value=\"khai\""), "{}", page.body);
        let refused = browser.fill(&page, &[("username", "khai"), ("password", "wrong")]).await;
        assert!(refused.body.contains("You are signed in as Nguyễn Thị Minh Khai"), "{}", refused.body);
    }
    let choice = browser.open(&portal.url(&[("prompt", "select_account")])).await;
    let another = browser.fill(&choice, &[("choice", "another")]).await;
    assert_eq!(another.path(), "/login");
    assert!(!another.body.contains("Khai") && another.body.contains("type=\"text\" value=\"\""), "{}", another.body);
    town.leave().await;
}

/// Registration §2: logo_uri, policy_uri and tos_uri are what "the OP SHOULD display"; the browser alone loads the mark,
/// from its own origin, and only where the operator lets it.
#[tokio::test]
async fn what_the_client_registered_about_itself_is_on_the_page() {
    let about = "logo_uri = \"https://marks.example/a.png\"\npolicy_uri = \"https://c.example/policy\"\n\
                 tos_uri = \"https://terms.example/c\"";
    for shown in [ClientLogo::Approved, ClientLogo::Registered] {
        let town = Town::with(|config| config.pages.client_logo = shown).await;
        town.apply(&client("c", "licences", about)).await;
        let page = town.browser().open(&town.rp("c").url(&[])).await;
        assert_eq!(page.path(), "/login");
        assert!(page.body.contains(r#"href="https://c.example/policy""#), "{}", page.body);
        assert!(page.body.contains(r#"href="https://terms.example/c""#), "{}", page.body);
        let is_shown = shown == ClientLogo::Registered;
        let policy = page.header("content-security-policy").unwrap();
        assert_eq!(page.body.contains(r#"src="https://marks.example/a.png""#), is_shown);
        assert_eq!(policy.contains("; img-src 'self' https://marks.example;"), is_shown, "{policy}");
        town.leave().await;
    }
}
