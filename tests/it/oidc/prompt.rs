//! `prompt` and `max_age`: who is asked for what, and when again. OpenID Connect Core §3.1.2.1, §3.1.2.3, §3.1.2.6.

use super::error;
use super::seconds;
use super::signed_in;
use crate::town::Tokens;
use crate::town::Town;

/// §3.1.2.1: "The Authorization Server MUST NOT display any authentication or consent user interface pages."
#[tokio::test]
async fn prompt_none_without_a_session_is_login_required() {
    let town = Town::new().await;
    assert_eq!(error(&mut town.browser(), &town.rp("portal"), &[("prompt", "none")]).await, "login_required");
    town.leave().await;
}

/// §3.1.2.3: prompt=none with an authenticated person is answered at once.
#[tokio::test]
async fn prompt_none_in_a_session_is_answered_with_a_code() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let page = browser.open(&town.rp("portal").url(&[("prompt", "none")])).await;
    assert!(page.parameter("code").is_some(), "{}", page.url);
    town.leave().await;
}

/// §2: auth_time is the "Time when the End-User authentication occurred": an answer without a page repeats it.
#[tokio::test]
async fn a_single_sign_on_speaks_of_the_same_sign_in() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let first = portal.tokens(&mut browser, &[]).await.claims();
    for changes in [[("prompt", "none")], [("max_age", "10000")]] {
        town.clock.pass(seconds(60));
        let code = browser.open(&portal.url(&changes)).await.parameter("code").unwrap();
        let again = Tokens(portal.redeem(&code, &[]).await.json()).claims();
        assert_ne!(again["iat"], first["iat"]);
        for same in ["sub", "sid", "auth_time"] {
            assert_eq!((again[same].is_null(), &again[same]), (false, &first[same]), "{same} {changes:?}");
        }
    }
    town.leave().await;
}

/// §3.1.2.6: consent_required "cannot be completed without displaying a user interface for End-User consent".
#[tokio::test]
async fn prompt_none_where_consent_is_lacking_is_consent_required() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    assert_eq!(error(&mut browser, &town.rp("clinic"), &[("prompt", "none")]).await, "consent_required");
    let offline = town.rp("portal").with_scope("openid offline_access");
    assert_eq!(error(&mut browser, &offline, &[("prompt", "none")]).await, "consent_required");
    town.leave().await;
}

/// §3.1.2.1: "If this parameter contains none with any other value, an error is returned."
#[tokio::test]
async fn prompt_none_beside_another_value_and_unknown_values_are_refused() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    for prompt in ["none login", "none consent", "select_account none", "login none consent", "create", "None"] {
        assert_eq!(error(&mut browser, &portal, &[("prompt", prompt)]).await, "invalid_request", "{prompt}");
    }
    town.leave().await;
}

/// §3.1.2.1: login "SHOULD prompt the End-User for reauthentication".
#[tokio::test]
async fn prompt_login_asks_again_and_gives_a_later_auth_time() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let before = portal.tokens(&mut browser, &[]).await.claims();
    town.clock.pass(seconds(7));
    let page = browser.open(&portal.url(&[("prompt", "login")])).await;
    assert_eq!(page.path(), "/login");
    let arrived = browser.sign_in(&page, "khai").await;
    let tokens = Tokens(portal.redeem(&arrived.parameter("code").unwrap(), &[]).await.json());
    let after = tokens.claims();
    assert_eq!(after["auth_time"].as_i64().unwrap(), before["auth_time"].as_i64().unwrap() + 7);
    assert_eq!((&after["sid"], &after["sub"]), (&before["sid"], &before["sub"]));
    town.leave().await;
}

/// §3.1.2.3: "MUST attempt to Authenticate the End-User" where prompt contains login: the page cannot be passed by.
#[tokio::test]
async fn prompt_login_is_not_satisfied_by_the_session_that_was_there() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    let page = browser.open(&portal.url(&[("prompt", "login")])).await;
    let login = page.hidden().into_iter().find(|(name, _)| name == "login").unwrap().1;
    let chosen = browser.submit("/login/select", &[("login", &login), ("choice", "continue")]).await;
    assert_eq!(chosen.path(), "/login");
    let consented = browser.submit("/consent", &[("login", &login), ("decision", "allow")]).await;
    assert_eq!(consented.path(), "/login");
    town.leave().await;
}

