//! Signed and encrypted answers: OpenID Connect Core §2, §5.3.2, §10, §16.14, Registration §2.

use std::sync::LazyLock;

use http::StatusCode;
use motcua::base::random::SystemEntropy;
use motcua::jose::alg::PublicKey;
use motcua::jose::alg::encryption::DecryptionKey;
use motcua::jose::alg::encryption::EncryptionKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwa::ContentEncryption;
use motcua::jose::jwa::KeyManagement;
use motcua::jose::jwe;
use motcua::jose::jwe::Header;
use motcua::jose::jwk::Jwk;
use motcua::jose::jwk::JwkSet;
use motcua::jose::jws;
use motcua::outbound::Unreachable;
use serde_json::Map;
use serde_json::Value;

use super::client;
use super::error;
use super::seconds;
use crate::town::ISSUER;
use crate::town::Page;
use crate::town::Town;
use crate::town::claims_of;
use crate::town::header_of;

/// A client's key to be encrypted to.
pub struct Recipient {
    key: &'static DecryptionKey,
    jwk: Jwk,
}

impl Recipient {
    /// One for `alg`; that of RSA is made once for the whole process.
    pub fn for_alg(alg: &str) -> Self {
        static RSA: LazyLock<DecryptionKey> =
            LazyLock::new(|| DecryptionKey::generate(KeyManagement::RsaOaep256).unwrap().0);
        static EC: LazyLock<DecryptionKey> =
            LazyLock::new(|| DecryptionKey::generate(KeyManagement::EcdhEs).unwrap().0);
        let key: &'static DecryptionKey = if alg == "RSA-OAEP-256" { &RSA } else { &EC };
        Self { key, jwk: key.public_jwk(&format!("enc-{alg}")) }
    }

    /// `jwks` in TOML: a key that signs, without use and before it, and this one.
    pub fn jwks(&self) -> String {
        let text = self.set().to_string();
        let value: toml::Value = serde_json::from_str(&text).unwrap();
        format!("jwks = {value}")
    }

    fn set(&self) -> Value {
        let signs = motcua::jose::alg::PrivateKey::generate(Algorithm::Es256).unwrap().0.public_jwk("sig").to_value();
        serde_json::json!({ "keys": [signs, self.jwk.to_value()] })
    }

    /// The text that was encrypted to it.
    pub fn decrypt(&self, compact: &str) -> String {
        let encrypted = jwe::decode(compact).unwrap();
        assert_eq!(encrypted.header().kid.as_deref(), self.jwk.kid());
        String::from_utf8(encrypted.decrypt(self.key, &SystemEntropy::default()).unwrap()).unwrap()
    }
}

/// A town with the client `secret`, and its key for `alg`.
async fn town_with(alg: &str, more: &str) -> (Town, Recipient) {
    let (town, recipient) = (Town::new().await, Recipient::for_alg(alg));
    let grants = "grant_types = [\"authorization_code\", \"refresh_token\"]";
    let toml = client("secret", "licences", &format!("{}\n{grants}\n{more}", recipient.jwks()));
    town.apply(&toml.replace("openid profile email", "openid profile email offline_access")).await;
    (town, recipient)
}

/// The claims of a JWT that a key of our JWK set signed.
async fn verified(town: &Town, jwt: &str) -> Map<String, Value> {
    let set = JwkSet::parse(&town.get("/jwks").await.body).unwrap();
    let token = jws::decode(jwt).unwrap();
    let jwk = set.find(token.header().kid.as_deref(), token.header().alg).next().unwrap();
    let payload = token.verify(&PublicKey::from_jwk(jwk).unwrap(), &[token.header().alg]).unwrap();
    serde_json::from_slice(payload).unwrap()
}

fn assert_jwt(page: &Page) {
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, Some("application/jwt")), "{}", page.body);
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

