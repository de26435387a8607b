//! Keys that decrypt what clients encrypt to us: published with `use` = `enc` (RFC 7517 §4.2), kept and rotated like
//! those that sign.

use std::sync::Arc;
use std::time::Duration;

use motcua::base::random::SystemEntropy;
use motcua::flows::admin::keys;
use motcua::jobs::rotate_keys;
use motcua::jose::alg::encryption::EncryptionKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwa::ContentEncryption;
use motcua::jose::jwa::KeyManagement;
use motcua::jose::jwe;
use motcua::jose::jwe::Header;
use motcua::jose::jwk::Jwk;
use motcua::jose::jwk::JwkSet;
use motcua::signing::decryption;
use motcua::store::signing_keys;
use serde_json::Value;

use crate::town::Replica;
use crate::town::Town;

async fn published(town: &Town) -> JwkSet {
    JwkSet::parse(&town.get("/jwks").await.body).unwrap()
}

async fn recipient(town: &Town, alg: KeyManagement) -> Jwk {
    published(town).await.recipient(alg).unwrap().clone()
}

fn encrypt(jwk: &Jwk, alg: KeyManagement, kid: Option<&str>) -> String {
    let header = Header { alg, enc: ContentEncryption::A128Gcm, kid: kid.map(str::to_owned), typ: None, cty: None };
    jwe::encrypt(&header, &EncryptionKey::from_jwk(jwk).unwrap(), b"plain", &SystemEntropy::default()).unwrap()
}

async fn reads(town: &Town, compact: &str) -> bool {
    let (encrypted, now) = (jwe::decode(compact).unwrap(), town.app.clock.now());
    let plain = decryption::decrypt(&town.app.keyring, &encrypted, now).await.unwrap();
    plain.is_some_and(|plain| plain == b"plain")
}

async fn replica_reads(town: &Town, replica: &Replica, compact: &str) -> bool {
    let (encrypted, now) = (jwe::decode(compact).unwrap(), town.app.clock.now());
    decryption::decrypt(&replica.app.keyring, &encrypted, now).await.unwrap().is_some()
}

/// RFC 7517 §4.2, §4.4: one key of RSA names its one algorithm; one of P-256 serves all that agree.
#[tokio::test]
async fn a_key_for_each_kind_of_encryption_is_published_and_decrypts() {
    let town = Town::new().await;
    let set = town.get("/jwks").await.json();
    let of = |kty: &str| {
        let encryption: Vec<&Value> =
            set["keys"].as_array().unwrap().iter().filter(|key| key["use"] == "enc" && key["kty"] == kty).collect();
        assert_eq!(encryption.len(), 1, "{kty}");
        encryption[0].clone()
    };
    assert_eq!(of("RSA")["alg"], "RSA-OAEP-256");
    assert_eq!(of("EC").get("alg"), None);
    for alg in KeyManagement::ALL {
        let jwk = recipient(&town, alg).await;
        assert!(reads(&town, &encrypt(&jwk, alg, jwk.kid())).await, "{alg}");
        assert!(reads(&town, &encrypt(&jwk, alg, None)).await, "{alg} without a name");
        assert!(!reads(&town, &encrypt(&jwk, alg, Some("another"))).await, "{alg} by another name");
    }
    let replica = town.replica().await;
    let jwk = recipient(&town, KeyManagement::EcdhEs).await;
    assert!(replica_reads(&town, &replica, &encrypt(&jwk, KeyManagement::EcdhEs, jwk.kid())).await);
    town.leave().await;
}

