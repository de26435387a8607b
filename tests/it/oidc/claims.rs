//! The `claims` parameter: OpenID Connect Core §5.5.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::error;
use super::error_of;
use super::signed_in;
use crate::town::Browser;
use crate::town::Town;

/// What UserInfo and the ID token say where `claims` is asked for with the scope openid alone.
async fn given(town: &Town, browser: &mut Browser, claims: &Value) -> (Map<String, Value>, Map<String, Value>) {
    let portal = town.rp("portal").with_scope("openid");
    let tokens = portal.tokens(browser, &[("claims", &claims.to_string())]).await;
    let Value::Object(userinfo) = portal.userinfo(tokens.access_token()).await.json() else { panic!("no object") };
    (userinfo, tokens.claims())
}

/// §5.5.1: "essential: OPTIONAL". What is null is not said.
#[tokio::test]
async fn a_member_that_is_null_is_not_said() {
    let town = Town::new().await;
    let wish = json!({"essential": null, "value": null, "values": null});
    let (userinfo, _) =
        given(&town, &mut town.browser(), &json!({"userinfo": {"nickname": wish}, "id_token": null})).await;
    assert_eq!(userinfo.keys().collect::<Vec<_>>(), ["nickname", "sub"]);
    town.leave().await;
}

/// §5.5: userinfo "lists which Claims are requested to be returned from the UserInfo Endpoint", id_token "in the ID Token".
#[tokio::test]
async fn each_member_puts_its_claims_where_it_says() {
    let town = Town::new().await;
    let claims = json!({
        "userinfo": {"given_name": {"essential": true}, "nickname": null},
        "id_token": {"email": {"essential": true}, "birthdate": null, "address": {}},
    });
    let (userinfo, id_token) = given(&town, &mut town.browser(), &claims).await;
    assert_eq!(userinfo.keys().collect::<Vec<_>>(), ["given_name", "nickname", "sub"]);
    assert_eq!((&id_token["email"], &id_token["birthdate"]), (&json!("khai@songlam.example"), &json!("1987-04-12")));
    assert_eq!(id_token["address"]["country"], "VN");
    assert!(!id_token.contains_key("given_name"));
    town.leave().await;
}

/// §5.5.1: value "Requests that the Claim be returned with a particular value", values with one of a set.
#[tokio::test]
async fn a_claim_with_another_value_than_is_asked_for_is_left_out() {
    let town = Town::new().await;
    let wishes = json!({
        "gender": {"value": "female"},
        "locale": {"value": "en"},
        "nickname": {"values": ["Mai", "Khai"]},
        "zoneinfo": {"values": ["Europe/Paris"]},
        "email_verified": {"value": true},
        "phone_number_verified": {"value": false},
    });
    let claims = json!({"userinfo": wishes, "id_token": wishes});
    let (userinfo, id_token) = given(&town, &mut town.browser(), &claims).await;
    assert_eq!(userinfo.keys().collect::<Vec<_>>(), ["email_verified", "gender", "nickname", "sub"]);
    for (name, there) in [("gender", true), ("locale", false), ("nickname", true), ("zoneinfo", false)] {
        assert_eq!(id_token.contains_key(name), there, "{name}");
    }
    town.leave().await;
}

/// §5.5: "Any members used that are not understood MUST be ignored", and unknown claims are no error.
#[tokio::test]
async fn unknown_claims_and_members_are_ignored() {
    let town = Town::new().await;
    let claims = json!({
        "userinfo": {"shoe_size": {"essential": true}, "name": {"purpose": "x"}, "https://x/y": null},
        "id_token": {"shoe_size": null},
        "verifiable": 3,
    });
    let (userinfo, id_token) = given(&town, &mut town.browser(), &claims).await;
    assert_eq!(userinfo.keys().collect::<Vec<_>>(), ["name", "sub"]);
    assert!(!id_token.contains_key("shoe_size"));
    town.leave().await;
}

/// §5.5: what is asked for cannot replace what the ID token says by itself.
#[tokio::test]
async fn claims_of_the_protocol_cannot_be_dictated() {
    let town = Town::new().await;
    let claims = json!({"id_token": {"iss": {"value": "https://evil"}, "aud": {"value": "x"}, "exp": {"value": 9}}});
    let (_, id_token) = given(&town, &mut town.browser(), &claims).await;
    assert_eq!((&id_token["iss"], &id_token["aud"]), (&json!(crate::town::ISSUER), &json!("portal")));
    town.leave().await;
}

/// §5.5: the parameter is "a JSON object".
#[tokio::test]
async fn what_is_no_claims_request_is_refused() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    for odd in
        ["{", "[]", "\"x\"", "{\"userinfo\":[]}", "{\"id_token\":{\"name\":true}}", "{\"id_token\":{\"name\":[]}}"]
    {
        assert_eq!(error(&mut browser, &portal, &[("claims", odd)]).await, "invalid_request", "{odd}");
    }
    town.leave().await;
}

/// §5.5.1 names the sub of the answer; §3.1.2.2: "the Authorization Server MUST only send a positive response
/// if the End-User identified by that sub value has an active session".
#[tokio::test]
async fn a_sub_that_is_asked_for_is_the_one_that_is_answered() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let sub = portal.tokens(&mut browser, &[]).await.claims()["sub"].clone();
    let wish = |sub: &Value| json!({"id_token": {"sub": {"value": sub}}}).to_string();
    let same = browser.open(&portal.url(&[("claims", &wish(&sub)), ("prompt", "none")])).await;
    assert!(same.parameter("code").is_some(), "{}", same.url);
    let other = wish(&json!("somebody-else"));
    assert_eq!(error(&mut browser, &portal, &[("claims", &other), ("prompt", "none")]).await, "login_required");
    let page = browser.open(&portal.url(&[("claims", &other)])).await;
    assert_eq!(error_of(&browser.sign_in(&page, "khai").await, &portal), "login_required");
    town.leave().await;
}

/// §5.5: a claim is released where its scope was not asked for, and only once it is agreed to.
#[tokio::test]
async fn a_single_claim_needs_consent_as_its_scope_does() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let clinic = town.rp("clinic").with_scope("openid");
    assert!(browser.open(&clinic.url(&[])).await.parameter("code").is_some());
    for claims in [r#"{"id_token":{"birthdate":null}}"#, r#"{"userinfo":{"phone_number":{"essential":true}}}"#] {
        assert_eq!(error(&mut browser, &clinic, &[("claims", claims), ("prompt", "none")]).await, "consent_required");
    }
    town.leave().await;
}
