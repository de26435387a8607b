//! Bearer tokens at the UserInfo endpoint: RFC 6750.

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use http::header;

use super::post;
use super::refused;
use crate::town::Page;
use crate::town::Town;

async fn get(town: &Town, target: &str, authorization: Option<&str>) -> Page {
    let mut request = Request::get(target);
    if let Some(value) = authorization {
        request = request.header(header::AUTHORIZATION, value);
    }
    Page::read(target, town.send(request.body(Body::empty()).unwrap()).await).await
}

fn challenge(page: &Page) -> &str {
    page.header("www-authenticate").unwrap_or_else(|| panic!("no challenge: {} {}", page.status, page.body))
}

/// §2.1: "Resource servers MUST support this method": the Authorization header, its scheme in any case.
#[tokio::test]
async fn a_token_is_taken_from_the_header() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let page = get(&town, "/userinfo", Some(&format!("{scheme} {}", tokens.access_token()))).await;
        assert_eq!(page.status, StatusCode::OK, "{scheme}");
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.json()["email"], "khai@songlam.example");
    }
    let header = format!("Bearer {}", tokens.access_token());
    assert_eq!(post(&town, "/userinfo", &[("authorization", &header)], "").await.status, StatusCode::OK);
    town.leave().await;
}

/// §2.2: the form of a POST: "The HTTP request entity-header includes the "Content-Type" header field set to
/// "application/x-www-form-urlencoded"."
#[tokio::test]
async fn a_token_is_taken_from_a_form() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    let form = format!("access_token={}", tokens.access_token());
    let page = post(&town, "/userinfo", &[], &form).await;
    assert_eq!(page.json()["email"], "khai@songlam.example");
    refused(&post(&town, "/userinfo", &[("content-type", "text/plain")], &form).await, 415, "invalid_request");
    refused(&post(&town, "/userinfo", &[], &format!("{form}&{form}")).await, 400, "invalid_request");
    town.leave().await;
}

/// §2.3: the query "SHOULD NOT be used"; RFC 9700 §4.3.2: "Clients MUST NOT pass access tokens in a URI query parameter".
#[tokio::test]
async fn a_token_in_the_query_counts_for_nothing() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    let target = format!("/userinfo?access_token={}", tokens.access_token());
    assert_eq!(get(&town, &target, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(post(&town, &target, &[], "").await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// §2: "Clients MUST NOT use more than one method to transmit the token in each request." §3.1: invalid_request, 400.
#[tokio::test]
async fn two_ways_at_once_are_an_invalid_request() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    let header = format!("Bearer {}", tokens.access_token());
    let form = format!("access_token={}", tokens.access_token());
    let page = post(&town, "/userinfo", &[("authorization", &header)], &form).await;
    refused(&page, 400, "invalid_request");
    assert!(challenge(&page).contains("error=\"invalid_request\""));
    let twice = post(&town, "/userinfo", &[("authorization", &header), ("authorization", &header)], "").await;
    refused(&twice, 400, "invalid_request");
    town.leave().await;
}

/// §3.1: "If the request lacks any authentication information […], the resource server SHOULD NOT include an error code or
/// other error information."
#[tokio::test]
async fn a_request_without_a_token_learns_the_scheme_and_nothing_else() {
    let town = Town::new().await;
    let metadata = "https://id.example/.well-known/oauth-protected-resource/userinfo";
    let expected = format!("Bearer realm=\"motcua\", resource_metadata=\"{metadata}\"");
    for authorization in [None, Some("Basic cG9ydGFsOng="), Some("Bearer"), Some("Bearer "), Some("Token x")] {
        let page = get(&town, "/userinfo", authorization).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{authorization:?}");
        assert_eq!(challenge(&page), expected, "{authorization:?}");
    }
    town.leave().await;
}

/// §3: "the resource server MUST include the HTTP "WWW-Authenticate" response header field"; §3.1: invalid_token "SHOULD
/// respond with the HTTP 401".
#[tokio::test]
async fn a_token_that_is_not_valid_is_401_with_a_challenge() {
    let town = Town::new().await;
    for token in ["x", "a.b.c", "....", "=", "eyJhbGciOiJub25lIn0.e30."] {
        let page = get(&town, "/userinfo", Some(&format!("Bearer {token}"))).await;
        refused(&page, 401, "invalid_token");
        assert!(challenge(&page).starts_with("Bearer realm=\"motcua\", error=\"invalid_token\", error_description=\""));
        refused(&post(&town, "/userinfo", &[], &format!("access_token={token}")).await, 401, "invalid_token");
    }
    town.leave().await;
}

/// §3.1: "insufficient_scope: […] The resource server SHOULD respond with the HTTP 403 (Forbidden) status code".
#[tokio::test]
async fn a_token_without_openid_is_403() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let tokens = portal.tokens(&mut town.browser(), &[("scope", "email")]).await;
    let page = portal.userinfo(tokens.access_token()).await;
    refused(&page, 403, "insufficient_scope");
    assert!(challenge(&page).contains("error=\"insufficient_scope\""));
    let machine = town.rp("machine");
    let own = crate::town::Tokens(machine.token(&[("grant_type", "client_credentials")]).await.json());
    refused(&machine.userinfo(own.access_token()).await, 403, "insufficient_scope");
    town.leave().await;
}
