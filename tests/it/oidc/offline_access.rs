//! Offline access and refresh tokens: OpenID Connect Core §11, §12.

use http::StatusCode;

use super::error_of;
use super::seconds;
use super::signed_in;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;

fn offline(town: &Town) -> RelyingParty {
    town.rp("portal").with_scope("openid profile offline_access")
}

/// §11: "offline_access requests that an OAuth 2.0 Refresh Token be issued"; without it there is none.
#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    assert_eq!(tokens.0.get("refresh_token"), None);
    town.leave().await;
}

/// §11: "The Authorization Server MUST always obtain consent"; it is remembered.
#[tokio::test]
async fn offline_access_is_agreed_to_once() {
    let town = Town::new().await;
    let (portal, mut browser) = (offline(&town), signed_in(&town).await);
    let page = browser.open(&portal.url(&[])).await;
    assert_eq!(page.path(), "/consent");
    let arrived = browser.fill(&page, &[("decision", "allow")]).await;
    let tokens = Tokens(portal.redeem(&arrived.parameter("code").unwrap(), &[]).await.json());
    assert!(!tokens.refresh_token().is_empty());
    let again = browser.open(&portal.url(&[("prompt", "none")])).await;
    let tokens = Tokens(portal.redeem(&again.parameter("code").unwrap(), &[]).await.json());
    assert!(!tokens.refresh_token().is_empty());
    town.leave().await;
}

/// §11: who declines is not made to share: nothing is issued.
#[tokio::test]
async fn offline_access_that_is_declined_is_access_denied() {
    let town = Town::new().await;
    let (portal, mut browser) = (offline(&town), signed_in(&town).await);
    let page = browser.open(&portal.url(&[])).await;
    let arrived = browser.fill(&page, &[("decision", "deny")]).await;
    assert_eq!(error_of(&arrived, &portal), "access_denied");
    town.leave().await;
}

/// §11: "MUST ignore the offline_access request" of a client that may not have refresh tokens.
#[tokio::test]
async fn offline_access_is_ignored_for_a_client_without_the_grant_type() {
    let town = Town::new().await;
    town.apply(&super::client("brief", "licences", "").replace("profile email", "profile offline_access")).await;
    let brief = town.rp("brief").with_scope("openid profile offline_access");
    let mut browser = signed_in(&town).await;
    let page = browser.open(&brief.url(&[])).await;
    let tokens = brief.redeem(&page.parameter("code").unwrap(), &[]).await.json();
    assert_eq!((tokens.get("refresh_token"), tokens["scope"].as_str()), (None, Some("openid profile")));
    town.leave().await;
}

/// §12.2: iss, sub and aud "MUST be the same", iat "MUST represent the time that the new ID Token is issued", auth_time
/// "MUST represent the time of the original authentication", and "it SHOULD NOT have a nonce Claim".
#[tokio::test]
async fn a_refreshed_id_token_speaks_of_the_same_sign_in_at_another_time() {
    let town = Town::new().await;
    let portal = offline(&town);
    let first = portal.tokens(&mut town.browser(), &[]).await;
    town.clock.pass(seconds(3600));
    let page = portal.refresh(first.refresh_token(), &[]).await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, Some("no-store")));
    let second = Tokens(page.json());
    let (before, after) = (first.claims(), second.claims());
    for name in ["iss", "sub", "aud", "auth_time", "sid", "acr", "amr"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert_eq!(after["iat"].as_i64().unwrap(), before["iat"].as_i64().unwrap() + 3600);
    assert!(after["exp"].as_i64() > before["exp"].as_i64());
    assert!(after.get("nonce").is_none_or(|nonce| *nonce == before["nonce"]));
    assert_ne!(after["at_hash"], before["at_hash"]);
    assert_eq!(portal.userinfo(second.access_token()).await.json()["sub"], before["sub"]);
    town.leave().await;
}

/// §12.1: the client authenticates, and a refresh token is its own alone.
#[tokio::test]
async fn a_refresh_token_is_worth_nothing_to_another_client() {
    let town = Town::new().await;
    let portal = offline(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let other = town.rp("certified").refresh(tokens.refresh_token(), &[]).await;
    assert_eq!((other.status, other.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
    assert_eq!(portal.refresh(tokens.refresh_token(), &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §11: offline access works "even when the End-User is not present (not logged in)", until the account is disabled.
#[tokio::test]
async fn a_refresh_token_outlives_the_session_but_not_the_account() {
    let town = Town::new().await;
    let portal = offline(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    town.clock.pass(seconds(13 * 3600));
    let tokens = Tokens(portal.refresh(tokens.refresh_token(), &[]).await.json());
    super::passwords::disable_khai(&town).await;
    let page = portal.refresh(tokens.refresh_token(), &[]).await;
    assert_eq!((page.status, page.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
    town.leave().await;
}
