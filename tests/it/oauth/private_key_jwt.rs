//! Client assertions: RFC 7521 §4.2, RFC 7523 §2.2 and §3, OpenID Connect Core §9.

mod keys;

use std::time::Duration;

use http::StatusCode;
use motcua::jobs;
use motcua::jose::jwa::Algorithm;
use serde_json::Value;
use serde_json::json;

use super::basic;
use super::refused;
use crate::town::ASSERTION_TYPE;
use crate::town::ISSUER;
use crate::town::OwnKey;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Town;

const GRANT: [(&str, &str); 1] = [("grant_type", "client_credentials")];

/// A machine `id` of a profile that authenticates by `private_key_jwt`; `keys` is its member `jwks` or `jwks_uri`.
pub async fn register(town: &Town, id: &str, profile: &str, keys: &str) -> RelyingParty {
    town.apply(&declaration(id, profile, keys)).await;
    town.rp(id)
}

fn declaration(id: &str, profile: &str, keys: &str) -> String {
    format!(
        "[[clients]]\nclient_id = \"{id}\"\nprofile = \"{profile}\"\ngrant_types = [\"client_credentials\"]\n\
         scope = \"records:read\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n{keys}\n"
    )
}

/// A strict client with a key of its own.
async fn strict(town: &Town) -> (RelyingParty, OwnKey) {
    let key = OwnKey::new(Algorithm::Es256, "1");
    (register(town, "archive", "strict", &OwnKey::declared(&[&key])).await, key)
}

/// Presents an assertion as it is given.
async fn present(rp: &RelyingParty, assertion: &str) -> Page {
    let form = [GRANT[0], ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)];
    rp.token_raw(None, &form).await
}

/// Presents an assertion that differs by `changes` from one that is taken.
async fn present_with(rp: &RelyingParty, key: &OwnKey, changes: Value) -> Page {
    present(rp, &key.sign("JWT", &rp.assertion_claims(changes))).await
}

/// OpenID Connect Core §9: private_key_jwt: "Clients that have registered a public key sign a JWT using that key."
#[tokio::test]
async fn a_client_authenticates_by_what_it_signed() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    let page = archive.with_key(&key).token(&GRANT).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    town.leave().await;
}

/// RFC 7523 §3: "The JWT MUST contain an "iss" (issuer) claim", §3: "a "sub" (subject) claim": "For client authentication,
/// the subject MUST be the "client_id" of the OAuth client."
#[tokio::test]
async fn issuer_and_subject_are_the_client() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    for changes in [
        json!({"iss": null}),
        json!({"iss": "portal"}),
        json!({"iss": ISSUER}),
        json!({"iss": ["archive"]}),
        json!({"sub": null}),
        json!({"sub": "portal"}),
        json!({"sub": "nobody"}),
        json!({"sub": 1}),
        json!({"iss": "portal", "sub": "portal"}),
    ] {
        refused(&present_with(&archive, &key, changes.clone()).await, 401, "invalid_client");
    }
    town.leave().await;
}

/// RFC 7523 §3: "The authorization server MUST reject any JWT that does not contain its own identity as the intended
/// audience."
#[tokio::test]
async fn an_assertion_for_another_server_is_refused_in_every_profile() {
    let town = Town::new().await;
    let key = OwnKey::new(Algorithm::Es256, "1");
    for profile in ["strict", "oidc"] {
        let rp = register(&town, profile, profile, &OwnKey::declared(&[&key])).await;
        for aud in [
            json!(null),
            json!("https://other.example"),
            json!(format!("{ISSUER}/")),
            json!([]),
            json!({}),
            json!(["https://other.example"]),
            json!([ISSUER, 1]),
            json!("https://other.example/token"),
            json!(format!("{ISSUER}/authorize")),
        ] {
            refused(&present_with(&rp, &key, json!({"aud": aud})).await, 401, "invalid_client");
        }
    }
    town.leave().await;
}

/// The profile `strict`: the issuer, as one string, is the only audience, so that no other server can use the assertion.
#[tokio::test]
async fn a_strict_client_names_the_issuer_alone() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    for aud in [json!([ISSUER]), json!([ISSUER, "x"]), json!(format!("{ISSUER}/token")), json!(format!("{ISSUER}/par"))]
    {
        refused(&present_with(&archive, &key, json!({"aud": aud})).await, 401, "invalid_client");
    }
    assert_eq!(present_with(&archive, &key, json!({})).await.status, StatusCode::OK);
    town.leave().await;
}

