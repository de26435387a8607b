//! The keys of clients at their `jwks_uri`: OpenID Connect Core §10.1.1, RFC 7517 §5.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use motcua::jose::jwa::Algorithm;
use motcua::outbound::Unreachable;
use serde_json::Value;
use serde_json::json;

use super::present;
use super::present_with;
use super::refused;
use super::register;
use crate::town::OwnKey;
use crate::town::RelyingParty;
use crate::town::Town;

const KEYS: &str = "https://archive.example/keys";

async fn publishing(town: &Town, keys: &[&OwnKey]) -> RelyingParty {
    town.outside.put(KEYS, OwnKey::published(keys));
    register(town, "archive", "strict", &format!("jwks_uri = \"{KEYS}\"")).await
}

fn key(kid: &str) -> OwnKey {
    OwnKey::new(Algorithm::Es256, kid)
}

async fn status(rp: &RelyingParty, key: &OwnKey) -> StatusCode {
    present_with(rp, key, json!({})).await.status
}

/// OpenID Connect Core §10.1.1: "The verifier knows to go back to the jwks_uri location to re-retrieve the keys when it
/// sees an unfamiliar kid value."
#[tokio::test]
async fn a_new_key_is_found_where_the_client_publishes_it() {
    let town = Town::new().await;
    let (old, new) = (key("old"), key("new"));
    let archive = publishing(&town, &[&old]).await;
    assert_eq!(status(&archive, &old).await, StatusCode::OK);
    town.clock.pass(Duration::from_secs(2));
    town.outside.put(KEYS, OwnKey::published(&[&new]));
    assert_eq!(status(&archive, &new).await, StatusCode::OK);
    assert_eq!(status(&archive, &old).await, StatusCode::UNAUTHORIZED, "it is published no more");
    town.leave().await;
}

/// Keys are remembered: ordinary requests cost the client's server nothing.
#[tokio::test]
async fn keys_that_are_known_are_not_fetched_again_for_ten_minutes() {
    let town = Town::new().await;
    let own = key("1");
    let archive = publishing(&town, &[&own]).await;
    for (passed, fetched) in [(0, 1), (300, 1), (299, 1), (2, 2), (0, 2)] {
        town.clock.pass(Duration::from_secs(passed));
        assert_eq!(status(&archive, &own).await, StatusCode::OK);
        assert_eq!(town.outside.asked(KEYS).len(), fetched, "after {passed} s more");
    }
    town.leave().await;
}

