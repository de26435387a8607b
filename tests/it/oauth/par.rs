//! Pushed authorization requests: RFC 9126.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use motcua::jose::jwa::Algorithm;
use serde_json::json;

use super::jar::register;
use super::page_without_redirect;
use super::post;
use super::redirected;
use super::refused;
use crate::town::Browser;
use crate::town::OwnKey;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;

const MINUTE: Duration = Duration::from_secs(60);

/// A code for a request that was pushed.
async fn code(rp: &RelyingParty, browser: &mut Browser, request_uri: &str) -> Page {
    let page = rp.finish(browser, &rp.url_by_reference(request_uri)).await;
    assert!(page.parameter("code").is_some(), "no code at {}: {}", page.url, page.body);
    page
}

/// §2.2: "the server MUST generate a request URI and provide it in the response with a "201" HTTP status code. […]
/// request_uri […] expires_in: a JSON number that represents the lifetime of the request URI in seconds as a positive
/// integer".
#[tokio::test]
async fn a_request_that_was_pushed_gets_a_name_for_a_minute() {
    let town = Town::new().await;
    let page = town.rp("portal").push(&[]).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
    assert_eq!(page.header("content-type"), Some("application/json"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let answer = page.json();
    assert_eq!(answer["expires_in"], 60);
    let members: BTreeSet<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(members, BTreeSet::from([&"expires_in".to_owned(), &"request_uri".to_owned()]));
    let handle = answer["request_uri"].as_str().unwrap().strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert!(handle.len() >= 43, "{handle}");
    town.leave().await;
}

/// §4: "The client uses the "request_uri" value returned by the authorization server to build an authorization request".
#[tokio::test]
async fn a_sign_in_with_a_pushed_request_ends_as_any_other() {
    let town = Town::new().await;
    for id in ["portal", "clinic", "certified", "app"] {
        let rp = town.rp(id);
        let mut browser = town.browser();
        let page = code(&rp, &mut browser, &rp.pushed(&[]).await).await;
        assert_eq!(page.parameter("state").as_deref(), Some("state-of-the-test"));
        let redeemed = rp.redeem(&page.parameter("code").unwrap(), &[]).await;
        assert_eq!(redeemed.status, StatusCode::OK, "{id}: {}", redeemed.body);
        assert_eq!(Tokens(redeemed.json()).claims()["nonce"], "nonce-of-the-test");
    }
    town.leave().await;
}

/// §2.1: "Authenticate the client in the same way as at the token endpoint".
#[tokio::test]
async fn a_client_authenticates_as_at_the_token_endpoint() {
    let town = Town::new().await;
    let (portal, key) = (town.rp("portal"), OwnKey::new(Algorithm::Es256, "1"));
    let archive = register(&town, "archive", "strict", &OwnKey::declared(&[&key])).await.with_key(&key);
    assert_eq!(archive.push(&[]).await.status, StatusCode::CREATED);
    let form = portal.url(&[]);
    let form = form.split_once('?').unwrap().1;
    refused(&post(&town, "/par", &[], form).await, 401, "invalid_client");
    let wrong = super::basic("portal", "wrong");
    refused(&post(&town, "/par", &[("authorization", &wrong)], form).await, 401, "invalid_client");
    refused(&portal.push(&[("client_id", "clinic")]).await, 401, "invalid_client");
    refused(&archive.push(&[("client_id", "portal")]).await, 401, "invalid_client");
    town.leave().await;
}

/// §2.1: "request_uri […] authorization request parameter is one exception, and it MUST NOT be provided."
#[tokio::test]
async fn a_request_uri_is_not_pushed() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let earlier = portal.pushed(&[]).await;
    for request_uri in [earlier.as_str(), "https://portal.example/request"] {
        refused(&portal.push(&[("request_uri", request_uri)]).await, 400, "invalid_request");
    }
    town.leave().await;
}

/// §2.1: "Validate the pushed request as it would an authorization request sent to the authorization endpoint."
#[tokio::test]
async fn a_request_is_judged_when_it_is_pushed() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    for (changes, error) in [
        ([("redirect_uri", "https://evil.example/cb")], "invalid_request"),
        ([("redirect_uri", "")], "invalid_request"),
        ([("response_type", "token")], "unsupported_response_type"),
        ([("response_type", "")], "invalid_request"),
        ([("scope", "records:read")], "invalid_scope"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("response_mode", "fragment")], "invalid_request"),
        ([("prompt", "none login")], "invalid_request"),
        ([("claims", "[]")], "invalid_request"),
        ([("resource", "https://other.example")], "invalid_target"),
    ] {
        refused(&portal.push(&changes).await, 400, error);
    }
    refused(&town.rp("machine").push(&[]).await, 400, "invalid_request");
    town.leave().await;
}