/// RFC 9126 §2: "the authorization server MUST accept its issuer identifier, token endpoint URL, or pushed authorization
/// request endpoint URL as values that identify it as an intended audience"; RFC 7519 §4.1.3: a string or an array.
#[tokio::test]
async fn an_oidc_client_may_name_an_endpoint_or_several_audiences() {
    let town = Town::new().await;
    let key = OwnKey::new(Algorithm::Rs256, "1");
    let rp = register(&town, "rp", "oidc", &OwnKey::declared(&[&key])).await;
    for aud in [
        json!(ISSUER),
        json!(format!("{ISSUER}/token")),
        json!(format!("{ISSUER}/par")),
        json!([ISSUER]),
        json!(["https://other.example", format!("{ISSUER}/token")]),
    ] {
        let page = present_with(&rp, &key, json!({"aud": aud})).await;
        assert_eq!(page.status, StatusCode::OK, "{aud}: {}", page.body);
    }
    town.leave().await;
}

/// RFC 7523 §3: "The JWT MUST contain an "exp" (expiration time) claim […]. The authorization server MUST reject any JWT
/// with an expiration time that has passed, subject to allowable clock skew […]. The authorization server may reject JWTs
/// with an "exp" claim value that is unreasonably far in the future."
#[tokio::test]
async fn an_assertion_expires_soon() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    let now = crate::town::MORNING.seconds();
    for exp in [json!(null), json!(now - 300), json!(now - 60), json!(now + 2 * 3600), json!("soon"), json!(1e300)] {
        refused(&present_with(&archive, &key, json!({"exp": exp})).await, 401, "invalid_client");
    }
    for exp in [json!(now - 10), json!(now + 3600)] {
        assert_eq!(present_with(&archive, &key, json!({"exp": exp})).await.status, StatusCode::OK, "{exp}");
    }
    town.leave().await;
}

/// RFC 7523 §3: ""nbf" […] the time before which the token MUST NOT be accepted for processing"; a clock that is some
/// seconds ahead is an honest one.
#[tokio::test]
async fn an_assertion_of_the_future_is_refused_and_small_differences_of_clocks_are_not() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    let now = crate::town::MORNING.seconds();
    for name in ["nbf", "iat"] {
        for (at, status) in
            [(now + 8, StatusCode::OK), (now - 300, StatusCode::OK), (now + 61, StatusCode::UNAUTHORIZED)]
        {
            assert_eq!(present_with(&archive, &key, json!({name: at})).await.status, status, "{name} {}", at - now);
        }
        refused(&present_with(&archive, &key, json!({name: "now"})).await, 401, "invalid_client");
    }
    assert_eq!(present_with(&archive, &key, json!({"iat": null})).await.status, StatusCode::OK);
    town.leave().await;
}

/// OpenID Connect Core §9: "jti REQUIRED. […] These tokens MUST only be used once".
#[tokio::test]
async fn an_assertion_counts_once_on_all_replicas() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let (archive, key) = strict(&town).await;
    for jti in [json!(null), json!(""), json!(7), json!("j".repeat(256))] {
        refused(&present_with(&archive, &key, json!({"jti": jti})).await, 401, "invalid_client");
    }
    let assertion = key.sign("JWT", &archive.assertion_claims(json!({})));
    assert_eq!(present(&archive, &assertion).await.status, StatusCode::OK);
    refused(&present(&archive, &assertion).await, 401, "invalid_client");
    refused(&present(&replica.rp("archive"), &assertion).await, 401, "invalid_client");
    let again = archive.assertion_claims(json!({"jti": "one"}));
    assert_eq!(present(&archive, &key.sign("JWT", &again)).await.status, StatusCode::OK);
    let later = crate::town::changed(again, json!({"exp": crate::town::MORNING.seconds() + 100}));
    refused(&present(&archive, &key.sign("JWT", &later)).await, 401, "invalid_client");
    town.leave().await;
}

/// The same `jti` of two clients is two assertions, and one that was refused for its signature has not been used.
#[tokio::test]
async fn nobody_uses_up_the_assertions_of_somebody_else() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    let other = OwnKey::new(Algorithm::Es256, "1");
    let second = register(&town, "second", "strict", &OwnKey::declared(&[&other])).await;
    refused(
        &present(&archive, &other.sign("JWT", &archive.assertion_claims(json!({"jti": "j"})))).await,
        401,
        "invalid_client",
    );
    for (rp, key) in [(&archive, &key), (&second, &other)] {
        assert_eq!(present_with(rp, key, json!({"jti": "j"})).await.status, StatusCode::OK);
    }
    town.leave().await;
}

