//! By which ways request objects come, and how often: RFC 9101 §5, §6, §10.5.

use http::StatusCode;
use motcua::jose::jwa::Algorithm;
use serde_json::json;

use super::super::page_without_redirect;
use super::super::redirected;
use super::super::refused;
use super::by_value;
use super::client;
use super::has_code;
use super::is_refused;
use super::register;
use crate::town::OwnKey;
use crate::town::Town;

/// RFC 9101 §10.5: require_signed_request_object: "the authorization server MUST reject the authorization request from the
/// client that does not conform"; and then nothing unsigned completes what was signed.
#[tokio::test]
async fn a_client_that_must_sign_is_refused_otherwise() {
    let town = Town::new().await;
    let key = OwnKey::new(Algorithm::Es256, "1");
    for profile in ["strict", "oidc"] {
        let members = format!("{}\nrequire_signed_request_object = true", OwnKey::declared(&[&key]));
        let rp = register(&town, profile, profile, &members).await.with_key(&key);
        let page = town.browser().open(&rp.url(&[])).await;
        assert_eq!(redirected(&page, &rp.redirect_uri), "invalid_request");
        refused(&rp.push(&[]).await, 400, "invalid_request");
        let page = by_value(&town, &rp, &rp.object(&key, json!({"state": null})), &[("state", "outside")]).await;
        has_code(&page);
        assert_eq!(page.parameter("state"), None);
        let unsigned = key.sign_as(&json!({"alg": "none"}), &rp.object_claims(json!({})));
        is_refused(&town, &rp, &unsigned).await;
    }
    town.leave().await;
}

/// RFC 9101 §5: "request_uri […] MUST NOT be included if the "request" parameter is"; RFC 6749 §3.1: nothing is repeated.
#[tokio::test]
async fn one_request_has_one_object() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "strict").await;
    let object = rp.object(&key, json!({}));
    let outside = [("redirect_uri", rp.redirect_uri.as_str()), ("request_uri", "https://strict.example/r")];
    let page = by_value(&town, &rp, &object, &outside).await;
    assert_eq!(redirected(&page, &rp.redirect_uri), "invalid_request");
    let twice = format!("{}&request={object}", rp.url_by_value(&object, &[("redirect_uri", &rp.redirect_uri)]));
    assert_eq!(redirected(&town.browser().open(&twice).await, &rp.redirect_uri), "invalid_request");
    let other = format!("{}&state=a&state=b", rp.url_by_value(&object, &[("redirect_uri", &rp.redirect_uri)]));
    assert_eq!(redirected(&town.browser().open(&other).await, &rp.redirect_uri), "invalid_request");
    town.leave().await;
}

/// RFC 7519 §4.1.7: "jti […] can be used to prevent the JWT from being replayed": what has one ends in one code; a reload is
/// no replay.
#[tokio::test]
async fn an_object_with_an_identifier_ends_in_one_code() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "strict").await;
    let url = rp.url_by_value(&rp.object(&key, json!({"jti": "once"})), &[]);
    let mut browser = town.browser();
    for _ in 0..3 {
        assert_eq!(browser.open(&url).await.path(), "/login");
    }
    has_code(&rp.finish(&mut browser, &url).await);
    let code = has_code(&browser.open(&url).await);
    let elsewhere = rp.finish(&mut town.browser(), &url).await;
    assert_eq!(redirected(&elsewhere, &rp.redirect_uri), "invalid_request_object");
    assert_eq!(rp.redeem(&code, &[]).await.status, StatusCode::OK);
    page_without_redirect(&browser.open(&url).await);
    let url = rp.url_by_value(&rp.object(&key, json!({})), &[]);
    for _ in 0..2 {
        has_code(&browser.open(&url).await);
    }
    town.leave().await;
}

/// OpenID Connect Core §3.1.2.1 and §6: a request object may come by POST as well.
#[tokio::test]
async fn an_object_may_come_by_post() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "strict").await;
    let object = rp.object(&key, json!({}));
    let page = town.browser().submit("/authorize", &[("client_id", "strict"), ("request", &object)]).await;
    assert_eq!((page.path().as_str(), page.status), ("/login", StatusCode::OK));
    town.leave().await;
}
