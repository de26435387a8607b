//! Client authentication: RFC 6749 §2.3, §3.2.1 and §5.2.

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use http::header;

use super::basic;
use super::refused;
use crate::town::Page;
use crate::town::Town;

const SECRET: &str = "machine-secret-of-a-test-that-is-long-enough";
const FORM: [(&str, &str); 1] = [("grant_type", "client_credentials")];

/// §2.3.1: "The authorization server MUST support the HTTP Basic authentication scheme for authenticating clients that
/// were issued a client password."
#[tokio::test]
async fn a_client_authenticates_by_basic_whatever_the_case_of_its_name() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    for scheme in ["Basic", "basic", "BASIC"] {
        let header = basic("machine", SECRET).replace("Basic", scheme);
        assert_eq!(machine.token_raw(Some(&header), &FORM).await.status, StatusCode::OK, "{scheme}");
    }
    town.leave().await;
}

/// §2.3.1: "The client identifier is encoded using the "application/x-www-form-urlencoded" encoding algorithm […]; the
/// client password is encoded using the same algorithm".
#[tokio::test]
async fn basic_credentials_are_form_encoded() {
    let town = Town::new().await;
    town.apply(
        r#"
        [[clients]]
        client_id = "urn:example:a b"
        secrets = ["p+q:r%s/ế and more characters of a test"]
        grant_types = ["client_credentials"]
        scope = "x"
        "#,
    )
    .await;
    let machine = town.rp("machine");
    let encoded = basic("urn%3Aexample%3Aa+b", "p%2Bq%3Ar%25s%2F%E1%BA%BF+and%20more+characters+of+a+test");
    assert_eq!(machine.token_raw(Some(&encoded), &FORM).await.status, StatusCode::OK);
    let raw = basic("urn:example:a b", "p+q:r%s/ế and more characters of a test");
    refused(&machine.token_raw(Some(&raw), &FORM).await, 401, "invalid_client");
    town.leave().await;
}

/// §5.2: "If the client attempted to authenticate via the "Authorization" request header field, the authorization server
/// MUST respond with an HTTP 401 (Unauthorized) status code and include the "WWW-Authenticate" response header field".
#[tokio::test]
async fn a_failed_authentication_is_401_with_a_challenge_and_says_no_more() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    let mut bodies = Vec::new();
    for header in [
        basic("machine", "wrong"),
        basic("machine", ""),
        basic("nobody", SECRET),
        basic("portal", SECRET),
        basic("", ""),
        basic("app", ""),
    ] {
        let page = machine.token_raw(Some(&header), &FORM).await;
        refused(&page, 401, "invalid_client");
        assert!(page.header("www-authenticate").is_some_and(|value| value.starts_with("Basic realm=")));
        bodies.push(page.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "unknown clients can be told apart: {bodies:?}");
    town.leave().await;
}

/// §5.2 invalid_client: "unknown client, no client authentication included, or unsupported authentication method".
#[tokio::test]
async fn credentials_that_cannot_be_read_or_are_missing_are_an_invalid_client() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    for header in
        ["Basic ", "Basic !!!", "Basic bWFjaGluZQ==", "Basic /w==", "Bearer x", "Digest username=machine", "x"]
    {
        refused(&machine.token_raw(Some(header), &FORM).await, 401, "invalid_client");
    }
    refused(&machine.token_raw(None, &FORM).await, 401, "invalid_client");
    town.leave().await;
}

/// §2.3: "The client MUST NOT use more than one authentication method in each request."
#[tokio::test]
async fn two_methods_at_once_are_refused() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    let header = basic("machine", SECRET);
    let both = [FORM[0], ("client_id", "machine"), ("client_secret", SECRET)];
    refused(&machine.token_raw(Some(&header), &both).await, 400, "invalid_request");
    refused(&machine.token_raw(Some(&header), &[FORM[0], ("client_secret", SECRET)]).await, 400, "invalid_request");
    refused(&machine.token_raw(Some(&header), &[FORM[0], ("client_id", "portal")]).await, 401, "invalid_client");
    let same = machine.token_raw(Some(&header), &[FORM[0], ("client_id", "machine")]).await;
    assert_eq!(same.status, StatusCode::OK, "a client_id that agrees is no second method");
    town.leave().await;
}

