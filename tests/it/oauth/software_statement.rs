//! Software statements: RFC 7591 §2.3 and §3.1.1.

use http::StatusCode;
use motcua::base::secret::base64url;
use motcua::config::registration::Need;
use motcua::config::registration::StatementIssuer;
use motcua::jose::alg::PrivateKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jws;
use motcua::outbound::Unreachable;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::refused;
use super::registration::least;
use super::registration::open;
use super::registration::open_town;
use super::registration::register;
use super::registration::registered;
use super::registration::with;
use crate::town::ISSUER;
use crate::town::MORNING;
use crate::town::Town;
use crate::town::claims_of;

const REGISTRY: &str = "https://registry.example";
const REGISTRY_KEYS: &str = "https://registry.example/jwks.json";

/// A key of the registry, and the set in which it is published.
fn registry() -> (PrivateKey, String) {
    let (key, _) = PrivateKey::generate(Algorithm::Es256).unwrap();
    let set = json!({"keys": [key.public_jwk("1").to_value()]}).to_string();
    (key, set)
}

fn statement(key: &PrivateKey, typ: Option<&str>, claims: &Value) -> String {
    let header = jws::Header { alg: key.algorithm(), kid: Some("1".into()), typ: typ.map(str::to_owned), cty: None };
    let mut all = json!({"iss": REGISTRY, "iat": MORNING.seconds()});
    all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    let input = jws::signing_input(&jws::EncodedHeader::new(&header), all.to_string().as_bytes());
    let signature = key.sign(input.as_bytes()).unwrap();
    jws::attach(input, &signature)
}

async fn town_of_statements(need: Need, keys: &str) -> Town {
    let town = Town::with(|config| {
        open(config);
        config.registration.software_statement = need;
        let issuer = StatementIssuer { issuer: REGISTRY.into(), jwks_uri: Some(REGISTRY_KEYS.into()), jwks: None };
        config.registration.software_statement_issuers = vec![issuer];
    })
    .await;
    town.outside.put(REGISTRY_KEYS, keys);
    town
}

/// §2.3 and §3.1.1: "client metadata values conveyed in the software statement MUST take precedence"; §3.2.1: "its value MUST be
/// returned unmodified in the response", and what it says "MUST also be returned directly as top-level".
#[tokio::test]
async fn what_a_software_statement_says_overrules_the_rest_and_is_returned() {
    let (key, keys) = registry();
    let town = town_of_statements(Need::Required, &keys).await;
    let claims = json!({"software_id": "official", "client_name": "Approved", "profile": "strict", "scope": "openid"});
    let statement = statement(&key, None, &claims);
    let told = registered(&town, &with(&json!({"software_statement": statement, "client_name": "Mine"}))).await;
    assert_eq!(told["software_statement"], statement.as_str());
    assert_eq!(
        (&told["client_name"], &told["software_id"], &told["scope"]),
        (&json!("Approved"), &json!("official"), &json!("openid"))
    );
    assert_eq!(told.get("iss"), None);
    town.leave().await;
}

/// §3.2.2: `invalid_software_statement`: "The software statement presented is invalid". §2.3: it "MUST be digitally signed or
/// MACed", "MUST contain an `iss`".
#[tokio::test]
async fn a_software_statement_that_nobody_signed_is_refused() {
    let (key, keys) = registry();
    let town = town_of_statements(Need::Optional, &keys).await;
    let good = statement(&key, None, &json!({}));
    let other = registry().0;
    let none = format!("{}.{}.", base64url(br#"{"alg":"none"}"#), good.split('.').nth(1).unwrap());
    let mut tampered: Map<String, Value> = claims_of(&good);
    tampered.insert("client_name".into(), "Bank".into());
    let parts: Vec<&str> = good.split('.').collect();
    let tampered = format!("{}.{}.{}", parts[0], base64url(&serde_json::to_vec(&tampered).unwrap()), parts[2]);
    let past = MORNING.seconds() - 61;
    for (name, bad) in [
        ("empty", json!("")),
        ("no JWS", json!("a.b.c")),
        ("no text", json!(1)),
        ("no signature", json!(none)),
        ("another key", json!(statement(&other, None, &json!({})))),
        ("tampered", json!(tampered)),
        ("expired", json!(statement(&key, None, &json!({"exp": past})))),
        ("ahead", json!(statement(&key, None, &json!({"nbf": MORNING.seconds() + 61})))),
        ("for another", json!(statement(&key, None, &json!({"aud": "https://rp.example"})))),
        ("another kind", json!(statement(&key, Some("at+jwt"), &json!({})))),
        ("no issuer", json!(statement(&key, None, &json!({"iss": null})))),
    ] {
        let page = register(&town, &with(&json!({"software_statement": bad}))).await;
        assert_eq!(page.json()["error"], "invalid_software_statement", "{name}: {}", page.body);
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
    for claims in [json!({}), json!({"aud": ISSUER, "exp": MORNING.seconds() + 1}), json!({"aud": [ISSUER, "x"]})] {
        registered(&town, &with(&json!({"software_statement": statement(&key, Some("JWT"), &claims)}))).await;
    }
    town.leave().await;
}

/// §3.2.2: `unapproved_software_statement`: "not approved for use by this authorization server".
#[tokio::test]
async fn a_statement_of_a_stranger_is_unapproved_and_so_is_none_where_one_is_needed() {
    let (key, keys) = registry();
    let town = town_of_statements(Need::Required, &keys).await;
    let foreign = statement(&key, None, &json!({"iss": "https://other.example"}));
    let page = register(&town, &with(&json!({"software_statement": foreign}))).await;
    refused(&page, 400, "unapproved_software_statement");
    refused(&register(&town, &least()).await, 400, "unapproved_software_statement");
    town.leave().await;
}

/// §3.1.1: a server "MAY ignore the software statement if it does not support this feature"; where its issuer's keys cannot be
/// read, nobody is registered meanwhile.
#[tokio::test]
async fn a_statement_is_passed_over_where_nobodys_count() {
    let town = open_town().await;
    let told = registered(&town, &with(&json!({"software_statement": "a.b.c"}))).await;
    assert_eq!(told.get("software_statement"), None);
    town.leave().await;
    let (key, keys) = registry();
    let town = town_of_statements(Need::Optional, &keys).await;
    town.outside.fail(REGISTRY_KEYS, Unreachable::Status(500));
    let page = register(&town, &with(&json!({"software_statement": statement(&key, None, &json!({}))}))).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    town.leave().await;
}

/// §2.3: the keys of an issuer may lie in a file.
#[tokio::test]
async fn keys_of_an_issuer_are_read_from_a_file() {
    let (key, keys) = registry();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("registry.json");
    std::fs::write(&path, keys).unwrap();
    let town = Town::with(|config| {
        open(config);
        let issuer = StatementIssuer { issuer: REGISTRY.into(), jwks_uri: None, jwks: Some(path) };
        config.registration.software_statement_issuers = vec![issuer];
    })
    .await;
    registered(&town, &with(&json!({"software_statement": statement(&key, None, &json!({}))}))).await;
    town.leave().await;
}