/// Core §2: "ID Tokens MUST be signed using JWS and optionally both signed and then encrypted"; RFC 7519 §5.2: `cty`
/// "MUST be present; in this case, the value MUST be JWT".
#[tokio::test]
async fn an_id_token_is_signed_and_then_encrypted_to_the_clients_key() {
    let (town, recipient) = town_with("ECDH-ES", "id_token_encrypted_response_alg = \"ECDH-ES\"").await;
    let portal = town.rp("secret").with_scope("openid offline_access");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let refreshed = portal.refresh(tokens.refresh_token(), &[]).await.json();
    for (whole, nonce) in [(tokens.id_token(), true), (refreshed["id_token"].as_str().unwrap(), false)] {
        let header = header_of(whole);
        assert_eq!((header["alg"].as_str(), header["cty"].as_str()), (Some("ECDH-ES"), Some("JWT")));
        let claims = verified(&town, &recipient.decrypt(whole)).await;
        assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(ISSUER), Some("secret")));
        assert_eq!(claims.contains_key("nonce"), nonce);
    }
    town.leave().await;
}

/// Registration §2, id_token_encrypted_response_enc: "The default, if id_token_encrypted_response_alg is specified, is
/// A128CBC-HS256"; the same for UserInfo.
#[tokio::test]
async fn the_content_is_encrypted_by_a128cbc_hs256_where_nothing_is_registered() {
    let more = "id_token_encrypted_response_alg = \"RSA-OAEP-256\"\nuserinfo_encrypted_response_alg = \"RSA-OAEP-256\"";
    let (town, recipient) = town_with("RSA-OAEP-256", more).await;
    let tokens = town.rp("secret").tokens(&mut town.browser(), &[]).await;
    let userinfo = town.rp("secret").userinfo(tokens.access_token()).await;
    for whole in [tokens.id_token(), &userinfo.body] {
        assert_eq!(header_of(whole)["enc"], "A128CBC-HS256");
        assert!(!recipient.decrypt(whole).is_empty());
    }
    town.leave().await;
}

/// Core §5.3.2: "the Claims are returned in a JWT and the content-type MUST be application/jwt"; "If signed, the UserInfo
/// Response MUST contain the Claims iss (issuer) and aud (audience) as members."
#[tokio::test]
async fn signed_userinfo_is_a_jwt_with_issuer_and_audience() {
    for alg in Algorithm::ALL {
        let (town, _) = town_with("ECDH-ES", &format!("userinfo_signed_response_alg = \"{alg}\"")).await;
        let tokens = town.rp("secret").tokens(&mut town.browser(), &[]).await;
        let page = town.rp("secret").userinfo(tokens.access_token()).await;
        assert_jwt(&page);
        assert_eq!(header_of(&page.body)["alg"], alg.as_str());
        let claims = verified(&town, &page.body).await;
        assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(ISSUER), Some("secret")));
        assert_eq!((&claims["sub"], &claims["name"]), (&tokens.claims()["sub"], &"Nguyễn Thị Minh Khai".into()));
        assert!(!claims.contains_key("nonce"));
        town.leave().await;
    }
}

/// Core §5.3.2: "The UserInfo Response MAY be encrypted without also being signed. If both signing and encryption are
/// requested, the response MUST be signed then encrypted, with the result being a Nested JWT".
#[tokio::test]
async fn userinfo_is_encrypted_alone_or_signed_and_then_encrypted() {
    let encrypted =
        "userinfo_encrypted_response_alg = \"ECDH-ES+A256KW\"\nuserinfo_encrypted_response_enc = \"A256GCM\"";
    for (more, signed) in [("", false), ("\nuserinfo_signed_response_alg = \"ES256\"", true)] {
        let (town, recipient) = town_with("ECDH-ES+A256KW", &format!("{encrypted}{more}")).await;
        let tokens = town.rp("secret").tokens(&mut town.browser(), &[]).await;
        let page = town.rp("secret").userinfo(tokens.access_token()).await;
        assert_jwt(&page);
        assert_eq!(header_of(&page.body).get("cty"), signed.then(|| Value::from("JWT")).as_ref());
        let plain = recipient.decrypt(&page.body);
        let claims = if signed { verified(&town, &plain).await } else { serde_json::from_str(&plain).unwrap() };
        assert_eq!(claims["sub"], tokens.claims()["sub"]);
        assert_eq!(claims.contains_key("aud"), signed);
        town.leave().await;
    }
}