/// What was used is forgotten when nobody would take it any more, and not before.
#[tokio::test]
async fn the_memory_of_assertions_is_cleaned_after_they_expired() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    let assertion = key.sign("JWT", &archive.assertion_claims(json!({})));
    assert_eq!(present(&archive, &assertion).await.status, StatusCode::OK);
    town.clock.pass(Duration::from_secs(80));
    jobs::clean::run(town.app.clone()).await.unwrap();
    refused(&present(&archive, &assertion).await, 401, "invalid_client");
    town.clock.pass(Duration::from_secs(120));
    jobs::clean::run(town.app.clone()).await.unwrap();
    let rows = motcua::store::assertions::drop_before(&town.app.db, town.app.clock.now(), 10).await.unwrap();
    assert_eq!(rows, 0, "the job had dropped it");
    town.leave().await;
}

/// RFC 7523 §3: "The JWT MUST be digitally signed or have a Message Authentication Code (MAC) applied by the issuer. The
/// authorization server MUST reject JWTs with an invalid signature".
#[tokio::test]
async fn an_assertion_that_the_client_did_not_sign_is_refused() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    let claims = archive.assertion_claims(json!({}));
    let signed = key.sign("JWT", &claims);
    let (input, signature) = signed.rsplit_once('.').unwrap();
    let stranger = OwnKey::new(Algorithm::Es256, "1");
    let confused = json!({"alg": "HS256", "kid": "1"});
    for assertion in [
        stranger.sign("JWT", &claims),
        format!("{input}."),
        format!("{input}.{}", signature.replace(|c: char| c.is_ascii_uppercase(), "A")),
        key.sign_as(&json!({"alg": "none"}), &claims),
        format!("{}.", key.sign_as(&json!({"alg": "none"}), &claims).rsplit_once('.').unwrap().0),
        key.sign_as(&confused, &claims),
        key.sign_as(&json!({"alg": "ES256", "kid": "2"}), &claims),
        key.sign_as(&json!({"alg": "ES256", "kid": "1", "crit": ["exp"]}), &claims),
        "x".to_owned(),
        "a.b.c".to_owned(),
        signed.replace('.', ""),
    ] {
        refused(&present(&archive, &assertion).await, 401, "invalid_client");
    }
    assert_eq!(present(&archive, &signed).await.status, StatusCode::OK);
    town.leave().await;
}

/// Algorithms by profile: RS256 is for the profile `oidc`; RFC 7591 §2 with OpenID Connect Registration §2:
/// token_endpoint_auth_signing_alg: "All Token Requests using these authentication methods from this Client MUST be
/// rejected, if the JWT is not signed with this algorithm."
#[tokio::test]
async fn algorithms_follow_the_profile_and_the_registration() {
    let town = Town::new().await;
    let keys = Algorithm::ALL.map(|alg| (alg, OwnKey::new(alg, alg.as_str())));
    let own: Vec<&OwnKey> = keys.iter().map(|(_, key)| key).collect();
    let jwks = OwnKey::declared(&own);
    let only = |alg: &str| format!("{jwks}\ntoken_endpoint_auth_signing_alg = \"{alg}\"");
    for (id, profile, members, allowed) in [
        ("a", "strict", jwks.clone(), "ES256 EdDSA PS256"),
        ("b", "oidc", jwks.clone(), "ES256 EdDSA PS256 RS256"),
        ("c", "strict", only("PS256"), "PS256"),
        ("d", "oidc", only("RS256"), "RS256"),
    ] {
        let rp = register(&town, id, profile, &members).await;
        for (alg, key) in &keys {
            let status = present_with(&rp, key, json!({})).await.status;
            assert_eq!(status == StatusCode::OK, allowed.contains(alg.as_str()), "{id} {alg}");
        }
    }
    let refusal = town.try_apply(&declaration("e", "strict", &only("RS256")), false).await.unwrap_err();
    assert!(refusal.contains("token_endpoint_auth_signing_alg"), "{refusal}");
    town.leave().await;
}

/// RFC 8725 §3.11 and RFC 9101 §10.8: a JWT of another kind is no assertion.
#[tokio::test]
async fn a_jwt_of_another_kind_is_no_assertion() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    for typ in ["oauth-authz-req+jwt", "at+jwt", "dpop+jwt", "logout+jwt", ""] {
        refused(&present(&archive, &key.sign(typ, &archive.assertion_claims(json!({})))).await, 401, "invalid_client");
    }
    for typ in ["JWT", "client-authentication+jwt", "application/client-authentication+jwt"] {
        let page = present(&archive, &key.sign(typ, &archive.assertion_claims(json!({})))).await;
        assert_eq!(page.status, StatusCode::OK, "{typ}");
    }
    town.leave().await;
}

