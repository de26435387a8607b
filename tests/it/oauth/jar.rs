//! Request objects: RFC 9101, OpenID Connect Core §6.

mod by_reference;
mod encrypted;
mod ways;

use motcua::jose::jwa::Algorithm;
use serde_json::Value;
use serde_json::json;

use super::page_without_redirect;
use super::redirected;
use super::refused;
use crate::town::ASSERTION_TYPE;
use crate::town::ISSUER;
use crate::town::MORNING;
use crate::town::OwnKey;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;

/// The declaration of a client `id` with keys: `keys` is its member `jwks` or `jwks_uri`, and further ones.
pub fn declaration(id: &str, profile: &str, keys: &str) -> String {
    format!(
        "[[clients]]\nclient_id = \"{id}\"\nservice = \"licences\"\nprofile = \"{profile}\"\n\
         redirect_uris = [\"https://{id}.example/cb\"]\nscope = \"openid profile email\"\n\
         resources = [\"https://api.example/records\"]\ntoken_endpoint_auth_method = \"private_key_jwt\"\n{keys}\n"
    )
}

pub async fn register(town: &Town, id: &str, profile: &str, keys: &str) -> RelyingParty {
    town.apply(&declaration(id, profile, keys)).await;
    town.rp(id)
}

/// A client of this profile with a key of its own.
async fn client(town: &Town, profile: &str) -> (RelyingParty, OwnKey) {
    let key = OwnKey::new(Algorithm::Es256, "1");
    (register(town, profile, profile, &OwnKey::declared(&[&key])).await.with_key(&key), key)
}

/// Where a request object by value leads.
async fn by_value(town: &Town, rp: &RelyingParty, object: &str, more: &[(&str, &str)]) -> Page {
    rp.finish(&mut town.browser(), &rp.url_by_value(object, more)).await
}

#[track_caller]
fn has_code(page: &Page) -> String {
    page.parameter("code").unwrap_or_else(|| panic!("no code at {}: {}", page.url, page.body))
}

/// Asserts that the object is refused where the address of the query is the client's, and shown where there is none.
async fn is_refused(town: &Town, rp: &RelyingParty, object: &str) {
    let page = by_value(town, rp, object, &[("redirect_uri", &rp.redirect_uri), ("state", "outside")]).await;
    assert_eq!(redirected(&page, &rp.redirect_uri), "invalid_request_object", "{}", page.url);
    assert_eq!(page.parameter("state").as_deref(), Some("outside"));
    page_without_redirect(&by_value(town, rp, object, &[]).await);
    let evil = [("redirect_uri", "https://evil.example/cb")];
    page_without_redirect(&by_value(town, rp, object, &evil).await);
}

/// RFC 9101 §5: a request of client_id and request alone; §6.3: "The authorization server MUST extract the set of
/// authorization request parameters from the Request Object."
#[tokio::test]
async fn a_signed_request_object_is_the_whole_request() {
    let town = Town::new().await;
    for profile in ["strict", "oidc"] {
        let (rp, key) = client(&town, profile).await;
        let page = by_value(&town, &rp, &rp.object(&key, json!({})), &[]).await;
        assert_eq!(page.parameter("state").as_deref(), Some("state-of-the-test"));
        let tokens = Tokens(rp.redeem(&has_code(&page), &[]).await.json());
        assert_eq!(tokens.claims()["nonce"], "nonce-of-the-test");
    }
    town.leave().await;
}