/// RFC 7517 §4.2: a key that signs decrypts nothing, and one that decrypts verifies nothing, even by its name.
#[tokio::test]
async fn no_key_serves_both_to_sign_and_to_decrypt() {
    let town = Town::new().await;
    let set = town.get("/jwks").await.json();
    let now = town.app.clock.now();
    for key in set["keys"].as_array().unwrap() {
        let kid = key["kid"].as_str().unwrap();
        let verifies = town.app.keyring.public(kid, now).await.unwrap().is_some();
        assert_eq!(verifies, key["use"] == "sig", "{key}");
        let alg = match key["kty"].as_str().unwrap() {
            "RSA" => KeyManagement::RsaOaep256,
            "EC" => KeyManagement::EcdhEs,
            _ => continue,
        };
        let bare = serde_json::json!({ "kty": key["kty"], "crv": key["crv"], "x": key["x"], "y": key["y"], "n": key["n"], "e": key["e"] });
        let members = bare.as_object().unwrap().clone().into_iter().filter(|(_, value)| !value.is_null()).collect();
        let jwk = Jwk::from_value(&Value::Object(members)).unwrap();
        assert_eq!(reads(&town, &encrypt(&jwk, alg, Some(kid))).await, key["use"] == "enc", "{key}");
    }
    town.leave().await;
}

/// sign-in.md, "Signing": "`next` (published […]) → `current` → `retired` (published […]) → gone": what is published
/// decrypts, and nothing else does.
#[tokio::test]
async fn a_key_decrypts_from_its_publication_until_it_is_gone() {
    let town = Town::new().await;
    let alg = KeyManagement::EcdhEsA256Kw;
    let old = recipient(&town, alg).await;
    let to_old = encrypt(&old, alg, old.kid());
    town.clock.pass(Duration::from_secs(1));
    town.heartbeat().await;
    let next = keys::rotate(&town.app, KeyManagement::EcdhEs, false, town.app.clock.now()).await.unwrap();
    let jwk = published(&town).await.keys().iter().find(|jwk| jwk.kid() == Some(&next)).unwrap().clone();
    assert!(reads(&town, &encrypt(&jwk, alg, Some(&next))).await, "published and not current yet");
    town.clock.pass(*town.config.keys.lead);
    town.heartbeat().await;
    assert!(reads(&town, &to_old).await && reads(&town, &encrypt(&old, alg, None)).await, "retired");
    town.clock.pass(Duration::from_secs(86_400 * 2));
    town.heartbeat().await;
    assert!(published(&town).await.keys().iter().all(|jwk| jwk.kid() != old.kid()));
    assert!(!reads(&town, &to_old).await && !reads(&town, &encrypt(&old, alg, None)).await, "gone");
    assert!(keys::revoke(&town.app, &next, town.app.clock.now()).await.unwrap());
    assert!(!reads(&town, &encrypt(&jwk, alg, Some(&next))).await, "revoked");
    assert_ne!(recipient(&town, alg).await.kid(), Some(next.as_str()));
    town.leave().await;
}

/// "by a schedule"
#[tokio::test]
async fn a_key_that_decrypts_gets_a_successor_at_its_age() {
    let town = Town::new().await;
    recipient(&town, KeyManagement::EcdhEs).await;
    let count = || async {
        let rows = signing_keys::all(&town.app.db).await.unwrap();
        rows.iter().filter(|row| row.alg == "ECDH-ES").count()
    };
    assert_eq!(count().await, 1);
    town.clock.pass(*town.config.keys.rotate_after);
    town.heartbeat().await;
    for _ in 0..2 {
        rotate_keys::run(Arc::clone(&town.app)).await.unwrap();
    }
    assert_eq!(count().await, 2);
    town.leave().await;
}

/// A version that knows only signatures passes over the rows of keys that decrypt: no name of theirs is one of its own.
#[tokio::test]
async fn the_rows_of_keys_that_decrypt_name_no_signature_algorithm() {
    let town = Town::new().await;
    let jwk = recipient(&town, KeyManagement::RsaOaep256).await;
    let rows = signing_keys::all(&town.app.db).await.unwrap();
    let row = rows.into_iter().find(|row| Some(row.kid.as_str()) == jwk.kid()).unwrap();
    assert_eq!((row.alg.as_str(), row.alg.parse::<Algorithm>().is_ok()), ("RSA-OAEP-256", false));
    town.leave().await;
}