/// §2.3: errors as at the token endpoint; "If the request did not use the POST method, the authorization server responds
/// with an HTTP 405"; "If the request size was beyond the upper bound […] 413".
#[tokio::test]
async fn nothing_but_a_form_by_post_is_taken() {
    let town = Town::new().await;
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let request = Request::builder().method(method).uri("/par").body(Body::empty()).unwrap();
        assert_eq!(town.send(request).await.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    let portal = super::basic("portal", &town.rp("portal").secret());
    let headers = [("authorization", portal.as_str()), ("content-type", "application/json")];
    refused(&post(&town, "/par", &headers, "{}").await, 415, "invalid_request");
    refused(
        &post(&town, "/par", &headers[..1], &format!("state={}", "s".repeat(70_000))).await,
        413,
        "invalid_request",
    );
    refused(&post(&town, "/par", &headers[..1], "client_id=portal&client_id=portal").await, 400, "invalid_request");
    town.leave().await;
}

/// §2.2: "The request URI MUST be bound to the client that posted the authorization request."
#[tokio::test]
async fn a_request_of_one_client_is_of_no_use_to_another() {
    let town = Town::new().await;
    let (portal, clinic) = (town.rp("portal"), town.rp("clinic"));
    let request_uri = portal.pushed(&[]).await;
    page_without_redirect(&town.browser().open(&clinic.url_by_reference(&request_uri)).await);
    let page = town.browser().open(&format!("/authorize?request_uri={request_uri}")).await;
    page_without_redirect(&page);
    code(&portal, &mut town.browser(), &request_uri).await;
    town.leave().await;
}

/// §4: "the authorization server MUST […] reject expired requests"; a name that nobody was given is no request.
#[tokio::test]
async fn a_request_that_waited_too_long_or_never_was_is_refused() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let (first, second) = (portal.pushed(&[]).await, portal.pushed(&[]).await);
    town.clock.pass(MINUTE - Duration::from_secs(1));
    code(&portal, &mut town.browser(), &first).await;
    town.clock.pass(Duration::from_secs(1));
    let page = town.browser().open(&portal.url_by_reference(&second)).await;
    page_without_redirect(&page);
    assert!(page.body.contains("request_uri was not pushed"), "{}", page.body);
    for handle in ["", "x", &"A".repeat(43)] {
        let made_up = format!("urn:ietf:params:oauth:request_uri:{handle}");
        page_without_redirect(&town.browser().open(&portal.url_by_reference(&made_up)).await);
    }
    town.leave().await;
}

/// §4: "Authorization servers […] SHOULD treat "request_uri" values as one-time use but MAY allow for duplicate requests due
/// to a user reloading/refreshing their user agent."
#[tokio::test]
async fn a_request_is_used_when_its_client_is_answered_and_not_when_its_page_is_opened() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let request_uri = portal.pushed(&[]).await;
    let (url, mut browser) = (portal.url_by_reference(&request_uri), town.browser());
    for _ in 0..3 {
        assert_eq!(browser.open(&url).await.path(), "/login");
    }
    let code = code(&portal, &mut browser, &request_uri).await.parameter("code").unwrap();
    page_without_redirect(&town.browser().open(&url).await);
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK);
    page_without_redirect(&browser.open(&url).await);
    town.leave().await;
}

