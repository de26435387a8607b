//! Who is asked for more and has nothing of it at hand: on with less where the service takes less, back to it where it does not.

use std::time::Duration;

use motcua::identity::assurance::Level;

use super::proof;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::code;

const ESSENTIAL: (&str, &str) = ("claims", r#"{"id_token":{"acr":{"essential":true,"value":"urn:motcua:acr:3"}}}"#);
const ESSENTIAL_TWO: (&str, &str) = ("claims", r#"{"id_token":{"acr":{"essential":true,"value":"urn:motcua:acr:2"}}}"#);
const VOLUNTARY: (&str, &str) = ("acr_values", "urn:motcua:acr:3");
/// OpenID Connect Core §5.5.1.1: "or by not including "essential": true in an individual acr Claim request".
const BY_CLAIM: (&str, &str) = ("claims", r#"{"id_token":{"acr":{"value":"urn:motcua:acr:3"}}}"#);
const SILENT: (&str, &str) = ("prompt", "none");
const WITHOUT: &[(&str, &str)] = &[("choice", "without")];
const GIVE_UP: &[(&str, &str)] = &[("choice", "give-up")];

/// khai, who signed in by the password alone, is proofed, and has a passkey by now.
async fn khai(town: &Town) -> (Browser, Device) {
    let (mut browser, mut device) = (town.browser(), Device::new());
    town.rp("portal").code(&mut browser, &[]).await;
    browser.enrol(&mut device).await;
    proof(town, "khai", Level::Two).await;
    (browser, device)
}

async fn claims(portal: &RelyingParty, page: &Page) -> serde_json::Map<String, serde_json::Value> {
    let code = page.parameter("code").unwrap_or_else(|| panic!("{} {}", page.url, page.body));
    let redeemed = portal.redeem(&code, &[]).await;
    assert_eq!(redeemed.status, 200, "{}", redeemed.body);
    Tokens(redeemed.json()).claims()
}

/// Which way out the page offers.
fn offers(page: &Page) -> Option<&'static str> {
    assert_eq!(page.path(), "/login/code", "{} {}", page.url, page.body);
    assert!(page.body.contains("href=\"/recovery\""), "{}", page.body);
    let offered = |name: &str| page.body.contains(&format!("name=\"choice\" value=\"{name}\""));
    let all: Vec<&str> = ["without", "give-up"].into_iter().filter(|name| offered(name)).collect();
    assert!(all.len() < 2, "{}", page.body);
    all.first().copied()
}

fn asks_for_code(page: &Page) -> bool {
    page.body.contains("name=\"otp\"")
}

fn unmet(page: &Page) -> bool {
    page.parameter("error").as_deref() == Some("unmet_authentication_requirements") && page.parameter("state").is_some()
}

/// OpenID Connect Core §5.5.1.1: "If the Claim is not Essential and a requested value cannot be provided, the Authorization Server
/// SHOULD return the session's current acr".
#[tokio::test]
async fn where_a_service_takes_less_a_person_goes_on_with_less() {
    for (lang, says) in [("en", "Go on without it"), ("vi", "Bỏ qua và đi tiếp")] {
        let town = Town::new().await;
        let (portal, (browser, mut device)) = (town.rp("portal"), khai(&town).await);
        let mut browser = browser.speaking(lang);
        let before = claims(&portal, &browser.open(&portal.url(&[])).await).await;
        let page = browser.open(&portal.url(&[VOLUNTARY])).await;
        assert_eq!((offers(&page), asks_for_code(&page)), (Some("without"), false), "{}", page.body);
        assert!(page.body.contains(says), "{}", page.body);
        town.clock.pass(Duration::from_secs(60));
        let first = browser.fill(&page, WITHOUT).await;
        let again = browser.fill(&page, WITHOUT).await;
        let after = claims(&portal, &first).await;
        assert_eq!((&after["acr"], &after["sid"]), (&"urn:motcua:acr:1".into(), &before["sid"]));
        assert_eq!(after["auth_time"], before["auth_time"]);
        assert!(portal.redeem(&again.parameter("code").unwrap(), &[]).await.status.is_client_error(), "one code");
        // Back, after the client was answered.
        for page in [browser.open(&page.url).await, browser.fill(&page, WITHOUT).await] {
            assert!(page.parameter("code").is_none() && page.status.is_client_error(), "{} {}", page.url, page.body);
        }
        // What was chosen counts for one request alone.
        assert_eq!(offers(&browser.open(&portal.url(&[BY_CLAIM])).await), Some("without"));
        let page = browser.open(&portal.url(&[ESSENTIAL])).await;
        assert_eq!(offers(&page), Some("give-up"));
        assert_eq!(offers(&browser.fill(&page, WITHOUT).await), Some("give-up"), "the service takes no less");
        let done = browser.use_passkey(&page, &mut device).await;
        assert_eq!(claims(&portal, &done).await["acr"], "urn:motcua:acr:3");
        town.leave().await;
    }
}

/// §5.5.1: "MUST NOT generate an error when Claims are not returned"; §3.1.2.6 where they are essential.
#[tokio::test]
async fn without_a_page_what_is_voluntary_is_no_error_and_what_is_essential_is_asked_for() {
    let town = Town::new().await;
    let (portal, (mut browser, mut device)) = (town.rp("portal"), khai(&town).await);
    let page = browser.open(&portal.url(&[VOLUNTARY])).await;
    claims(&portal, &browser.fill(&page, WITHOUT).await).await;
    let page = browser.open(&portal.url(&[ESSENTIAL])).await;
    assert!(unmet(&browser.fill(&page, GIVE_UP).await));
    for _ in 0..2 {
        let silent = browser.open(&portal.url(&[VOLUNTARY, SILENT])).await;
        assert_eq!(claims(&portal, &silent).await["acr"], "urn:motcua:acr:1");
        let silent = browser.open(&portal.url(&[ESSENTIAL, SILENT])).await;
        assert_eq!(silent.parameter("error").as_deref(), Some("login_required"), "{}", silent.url);
    }
    let page = browser.open(&portal.url(&[ESSENTIAL])).await;
    assert_eq!(claims(&portal, &browser.use_passkey(&page, &mut device).await).await["acr"], "urn:motcua:acr:3");
    for asks in [VOLUNTARY, ESSENTIAL] {
        let silent = browser.open(&portal.url(&[asks, SILENT])).await;
        assert_eq!(claims(&portal, &silent).await["acr"], "urn:motcua:acr:3");
    }
    town.leave().await;
}

/// RFC 9470 §5: `unmet_authentication_requirements`.
#[tokio::test]
async fn where_a_service_takes_no_less_a_person_gives_up_and_it_is_told() {
    for (lang, says) in [("en", "Return to the service"), ("vi", "Trở lại dịch vụ")] {
        let town = Town::new().await;
        let (portal, (browser, mut device)) = (town.rp("portal"), khai(&town).await);
        let mut browser = browser.speaking(lang);
        let page = browser.open(&portal.url(&[ESSENTIAL])).await;
        assert!(offers(&page) == Some("give-up") && page.body.contains(says), "{}", page.body);
        for page in [browser.fill(&page, GIVE_UP).await, browser.fill(&page, GIVE_UP).await] {
            assert!(unmet(&page) && page.parameter("code").is_none(), "{}", page.url);
        }
        // After an hour of lunch as well.
        town.clock.pass(Duration::from_secs(16 * 60));
        assert!(unmet(&browser.fill(&page, GIVE_UP).await));
        // The device is found, and the page is there still.
        let page = browser.open(&page.url).await;
        let done = browser.use_passkey(&page, &mut device).await;
        assert_eq!(claims(&portal, &done).await["acr"], "urn:motcua:acr:3");
        let over = browser.fill(&page, GIVE_UP).await;
        assert!(over.parameter("error").is_none(), "it has its code: {}", over.url);
        town.leave().await;
    }
}

/// The client's policy counts like an essential claim, and a wish beyond it is one.
#[tokio::test]
async fn the_least_that_a_client_takes_is_given_up_and_what_it_wishes_beyond_is_left_out() {
    let town = Town::new().await;
    town.apply(
        "[[clients]]\nclient_id = \"hospital\"\nservice = \"licences\"\nredirect_uris = [\"https://hospital.example/cb\"]\n\
         scope = \"openid\"\nsecrets = [\"a-secret-of-a-test-that-is-long-enough-for-all\"]\nmin_acr = \"urn:motcua:acr:2\"\n",
    )
    .await;
    let mut hospital = town.rp("hospital");
    hospital.redirect_uri = "https://hospital.example/cb".into();
    let (mut browser, _) = khai(&town).await;
    let page = browser.open(&hospital.url(&[])).await;
    assert_eq!(offers(&page), Some("give-up"));
    assert!(unmet(&browser.fill(&page, GIVE_UP).await));
    let secret = browser.add_app(town.app.clock.now()).await;
    town.clock.pass(Duration::from_secs(30));
    let page = browser.open(&hospital.url(&[VOLUNTARY])).await;
    assert_eq!((offers(&page), asks_for_code(&page)), (Some("without"), false));
    let page = browser.fill(&page, WITHOUT).await;
    assert_eq!((offers(&page), asks_for_code(&page)), (Some("give-up"), true), "two of them all the same");
    assert!(unmet(&browser.fill(&page, GIVE_UP).await));
    let done = browser.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    assert!(done.parameter("code").is_some(), "{}", done.body);
    let page = browser.open(&hospital.url(&[VOLUNTARY])).await;
    assert_eq!(offers(&page), Some("without"), "what it takes at least is there");
    assert!(browser.fill(&page, WITHOUT).await.parameter("code").is_some());
    town.leave().await;
}

/// A wish beyond what a person has is no reason to keep them from what the service takes at least.
#[tokio::test]
async fn who_cannot_have_what_a_service_wishes_is_asked_for_what_it_takes_at_least() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    portal.code(&mut browser, &[]).await;
    let secret = browser.add_app(town.app.clock.now()).await;
    proof(&town, "khai", Level::Two).await;
    town.clock.pass(Duration::from_secs(30));
    let page = browser.open(&portal.url(&[VOLUNTARY, ESSENTIAL_TWO])).await;
    assert_eq!((offers(&page), asks_for_code(&page)), (Some("give-up"), true));
    let done = browser.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    assert_eq!(claims(&portal, &done).await["acr"], "urn:motcua:acr:2");
    town.leave().await;
}

/// Who has a second factor gives one after the password, whatever is left out.
#[tokio::test]
async fn after_a_password_alone_nobody_leaves_out_the_second_factor() {
    let town = Town::new().await;
    let (portal, (mut browser, mut device)) = (town.rp("portal"), khai(&town).await);
    for asks in [&[VOLUNTARY][..], &[VOLUNTARY, ("prompt", "login")], &[]] {
        let mut fresh = town.browser();
        let begun = fresh.open(&portal.url(asks)).await;
        let page = fresh.sign_in(&begun, "khai").await;
        assert_eq!((offers(&page), asks_for_code(&page)), (None, false), "a passkey is the one that there is");
        let after = fresh.fill(&page, WITHOUT).await;
        assert_eq!((offers(&after), asks_for_code(&after)), (None, false));
        assert!(fresh.fill(&after, WITHOUT).await.parameter("code").is_none());
        assert!(!fresh.fill(&page, GIVE_UP).await.url.contains("error="), "it takes less");
        assert!(fresh.open(&portal.url(&[SILENT])).await.parameter("code").is_none(), "nobody is signed in");
        town.clock.pass(Duration::from_secs(1));
        assert!(fresh.use_passkey(&after, &mut device).await.parameter("code").is_some());
    }
    // Where an app is beside it, one of both suffices.
    let secret = browser.add_app(town.app.clock.now()).await;
    town.clock.pass(Duration::from_secs(30));
    let mut fresh = town.browser();
    let begun = fresh.open(&portal.url(&[VOLUNTARY])).await;
    let page = fresh.sign_in(&begun, "khai").await;
    assert_eq!((offers(&page), asks_for_code(&page)), (Some("without"), false));
    let page = fresh.fill(&page, WITHOUT).await;
    assert_eq!((offers(&page), asks_for_code(&page)), (None, true));
    let now = town.app.clock.now();
    let done = fresh.fill(&page, &[("otp", &code(&secret, now))]).await;
    assert_eq!(claims(&portal, &done).await["acr"], "urn:motcua:acr:2");
    // Essential after a fresh password: what suffices, or nothing.
    let mut fresh = town.browser();
    let begun = fresh.open(&portal.url(&[ESSENTIAL])).await;
    let page = fresh.sign_in(&begun, "khai").await;
    assert_eq!((offers(&page), asks_for_code(&page)), (Some("give-up"), false));
    assert_eq!(offers(&fresh.fill(&page, WITHOUT).await), Some("give-up"));
    assert!(unmet(&fresh.fill(&page, GIVE_UP).await));
    town.leave().await;
}

/// What a request says of freshness counts, whatever is left out: `prompt=login`, `max_age`.
#[tokio::test]
async fn nothing_else_is_left_out() {
    let town = Town::new().await;
    let (portal, (mut browser, _)) = (town.rp("portal"), khai(&town).await);
    town.clock.pass(Duration::from_secs(120));
    for asks in [("prompt", "login"), ("max_age", "60")] {
        let begun = browser.open(&portal.url(&[VOLUNTARY, asks])).await;
        let page = browser.sign_in(&begun, "khai").await;
        assert_eq!(offers(&page), None);
        for page in [browser.fill(&page, WITHOUT).await, browser.fill(&begun, WITHOUT).await] {
            assert!(page.parameter("code").is_none(), "{asks:?}: {}", page.url);
        }
        let login = begun.hidden_value("login");
        let page = browser.submit("/login/code", &[("login", &login), ("choice", "without")]).await;
        assert_eq!(page.path(), "/login", "nobody said who it is");
    }
    // Nor is a session that ended meanwhile, or another browser's sign-in.
    let page = browser.open(&portal.url(&[VOLUNTARY])).await;
    let elsewhere = town.browser().fill(&page, WITHOUT).await;
    assert!(elsewhere.parameter("code").is_none() && elsewhere.status.is_client_error(), "{}", elsewhere.body);
    let mut leaver = browser.clone();
    let confirm = leaver.open("/logout/confirm").await;
    leaver.fill(&confirm, &[]).await;
    let after = browser.speaking("en").fill(&page, WITHOUT).await;
    assert!(after.body.contains("You are signed out"), "{} {}", after.url, after.body);
    town.leave().await;
}

/// A session is worth what was known when it began: who was looked at since proves what they have once more, and is led in no
/// circle.
#[tokio::test]
async fn who_proved_enough_before_somebody_looked_proves_it_once_more() {
    let town = Town::new().await;
    let (portal, mut device) = (town.rp("portal"), Device::new());
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let secret = browser.add_app(town.app.clock.now()).await;
    browser.enrol(&mut device).await;
    let next = || {
        town.clock.pass(Duration::from_secs(30));
        code(&secret, town.app.clock.now())
    };
    let (mut by_code, mut by_passkey) = (town.browser(), town.browser());
    let begun = by_code.open(&portal.url(&[])).await;
    let page = by_code.sign_in(&begun, "khai").await;
    by_code.fill(&page, &[("otp", &next())]).await;
    let begun = by_passkey.open(&portal.url(&[])).await;
    by_passkey.use_passkey(&begun, &mut device).await;
    proof(&town, "khai", Level::Two).await;
    let page = by_code.open(&portal.url(&[ESSENTIAL_TWO])).await;
    assert_eq!((offers(&page), asks_for_code(&page)), (Some("give-up"), true));
    let done = by_code.fill(&page, &[("otp", &next())]).await;
    assert_eq!(claims(&portal, &done).await["acr"], "urn:motcua:acr:2");
    let page = by_passkey.open(&portal.url(&[VOLUNTARY])).await;
    assert_eq!((offers(&page), asks_for_code(&page)), (Some("without"), false));
    let done = by_passkey.use_passkey(&page, &mut device).await;
    assert_eq!(claims(&portal, &done).await["acr"], "urn:motcua:acr:3");
    town.leave().await;
}

/// Who came by themselves, and has no second factor at hand, finds the way back in.
#[tokio::test]
async fn who_came_by_themselves_finds_the_way_to_recovery() {
    let town = Town::new().await;
    khai(&town).await;
    for (lang, says) in [("en", "I cannot sign in"), ("vi", "Tôi không đăng nhập được")] {
        let mut browser = town.browser().speaking(lang);
        let page = browser.open("/sign-in").await;
        let page = browser.fill(&page, &[("username", "khai"), ("password", crate::town::PASSWORD)]).await;
        assert_eq!(page.path(), "/sign-in/code");
        assert!(page.body.contains("href=\"/recovery\"") && page.body.contains(says), "{}", page.body);
        assert!(!page.body.contains("name=\"choice\""), "no service asks");
        let after = browser.fill(&page, WITHOUT).await;
        assert_eq!(after.path(), "/sign-in/code", "{}", after.url);
    }
    town.leave().await;
}