/// RFC 9101 §6.3: "The authorization server MUST only use the parameters in the Request Object, even if the same parameter
/// is provided in the query parameter."
#[tokio::test]
async fn for_a_strict_client_the_object_alone_counts() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "strict").await;
    let outside = [
        ("redirect_uri", "https://evil.example/cb"),
        ("state", "outside"),
        ("scope", "openid email"),
        ("response_type", "token"),
        ("prompt", "none"),
        ("nonce", "outside"),
        ("resource", "https://evil.example"),
    ];
    let object = rp.object(&key, json!({"state": null, "scope": "openid profile"}));
    let page = by_value(&town, &rp, &object, &outside).await;
    assert_eq!(page.parameter("state"), None);
    let tokens = Tokens(rp.redeem(&has_code(&page), &[]).await.json());
    assert_eq!(
        (tokens.0["scope"].as_str(), &tokens.claims()["nonce"]),
        (Some("openid profile"), &json!("nonce-of-the-test"))
    );
    let object = rp.object(&key, json!({"redirect_uri": null}));
    page_without_redirect(&by_value(&town, &rp, &object, &[("redirect_uri", &rp.redirect_uri)]).await);
    let object = rp.object(&key, json!({"code_challenge": null}));
    let page = by_value(&town, &rp, &object, &[("code_challenge", &crate::town::challenge())]).await;
    assert_eq!(redirected(&page, &rp.redirect_uri), "invalid_request");
    town.leave().await;
}

/// OpenID Connect Core §6.3.3: "The Authorization Server MUST assemble the set of Authorization Request parameters to be used
/// from the Request Object value and the OAuth 2.0 Authorization Request parameters […]. If the same parameter exists both in
/// the Request Object and the OAuth Authorization Request parameters, the parameter in the Request Object is used."
#[tokio::test]
async fn for_an_oidc_client_the_query_completes_the_object() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "oidc").await;
    let object = rp.object(&key, json!({"state": null, "scope": null, "nonce": "inside"}));
    let outside = [("state", "outside"), ("scope", "openid email"), ("nonce", "outside"), ("response_type", "code")];
    let page = by_value(&town, &rp, &object, &outside).await;
    assert_eq!(page.parameter("state").as_deref(), Some("outside"));
    let tokens = Tokens(rp.redeem(&has_code(&page), &[]).await.json());
    assert_eq!((tokens.0["scope"].as_str(), &tokens.claims()["nonce"]), (Some("openid email"), &json!("inside")));
    let object = rp.object(&key, json!({}));
    let evil = [("redirect_uri", "https://evil.example/cb")];
    has_code(&by_value(&town, &rp, &object, &evil).await);
    town.leave().await;
}

/// OpenID Connect Core §6.1: "The values for these parameters [response_type and client_id] MUST match those in the Request
/// Object, if present."
#[tokio::test]
async fn an_oidc_clients_object_agrees_with_the_query() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "oidc").await;
    let outside = [("response_type", "token"), ("redirect_uri", rp.redirect_uri.as_str())];
    let page = by_value(&town, &rp, &rp.object(&key, json!({})), &outside).await;
    assert_eq!(redirected(&page, &rp.redirect_uri), "invalid_request");
    is_refused(&town, &rp, &rp.object(&key, json!({"client_id": "portal"}))).await;
    has_code(&by_value(&town, &rp, &rp.object(&key, json!({"client_id": null})), &[]).await);
    town.leave().await;
}

/// RFC 9101 §6.3: "The client ID values in the "client_id" request parameter and in the Request Object "client_id" claim MUST
/// be identical."; §5: client_id "REQUIRED".
#[tokio::test]
async fn the_client_is_the_same_inside_and_outside() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "strict").await;
    for client_id in [json!("portal"), json!(null), json!(7), json!("")] {
        is_refused(&town, &rp, &rp.object(&key, json!({"client_id": client_id}))).await;
    }
    let object = rp.object(&key, json!({}));
    page_without_redirect(&town.browser().open(&format!("/authorize?request={object}")).await);
    page_without_redirect(
        &town.rp("portal").finish(&mut town.browser(), &town.rp("portal").url_by_value(&object, &[])).await,
    );
    town.leave().await;
}