/// Registration §2: "When id_token_encrypted_response_enc is included, id_token_encrypted_response_alg MUST also be
/// provided"; who registers keys by value and none to encrypt to could never be answered.
#[tokio::test]
async fn encryption_that_could_not_be_done_is_not_registered() {
    let (town, recipient) = (Town::new().await, Recipient::for_alg("ECDH-ES"));
    let refusal = async |more: &str| town.try_apply(&client("x", "licences", more), false).await.unwrap_err();
    let keys = recipient.jwks();
    for kind in ["id_token_encrypted_response", "userinfo_encrypted_response", "request_object_encryption"] {
        let why = refusal(&format!("{keys}\n{kind}_enc = \"A128GCM\"")).await;
        assert!(why.contains(&format!("{kind}_enc")) && why.contains(&format!("{kind}_alg")), "{why}");
    }
    for kind in ["id_token_encrypted_response", "userinfo_encrypted_response"] {
        for (keys, says) in [(keys.as_str(), "jwks has no key"), ("", "needs jwks or jwks_uri")] {
            let why = refusal(&format!("{keys}\n{kind}_alg = \"RSA-OAEP-256\"")).await;
            assert!(why.contains(kind) && why.contains(says), "{why}");
        }
    }
    let toml = client("x", "licences", "request_object_encryption_alg = \"RSA-OAEP-256\"");
    town.apply(&toml).await; // it is our key to which that is encrypted
    town.leave().await;
}