/// Of two sign-ins with one request the second to end gets no code: the client learns why.
#[tokio::test]
async fn of_two_sign_ins_that_one_request_began_one_ends_with_a_code() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let url = portal.url_by_reference(&portal.pushed(&[]).await);
    let (mut first, mut second) = (town.browser(), town.browser());
    let pages = (first.open(&url).await, second.open(&url).await);
    assert!(first.sign_in(&pages.0, "khai").await.parameter("code").is_some());
    let late = second.sign_in(&pages.1, "khai").await;
    assert_eq!(redirected(&late, &portal.redirect_uri), "invalid_request_uri");
    assert_eq!(late.parameter("code"), None);
    town.leave().await;
}

/// A person may take longer to sign in than the browser may take to come.
#[tokio::test]
async fn a_sign_in_outlives_the_name_of_its_request() {
    let town = Town::new().await;
    let (clinic, mut browser) = (town.rp("clinic"), town.browser());
    let page = browser.open(&clinic.url_by_reference(&clinic.pushed(&[]).await)).await;
    town.clock.pass(MINUTE * 15);
    let page = browser.sign_in(&page, "khai").await;
    assert_eq!(page.path(), "/consent");
    town.clock.pass(MINUTE * 10);
    let page = browser.fill(&page, &[("decision", "allow")]).await;
    assert!(page.parameter("code").is_some(), "{}: {}", page.url, page.body);
    town.leave().await;
}

/// Who comes back to a page after hours is told so, before a password is asked for in vain.
#[tokio::test]
async fn a_page_that_stood_open_longer_than_its_request_is_kept_says_so() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let page = browser.open(&portal.url_by_reference(&portal.pushed(&[]).await)).await;
    town.clock.pass(MINUTE * 120);
    page_without_redirect(&browser.sign_in(&page, "khai").await);
    town.leave().await;
}

/// §4: "The authorization server MUST ignore" what stands beside: what was pushed counts.
#[tokio::test]
async fn parameters_beside_the_name_are_ignored() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let request_uri = portal.pushed(&[("state", "pushed")]).await;
    let beside = [
        ("request_uri", request_uri.as_str()),
        ("state", "beside"),
        ("nonce", "beside"),
        ("scope", "openid phone"),
        ("redirect_uri", "https://evil.example/cb"),
        ("response_mode", "form_post"),
        ("prompt", "none"),
    ];
    let page = portal.finish(&mut town.browser(), &portal.url(&beside)).await;
    assert_eq!(page.parameter("state").as_deref(), Some("pushed"), "{}", page.url);
    let tokens = Tokens(portal.redeem(&page.parameter("code").unwrap(), &[]).await.json());
    assert_eq!(tokens.claims()["nonce"], "nonce-of-the-test");
    assert_eq!(tokens.0["scope"], "openid profile email");
    town.leave().await;
}

/// §3: "Clients MAY use the "request" and "client_id" parameters […] to push a Request Object JWT"; "All other request
/// parameters […] MUST appear only as claims of the JWT".
#[tokio::test]
async fn a_request_object_may_be_pushed_and_it_alone_counts() {
    let town = Town::new().await;
    let (key, stranger) = (OwnKey::new(Algorithm::Es256, "1"), OwnKey::new(Algorithm::Es256, "1"));
    for profile in ["strict", "oidc"] {
        let rp = register(&town, profile, profile, &OwnKey::declared(&[&key])).await.with_key(&key);
        let push = async |object: &str, more: &[(&str, &str)]| {
            let form = [&[("request", object)], more].concat();
            rp.authenticated("/par", &form).await
        };
        let page = push(&rp.object(&key, json!({"state": "inside"})), &[("state", "outside"), ("scope", "x")]).await;
        assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
        let request_uri = page.json()["request_uri"].as_str().unwrap().to_owned();
        let page = code(&rp, &mut town.browser(), &request_uri).await;
        assert_eq!(page.parameter("state").as_deref(), Some("inside"));
        for (object, error) in [
            (rp.object(&stranger, json!({})), "invalid_request_object"),
            (rp.object(&key, json!({"client_id": "portal"})), "invalid_request_object"),
            (rp.object(&key, json!({"iss": "portal"})), "invalid_request_object"),
            (rp.object(&key, json!({"request_uri": "https://rp.example/r"})), "invalid_request_object"),
            (key.sign_as(&json!({"alg": "none"}), &rp.object_claims(json!({}))), "invalid_request_object"),
            (rp.object(&key, json!({"redirect_uri": "https://evil.example/cb"})), "invalid_request"),
            (rp.object(&key, json!({"redirect_uri": null})), "invalid_request"),
        ] {
            refused(&push(&object, &[("redirect_uri", &rp.redirect_uri)]).await, 400, error);
        }
    }
    town.leave().await;
}

