//! Replicas whose clocks differ: what one signed is for the others, too.

use std::time::Duration;

use http::StatusCode;

use super::seconds;
use crate::town::DECLARATION;
use crate::town::Replica;
use crate::town::Tokens;
use crate::town::Town;

/// Asks a replica about tokens that another has just made: UserInfo, introspection, hint, refresh, revocation.
async fn takes_all(town: &Town, replica: &Replica, behind: Duration) {
    let portal = town.rp("portal").with_scope("openid offline_access");
    let there = replica.rp("portal");
    let mut browser = town.browser();
    let tokens = portal.tokens(&mut browser, &[]).await;
    let userinfo = there.userinfo(tokens.access_token()).await;
    assert_eq!(userinfo.status, StatusCode::OK, "{behind:?}: {}", userinfo.body);
    let found = there.authenticated("/introspect", &[("token", tokens.access_token())]).await.json();
    assert_eq!(found["active"], true, "{behind:?}: {found}");
    let mut elsewhere = replica.browser_like(&browser);
    elsewhere.cookies = browser.cookies.clone();
    let hinted = elsewhere.open(&portal.url(&[("prompt", "none"), ("id_token_hint", tokens.id_token())])).await;
    let code = hinted.parameter("code").unwrap_or_else(|| panic!("{behind:?}: {} {}", hinted.url, hinted.body));
    assert_eq!(there.redeem(&code, &[]).await.status, StatusCode::OK, "{behind:?}");
    let asked = elsewhere.open(&format!("/logout?id_token_hint={}", tokens.id_token())).await;
    assert_eq!((asked.status, asked.path().as_str()), (StatusCode::OK, "/logout/confirm"), "{behind:?}");
    let refreshed = there.refresh(tokens.refresh_token(), &[]).await;
    assert_eq!(refreshed.status, StatusCode::OK, "{behind:?}: {}", refreshed.body);
    let again = Tokens(portal.refresh(Tokens(refreshed.json()).refresh_token(), &[]).await.json());
    assert_eq!(there.authenticated("/revoke", &[("token", again.access_token())]).await.status, StatusCode::OK);
    assert_eq!(portal.refresh(again.refresh_token(), &[]).await.json()["error"], "invalid_grant", "{behind:?}");
}

/// `iat` and `nbf` (RFC 7519 §4.1.5, §4.1.6): 5 s of leeway for what we signed ourselves.
#[tokio::test]
async fn a_replica_whose_clock_is_behind_takes_what_another_signed() {
    let town = Town::new().await;
    for behind in [Duration::from_millis(100), seconds(2), seconds(5)] {
        takes_all(&town, &town.replica_behind(behind).await, behind).await;
    }
    town.leave().await;
}

/// Further behind is no clock that anybody keeps.
#[tokio::test]
async fn what_comes_from_further_ahead_is_refused() {
    let town = Town::new().await;
    let replica = town.replica_behind(seconds(6)).await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    assert_eq!(replica.rp("portal").userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// RFC 7519 §4.1.4: the leeway lengthens no life: "the current date/time MUST be before the expiration date/time".
#[tokio::test]
async fn a_token_that_has_expired_lives_no_second_longer() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let brief = "lifetimes = { access_token = 60 }\nredirect_uris = [\"https://portal.example/cb\", ";
    town.apply(&DECLARATION.replacen("redirect_uris = [\"https://portal.example/cb\", ", brief, 1)).await;
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    town.clock.pass(seconds(60));
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        town.replica().await.rp("portal").userinfo(tokens.access_token()).await.status,
        StatusCode::UNAUTHORIZED
    );
    town.leave().await;
}
