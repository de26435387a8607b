//! Sign out everywhere of this browser.

use http::StatusCode;

use super::error;
use super::signed_in;
use crate::town::Browser;
use crate::town::Page;
use crate::town::Tokens;
use crate::town::Town;

/// Signs out on our own page, of everything.
pub async fn sign_out(browser: &mut Browser) -> Page {
    let page = browser.open("/logout").await;
    assert_eq!(page.path(), "/logout/confirm");
    browser.fill(&page, &[]).await
}

/// OIDC RP-Initiated Logout §2: "the OP SHOULD ask the End-User whether to log out": asking alone ends nothing.
#[tokio::test]
async fn the_person_is_asked_and_then_signed_out() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    let page = browser.open("/logout").await;
    assert!(page.body.contains("Nguyễn Thị Minh Khai"));
    assert!(browser.open(&portal.url(&[("prompt", "none")])).await.parameter("code").is_some());
    let done = browser.fill(&page, &[]).await;
    assert_eq!((done.status, done.path().as_str()), (StatusCode::OK, "/logout/done"));
    assert!(!browser.cookies.contains_key("__Host-motcua_session"));
    assert_eq!(error(&mut browser, &portal, &[("prompt", "none")]).await, "login_required");
    town.leave().await;
}

/// The cookie of a session that ended opens nothing, wherever it was copied.
#[tokio::test]
async fn a_copied_cookie_is_dead_after_sign_out() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let mut copy = browser.clone();
    sign_out(&mut browser).await;
    assert_eq!(error(&mut copy, &town.rp("portal"), &[("prompt", "none")]).await, "login_required");
    town.leave().await;
}

/// Cross-site request forgery: the confirmation of another session, or none, ends nothing.
#[tokio::test]
async fn the_confirmation_of_another_session_is_refused() {
    let town = Town::new().await;
    let (portal, mut browser, mut other) = (town.rp("portal"), signed_in(&town).await, signed_in(&town).await);
    let confirm = other.open("/logout").await.hidden().remove(0).1;
    for forged in [confirm.as_str(), "", "AAAA", "garbage"] {
        let page = browser.submit("/logout/confirm", &[("confirm", forged)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{forged}");
    }
    for browser in [&mut browser, &mut other] {
        assert!(browser.open(&portal.url(&[("prompt", "none")])).await.parameter("code").is_some());
    }
    town.leave().await;
}

/// What the session gave ends with it: access tokens, and codes that nobody redeemed yet.
#[tokio::test]
async fn access_tokens_and_codes_of_the_session_are_dead() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let tokens = portal.tokens(&mut browser, &[]).await;
    let code = portal.code(&mut browser, &[]).await;
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    sign_out(&mut browser).await;
    let refused = portal.redeem(&code, &[]).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// OpenID Connect Core §11: offline access is for when "the End-User is not present (not logged in)".
#[tokio::test]
async fn an_offline_refresh_token_survives() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let mut browser = town.browser();
    let tokens = portal.tokens(&mut browser, &[]).await;
    sign_out(&mut browser).await;
    let page = portal.refresh(tokens.refresh_token(), &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let fresh = Tokens(page.json());
    assert_eq!(portal.userinfo(fresh.access_token()).await.status, StatusCode::OK);
    town.leave().await;
}

/// Another browser of the same person stays signed in: what ends is this browser's session.
#[tokio::test]
async fn another_browser_of_the_person_stays_signed_in() {
    let town = Town::new().await;
    let (portal, mut browser, mut other) = (town.rp("portal"), signed_in(&town).await, signed_in(&town).await);
    sign_out(&mut browser).await;
    assert!(other.open(&portal.url(&[("prompt", "none")])).await.parameter("code").is_some());
    town.leave().await;
}

/// A replica that knows the session in memory believes in it no longer than a second.
#[tokio::test]
async fn a_session_that_ended_at_one_replica_is_dead_at_another_within_a_second() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    let replica = town.replica().await;
    let mut there = replica.browser_like(&browser);
    assert!(there.open(&portal.url(&[("prompt", "none")])).await.parameter("code").is_some());
    sign_out(&mut browser).await;
    town.clock.pass(std::time::Duration::from_millis(1001));
    assert_eq!(error(&mut there, &portal, &[("prompt", "none")]).await, "login_required");
    replica.app.db.close().await;
    town.leave().await;
}

/// Where nobody is signed in, nothing is asked.
#[tokio::test]
async fn signing_out_where_nobody_is_signed_in_says_so() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/logout").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Nobody is signed in") && page.hidden().is_empty(), "{}", page.body);
    town.leave().await;
}
