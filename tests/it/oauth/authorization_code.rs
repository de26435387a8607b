//! The authorization code grant: RFC 6749 §4.1.

use std::time::Duration;

use http::StatusCode;

use super::refused;
use crate::town::ISSUER;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::header_of;

/// §4.1: the whole path, from a password to an ID token that the portal can verify.
#[tokio::test]
async fn a_person_signs_in_with_a_password_and_the_portal_gets_an_es256_id_token() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    assert_eq!(page.path(), "/login");
    let arrived = browser.sign_in(&page, "khai").await;
    assert!(arrived.url.starts_with("https://portal.example/cb?"), "{}", arrived.url);
    assert_eq!(arrived.parameter("state").as_deref(), Some("state-of-the-test"));
    let tokens = portal.redeem(&arrived.parameter("code").unwrap(), &[]).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    let tokens = Tokens(tokens.json());
    assert_eq!(header_of(tokens.id_token())["alg"], "ES256");
    let claims = tokens.claims();
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], "portal");
    assert_eq!(claims["nonce"], "nonce-of-the-test");
    town.leave().await;
}

/// §4.1.2: "The authorization code MUST expire shortly after it is issued to mitigate the risk of leaks."
#[tokio::test]
async fn a_code_lives_less_than_sixty_seconds() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let early = portal.code(&mut browser, &[]).await;
    let late = portal.code(&mut browser, &[]).await;
    town.clock.pass(Duration::from_secs(59));
    assert_eq!(portal.redeem(&early, &[]).await.status, StatusCode::OK);
    town.clock.pass(Duration::from_secs(1));
    refused(&portal.redeem(&late, &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// §4.1.2: "If an authorization code is used more than once, the authorization server MUST deny the request and SHOULD
/// revoke (when possible) all tokens previously issued based on that authorization code."
#[tokio::test]
async fn a_second_redemption_is_refused_and_revokes_what_the_first_bought() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let mut browser = town.browser();
    let code = portal.code(&mut browser, &[]).await;
    let first = Tokens(portal.redeem(&code, &[]).await.json());
    assert_eq!(portal.userinfo(first.access_token()).await.status, StatusCode::OK);
    let second = portal.redeem(&code, &[]).await;
    assert_eq!((second.status, second.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
    assert_eq!(portal.userinfo(first.access_token()).await.status, StatusCode::UNAUTHORIZED);
    let refreshed = portal.refresh(first.refresh_token(), &[]).await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
    town.leave().await;
}

/// §4.1.2: a second use revokes also what refreshing bought in the meantime, and a third use is refused like the second.
#[tokio::test]
async fn a_second_redemption_revokes_refreshed_tokens_too() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let code = portal.code(&mut town.browser(), &[]).await;
    let first = Tokens(portal.redeem(&code, &[]).await.json());
    let refreshed = Tokens(portal.refresh(first.refresh_token(), &[]).await.json());
    refused(&portal.redeem(&code, &[]).await, 400, "invalid_grant");
    refused(&portal.redeem(&code, &[]).await, 400, "invalid_grant");
    refused(&portal.refresh(refreshed.refresh_token(), &[]).await, 400, "invalid_grant");
    assert_eq!(portal.userinfo(refreshed.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// §4.1.3: the server MUST "ensure that the authorization code was issued to the authenticated confidential client, or if
/// the client is public, ensure that the code was issued to "client_id" in the request".
#[tokio::test]
async fn a_code_is_refused_from_another_client() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let code = portal.code(&mut town.browser(), &[]).await;
    for other in ["clinic", "certified", "app"] {
        let page = town.rp(other).redeem(&code, &[("redirect_uri", &portal.redirect_uri)]).await;
        refused(&page, 400, "invalid_grant");
    }
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK, "a stranger's attempt used it up");
    town.leave().await;
}

/// §4.1.2: only the client to which a code was issued can, by using it twice, revoke what it bought.
#[tokio::test]
async fn a_foreign_clients_attempt_revokes_nothing() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let code = portal.code(&mut town.browser(), &[]).await;
    let tokens = Tokens(portal.redeem(&code, &[]).await.json());
    for other in ["clinic", "certified", "app"] {
        let page = town.rp(other).redeem(&code, &[("redirect_uri", &portal.redirect_uri)]).await;
        refused(&page, 400, "invalid_grant");
    }
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    assert_eq!(portal.refresh(tokens.refresh_token(), &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §4.1.3: the server MUST "ensure that the "redirect_uri" parameter is present if the "redirect_uri" parameter was
/// included in the initial authorization request […], and if included ensure that their values are identical."
#[tokio::test]
async fn a_code_is_refused_at_another_redirect_uri_or_at_none() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let code = portal.code(&mut town.browser(), &[]).await;
    for other in ["https://portal.example/cb?dummy=1", "https://portal.example/cb/", "https://evil.example/cb", "x"] {
        refused(&portal.redeem(&code, &[("redirect_uri", other)]).await, 400, "invalid_grant");
    }
    refused(&portal.redeem(&code, &[("redirect_uri", "")]).await, 400, "invalid_request");
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK, "a refused attempt used it up");
    town.leave().await;
}

/// §10.10: "The authorization server MUST prevent attackers from guessing access tokens, authorization codes, refresh
/// tokens": a code that was bent in one place is nothing.
#[tokio::test]
async fn a_code_that_was_changed_anywhere_is_refused() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let code = portal.code(&mut town.browser(), &[]).await;
    for at in (0..code.len()).step_by(code.len() / 16) {
        let other = if code.as_bytes()[at] == b'A' { "B" } else { "A" };
        let bent = format!("{}{other}{}", &code[..at], &code[at + 1..]);
        refused(&portal.redeem(&bent, &[]).await, 400, "invalid_grant");
    }
    for other in [&code[1..], &code[..code.len() - 1], &format!("{code}A"), &format!("{code}="), &format!(" {code}")] {
        refused(&portal.redeem(other, &[]).await, 400, "invalid_grant");
    }
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §4.1.2: each code is another, even for one person at one client in one instant.
#[tokio::test]
async fn no_two_codes_are_the_same() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let (first, second) = (portal.code(&mut browser, &[]).await, portal.code(&mut browser, &[]).await);
    assert_ne!(first, second);
    assert_eq!(portal.redeem(&first, &[]).await.status, StatusCode::OK);
    assert_eq!(portal.redeem(&second, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §10.5: a code is bound to the sign-in that it stands for: when that has ended, it is void.
#[tokio::test]
async fn a_code_of_a_session_that_was_signed_out_is_refused() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let code = portal.code(&mut browser, &[]).await;
    let confirm = browser.open("/logout").await;
    let done = browser.fill(&confirm, &[]).await;
    assert_eq!(done.path(), "/logout/done");
    refused(&portal.redeem(&code, &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// §4.1.2: "SHOULD revoke (when possible) all tokens previously issued based on that authorization code", however late.
#[tokio::test]
async fn a_second_redemption_after_the_code_expired_revokes_as_well() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let mut browser = town.browser();
    let code = portal.code(&mut browser, &[]).await;
    let first = Tokens(portal.redeem(&code, &[]).await.json());
    town.clock.pass(Duration::from_secs(61));
    assert_eq!(portal.userinfo(first.access_token()).await.status, StatusCode::OK);
    assert_eq!(portal.redeem(&code, &[]).await.json()["error"], "invalid_grant");
    assert_eq!(portal.userinfo(first.access_token()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(portal.refresh(first.refresh_token(), &[]).await.json()["error"], "invalid_grant");
    town.leave().await;
}
