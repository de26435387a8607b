//! Token revocation: RFC 7009.

use std::time::Duration;

use http::StatusCode;

use super::basic;
use super::post;
use super::refused;
use crate::store::execute;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;

fn portal(town: &Town) -> RelyingParty {
    town.rp("portal").with_scope("openid offline_access")
}

/// §2.1: revoking a refresh token "MUST also invalidate all access tokens based on the same authorization grant", on every
/// replica.
#[tokio::test]
async fn with_a_refresh_token_its_whole_grant_dies_on_every_replica() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let there = replica.rp("portal");
    assert_eq!(there.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    let page = portal
        .authenticated("/revoke", &[("token", tokens.refresh_token()), ("token_type_hint", "refresh_token")])
        .await;
    assert_eq!((page.status, page.body.as_str()), (StatusCode::OK, ""));
    refused(&portal.refresh(tokens.refresh_token(), &[]).await, 400, "invalid_grant");
    refused(&portal.userinfo(tokens.access_token()).await, 401, "invalid_token");
    replica.heartbeat().await;
    refused(&there.userinfo(tokens.access_token()).await, 401, "invalid_token");
    refused(&there.refresh(tokens.refresh_token(), &[]).await, 400, "invalid_grant");
    let revoked = town.audit().await.into_iter().filter(|(act, ..)| act == "grant_revoked").count();
    assert_eq!(revoked, 1);
    town.leave().await;
}

/// §2.1: "If the token passed to the request is an access token, the server MAY revoke the respective refresh token as
/// well": it does, since both are one grant.
#[tokio::test]
async fn with_an_access_token_its_whole_grant_dies() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    assert_eq!(portal.authenticated("/revoke", &[("token", tokens.access_token())]).await.status, StatusCode::OK);
    refused(&portal.userinfo(tokens.access_token()).await, 401, "invalid_token");
    refused(&portal.refresh(tokens.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// §2.1: an old generation of a refresh token revokes as the current one does; a grant elsewhere is not touched.
#[tokio::test]
async fn any_generation_revokes_and_other_grants_live_on() {
    let town = Town::new().await;
    let (portal, mut browser) = (portal(&town), town.browser());
    let other = portal.tokens(&mut browser, &[]).await;
    let first = portal.tokens(&mut browser, &[]).await;
    let second = Tokens(portal.refresh(first.refresh_token(), &[]).await.json());
    assert_eq!(portal.authenticated("/revoke", &[("token", first.refresh_token())]).await.status, StatusCode::OK);
    refused(&portal.refresh(second.refresh_token(), &[]).await, 400, "invalid_grant");
    assert_eq!(portal.refresh(other.refresh_token(), &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// A refresh token outlives the history of its sign-in, and can be revoked for as long as it lives.
#[tokio::test]
async fn a_refresh_token_whose_grant_is_history_dies_as_well() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    execute(&town.app.db, "DELETE FROM grants").await;
    let next = Tokens(portal.refresh(tokens.refresh_token(), &[]).await.json());
    assert_eq!(portal.authenticated("/revoke", &[("token", next.refresh_token())]).await.status, StatusCode::OK);
    refused(&portal.refresh(next.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// §2.2: "invalid tokens do not cause an error response"; a wrong hint neither (§2.1: the search is extended).
#[tokio::test]
async fn a_token_that_is_unknown_or_dead_is_no_error() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    for token in ["x", "e30.e30.e30", tokens.id_token()] {
        assert_eq!(portal.authenticated("/revoke", &[("token", token)]).await.status, StatusCode::OK, "{token}");
    }
    for _ in 0..2 {
        let wrong_hint = [("token", tokens.refresh_token()), ("token_type_hint", "access_token")];
        assert_eq!(portal.authenticated("/revoke", &wrong_hint).await.status, StatusCode::OK);
    }
    refused(&portal.refresh(tokens.refresh_token(), &[]).await, 400, "invalid_grant");
    town.clock.pass(Duration::from_secs(601));
    assert_eq!(portal.authenticated("/revoke", &[("token", tokens.access_token())]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §2.1: the server "verifies whether the token was issued to the client making the revocation request. If this validation
/// fails, the request is refused and the client is informed".
#[tokio::test]
async fn a_token_of_another_client_is_refused_and_lives_on() {
    let town = Town::new().await;
    let portal = portal(&town);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    for token in [tokens.refresh_token(), tokens.access_token()] {
        refused(&town.rp("clinic").authenticated("/revoke", &[("token", token)]).await, 400, "invalid_grant");
    }
    assert_eq!(portal.refresh(tokens.refresh_token(), &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §2.1: "The authorization server first validates the client credentials (in case of a confidential client)".
#[tokio::test]
async fn a_confidential_client_proves_who_it_is_and_a_public_one_says_so() {
    let town = Town::new().await;
    let tokens = portal(&town).tokens(&mut town.browser(), &[]).await;
    let body = format!("token={}", tokens.refresh_token());
    refused(&post(&town, "/revoke", &[], &body).await, 401, "invalid_client");
    refused(&post(&town, "/revoke", &[], &format!("{body}&client_id=portal")).await, 401, "invalid_client");
    let wrong = basic("portal", "wrong");
    refused(&post(&town, "/revoke", &[("authorization", &wrong)], &body).await, 401, "invalid_client");
    assert_eq!(portal(&town).refresh(tokens.refresh_token(), &[]).await.status, StatusCode::OK);
    let app = town.rp("app").with_scope("openid offline_access");
    let own = app.tokens(&mut town.browser(), &[]).await;
    assert_eq!(app.authenticated("/revoke", &[("token", own.refresh_token())]).await.status, StatusCode::OK);
    refused(&app.refresh(own.refresh_token(), &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// §2.1: "token REQUIRED", by "HTTP POST"; RFC 6749 §3.2: once.
#[tokio::test]
async fn a_request_without_one_token_is_refused() {
    let town = Town::new().await;
    let portal = portal(&town);
    refused(&portal.authenticated("/revoke", &[]).await, 400, "invalid_request");
    refused(&portal.authenticated("/revoke", &[("token", "a"), ("token", "b")]).await, 400, "invalid_request");
    assert_eq!(town.get("/revoke?token=x").await.status, StatusCode::METHOD_NOT_ALLOWED);
    town.leave().await;
}

/// §2.2.1: "unsupported_token_type: The authorization server does not support the revocation of the presented token type".
#[tokio::test]
async fn a_token_of_the_client_itself_is_said_not_to_be_revocable() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    let token = Tokens(machine.token(&[("grant_type", "client_credentials")]).await.json());
    let page = machine.authenticated("/revoke", &[("token", token.access_token())]).await;
    refused(&page, 400, "unsupported_token_type");
    town.leave().await;
}