/// A stranger who names keys that do not exist makes us ask once a second at most.
#[tokio::test]
async fn unknown_keys_do_not_make_us_hammer_a_client() {
    let town = Town::new().await;
    let own = key("1");
    let archive = publishing(&town, &[&own]).await;
    for n in 0..20 {
        assert_eq!(status(&archive, &key(&format!("made-up-{n}"))).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(town.outside.asked(KEYS).len(), 1);
    town.clock.pass(Duration::from_secs(1));
    for n in 0..20 {
        assert_eq!(status(&archive, &key(&format!("made-up-{n}"))).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(town.outside.asked(KEYS).len(), 2);
    assert_eq!(status(&archive, &own).await, StatusCode::OK);
    town.leave().await;
}

/// A client's server that is away for a while does not lock the client out, and a key that it withdrew then ends at last.
#[tokio::test]
async fn known_keys_serve_for_an_hour_while_their_publisher_is_away() {
    let town = Town::new().await;
    let own = key("1");
    let archive = publishing(&town, &[&own]).await;
    assert_eq!(status(&archive, &own).await, StatusCode::OK);
    town.outside.fail(KEYS, Unreachable::Status(503));
    town.clock.pass(Duration::from_secs(1800));
    for _ in 0..5 {
        assert_eq!(status(&archive, &own).await, StatusCode::OK);
    }
    assert_eq!(town.outside.asked(KEYS).len(), 2, "where the keys would do, the next try waits");
    town.clock.pass(Duration::from_secs(1800));
    assert_eq!(status(&archive, &own).await, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// That keys could not be read is remembered for a second and no longer.
#[tokio::test]
async fn a_client_that_comes_back_is_known_again_within_a_second() {
    let town = Town::new().await;
    let own = key("1");
    let archive = publishing(&town, &[&own]).await;
    for why in [Unreachable::Busy, Unreachable::Failed("no route".into()), Unreachable::Status(404)] {
        town.outside.fail(KEYS, why);
        refused(&present_with(&archive, &own, json!({})).await, 401, "invalid_client");
        town.clock.pass(Duration::from_secs(1));
    }
    town.outside.put(KEYS, OwnKey::published(&[&own]));
    assert_eq!(status(&archive, &own).await, StatusCode::OK);
    town.leave().await;
}

/// RFC 7517 §4.5: `kid` is optional: a signature that names none is tried with each key that suits; two keys may have one
/// name.
#[tokio::test]
async fn without_a_name_every_suitable_key_is_tried() {
    let town = Town::new().await;
    let (first, second, other) = (key("1"), key("1"), OwnKey::new(Algorithm::EdDsa, "2"));
    let archive = publishing(&town, &[&other, &first, &second]).await;
    for own in [&first, &second] {
        assert_eq!(status(&archive, own).await, StatusCode::OK, "by a name that two keys have");
        let nameless = own.sign_as(&json!({"alg": "ES256"}), &archive.assertion_claims(json!({})));
        assert_eq!(present(&archive, &nameless).await.status, StatusCode::OK);
    }
    town.leave().await;
}

/// A key that took another's place under the same name, or without a name, is found too.
#[tokio::test]
async fn a_key_that_replaced_another_under_its_name_is_found() {
    let town = Town::new().await;
    let (old, new) = (key("1"), key("1"));
    let archive = publishing(&town, &[&old]).await;
    assert_eq!(status(&archive, &old).await, StatusCode::OK);
    town.clock.pass(Duration::from_secs(2));
    town.outside.put(KEYS, OwnKey::published(&[&new]));
    assert_eq!(status(&archive, &new).await, StatusCode::OK);
    town.clock.pass(Duration::from_secs(2));
    town.outside.put(KEYS, OwnKey::published(&[&old]));
    let nameless = old.sign_as(&json!({"alg": "ES256"}), &archive.assertion_claims(json!({})));
    assert_eq!(present(&archive, &nameless).await.status, StatusCode::OK);
    town.leave().await;
}

/// RFC 7517 §5: what is no set of public keys proves nothing; keys that are not understood are passed over (§5), and keys
/// for encryption verify nothing (§4.2).
#[tokio::test]
async fn only_public_keys_for_signatures_count() {
    let town = Town::new().await;
    let own = key("1");
    let archive = publishing(&town, &[&own]).await;
    let with = |changes: Value| crate::town::changed(own.jwk(), changes);
    for (body, expected) in [
        ("not json".to_owned(), 401),
        ("[]".to_owned(), 401),
        (json!({"keys": [with(json!({"d": "AAAA"}))]}).to_string(), 401),
        (json!({"keys": [with(json!({"use": "enc", "alg": null}))]}).to_string(), 401),
        (json!({"keys": [with(json!({"alg": "ES512"}))]}).to_string(), 401),
        (json!({"keys": vec![own.jwk(); 101]}).to_string(), 401),
        (json!({"keys": [{"kty": "new"}, own.jwk()]}).to_string(), 200),
    ] {
        town.outside.put(KEYS, body.clone());
        town.clock.pass(Duration::from_secs(2));
        assert_eq!(status(&archive, &own).await.as_u16(), expected, "{body}");
    }
    town.leave().await;
}

/// RFC 7591 §2: `jwks` by value is examined once for all signatures, and replaced at once.
#[tokio::test]
async fn keys_by_value_are_examined_once() {
    let town = Town::new().await;
    let sets = [key("1"), key("1")].map(|own| serde_json::from_str::<Value>(&OwnKey::published(&[&own])).unwrap());
    let given = |set: &Value| town.app.key_sets.given(set, town.app.clock.now()).unwrap();
    assert!(Arc::ptr_eq(&given(&sets[0]), &given(&sets[0])));
    assert!(!Arc::ptr_eq(&given(&sets[0]), &given(&sets[1])), "others under the same name");
    let (old, new) = (key("1"), key("1"));
    for own in [&old, &new] {
        let archive = register(&town, "archive", "strict", &OwnKey::declared(&[own])).await;
        assert_eq!(status(&archive, own).await, StatusCode::OK);
    }
    assert_eq!(status(&town.rp("archive"), &old).await, StatusCode::UNAUTHORIZED);
    town.leave().await;
}
