//! Dynamic client registration: RFC 7591.

mod admission;

use http::StatusCode;
use motcua::config::Config;
use motcua::config::registration::Policy;
use serde_json::Value;
use serde_json::json;

use super::post;
use super::refused;
use crate::town::MORNING;
use crate::town::Page;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::header_of;

/// A town where everybody may register clients.
pub async fn open_town() -> Town {
    Town::with(open).await
}

pub fn open(config: &mut Config) {
    config.registration.policy = Policy::Open;
    config.registration.hourly_limit = 0;
    config.registration.hourly_limit_total = 0;
}

/// The least that a client can say.
pub fn least() -> Value {
    json!({"redirect_uris": ["https://rp.example/cb"]})
}

/// The least, and more.
pub fn with(more: &Value) -> Value {
    let mut members = least();
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

pub async fn register(town: &Town, body: &Value) -> Page {
    town.send_json("POST", "/register", None, body).await
}

/// What a client is told that was registered.
pub async fn registered(town: &Town, body: &Value) -> Value {
    let page = register(town, body).await;
    assert_eq!(page.status, StatusCode::CREATED, "{body}: {}", page.body);
    page.json()
}

/// §3.2.1: "HTTP 201 Created", "application/json", "Cache-Control: no-store"; "MUST return all registered metadata about this
/// client, including any fields provisioned by the authorization server itself".
#[tokio::test]
async fn a_registration_is_answered_by_201_with_all_that_was_registered() {
    let town = open_town().await;
    let asked = json!({
        "redirect_uris": ["https://rp.example/cb", "https://rp.example/other"],
        "client_name": "Cổng thử nghiệm",
        "client_uri": "https://rp.example/",
        "contacts": ["ops@rp.example"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "openid profile",
        "token_endpoint_auth_method": "client_secret_post",
        "software_id": "4NRB1-0XZABZI9E6-5SM3R",
        "software_version": "2.1",
        "default_max_age": 3600,
        "require_auth_time": true,
    });
    let page = register(&town, &asked).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
    assert_eq!(page.header("content-type"), Some("application/json"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let told = page.json();
    for (name, value) in asked.as_object().unwrap() {
        assert_eq!(told[name], *value, "{name}");
    }
    assert_eq!(told["application_type"], "web");
    assert_eq!(told["subject_type"], "pairwise");
    assert_eq!(told["id_token_signed_response_alg"], "RS256");
    for own in ["profile", "origins", "resources", "lifetimes"] {
        assert_eq!(told.get(own), None, "{own}");
    }
    town.leave().await;
}

/// §2: "If omitted": `client_secret_basic`, `authorization_code`, `code`, and a scope of the server's choice.
#[tokio::test]
async fn what_is_left_out_has_its_default() {
    let town = open_town().await;
    let told = registered(&town, &least()).await;
    assert_eq!(told["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(told["grant_types"], json!(["authorization_code"]));
    assert_eq!(told["response_types"], json!(["code"]));
    assert_eq!(told["scope"], "openid profile email address phone");
    town.leave().await;
}

/// §3.2.1: `client_id`, "It MUST be unique"; `client_secret`, "MUST be unique for each"; `client_secret_expires_at`,
/// "REQUIRED if `client_secret` is issued", 0 where it does not expire; `client_id_issued_at` in seconds since 1970.
#[tokio::test]
async fn each_registration_has_an_identifier_a_secret_and_a_token_of_its_own() {
    let town = open_town().await;
    let (one, two) = (registered(&town, &least()).await, registered(&town, &least()).await);
    for name in ["client_id", "client_secret", "registration_access_token", "registration_client_uri"] {
        assert!(one[name].as_str().unwrap().len() >= 32, "{name}: {one}");
        assert_ne!(one[name], two[name], "{name}");
    }
    assert_eq!(one["client_secret_expires_at"], 0);
    assert_eq!(one["client_id_issued_at"], MORNING.seconds());
    let public = registered(&town, &with(&json!({"token_endpoint_auth_method": "none"}))).await;
    assert_eq!((public.get("client_secret"), public.get("client_secret_expires_at")), (None, None));
    town.leave().await;
}

/// §2: "The authorization server MUST ignore any client metadata sent by the client that it does not understand"; §2.2: members
/// with a language tag.
#[tokio::test]
async fn metadata_that_nobody_understands_is_passed_over() {
    let town = open_town().await;
    let odd = json!({"client_name#vi": "Tên", "policy_uri#en-GB": 1, "post_office": {"a": [1, null]}, "client_id": "mine",
        "client_secret": "mine", "profile": "strict", "lifetimes": {"access_token": 1}, "registration_access_token": "x"});
    let told = registered(&town, &with(&odd)).await;
    assert!(told["client_id"] != "mine" && told["client_secret"] != "mine");
    for name in ["client_name#vi", "post_office", "profile"] {
        assert_eq!(told.get(name), None, "{name}");
    }
    // Of the profile `oidc`, whatever it says itself: a confidential client needs no PKCE, tokens live as long as others'.
    let rp = town.registered(&told);
    let mut browser = town.browser();
    let code = rp.code(&mut browser, &[("code_challenge", ""), ("code_challenge_method", "")]).await;
    let answer = rp.redeem(&code, &[("code_verifier", "")]).await;
    assert_eq!((answer.status, answer.json()["expires_in"].as_u64()), (StatusCode::OK, Some(600)), "{}", answer.body);
    town.leave().await;
}

/// §3.2.1 and RFC 7592 §2.2: to leave a member out and to say null is the same.
#[tokio::test]
async fn null_is_as_if_left_out() {
    let town = open_town().await;
    let told = registered(&town, &with(&json!({"client_name": null, "grant_types": null, "scope": null}))).await;
    assert_eq!((told.get("client_name"), &told["grant_types"]), (None, &json!(["authorization_code"])));
    town.leave().await;
}

/// §3.2.2: "the server returns an HTTP 400 status code […] with content type application/json"; `invalid_redirect_uri`: "one or
/// more redirection URIs is invalid". §2: "MUST register their redirection URI values".
#[tokio::test]
async fn redirect_uris_that_cannot_be_are_invalid_redirect_uri() {
    let town = open_town().await;
    for uris in [
        json!([]),
        json!("https://rp.example/cb"),
        json!([1]),
        json!(["https://rp.example/cb#fragment"]),
        json!(["/cb"]),
        json!(["javascript:alert(1)"]),
        json!(["https://user:password@rp.example/cb"]),
        json!(["https://rp.example/cb", "ftp://rp.example/"]),
        json!(["https://rp.example/\u{1edf}"]),
        json!(vec!["https://rp.example/cb"; 101]),
        json!([format!("https://rp.example/{}", "a".repeat(2000))]),
    ] {
        let page = register(&town, &json!({"redirect_uris": uris})).await;
        refused(&page, 400, "invalid_redirect_uri");
        assert_eq!(page.header("content-type"), Some("application/json"));
        assert!(page.json()["error_description"].is_string());
    }
    refused(&register(&town, &json!({})).await, 400, "invalid_redirect_uri");
    town.leave().await;
}

/// §3.2.2: `invalid_client_metadata`: "The value of one of the client metadata fields is invalid"; the description names it.
#[tokio::test]
async fn metadata_that_cannot_be_is_invalid_client_metadata_and_named() {
    let town = open_town().await;
    for (name, value) in [
        ("response_types", json!(["token"])),
        ("response_types", json!(["code", "code id_token"])),
        ("response_types", json!("code")),
        ("grant_types", json!(["implicit"])),
        ("grant_types", json!(["authorization_code", "password"])),
        ("grant_types", json!(["authorization_code", "client_credentials"])),
        ("grant_types", json!(["refresh_token"])),
        ("grant_types", json!("authorization_code")),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("token_endpoint_auth_method", json!(1)),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("userinfo_signed_response_alg", json!("none")),
        ("request_object_signing_alg", json!("none")),
        ("token_endpoint_auth_signing_alg", json!("HS256")),
        ("subject_type", json!("anonymous")),
        ("subject_type", json!("public")),
        ("application_type", json!("browser")),
        ("client_name", json!("a".repeat(256))),
        ("client_name", json!("a\u{1b}[2J")),
        ("client_name", json!(["a"])),
        ("contacts", json!("ops@rp.example")),
        ("scope", json!(["openid"])),
        ("scope", json!("a\"b")),
        ("scope", json!("records:read")),
        ("logo_uri", json!("javascript:alert(1)")),
        ("policy_uri", json!("data:text/html,x")),
        ("tos_uri", json!("//rp.example")),
        ("client_uri", json!("rp.example")),
        ("jwks_uri", json!("http://rp.example/keys")),
        ("jwks", json!({"keys": [{"kty": "oct", "k": "AAAA"}]})),
        ("jwks", json!([])),
        ("initiate_login_uri", json!("http://rp.example/begin")),
        ("sector_identifier_uri", json!("http://rp.example/sector")),
        ("request_uris", json!(["http://rp.example/request"])),
        ("backchannel_logout_uri", json!("http://rp.example/out")),
        ("frontchannel_logout_uri", json!("https://other.example/out")),
        ("post_logout_redirect_uris", json!(["/out"])),
        ("default_max_age", json!(-1)),
        ("default_max_age", json!("3600")),
        ("require_auth_time", json!("true")),
    ] {
        let page = register(&town, &with(&json!({name: value}))).await;
        refused(&page, 400, "invalid_client_metadata");
        let description = page.json()["error_description"].as_str().unwrap().to_owned();
        assert!(description.starts_with(name), "{name}: {description}");
    }
    town.leave().await;
}

/// §2: "The `jwks_uri` and `jwks` parameters MUST NOT both be present in the same request or response."
#[tokio::test]
async fn keys_by_value_and_by_reference_at_once_are_refused() {
    let town = open_town().await;
    let both = json!({"jwks": {"keys": []}, "jwks_uri": "https://rp.example/keys"});
    refused(&register(&town, &with(&both)).await, 400, "invalid_client_metadata");
    town.leave().await;
}

/// §3.1: "a JSON object". Nothing else is read, and nothing beyond 64 KiB.
#[tokio::test]
async fn a_body_that_is_no_plain_json_object_is_refused() {
    let town = open_town().await;
    let json_type = [("content-type", "application/json")];
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
    let crowded = format!("{{\"redirect_uris\":[\"https://rp.example/cb\"],\"a\":[{}1]}}", "1,".repeat(10_000));
    let repeated = "{\"redirect_uris\":[],\"redirect_uris\":[]}";
    for body in ["", "[]", "null", "{", repeated, "\u{feff}{}", &deep, &crowded] {
        refused(&post(&town, "/register", &json_type, body).await, 400, "invalid_client_metadata");
    }
    let long = json!({"x": "a".repeat(65 * 1024)}).to_string();
    refused(&post(&town, "/register", &json_type, &long).await, 413, "invalid_request");
    refused(&post(&town, "/register", &[], "redirect_uris=x").await, 415, "invalid_request");
    town.leave().await;
}

/// §5: a scope beyond what such clients may have is left out: the server "MAY […] replace any of the client's requested
/// metadata values" (§3.2.1).
#[tokio::test]
async fn a_scope_beyond_what_is_offered_is_left_out() {
    let town = open_town().await;
    let told = registered(&town, &with(&json!({"scope": "openid records:write offline_access email"}))).await;
    assert_eq!(told["scope"], "openid email", "no refresh tokens either, for it registered none");
    let both = json!({"scope": "openid offline_access", "grant_types": ["authorization_code", "refresh_token"]});
    assert_eq!(registered(&town, &with(&both)).await["scope"], "openid offline_access");
    town.leave().await;
}

/// §3: the client that registered itself signs people in at once, and they are asked: it belongs to no agency.
#[tokio::test]
async fn a_registered_client_signs_people_in_after_their_consent() {
    let town = open_town().await;
    for method in ["client_secret_basic", "client_secret_post", "none"] {
        let told =
            registered(&town, &with(&json!({"token_endpoint_auth_method": method, "client_name": "Sổ tay"}))).await;
        let (rp, mut browser) = (town.registered(&told), town.browser());
        let page = browser.open(&rp.url(&[])).await;
        let page = browser.sign_in(&page, "khai").await;
        assert_eq!(page.path(), "/consent", "{method}: {}", page.url);
        assert!(page.body.contains("Sổ tay") && page.body.contains("rp.example"), "{}", page.body);
        let arrived = browser.fill(&page, &[("decision", "allow")]).await;
        let answer = rp.redeem(&arrived.parameter("code").unwrap(), &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{method}: {}", answer.body);
        let tokens = Tokens(answer.json());
        assert_eq!(header_of(tokens.id_token())["alg"], "RS256");
        assert_eq!(rp.userinfo(tokens.access_token()).await.json()["sub"], tokens.claims()["sub"]);
    }
    town.leave().await;
}

/// §3: what a wrong secret cannot do for other clients it cannot for this one.
#[tokio::test]
async fn a_registered_client_authenticates_with_the_secret_that_it_was_told() {
    let town = open_town().await;
    let mut told = registered(&town, &least()).await;
    let rp = town.registered(&told);
    let code = rp.code(&mut town.browser(), &[]).await;
    told["client_secret"] = json!("another-secret-that-is-long-enough-for-anybody");
    refused(&town.registered(&told).redeem(&code, &[]).await, 401, "invalid_client");
    assert_eq!(rp.redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}