/// RFC 7521 §4.2: "client_id OPTIONAL. […] If present, the value of the "client_id" parameter MUST identify the same client
/// as is identified by the client assertion."
#[tokio::test]
async fn a_client_id_beside_the_assertion_names_the_same_client() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    for (id, status) in [("archive", 200), ("machine", 401), ("nobody", 401)] {
        let assertion = key.sign("JWT", &archive.assertion_claims(json!({})));
        let form =
            [GRANT[0], ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion), ("client_id", id)];
        assert_eq!(archive.token_raw(None, &form).await.status.as_u16(), status, "{id}");
    }
    town.leave().await;
}

/// RFC 7523 §2.2: "The value of the "client_assertion_type" is "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"";
/// RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request."
#[tokio::test]
async fn the_type_belongs_to_the_assertion_and_nothing_else_stands_beside_it() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    let fresh = || key.sign("JWT", &archive.assertion_claims(json!({})));
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    let form = [GRANT[0], ("client_assertion_type", saml), ("client_assertion", &fresh())];
    refused(&archive.token_raw(None, &form).await, 401, "invalid_client");
    let form = [GRANT[0], ("client_id", "archive"), ("client_assertion", &fresh())];
    refused(&archive.token_raw(None, &form).await, 400, "invalid_request");
    let form = [GRANT[0], ("client_id", "archive"), ("client_assertion_type", ASSERTION_TYPE)];
    refused(&archive.token_raw(None, &form).await, 400, "invalid_request");
    let form = [GRANT[0], ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &fresh())];
    refused(&archive.token_raw(Some(&basic("archive", "x")), &form).await, 400, "invalid_request");
    let form = [form[0], form[1], form[2], ("client_secret", "x"), ("client_id", "archive")];
    refused(&archive.token_raw(None, &form).await, 400, "invalid_request");
    town.leave().await;
}

/// RFC 7591 §2: a client that is registered for assertions has no secret, and one that has a secret signs nothing.
#[tokio::test]
async fn an_assertion_is_taken_from_clients_that_are_registered_for_it_alone() {
    let town = Town::new().await;
    let (archive, key) = strict(&town).await;
    let form = [GRANT[0], ("client_id", "archive"), ("client_secret", "")];
    refused(&archive.token_raw(None, &form).await, 401, "invalid_client");
    refused(&archive.token_raw(Some(&basic("archive", "")), &GRANT).await, 401, "invalid_client");
    let secretive = format!(
        "[[clients]]\nclient_id = \"machine\"\nsecrets = [\"machine-secret-of-a-test-that-is-long-enough\"]\n\
         grant_types = [\"client_credentials\"]\nscope = \"records:read\"\n{}\n",
        OwnKey::declared(&[&key])
    );
    town.apply(&secretive).await;
    refused(&present_with(&town.rp("machine"), &key, json!({})).await, 401, "invalid_client");
    assert_eq!(town.rp("machine").token(&GRANT).await.status, StatusCode::OK);
    town.leave().await;
}

/// A declaration with a secret beside keys, with no keys, or with a shared secret to sign with, is a mistake.
#[tokio::test]
async fn a_client_that_signs_is_declared_with_keys_and_without_secrets() {
    let town = Town::new().await;
    let key = OwnKey::new(Algorithm::Es256, "1");
    let jwks = OwnKey::declared(&[&key]);
    let good = declaration("archive", "strict", &jwks);
    for (toml, why) in [
        (declaration("archive", "strict", ""), "jwks"),
        (
            declaration("archive", "strict", &format!("{jwks}\nsecrets = [\"a-secret-of-a-test-that-is-long\"]")),
            "secrets",
        ),
        (declaration("archive", "strict", &format!("{jwks}\njwks_uri = \"https://archive.example/keys\"")), "jwks_uri"),
        (declaration("archive", "strict", "jwks_uri = \"http://archive.example/keys\""), "jwks_uri"),
        (declaration("archive", "strict", "jwks = { keys = [{ kty = \"oct\", k = \"AAAA\" }] }"), "jwks"),
        (good.replace("private_key_jwt", "client_secret_jwt"), "client_secret_jwt"),
    ] {
        let refusal = town.try_apply(&toml, false).await.unwrap_err();
        assert!(refusal.contains(why), "{why}: {refusal}");
    }
    assert!(town.try_apply(&good, false).await.is_ok());
    town.leave().await;
}