/// Core §10.2.1: "the encrypting party … retrieving" the keys anew: those at `jwks_uri` are read when they are needed, and
/// a code is not used up where there is no key yet.
#[tokio::test]
async fn keys_that_a_client_publishes_are_read_before_its_code_is_used_up() {
    let (town, recipient) = (Town::new().await, Recipient::for_alg("ECDH-ES"));
    let url = "https://secret.example/jwks";
    let more = format!("jwks_uri = \"{url}\"\nid_token_encrypted_response_alg = \"ECDH-ES\"");
    town.apply(&client("secret", "licences", &more)).await;
    let portal = town.rp("secret");
    let code = portal.code(&mut town.browser(), &[]).await;
    let without_keys = || town.outside.put(url, r#"{"keys":[]}"#);
    let unreachable = || town.outside.fail(url, Unreachable::Status(503));
    for outside in [&unreachable as &dyn Fn(), &without_keys] {
        outside();
        let refused = portal.redeem(&code, &[]).await;
        assert_eq!((refused.status, &refused.json()["error"]), (StatusCode::BAD_REQUEST, &"invalid_request".into()));
        town.clock.pass(seconds(2));
        town.heartbeat().await;
    }
    town.outside.put(url, recipient.set().to_string());
    let tokens = portal.redeem(&code, &[]).await.json();
    assert!(recipient.decrypt(tokens["id_token"].as_str().unwrap()).split('.').count() == 3);
    assert_eq!(town.outside.asked(url).len(), 3);

    // RFC 6749 §4.1.2: a code that comes again revokes what it bought, whether it could be answered or not.
    let access_token = tokens["access_token"].as_str().unwrap();
    assert_eq!(portal.userinfo(access_token).await.status, StatusCode::OK);
    town.apply(&client("secret", "licences", &more.replace("/jwks", "/elsewhere"))).await;
    town.outside.fail("https://secret.example/elsewhere", Unreachable::Status(404));
    town.heartbeat().await;
    assert_eq!(portal.redeem(&code, &[]).await.json()["error"], "invalid_request");
    assert_eq!(portal.userinfo(access_token).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// Core §10.2: "The JWE kid … MUST" name one of several keys, and §2 of Registration: `use` says which is for what. A
/// rotated key is found under its name.
#[tokio::test]
async fn a_client_that_replaces_its_key_receives_under_the_new_one() {
    let (town, first) = town_with("ECDH-ES", "id_token_encrypted_response_alg = \"ECDH-ES\"").await;
    let mut browser = town.browser();
    assert_eq!(header_of(town.rp("secret").tokens(&mut browser, &[]).await.id_token())["kid"], "enc-ECDH-ES");
    let second = Recipient { key: first.key, jwk: first.key.public_jwk("second") };
    let more = format!("{}\nid_token_encrypted_response_alg = \"ECDH-ES\"", second.jwks());
    town.apply(&client("secret", "licences", &more)).await;
    town.heartbeat().await;
    assert_eq!(header_of(town.rp("secret").tokens(&mut browser, &[]).await.id_token())["kid"], "second");
    town.leave().await;
}

/// RFC 8725 §3.11, §3.12: what was made for one use is refused for another: signed UserInfo is neither an ID token nor an
/// access token, and an encrypted ID token is no access token.
#[tokio::test]
async fn userinfo_passes_for_no_other_token() {
    let more = "userinfo_signed_response_alg = \"ES256\"\nid_token_encrypted_response_alg = \"ECDH-ES\"";
    let (town, recipient) = town_with("ECDH-ES", more).await;
    let (portal, mut browser) = (town.rp("secret"), town.browser());
    let tokens = portal.tokens(&mut browser, &[]).await;
    let userinfo = portal.userinfo(tokens.access_token()).await.body;
    assert_eq!(error(&mut browser, &portal, &[("id_token_hint", &userinfo)]).await, "invalid_request");
    let id_token = recipient.decrypt(tokens.id_token());
    for token in [userinfo.as_str(), tokens.id_token(), &id_token] {
        assert_eq!(portal.userinfo(token).await.status, StatusCode::UNAUTHORIZED);
    }
    town.leave().await;
}

/// Core §3.1.2.1, id_token_hint: "the Client MUST decrypt the signed ID Token contained within the encrypted ID Token. The
/// Client MAY re-encrypt the signed ID token to the Authentication Server using a key that enables the server to decrypt".
#[tokio::test]
async fn an_id_token_hint_may_be_encrypted_to_our_key_and_to_no_other() {
    let (town, recipient) = town_with("ECDH-ES", "id_token_encrypted_response_alg = \"ECDH-ES\"").await;
    let (portal, mut browser) = (town.rp("secret"), town.browser());
    let tokens = portal.tokens(&mut browser, &[]).await;
    let id_token = recipient.decrypt(tokens.id_token());
    let ours = JwkSet::parse(&town.get("/jwks").await.body).unwrap();
    for alg in KeyManagement::ALL {
        let jwk = ours.recipient(alg).unwrap();
        let hint = encrypt(jwk, alg, id_token.as_bytes());
        portal.code(&mut browser, &[("id_token_hint", &hint), ("prompt", "none")]).await;
        let odd = encrypt(jwk, alg, &[0xff, 0xfe]);
        assert_eq!(error(&mut browser, &portal, &[("id_token_hint", &odd)]).await, "invalid_request");
    }
    for hint in [tokens.id_token(), "a.b.c.d.e"] {
        assert_eq!(error(&mut browser, &portal, &[("id_token_hint", hint)]).await, "invalid_request");
    }
    assert_eq!(claims_of(&id_token)["aud"], "secret");
    town.leave().await;
}

fn encrypt(jwk: &Jwk, alg: KeyManagement, plain: &[u8]) -> String {
    let kid = jwk.kid().map(str::to_owned);
    let header = Header { alg, enc: ContentEncryption::A256CbcHs512, kid, typ: None, cty: Some("JWT".to_owned()) };
    jwe::encrypt(&header, &EncryptionKey::from_jwk(jwk).unwrap(), plain, &SystemEntropy::default()).unwrap()
}
