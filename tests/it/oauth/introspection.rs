//! Token introspection: RFC 7662, and its answers as JWT: RFC 9701.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use http::header;
use serde_json::Value;
use serde_json::json;

use super::basic;
use super::post;
use super::refused;
use crate::town::ISSUER;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;
use crate::town::header_of;

const RECORDS: &str = "https://api.example/records";
const JWT: &str = "application/token-introspection+jwt";

async fn introspect(client: &RelyingParty, token: &str) -> Value {
    let page = client.authenticated("/introspect", &[("token", token)]).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, Some("application/json")));
    page.json()
}

/// A citizen's tokens at `certified`, for the resource that `records` serves.
async fn for_records(town: &Town) -> Tokens {
    let certified = town.rp("certified").with_scope("openid offline_access");
    certified.tokens(&mut town.browser(), &[("resource", RECORDS)]).await
}

async fn as_jwt(town: &Town, token: &str) -> Page {
    let accept = [("authorization", basic("records", &town.rp("records").secret())), ("accept", JWT.to_owned())];
    let headers: Vec<(&str, &str)> = accept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    post(town, "/introspect", &headers, &format!("token={token}")).await
}

/// RFC 7662 §2.2: "active REQUIRED", and what the token says.
#[tokio::test]
async fn a_resource_server_learns_what_a_token_for_it_says() {
    let town = Town::new().await;
    let tokens = for_records(&town).await;
    let claims = claims_of(tokens.access_token());
    let found = introspect(&town.rp("records"), tokens.access_token()).await;
    assert_eq!(found["active"], true);
    for name in ["sub", "aud", "iss", "exp", "iat", "jti", "client_id", "scope", "acr", "auth_time"] {
        assert_eq!(found[name], claims[name], "{name}");
    }
    assert_eq!((&found["token_type"], &found["client_id"]), (&json!("Bearer"), &json!("certified")));
    town.leave().await;
}

/// RFC 7662 §4: a resource server must not learn of tokens that are not meant for it; §2.2: "the authorization server
/// MAY […] return {active: false}".
#[tokio::test]
async fn to_those_whom_a_token_is_not_for_it_is_not_active() {
    let town = Town::new().await;
    let own = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    let inactive = json!({"active": false});
    assert_eq!(introspect(&town.rp("records"), own.access_token()).await, inactive);
    assert_eq!(introspect(&town.rp("clinic"), own.access_token()).await, inactive);
    assert_eq!(introspect(&town.rp("portal"), own.access_token()).await["active"], true);
    let records = for_records(&town).await;
    assert_eq!(introspect(&town.rp("certified"), records.access_token()).await["active"], true);
    assert_eq!(introspect(&town.rp("records"), records.refresh_token()).await, inactive);
    town.leave().await;
}

/// RFC 7662 §2.1: "the endpoint MUST also require some form of authorization".
#[tokio::test]
async fn nobody_learns_anything_without_authenticating() {
    let town = Town::new().await;
    let token = for_records(&town).await;
    let body = format!("token={}", token.access_token());
    refused(&post(&town, "/introspect", &[], &body).await, 401, "invalid_client");
    refused(&post(&town, "/introspect", &[], &format!("{body}&client_id=app")).await, 401, "invalid_client");
    let wrong = basic("records", "wrong");
    refused(&post(&town, "/introspect", &[("authorization", &wrong)], &body).await, 401, "invalid_client");
    let own = town.rp("app").tokens(&mut town.browser(), &[]).await;
    refused(
        &town.rp("app").authenticated("/introspect", &[("token", own.access_token())]).await,
        401,
        "invalid_client",
    );
    town.leave().await;
}

/// RFC 7662 §2.1: "token REQUIRED"; RFC 6749 §3.2: parameters "MUST NOT be included more than once"; RFC 7662 §2.1:
/// "an HTTP POST".
#[tokio::test]
async fn a_request_without_one_token_is_refused() {
    let town = Town::new().await;
    let records = town.rp("records");
    refused(&records.authenticated("/introspect", &[]).await, 400, "invalid_request");
    refused(&records.authenticated("/introspect", &[("token", "a"), ("token", "b")]).await, 400, "invalid_request");
    assert_eq!(town.get("/introspect?token=x").await.status, StatusCode::METHOD_NOT_ALLOWED);
    town.leave().await;
}

/// RFC 7662 §2.2: "If the introspection call is properly authorized but the token is not active, does not exist […], the
/// authorization server MUST return […] active […] false", and "SHOULD NOT include any additional information".
#[tokio::test]
async fn of_a_token_that_is_none_of_ours_or_dead_nothing_is_said() {
    let town = Town::new().await;
    let certified = town.rp("certified").with_scope("openid offline_access");
    let tokens = certified.tokens(&mut town.browser(), &[("resource", RECORDS)]).await;
    let inactive = json!({"active": false});
    let (head, signature) = tokens.access_token().rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    for token in ["x", "e30.e30.e30", &forged, tokens.id_token(), "\u{1ec7}"] {
        assert_eq!(introspect(&town.rp("records"), token).await, inactive, "{token}");
        assert_eq!(introspect(&certified, token).await, inactive, "{token}");
    }
    town.clock.pass(Duration::from_secs(601));
    assert_eq!(introspect(&town.rp("records"), tokens.access_token()).await, inactive);
    town.leave().await;
}