/// RFC 9101 §6.2: "The authorization server MUST validate the signature of the JWS-signed Request Object. […] If signature
/// validation fails, the authorization server MUST return an "invalid_request_object" error".
#[tokio::test]
async fn an_object_that_the_client_did_not_sign_is_refused() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "oidc").await;
    let claims = rp.object_claims(json!({}));
    let signed = rp.object(&key, json!({}));
    let (input, _) = signed.rsplit_once('.').unwrap();
    let other = rp.object(&key, json!({"state": "other"}));
    let unsigned = key.sign_as(&json!({"alg": "none"}), &claims);
    for object in [
        rp.object(&OwnKey::new(Algorithm::Es256, "1"), json!({})),
        format!("{input}.{}", other.rsplit_once('.').unwrap().1),
        format!("{input}."),
        format!("{}.", unsigned.rsplit_once('.').unwrap().0),
        unsigned,
        key.sign_as(&json!({"alg": "HS256", "kid": "1"}), &claims),
        key.sign_as(&json!({"alg": "ES256", "kid": "other"}), &claims),
        "x".to_owned(),
        format!("{signed}.x.y"),
    ] {
        is_refused(&town, &rp, &object).await;
    }
    let keyless = town.rp("portal");
    is_refused(&town, &keyless, &keyless.object(&key, json!({}))).await;
    town.leave().await;
}

/// RFC 9101 §6.2: "The "alg" […] MUST be […] an algorithm that […] is acceptable"; OpenID Connect Registration §2,
/// request_object_signing_alg: "All Request Objects from this Client MUST be rejected, if not signed with this algorithm."
#[tokio::test]
async fn algorithms_follow_the_profile_and_the_registration() {
    let town = Town::new().await;
    let keys = Algorithm::ALL.map(|alg| (alg, OwnKey::new(alg, alg.as_str())));
    let own: Vec<&OwnKey> = keys.iter().map(|(_, key)| key).collect();
    let jwks = OwnKey::declared(&own);
    let only = |alg: &str| format!("{jwks}\nrequest_object_signing_alg = \"{alg}\"");
    for (id, profile, members, allowed) in [
        ("a", "strict", jwks.clone(), "ES256 EdDSA PS256"),
        ("b", "oidc", jwks.clone(), "ES256 EdDSA PS256 RS256"),
        ("c", "strict", only("EdDSA"), "EdDSA"),
        ("d", "oidc", only("RS256"), "RS256"),
    ] {
        let rp = register(&town, id, profile, &members).await;
        for (alg, key) in &keys {
            let object = rp.object(key, json!({}));
            if allowed.contains(alg.as_str()) {
                has_code(&by_value(&town, &rp, &object, &[]).await);
            } else {
                is_refused(&town, &rp, &object).await;
            }
        }
    }
    for alg in ["none", "HS256"] {
        assert!(town.try_apply(&declaration("e", "oidc", &only(alg)), false).await.is_err(), "{alg}");
    }
    town.leave().await;
}

/// RFC 9101 §4: "The "aud" […] value […] SHOULD be the value of the authorization server's issuer identifier": who signs for
/// another server, or in another's name, or for another time, asked us nothing.
#[tokio::test]
async fn an_object_of_another_issuer_for_another_server_or_time_is_refused() {
    let town = Town::new().await;
    let now = MORNING.seconds();
    for profile in ["strict", "oidc"] {
        let (rp, key) = client(&town, profile).await;
        for changes in [
            json!({"iss": "portal"}),
            json!({"iss": 1}),
            json!({"aud": "https://other.example"}),
            json!({"aud": ["https://other.example"]}),
            json!({"aud": format!("{ISSUER}/authorize")}),
            json!({"aud": [ISSUER, 1]}),
            json!({"exp": now - 60}),
            json!({"exp": "soon"}),
            json!({"nbf": now + 61}),
            json!({"iat": now + 61}),
            json!({"jti": 7}),
        ] {
            is_refused(&town, &rp, &rp.object(&key, changes)).await;
        }
        for changes in [json!({"aud": [ISSUER, "https://other.example"]}), json!({"nbf": now + 8, "iat": now + 8})] {
            has_code(&by_value(&town, &rp, &rp.object(&key, changes), &[]).await);
        }
    }
    town.leave().await;
}