/// §2.3: "The client MUST NOT use more than one authentication method in each request": nor two headers.
#[tokio::test]
async fn two_authorization_headers_are_refused() {
    let town = Town::new().await;
    let request = Request::post("/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::AUTHORIZATION, basic("machine", SECRET))
        .header(header::AUTHORIZATION, basic("portal", "x"));
    let request = request.body(Body::from("grant_type=client_credentials")).unwrap();
    refused(&Page::read("/token", town.send(request).await).await, 400, "invalid_request");
    town.leave().await;
}

/// RFC 7591 §2: a client authenticates by the method that it is registered for, and by no other.
#[tokio::test]
async fn a_method_that_is_not_the_registered_one_is_refused() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    let posted = [FORM[0], ("client_id", "machine"), ("client_secret", SECRET)];
    refused(&machine.token_raw(None, &posted).await, 401, "invalid_client");
    refused(&machine.token_raw(None, &posted[..2]).await, 401, "invalid_client");
    let certified = town.rp("certified");
    let code = certified.code(&mut town.browser(), &[]).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &certified.redirect_uri)];
    let header = basic("certified", &certified.secret());
    refused(&certified.token_raw(Some(&header), &form).await, 401, "invalid_client");
    let app = town.rp("app");
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "app"), ("client_secret", "x")];
    refused(&app.token_raw(None, &form).await, 401, "invalid_client");
    refused(&app.token_raw(Some(&basic("app", "x")), &form[..2]).await, 401, "invalid_client");
    // A failed authentication costs the code nothing.
    assert_eq!(certified.redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// §2.3.1: "Alternatively, the authorization server MAY support including the client credentials in the request-body".
#[tokio::test]
async fn a_client_that_is_registered_for_it_authenticates_in_the_body() {
    let town = Town::new().await;
    let certified = town.rp("certified");
    let code = certified.code(&mut town.browser(), &[]).await;
    assert_eq!(certified.redeem(&code, &[]).await.status, StatusCode::OK);
    let wrong = [("grant_type", "refresh_token"), ("client_id", "certified"), ("client_secret", "wrong")];
    refused(&certified.token_raw(None, &wrong).await, 401, "invalid_client");
    town.leave().await;
}

/// §3.2.1: a client that is not authenticating "MUST send its "client_id"".
#[tokio::test]
async fn a_public_client_says_who_it_is() {
    let town = Town::new().await;
    let app = town.rp("app");
    let code = app.code(&mut town.browser(), &[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", app.redirect_uri.as_str()),
        ("code_verifier", crate::town::VERIFIER),
    ];
    refused(&app.token_raw(None, &form).await, 401, "invalid_client");
    assert_eq!(app.redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// RFC 6749 §10.1 and issue: a secret can be replaced without a pause, for two are live at once.
#[tokio::test]
async fn both_live_secrets_authenticate_and_a_withdrawn_one_does_not() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    let client = |secrets: &str| {
        format!(
            "[[clients]]\nclient_id = \"machine\"\nsecrets = [{secrets}]\ngrant_types = [\"client_credentials\"]\n\
             scope = \"records:read\"\n"
        )
    };
    let new = "a-second-secret-of-a-test-that-is-long";
    town.apply(&client(&format!("\"{SECRET}\", \"{new}\""))).await;
    for secret in [SECRET, new] {
        assert_eq!(machine.token_raw(Some(&basic("machine", secret)), &FORM).await.status, StatusCode::OK);
    }
    town.apply(&client(&format!("\"{new}\""))).await;
    refused(&machine.token_raw(Some(&basic("machine", SECRET)), &FORM).await, 401, "invalid_client");
    assert_eq!(machine.token_raw(Some(&basic("machine", new)), &FORM).await.status, StatusCode::OK);
    town.leave().await;
}