/// RFC 7662 §2.2, §4: a token that was revoked is not active, on another replica within a second.
#[tokio::test]
async fn a_revoked_token_is_not_active_on_any_replica() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let tokens = for_records(&town).await;
    let there = replica.rp("records");
    assert_eq!(introspect(&there, tokens.access_token()).await["active"], true);
    let revoked = town.rp("certified").authenticated("/revoke", &[("token", tokens.refresh_token())]).await;
    assert_eq!(revoked.status, StatusCode::OK);
    replica.heartbeat().await;
    assert_eq!(introspect(&there, tokens.access_token()).await, json!({"active": false}));
    assert_eq!(introspect(&town.rp("records"), tokens.access_token()).await, json!({"active": false}));
    assert_eq!(introspect(&town.rp("certified"), tokens.refresh_token()).await, json!({"active": false}));
    town.leave().await;
}

/// RFC 7662 §2.1: a token of any kind; of a refresh token its own client learns how long it lives.
#[tokio::test]
async fn a_client_learns_of_its_refresh_token_until_it_is_exchanged_and_the_grace_is_over() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let found = introspect(&portal, tokens.refresh_token()).await;
    assert_eq!((&found["active"], &found["client_id"]), (&json!(true), &json!("portal")));
    assert_eq!(found["exp"], town.app.clock.now().seconds() + 30 * 86_400);
    assert_eq!(found["sub"], tokens.claims()["sub"]);
    assert_eq!(found.get("token_type"), None);
    let next = Tokens(portal.refresh(tokens.refresh_token(), &[]).await.json());
    assert_eq!(introspect(&portal, tokens.refresh_token()).await["active"], true);
    town.live(Duration::from_secs(31)).await;
    assert_eq!(introspect(&portal, tokens.refresh_token()).await, json!({"active": false}));
    assert_eq!(introspect(&portal, next.refresh_token()).await["active"], true);
    town.leave().await;
}

/// RFC 6749 §4.4: a token without a person is introspected by the resource that it is for.
#[tokio::test]
async fn a_token_of_a_client_itself_is_active_while_the_client_exists() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    let issued = machine.token(&[("grant_type", "client_credentials"), ("resource", RECORDS)]).await;
    let token = Tokens(issued.json());
    let found = introspect(&town.rp("records"), token.access_token()).await;
    assert_eq!((&found["active"], &found["sub"]), (&json!(true), &json!("machine")));
    let without = crate::town::DECLARATION.replace("client_id = \"machine\"", "client_id = \"other\"");
    town.try_apply(&without, true).await.unwrap();
    town.clock.pass(Duration::from_secs(2));
    assert_eq!(introspect(&town.rp("records"), token.access_token()).await, json!({"active": false}));
    town.leave().await;
}

/// RFC 9701 §4, §5: asked for by `Accept`; `typ` is token-introspection+jwt; `iss`, `aud`, `iat` and
/// `token_introspection` are there, `sub` and `exp` are not; RS256 unless registered otherwise (§6).
#[tokio::test]
async fn an_answer_as_jwt_is_signed_for_the_one_who_asks() {
    let town = Town::new().await;
    let tokens = for_records(&town).await;
    let page = as_jwt(&town, tokens.access_token()).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, Some(JWT)));
    let header = header_of(&page.body);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("token-introspection+jwt"), &json!("RS256")));
    let claims = claims_of(&page.body);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(ISSUER), &json!("records")));
    assert_eq!(claims["iat"], town.app.clock.now().seconds());
    assert_eq!((claims.get("sub"), claims.get("exp")), (None, None));
    assert_eq!(claims["token_introspection"], introspect(&town.rp("records"), tokens.access_token()).await);
    town.leave().await;
}

/// RFC 9701 §5: of a token that is not active the JWT says "active" alone.
#[tokio::test]
async fn an_answer_as_jwt_says_nothing_of_a_dead_token() {
    let town = Town::new().await;
    let page = as_jwt(&town, "x").await;
    assert_eq!(claims_of(&page.body)["token_introspection"], json!({"active": false}));
    town.leave().await;
}

/// RFC 9701 §6: "If this is specified, the response will be signed using […] the configured algorithm".
#[tokio::test]
async fn a_registered_algorithm_signs_every_answer() {
    let town = Town::new().await;
    for alg in ["ES256", "PS256", "EdDSA", "RS256"] {
        let secret = town.rp("records").secret();
        town.apply(&format!(
            "[[clients]]\nclient_id = \"records\"\nsecrets = [\"{secret}\"]\ngrant_types = []\n\
             protected_resources = [\"{RECORDS}\"]\nintrospection_signed_response_alg = \"{alg}\""
        ))
        .await;
        let page = town.rp("records").authenticated("/introspect", &[("token", "x")]).await;
        assert_eq!(page.header("content-type"), Some(JWT));
        assert_eq!(header_of(&page.body)["alg"], alg);
    }
    town.leave().await;
}

/// RFC 9701 §8.1 (cross-JWT confusion): an answer is no access token.
#[tokio::test]
async fn an_answer_as_jwt_is_taken_for_a_token_nowhere() {
    let town = Town::new().await;
    let tokens = for_records(&town).await;
    let answer = as_jwt(&town, tokens.access_token()).await.body;
    assert_eq!(introspect(&town.rp("records"), &answer).await, json!({"active": false}));
    let request = Request::get("/userinfo").header(header::AUTHORIZATION, format!("Bearer {answer}"));
    let page = Page::read("/userinfo", town.send(request.body(Body::empty()).unwrap()).await).await;
    refused(&page, 401, "invalid_token");
    town.leave().await;
}
