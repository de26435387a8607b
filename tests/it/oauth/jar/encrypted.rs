//! Request objects that are encrypted to us: RFC 9101 §6.1, OpenID Connect Core §6.1 and §10.2.

use motcua::jose::alg::encryption::DecryptionKey;
use motcua::jose::alg::encryption::EncryptionKey;
use motcua::jose::jwa::ContentEncryption;
use motcua::jose::jwa::KeyManagement;
use motcua::jose::jwe;
use motcua::jose::jwe::Header;
use motcua::jose::jwk::JwkSet;
use serde_json::json;

use super::by_value;
use super::client;
use super::has_code;
use super::is_refused;
use super::redirected;
use crate::town::Town;

/// Our key for `alg`, as it is published.
async fn published(town: &Town, alg: KeyManagement) -> EncryptionKey {
    let set = JwkSet::parse(&town.get("/jwks").await.body).unwrap();
    EncryptionKey::from_jwk(set.recipient(alg).unwrap()).unwrap()
}

fn encrypted(town: &Town, key: &EncryptionKey, how: (KeyManagement, ContentEncryption), plain: &str) -> String {
    let kid = key.jwk().kid().map(str::to_owned);
    let header = Header { alg: how.0, enc: how.1, kid, typ: None, cty: Some("JWT".to_owned()) };
    jwe::encrypt(&header, key, plain.as_bytes(), &*town.app.entropy).unwrap()
}

/// Discovery §3: request_object_encryption_alg_values_supported, request_object_encryption_enc_values_supported; OpenID Connect
/// Core §6.1: "it MUST be signed then encrypted, with the result being a Nested JWT".
#[tokio::test]
async fn an_object_may_be_signed_and_then_encrypted_by_everything_that_is_advertised() {
    let town = Town::new().await;
    let (rp, own) = client(&town, "strict").await;
    let metadata = town.get("/.well-known/openid-configuration").await.json();
    let advertised = |name: &str| {
        let values = metadata[format!("request_object_encryption_{name}_values_supported")].as_array().unwrap().clone();
        values.into_iter().map(|value| value.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for alg in advertised("alg") {
        let alg: KeyManagement = alg.parse().unwrap();
        let key = published(&town, alg).await;
        for enc in advertised("enc") {
            let object = encrypted(&town, &key, (alg, enc.parse().unwrap()), &rp.object(&own, json!({})));
            has_code(&by_value(&town, &rp, &object, &[]).await);
        }
    }
    town.leave().await;
}

/// RFC 9101 §6.1: "If decryption fails, the authorization server MUST return an "invalid_request_object" error"; §6.2: what is
/// encrypted to us anybody can have encrypted, so it must be signed all the same.
#[tokio::test]
async fn an_object_that_cannot_be_decrypted_or_holds_nothing_signed_is_refused() {
    let town = Town::new().await;
    let (rp, own) = client(&town, "oidc").await;
    let how = (KeyManagement::EcdhEs, ContentEncryption::A256Gcm);
    let key = published(&town, how.0).await;
    let signed = rp.object(&own, json!({}));
    let good = encrypted(&town, &key, how, &signed);
    let somebody = DecryptionKey::generate(how.0).unwrap().0.public_jwk(key.jwk().kid().unwrap());
    let (head, tag) = good.rsplit_once('.').unwrap();
    let unsigned = own.sign_as(&json!({"alg": "none"}), &rp.object_claims(json!({})));
    for object in [
        encrypted(&town, &EncryptionKey::from_jwk(&somebody).unwrap(), how, &signed),
        format!("{head}.{}", tag.chars().rev().collect::<String>()),
        encrypted(&town, &key, how, &rp.object_claims(json!({})).to_string()),
        encrypted(&town, &key, how, &unsigned),
        encrypted(&town, &key, how, &good),
        encrypted(&town, &key, how, &signed.replace('.', "")),
        "a.b.c.d.e".to_owned(),
        "....".to_owned(),
    ] {
        is_refused(&town, &rp, &object).await;
    }
    has_code(&by_value(&town, &rp, &good, &[]).await);
    town.leave().await;
}

/// RFC 9101 §6.2: "The authorization server MUST validate the signature": where the client has no keys nothing is decrypted,
/// for whoever may have encrypted it.
#[tokio::test]
async fn nothing_is_decrypted_for_a_client_without_keys() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let page = by_value(&town, &portal, "a.b.c.d.e", &[("redirect_uri", &portal.redirect_uri)]).await;
    assert_eq!(redirected(&page, &portal.redirect_uri), "invalid_request_object");
    let why = page.parameter("error_description");
    assert_eq!(why.as_deref(), Some("the client registered no keys to sign request objects"));
    town.leave().await;
}