/// §3.1.2.1: select_account "SHOULD prompt the End-User to select a user account".
#[tokio::test]
async fn prompt_select_account_offers_to_go_on_or_another_account() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let khai = portal.tokens(&mut browser, &[]).await.claims();
    let page = browser.open(&portal.url(&[("prompt", "select_account")])).await;
    assert_eq!(page.path(), "/login/select");
    assert!(page.body.contains("Nguyễn Thị Minh Khai"));
    let arrived = browser.fill(&page, &[("choice", "continue")]).await;
    let same = Tokens(portal.redeem(&arrived.parameter("code").unwrap(), &[]).await.json());
    assert_eq!(same.claims()["sub"], khai["sub"]);
    let page = browser.open(&portal.url(&[("prompt", "select_account")])).await;
    let page = browser.fill(&page, &[("choice", "another")]).await;
    let arrived = browser.sign_in(&page, "an").await;
    let other = Tokens(portal.redeem(&arrived.parameter("code").unwrap(), &[]).await.json());
    assert_ne!(other.claims()["sub"], khai["sub"]);
    town.leave().await;
}

/// §3.1.2.1: prompt is a "space-delimited, case-sensitive list": each page comes once.
#[tokio::test]
async fn prompt_login_and_consent_together_ask_for_both_once() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    let page = browser.open(&portal.url(&[("prompt", "login consent select_account")])).await;
    assert_eq!(page.path(), "/login");
    let page = browser.sign_in(&page, "khai").await;
    assert_eq!(page.path(), "/consent");
    let arrived = browser.fill(&page, &[("decision", "allow")]).await;
    assert!(arrived.parameter("code").is_some(), "{}", arrived.url);
    let page = browser.open(&portal.url(&[("prompt", "select_account consent")])).await;
    assert_eq!(page.path(), "/login/select");
    let page = browser.fill(&page, &[("choice", "continue")]).await;
    assert_eq!(page.path(), "/consent");
    town.leave().await;
}

/// §3.1.2.1: "If the elapsed time is greater than this value, the OP MUST attempt to actively re-authenticate".
#[tokio::test]
async fn a_sign_in_older_than_max_age_is_asked_for_again() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    town.clock.pass(seconds(1));
    assert!(browser.open(&portal.url(&[("max_age", "1")])).await.parameter("code").is_some());
    town.clock.pass(seconds(1));
    assert!(browser.open(&portal.url(&[("max_age", "10000")])).await.parameter("code").is_some());
    assert_eq!(error(&mut browser, &portal, &[("max_age", "1"), ("prompt", "none")]).await, "login_required");
    let page = browser.open(&portal.url(&[("max_age", "1")])).await;
    assert_eq!(page.path(), "/login");
    let arrived = browser.sign_in(&page, "khai").await;
    let tokens = Tokens(portal.redeem(&arrived.parameter("code").unwrap(), &[]).await.json());
    assert_eq!(tokens.claims()["auth_time"], tokens.claims()["iat"]);
    town.leave().await;
}

/// §3.1.2.1: "max_age=0 is equivalent to prompt=login."
#[tokio::test]
async fn max_age_0_asks_even_who_signed_in_at_this_instant() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    let page = browser.open(&portal.url(&[("max_age", "0")])).await;
    assert_eq!(page.path(), "/login");
    assert!(browser.sign_in(&page, "khai").await.parameter("code").is_some());
    town.leave().await;
}

/// §3.1.2.1: max_age is an "allowable elapsed time in seconds".
#[tokio::test]
async fn a_max_age_that_is_no_number_is_refused() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    for odd in ["-1", "1.5", "soon", "99999999999", "0x1"] {
        assert_eq!(error(&mut browser, &portal, &[("max_age", odd)]).await, "invalid_request", "{odd}");
    }
    town.leave().await;
}

/// OpenID Connect Registration §2: default_max_age "Specifies that the End-User MUST be actively authenticated".
#[tokio::test]
async fn a_registered_default_max_age_holds_where_the_request_names_none() {
    let town = Town::new().await;
    town.apply(&super::client("fresh", "licences", "default_max_age = 60")).await;
    let mut browser = signed_in(&town).await;
    town.clock.pass(seconds(61));
    assert_eq!(browser.open(&town.rp("fresh").url(&[])).await.path(), "/login");
    assert!(browser.open(&town.rp("fresh").url(&[("max_age", "3600")])).await.parameter("code").is_some());
    town.leave().await;
}