/// OpenID Connect Core §6.1: "the Request Object SHOULD contain the Claims iss […] and aud": a strict client does, and its
/// objects end within an hour.
#[tokio::test]
async fn a_strict_clients_object_names_issuer_audience_and_end() {
    let town = Town::new().await;
    let (strict, key) = client(&town, "strict").await;
    let (oidc, own) = client(&town, "oidc").await;
    let late = MORNING.seconds() + 2 * 3600;
    for changes in [json!({"iss": null}), json!({"aud": null}), json!({"exp": null}), json!({"exp": late})] {
        is_refused(&town, &strict, &strict.object(&key, changes.clone())).await;
        has_code(&by_value(&town, &oidc, &oidc.object(&own, changes), &[]).await);
    }
    town.leave().await;
}

/// RFC 9101 §4: "The "request" and "request_uri" parameters MUST NOT be included in Request Objects."
#[tokio::test]
async fn an_object_holds_no_other_object() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "oidc").await;
    let inner = rp.object(&key, json!({}));
    for changes in [json!({"request": inner}), json!({"request_uri": "https://oidc.example/r"}), json!({"request": {}})]
    {
        is_refused(&town, &rp, &rp.object(&key, changes)).await;
    }
    town.leave().await;
}

/// RFC 9101 §10.8: cross-JWT confusion: an assertion is no request, a request no assertion, a token neither.
#[tokio::test]
async fn jwts_of_other_kinds_are_no_request_objects_and_those_no_assertions() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "oidc").await;
    is_refused(&town, &rp, &rp.object(&key, json!({"sub": "oidc"}))).await;
    let both = crate::town::changed(rp.object_claims(json!({})), rp.assertion_claims(json!({})));
    is_refused(&town, &rp, &key.sign("JWT", &both)).await;
    for typ in ["client-authentication+jwt", "at+jwt", "dpop+jwt", "logout+jwt"] {
        is_refused(&town, &rp, &key.sign(typ, &rp.object_claims(json!({})))).await;
    }
    for typ in ["JWT", "oauth-authz-req+jwt", "application/oauth-authz-req+jwt"] {
        has_code(&by_value(&town, &rp, &key.sign(typ, &rp.object_claims(json!({}))), &[]).await);
    }
    for object in [rp.object(&key, json!({"jti": "j"})), key.sign("JWT", &rp.object_claims(json!({"jti": "j"})))] {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", "x"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &object),
        ];
        refused(&rp.token_raw(None, &form).await, 401, "invalid_client");
    }
    town.leave().await;
}

/// RFC 9101 §4: parameters are claims: "Numerical values are included as JSON numbers"; OpenID Connect Core §6.1: claims is a
/// JSON object; RFC 8707 §2: several resources.
#[tokio::test]
async fn parameters_inside_have_their_own_json_types() {
    let town = Town::new().await;
    let (rp, key) = client(&town, "strict").await;
    let object = rp.object(
        &key,
        json!({
            "max_age": 3600, "resource": ["https://api.example/records"], "vendor": {"a": [1]},
            "claims": {"id_token": {"name": {"essential": true}}},
        }),
    );
    let page = by_value(&town, &rp, &object, &[]).await;
    let tokens = Tokens(rp.redeem(&has_code(&page), &[]).await.json());
    assert_eq!(crate::town::claims_of(tokens.access_token())["aud"], "https://api.example/records");
    assert!(tokens.claims()["name"].is_string());
    for changes in [
        json!({"max_age": -1}),
        json!({"max_age": 1.5}),
        json!({"state": 5}),
        json!({"scope": ["openid"]}),
        json!({"claims": [1]}),
        json!({"resource": {}}),
        json!({"redirect_uri": [rp.redirect_uri]}),
    ] {
        is_refused(&town, &rp, &rp.object(&key, changes)).await;
    }
    let refusals: [(Value, &str); 4] = [
        (json!({"response_type": "token"}), "unsupported_response_type"),
        (json!({"scope": "other"}), "invalid_scope"),
        (json!({"registration": {}}), "registration_not_supported"),
        (json!({"state": "s".repeat(4100)}), "invalid_request"),
    ];
    for (changes, error) in refusals {
        let page = by_value(&town, &rp, &rp.object(&key, changes), &[]).await;
        assert_eq!(redirected(&page, &rp.redirect_uri), error);
    }
    town.leave().await;
}
