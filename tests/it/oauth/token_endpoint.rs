//! The token endpoint: RFC 6749 §3.2, §5.1 and §5.2.

use axum::body::Body;
use axum::extract::Request;
use http::Method;
use http::StatusCode;
use http::header;

use super::basic;
use super::post;
use super::refused;
use crate::town::Page;
use crate::town::Town;
use crate::town::VERIFIER;

const FORM: &str = "grant_type=client_credentials";

fn machine() -> String {
    basic("machine", "machine-secret-of-a-test-that-is-long-enough")
}

/// RFC 9110 §15.5.16: "the format problem might be due to the request's indicated Content-Type or Content-Encoding"; §12.5.3:
/// "Accept-Encoding" then says what would have been taken.
#[tokio::test]
async fn a_compressed_body_is_an_unsupported_media_type() {
    let town = Town::new().await;
    for target in ["/token", "/par", "/introspect", "/revoke"] {
        for (encoding, status) in [("gzip", 415), ("br, gzip", 415), ("identity", 400)] {
            let headers = [("authorization", machine()), ("content-encoding", encoding.to_owned())];
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            let page = post(&town, target, &headers, "scope=nothing").await;
            assert_eq!(page.status.as_u16(), status, "{target} {encoding}: {}", page.body);
            assert_eq!(page.header("accept-encoding"), (status == 415).then_some("identity"), "{target} {encoding}");
            assert_eq!(page.json()["error"], "invalid_request");
        }
    }
    town.leave().await;
}

/// §3.2: "The client MUST use the HTTP "POST" method when making access token requests."
#[tokio::test]
async fn other_methods_than_post_are_refused_and_post_is_named() {
    let town = Town::new().await;
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder().method(method.clone()).uri(format!("/token?{FORM}"));
        let request = request
            .header(header::AUTHORIZATION, machine())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(FORM))
            .unwrap();
        let page = Page::read("/token", town.send(request).await).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(page.header("allow"), Some("POST"), "{method}");
        assert!(!page.body.contains("access_token"));
    }
    town.leave().await;
}

/// §2.3.1: "The parameters can only be transmitted in the request-body and MUST NOT be included in the request URI."
#[tokio::test]
async fn parameters_in_the_address_count_for_nothing() {
    let town = Town::new().await;
    let certified = "client_id=certified&client_secret=certified-secret-of-a-test-that-is-long-enough";
    refused(&post(&town, &format!("/token?{FORM}&{certified}"), &[], "").await, 401, "invalid_client");
    refused(
        &post(&town, &format!("/token?{FORM}"), &[("authorization", &machine())], "").await,
        400,
        "invalid_request",
    );
    town.leave().await;
}

/// §3.2: "Parameters sent without a value MUST be treated as if they were omitted from the request. The authorization
/// server MUST ignore unrecognized request parameters."
#[tokio::test]
async fn empty_parameters_count_as_omitted_and_unknown_ones_are_ignored() {
    let town = Town::new().await;
    let headers = [("authorization", machine())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = post(&town, "/token", &headers, &format!("{FORM}&scope=&client_secret=&client_id=&x=y&%5B%5D=")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(page.json()["scope"], "records:read records:write");
    refused(&post(&town, "/token", &headers, "grant_type=").await, 400, "invalid_request");
    town.leave().await;
}

/// §3.2: "Request and response parameters MUST NOT be included more than once." §5.2: "repeats a parameter" is
/// invalid_request.
#[tokio::test]
async fn each_repeated_parameter_is_an_invalid_request() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let code = portal.code(&mut town.browser(), &[]).await;
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", portal.redirect_uri.as_str()),
        ("code_verifier", VERIFIER),
        ("unknown", "1"),
    ] {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &portal.redirect_uri),
            ("code_verifier", VERIFIER),
            ("unknown", "1"),
        ];
        form.push((name, value));
        refused(&portal.token(&form).await, 400, "invalid_request");
    }
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §5.1: "The authorization server MUST include the HTTP "Cache-Control" response header field with a value of "no-store"
/// in any response containing tokens […] as well as the "Pragma" response header field with a value of "no-cache"."
#[tokio::test]
async fn nobody_stores_what_the_endpoint_answers() {
    let town = Town::new().await;
    let good = town.rp("machine").token(&[("grant_type", "client_credentials")]).await;
    let bad = town.rp("machine").token(&[("grant_type", "x")]).await;
    assert_eq!((good.status, bad.status), (StatusCode::OK, StatusCode::BAD_REQUEST));
    for page in [good, bad] {
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("pragma"), Some("no-cache"));
    }
    town.leave().await;
}

/// §5.1: "The parameters are included in the entity-body of the HTTP response using the "application/json" media type".
#[tokio::test]
async fn a_success_is_json_with_token_type_lifetime_and_scope() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid email offline_access");
    let code = portal.code(&mut town.browser(), &[]).await;
    let page = portal.redeem(&code, &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("content-type"), Some("application/json"));
    let body = page.json();
    assert_eq!((body["token_type"].as_str(), body["expires_in"].as_u64()), (Some("Bearer"), Some(600)));
    assert_eq!(body["scope"], "openid email offline_access");
    let mut names: Vec<&String> = body.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]);
    town.leave().await;
}

/// §5.2: "The authorization server responds with an HTTP 400 (Bad Request) status code (unless specified otherwise)":
/// unsupported_grant_type, unauthorized_client, invalid_request.
#[tokio::test]
async fn each_refusal_has_the_registered_code() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    let portal = town.rp("portal");
    refused(&machine.token(&[("grant_type", "password")]).await, 400, "unsupported_grant_type");
    refused(&machine.token(&[("grant_type", "CLIENT_CREDENTIALS")]).await, 400, "unsupported_grant_type");
    refused(
        &machine.token(&[("grant_type", "urn:ietf:params:oauth:grant-type:x")]).await,
        400,
        "unsupported_grant_type",
    );
    refused(&portal.token(&[("grant_type", "client_credentials")]).await, 400, "unauthorized_client");
    refused(&machine.redeem("code", &[]).await, 400, "unauthorized_client");
    refused(&machine.refresh("token", &[]).await, 400, "unauthorized_client");
    refused(&portal.token(&[]).await, 400, "invalid_request");
    refused(&portal.token(&[("grant_type", "authorization_code")]).await, 400, "invalid_request");
    refused(&portal.token(&[("grant_type", "refresh_token")]).await, 400, "invalid_request");
    refused(&portal.redeem("not-a-code", &[]).await, 400, "invalid_grant");
    refused(&portal.refresh("not-a-token", &[]).await, 400, "invalid_grant");
    town.leave().await;
}
