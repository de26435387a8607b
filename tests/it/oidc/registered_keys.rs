//! Clients that registered themselves with keys: OpenID Connect Dynamic Client Registration 1.0 §2, Core §6.2, §9, §10.1.1.

use std::time::Duration;

use http::StatusCode;
use motcua::jose::jwa::Algorithm;
use serde_json::Value;
use serde_json::json;

use crate::oauth::jar;
use crate::oauth::refused;
use crate::oauth::registration::open_town;
use crate::oauth::registration::registered;
use crate::oauth::registration::with;
use crate::town::OwnKey;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::header_of;

const KEYS: &str = "https://rp.example/keys";
const PLACE: &str = "https://rp.example/request#47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

/// A client that authenticates by what it signs, registered with `more`.
async fn signing(town: &Town, key: &OwnKey, more: Value) -> RelyingParty {
    let mut members = with(&json!({"token_endpoint_auth_method": "private_key_jwt"}));
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let told = registered(town, &members).await;
    assert_eq!(told.get("client_secret"), None, "it has keys");
    town.registered(&told).with_key(key)
}

/// RFC 7591 §2: "jwks […] contains the client's public keys": one that cannot sign as registered is no registration.
#[tokio::test]
async fn a_client_that_must_sign_registers_a_key_that_can() {
    let town = Town::new().await;
    let p256 = OwnKey::new(Algorithm::Es256, "1");
    let keys = |keys: &[&OwnKey], more: &str| {
        jar::declaration("signer", "strict", &format!("{}\n{more}", OwnKey::declared(keys)))
    };
    for (declared, why) in [
        (keys(&[], ""), "private_key_jwt needs a key that signs by ES256 or EdDSA or PS256"),
        (
            keys(&[&p256], "token_endpoint_auth_signing_alg = \"PS256\""),
            "private_key_jwt needs a key that signs by PS256",
        ),
        (
            keys(&[&p256], "require_signed_request_object = true\nrequest_object_signing_alg = \"EdDSA\""),
            "require_signed_request_object needs a key that signs by EdDSA",
        ),
    ] {
        let error = town.try_apply(&declared, false).await.expect_err(why);
        assert!(error.contains(why), "{error}");
    }
    town.apply(&keys(&[&p256], "token_endpoint_auth_signing_alg = \"ES256\"")).await;
    town.leave().await;
}

/// §2: `jwks_uri`: "If the Client signs requests to the Server, it contains the signing key(s) the Server uses to validate
/// signatures from the Client"; `jwks` is the same by value.
#[tokio::test]
async fn a_client_authenticates_by_the_keys_that_it_registered() {
    let town = open_town().await;
    let key = OwnKey::new(Algorithm::Rs256, "1");
    town.outside.put(KEYS, OwnKey::published(&[&key]));
    for keys in [json!({"jwks_uri": KEYS}), json!({"jwks": {"keys": [key.jwk()]}})] {
        let rp = signing(&town, &key, keys).await;
        let code = rp.code(&mut town.browser(), &[]).await;
        let stranger = rp.clone().with_key(&OwnKey::new(Algorithm::Es256, "1"));
        refused(&stranger.redeem(&code, &[]).await, 401, "invalid_client");
        let answer = rp.redeem(&code, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(header_of(Tokens(answer.json()).id_token())["alg"], "RS256");
    }
    town.leave().await;
}

/// Core §10.1.1: "The verifier knows to go back to the jwks_uri location to re-retrieve the keys when it sees an unfamiliar kid
/// value", and §12.1: a refresh is authenticated like everything else.
#[tokio::test]
async fn a_client_that_replaced_its_key_refreshes_with_the_new_one() {
    let town = open_town().await;
    let (old, new) = (OwnKey::new(Algorithm::Es256, "old"), OwnKey::new(Algorithm::Es256, "new"));
    town.outside.put(KEYS, OwnKey::published(&[&old]));
    let grants = json!({"jwks_uri": KEYS, "grant_types": ["authorization_code", "refresh_token"]});
    let rp = signing(&town, &old, grants).await.with_scope("openid offline_access");
    let first = rp.tokens(&mut town.browser(), &[("prompt", "consent")]).await;
    town.clock.pass(Duration::from_secs(2));
    town.outside.put(KEYS, OwnKey::published(&[&new]));
    let page = rp.clone().with_key(&new).refresh(first.refresh_token(), &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let second = Tokens(page.json());
    assert_eq!(second.claims()["sub"], first.claims()["sub"]);
    refused(&rp.refresh(second.refresh_token(), &[]).await, 401, "invalid_client");
    town.leave().await;
}

/// §2: `request_uris`: "Array of request_uri values that are pre-registered by the RP for use at the OP"; their fragment is the
/// hash of a version of what lies there.
#[tokio::test]
async fn a_registered_request_uri_brings_a_request_signed_by_rs256() {
    let town = open_town().await;
    let key = OwnKey::new(Algorithm::Rs256, "1");
    let (place, _) = PLACE.split_once('#').unwrap();
    let keys = json!({"jwks": {"keys": [key.jwk()]}, "request_uris": [PLACE], "request_object_signing_alg": "RS256"});
    let rp = signing(&town, &key, keys).await;
    town.outside.put(place, rp.object(&key, json!({"state": "inside"})));
    let page = rp.finish(&mut town.browser(), &rp.url(&[("request_uri", PLACE), ("state", "")])).await;
    assert_eq!(page.parameter("state").as_deref(), Some("inside"));
    assert_eq!(rp.redeem(&page.parameter("code").unwrap(), &[]).await.status, StatusCode::OK);
    let elsewhere = rp.url(&[("request_uri", "https://rp.example/other")]);
    let page = town.browser().open(&elsewhere).await;
    assert_eq!(page.parameter("error").as_deref(), Some("invalid_request_uri"), "{}", page.url);
    town.leave().await;
}