/// §6: require_pushed_authorization_requests: "the authorization server MUST refuse to process any authorization request"
/// of this client that was not pushed.
#[tokio::test]
async fn a_client_that_must_push_is_refused_otherwise() {
    let town = Town::new().await;
    let key = OwnKey::new(Algorithm::Es256, "1");
    let members = format!("{}\nrequire_pushed_authorization_requests = true", OwnKey::declared(&[&key]));
    let rp = register(&town, "pusher", "strict", &members).await.with_key(&key);
    let mut browser = town.browser();
    for url in [rp.url(&[]), rp.url_by_value(&rp.object(&key, json!({})), &[])] {
        assert_eq!(redirected(&browser.open(&url).await, &rp.redirect_uri), "invalid_request");
    }
    code(&rp, &mut browser, &rp.pushed(&[]).await).await;
    town.leave().await;
}

/// sign-in.md: "A request whose canonical form is over 4 KiB is invalid_request, unless it was pushed."
#[tokio::test]
async fn a_long_request_must_be_pushed_and_then_survives_every_page() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    for length in [5_000, 9_000, 30_000] {
        let state = "s".repeat(length);
        let changes = [("state", state.as_str()), ("prompt", "login consent")];
        if length < 9_000 {
            let page = town.browser().open(&clinic.url(&changes)).await;
            assert_eq!(redirected(&page, &clinic.redirect_uri), "invalid_request");
        }
        let mut browser = town.browser();
        let page = code(&clinic, &mut browser, &clinic.pushed(&changes).await).await;
        assert_eq!(page.parameter("state").as_deref(), Some(changes[0].1));
        // A choice made on the way is kept, although the request itself does not travel.
        let again = [("state", changes[0].1), ("prompt", "select_account consent")];
        let page = browser.open(&clinic.url_by_reference(&clinic.pushed(&again).await)).await;
        assert_eq!(page.path(), "/login/select");
        let page = browser.fill(&page, &[("choice", "other")]).await;
        assert_eq!(page.path(), "/login");
        let page = browser.sign_in(&page, "an").await;
        assert_eq!(page.path(), "/consent");
        let page = browser.fill(&page, &[("decision", "allow")]).await;
        assert_eq!(page.parameter("state").as_deref(), Some(again[0].1));
        let tokens = Tokens(clinic.redeem(&page.parameter("code").unwrap(), &[]).await.json());
        assert_eq!(tokens.claims()["nonce"], "nonce-of-the-test");
    }
    refused(&clinic.push(&[("state", &"s".repeat(40_000))]).await, 413, "invalid_request"); // §2.3
    town.leave().await;
}

/// A redirect URI that was withdrawn after the request was pushed is served no more.
#[tokio::test]
async fn what_a_client_lost_since_it_pushed_is_lost() {
    let town = Town::new().await;
    let key = OwnKey::new(Algorithm::Es256, "1");
    let rp = register(&town, "mover", "strict", &OwnKey::declared(&[&key])).await.with_key(&key);
    let request_uri = rp.pushed(&[]).await;
    town.apply(&super::jar::declaration("mover", "strict", &OwnKey::declared(&[&key])).replace("/cb\"", "/new\""))
        .await;
    page_without_redirect(&town.browser().open(&rp.url_by_reference(&request_uri)).await);
    town.leave().await;
}
