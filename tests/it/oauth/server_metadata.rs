//! Server metadata: RFC 8414.

use http::StatusCode;
use motcua::config::registration::Policy;
use motcua::flows::admin::keys;
use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwk::JwkSet;
use motcua::jose::jws;
use serde_json::Value;

use crate::town::ISSUER;
use crate::town::Town;
use crate::town::claims_of;
use crate::town::header_of;

const PATH: &str = "/.well-known/oauth-authorization-server";

async fn document(town: &Town) -> Value {
    let page = town.get(PATH).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, Some("application/json")));
    page.json()
}

/// Verifies the signed copy with the published keys.
async fn assert_signed(town: &Town, signed: &str) {
    let set = JwkSet::parse(&town.get("/jwks").await.body).unwrap();
    let token = jws::decode(signed).unwrap();
    let key = set.find(token.header().kid.as_deref(), token.header().alg).next().expect("the key is published");
    token.verify(&PublicKey::from_jwk(key).unwrap(), &Algorithm::ALL).unwrap();
}

/// §3: "Authorization servers supporting metadata MUST make a JSON document containing metadata […] available at a path formed
/// by inserting a well-known URI string"; §3.3: "The `issuer` value returned MUST be identical".
#[tokio::test]
async fn the_document_stands_at_the_well_known_path_and_names_the_issuer() {
    let town = Town::new().await;
    assert_eq!(document(&town).await["issuer"], ISSUER);
    assert_eq!(town.get(&format!("{PATH}/")).await.status, StatusCode::NOT_FOUND);
    town.leave().await;
}

/// §2: members that are "REQUIRED", and those with zero elements "MUST be omitted from the response" (§3.2).
#[tokio::test]
async fn required_members_are_there_and_none_is_empty() {
    let town = Town::new().await;
    let document = document(&town).await;
    for name in ["issuer", "authorization_endpoint", "token_endpoint", "response_types_supported"] {
        assert!(document.get(name).is_some(), "{name}");
    }
    for (name, value) in document.as_object().unwrap() {
        assert!(!value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()), "{name}");
    }
    town.leave().await;
}

/// §2.1: `signed_metadata`: "It MUST be digitally signed or MACed […] and MUST contain an `iss`"; "metadata values […] as claims";
/// it "SHOULD NOT appear as a claim in the JWT".
#[tokio::test]
async fn the_signed_copy_says_what_the_document_says() {
    let town = Town::new().await;
    let mut document = document(&town).await;
    let signed = document["signed_metadata"].as_str().unwrap().to_owned();
    assert_signed(&town, &signed).await;
    let mut claims = claims_of(&signed);
    assert_eq!(claims.remove("iss"), Some(ISSUER.into()));
    assert!(claims.remove("iat").is_some());
    document.as_object_mut().unwrap().remove("signed_metadata");
    assert_eq!(Value::Object(claims), document);
    town.leave().await;
}

/// §2.1: the signature is by a key that is published: after a rotation and a revocation by the one that signs then.
#[tokio::test]
async fn the_signed_copy_follows_the_keys() {
    let town = Town::new().await;
    let signed = async || document(&town).await["signed_metadata"].as_str().unwrap().to_owned();
    let first = signed().await;
    assert_eq!(signed().await, first, "one signature serves until the key changes");
    let now = motcua::base::time::Clock::now(&*town.clock);
    let next = keys::rotate(&town.app, Algorithm::Es256, true, now).await.unwrap();
    let second = signed().await;
    assert_eq!(header_of(&second)["kid"], next.as_str());
    assert_signed(&town, &second).await;
    assert!(keys::revoke(&town.app, &next, now).await.unwrap());
    let third = signed().await;
    assert_ne!(header_of(&third)["kid"], next.as_str());
    assert_signed(&town, &third).await;
    town.leave().await;
}

/// §2.1: a token of this kind is none of the others: it opens nothing.
#[tokio::test]
async fn the_signed_copy_is_no_token() {
    let town = Town::new().await;
    let signed = document(&town).await["signed_metadata"].as_str().unwrap().to_owned();
    let portal = town.rp("portal");
    super::refused(&portal.userinfo(&signed).await, 401, "invalid_token");
    let page = town.browser().open(&portal.url(&[("prompt", "none"), ("id_token_hint", &signed)])).await;
    assert_eq!(super::redirected(&page, &portal.redirect_uri), "invalid_request");
    super::refused(&portal.refresh(&signed, &[]).await, 400, "invalid_grant");
    super::refused(&portal.redeem(&signed, &[]).await, 400, "invalid_grant");
    town.leave().await;
}

/// §2: `registration_endpoint`, `service_documentation`, `op_policy_uri`, `op_tos_uri` are OPTIONAL: they stand there where the
/// operator has them.
#[tokio::test]
async fn what_the_operator_has_for_those_who_connect_a_service_is_named() {
    let town = Town::new().await;
    let plain = document(&town).await;
    for name in ["registration_endpoint", "service_documentation", "op_policy_uri", "op_tos_uri"] {
        assert_eq!(plain.get(name), None, "{name}");
    }
    town.leave().await;
    let at = |page: &str| Some(format!("https://id.example/{page}"));
    let town = Town::with(|config| {
        config.registration.policy = Policy::Open;
        config.registration.service_documentation = at("docs");
        config.registration.op_policy_uri = at("policy");
        config.registration.op_tos_uri = at("terms");
    })
    .await;
    let full = document(&town).await;
    assert_eq!(full["registration_endpoint"], format!("{ISSUER}/register"));
    assert_eq!(full["service_documentation"], "https://id.example/docs");
    assert_eq!(full["op_policy_uri"], "https://id.example/policy");
    assert_eq!(full["op_tos_uri"], "https://id.example/terms");
    town.leave().await;
}
