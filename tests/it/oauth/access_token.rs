//! JWT access tokens: RFC 9068.

use std::time::Duration;

use http::StatusCode;
use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwk::JwkSet;
use motcua::jose::jws;

use super::redirected;
use super::refused;
use crate::town::ISSUER;
use crate::town::MORNING;
use crate::town::Town;
use crate::town::claims_of;
use crate::town::header_of;

/// §2.1: "JWT access tokens MUST be signed. […] MUST NOT use "none" as the signing algorithm"; the typ "SHOULD be
/// "at+jwt"".
#[tokio::test]
async fn the_header_says_at_jwt_and_names_a_published_key() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    let header = header_of(tokens.access_token());
    assert_eq!((header["typ"].as_str(), header["alg"].as_str()), (Some("at+jwt"), Some("ES256")));
    let keys = town.get("/jwks").await.json();
    let published = keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == header["kid"]);
    assert!(published, "{keys}");
    town.leave().await;
}

/// §4: a resource server verifies it by the published keys alone.
#[tokio::test]
async fn a_resource_server_verifies_the_signature_by_the_published_keys() {
    let town = Town::new().await;
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    let kid = header_of(tokens.access_token())["kid"].as_str().unwrap().to_owned();
    let set = JwkSet::from_value(&town.get("/jwks").await.json()).unwrap();
    let key = PublicKey::from_jwk(set.find(Some(&kid), Algorithm::Es256).next().unwrap()).unwrap();
    assert!(jws::decode(tokens.access_token()).unwrap().verify(&key, &[Algorithm::Es256]).is_ok());
    town.leave().await;
}

/// §2.2: iss, exp, aud, sub, client_id, iat, jti are REQUIRED; §2.2.1: auth_time, acr, amr; §2.2.3: scope.
#[tokio::test]
async fn the_claims_are_those_that_are_required_and_no_personal_data() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let first = portal.tokens(&mut browser, &[]).await;
    let claims = claims_of(first.access_token());
    let mut names: Vec<&String> = claims.keys().collect();
    names.sort();
    let all = ["acr", "amr", "aud", "auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sid", "sub"];
    assert_eq!(names, all);
    assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(ISSUER), Some(ISSUER)));
    assert_eq!(
        (claims["client_id"].as_str(), claims["sub"].as_str()),
        (Some("portal"), first.claims()["sub"].as_str())
    );
    assert_eq!(claims["iat"], MORNING.seconds());
    assert_eq!(claims["exp"], MORNING.seconds() + 600);
    assert_eq!(claims["auth_time"], MORNING.seconds());
    let second = portal.tokens(&mut browser, &[]).await;
    assert_ne!(claims_of(second.access_token())["jti"], claims["jti"]);
    town.leave().await;
}

/// §4: "The current time MUST be before the time represented by the "exp" claim."
#[tokio::test]
async fn userinfo_refuses_a_token_at_the_second_when_it_expires() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    town.clock.pass(Duration::from_secs(599));
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    town.clock.pass(Duration::from_secs(1));
    refused(&portal.userinfo(tokens.access_token()).await, 401, "invalid_token");
    town.leave().await;
}

/// §4: "The resource server MUST validate that the "aud" claim contains a resource indicator value corresponding to an
/// identifier the resource server expects for itself. The JWT access token MUST be rejected if "aud" does not".
#[tokio::test]
async fn userinfo_refuses_a_token_for_another_audience() {
    let town = Town::new().await;
    let certified = town.rp("certified");
    let change = [("resource", "https://api.example/records")];
    let tokens = certified.tokens(&mut town.browser(), &change).await;
    refused(&certified.userinfo(tokens.access_token()).await, 401, "invalid_token");
    town.leave().await;
}

/// §4: "The resource server MUST verify that the "typ" header value is "at+jwt" or "application/at+jwt" and reject tokens
/// carrying any other value": an ID token is no access token.
#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let town = Town::new().await;
    for client in ["portal", "certified"] {
        let rp = town.rp(client);
        let tokens = rp.tokens(&mut town.browser(), &[]).await;
        refused(&rp.userinfo(tokens.id_token()).await, 401, "invalid_token");
    }
    town.leave().await;
}

/// §5: nor is an access token an ID token.
#[tokio::test]
async fn an_access_token_is_no_id_token_hint() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let tokens = portal.tokens(&mut browser, &[]).await;
    let good = browser.open(&portal.url(&[("id_token_hint", tokens.id_token())])).await;
    assert!(good.parameter("code").is_some(), "{}", good.url);
    let bad = browser.open(&portal.url(&[("id_token_hint", tokens.access_token())])).await;
    assert_eq!(redirected(&bad, "https://portal.example/cb?"), "invalid_request");
    town.leave().await;
}

/// §4: "The resource server MUST reject any JWT in which the value of "alg" is "none"", and any whose signature is not
/// ours.
#[tokio::test]
async fn userinfo_refuses_a_token_that_was_changed_or_is_unsigned() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let token = tokens.access_token();
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let none = motcua::base::secret::base64url(br#"{"alg":"none","typ":"at+jwt"}"#);
    let mut claims = claims_of(token);
    claims.insert("sub".into(), "somebody-else".into());
    let forged = motcua::base::secret::base64url(&serde_json::to_vec(&claims).unwrap());
    for other in [
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
        format!("{header}.{forged}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}"),
        format!("{header}.{payload}.{}", "A".repeat(signature.len())),
        format!("{token}.{payload}"),
    ] {
        refused(&portal.userinfo(&other).await, 401, "invalid_token");
    }
    assert_eq!(portal.userinfo(token).await.status, StatusCode::OK);
    town.leave().await;
}
