//! Discovery: OpenID Connect Discovery §3, §4, RFC 8414 §2, §3. Each advertised value is tried.

use std::collections::BTreeSet;

use http::StatusCode;
use motcua::config::registration::Policy;
use serde_json::Value;

use super::client;
use super::error;
use crate::town::ISSUER;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::header_of;

const PATH: &str = "/.well-known/openid-configuration";

async fn metadata(town: &Town) -> Value {
    let page = town.get(PATH).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, Some("application/json")));
    page.json()
}

fn list(metadata: &Value, name: &str) -> Vec<String> {
    let values = metadata[name].as_array().unwrap_or_else(|| panic!("{name} is no list"));
    values.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

/// Discovery §4.3: "The issuer value returned MUST be identical to the Issuer URL"; RFC 8414 §3.3 likewise.
#[tokio::test]
async fn both_paths_give_one_document_whose_issuer_is_ours() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    assert_eq!(metadata["issuer"], ISSUER);
    assert_eq!(town.get("/.well-known/oauth-authorization-server").await.json(), metadata);
    town.leave().await;
}

/// Discovery §3: REQUIRED members; §4.2: "Claims with zero elements MUST be omitted".
#[tokio::test]
async fn required_members_are_there_and_no_list_is_empty() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    for name in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
    ] {
        assert!(metadata.get(name).is_some(), "{name}");
    }
    for (name, value) in metadata.as_object().unwrap() {
        assert!(value.as_array().is_none_or(|list| !list.is_empty()) && !value.is_null(), "{name}");
    }
    assert!(list(&metadata, "id_token_signing_alg_values_supported").contains(&"RS256".to_owned()));
    assert!(list(&metadata, "scopes_supported").contains(&"openid".to_owned()));
    town.leave().await;
}

/// Discovery §3: each endpoint is a URL at which something answers; it lies below the issuer.
#[tokio::test]
async fn every_endpoint_answers() {
    let town = Town::with(|config| config.registration.policy = Policy::Open).await;
    let metadata = metadata(&town).await;
    let endpoints =
        metadata.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("_endpoint") || name.ends_with("_uri"));
    for (name, url) in endpoints {
        let path = url.as_str().unwrap().strip_prefix(ISSUER).unwrap();
        let expected = match name.as_str() {
            "registration_endpoint" => StatusCode::METHOD_NOT_ALLOWED,
            "authorization_endpoint" => StatusCode::BAD_REQUEST,
            "token_endpoint" => StatusCode::METHOD_NOT_ALLOWED,
            "userinfo_endpoint" => StatusCode::UNAUTHORIZED,
            "jwks_uri" => StatusCode::OK,
            other => panic!("nobody tries {other}"),
        };
        assert_eq!(town.get(path).await.status, expected, "{name}");
    }
    town.leave().await;
}

/// Discovery §3: scopes_supported, claims_supported: what a person has comes when it is asked for.
#[tokio::test]
async fn every_scope_and_claim_that_is_advertised_is_given() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    let scope = list(&metadata, "scopes_supported").join(" ");
    let portal = town.rp("portal").with_scope(&scope);
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let granted: BTreeSet<&str> = tokens.0["scope"].as_str().unwrap().split(' ').collect();
    assert_eq!(granted, scope.split(' ').collect());
    let Value::Object(mut given) = portal.userinfo(tokens.access_token()).await.json() else { panic!("no object") };
    given.extend(tokens.claims());
    let advertised: BTreeSet<String> = list(&metadata, "claims_supported").into_iter().collect();
    assert_eq!(given.into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>(), advertised);
    town.leave().await;
}

/// Discovery §3: id_token_signing_alg_values_supported, subject_types_supported.
#[tokio::test]
async fn every_algorithm_and_subject_type_that_is_advertised_can_be_registered() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    let mut browser = town.browser();
    for alg in list(&metadata, "id_token_signing_alg_values_supported") {
        for subject in list(&metadata, "subject_types_supported") {
            let id = format!("c-{}-{subject}", alg.to_lowercase());
            let more = format!("id_token_signed_response_alg = \"{alg}\"\nsubject_type = \"{subject}\"");
            town.apply(&client(&id, "licences", &more)).await;
            let tokens = town.rp(&id).tokens(&mut browser, &[]).await;
            assert_eq!(header_of(tokens.id_token())["alg"], alg);
        }
    }
    for alg in ["none", "HS256", "ES384", "RS512"] {
        let toml = client("other", "licences", &format!("id_token_signed_response_alg = \"{alg}\""));
        assert!(town.try_apply(&toml, false).await.is_err(), "{alg}");
    }
    town.leave().await;
}

/// Discovery §3: token_endpoint_auth_methods_supported, grant_types_supported.
#[tokio::test]
async fn every_auth_method_and_grant_type_that_is_advertised_works() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    let mut browser = town.browser();
    for method in list(&metadata, "token_endpoint_auth_methods_supported") {
        let id = match method.as_str() {
            "client_secret_basic" => "portal",
            "client_secret_post" => "certified",
            "none" => "app",
            other => panic!("nobody tries {other}"),
        };
        assert!(!town.rp(id).tokens(&mut browser, &[]).await.access_token().is_empty(), "{method}");
    }
    for grant in list(&metadata, "grant_types_supported") {
        let portal = town.rp("portal").with_scope("openid offline_access");
        let page = match grant.as_str() {
            "authorization_code" => portal.redeem(&portal.code(&mut browser, &[]).await, &[]).await,
            "refresh_token" => {
                let tokens = portal.tokens(&mut browser, &[]).await;
                portal.refresh(tokens.refresh_token(), &[]).await
            }
            "client_credentials" => town.rp("machine").token(&[("grant_type", "client_credentials")]).await,
            other => panic!("nobody tries {other}"),
        };
        assert_eq!(page.status, StatusCode::OK, "{grant}: {}", page.body);
    }
    for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
        assert_eq!(town.rp("portal").token(&[("grant_type", grant)]).await.json()["error"], "unsupported_grant_type");
    }
    town.leave().await;
}

/// Discovery §3, Initiating User Registration §4, RFC 9207 §3: what is advertised about the authorization endpoint.
#[tokio::test]
async fn every_value_that_is_advertised_about_the_request_is_taken() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    let portal = town.rp("portal");
    for (member, parameter) in [
        ("response_types_supported", "response_type"),
        ("response_modes_supported", "response_mode"),
        ("display_values_supported", "display"),
        ("prompt_values_supported", "prompt"),
        ("acr_values_supported", "acr_values"),
        ("ui_locales_supported", "ui_locales"),
        ("code_challenge_methods_supported", "code_challenge_method"),
    ] {
        for value in list(&metadata, member) {
            let mut browser = super::signed_in(&town).await;
            let mut page = browser.open(&portal.url(&[(parameter, &value)])).await;
            page = match page.path().as_str() {
                "/login" => browser.sign_in(&page, "khai").await,
                "/login/select" => browser.fill(&page, &[("choice", "continue")]).await,
                "/consent" => browser.fill(&page, &[("decision", "allow")]).await,
                _ => page,
            };
            let in_form = page.hidden().into_iter().find(|(name, _)| name == "code").map(|(_, code)| code);
            let code =
                page.parameter("code").or(in_form).unwrap_or_else(|| panic!("{parameter}={value}: {}", page.url));
            let tokens = Tokens(portal.redeem(&code, &[]).await.json());
            if parameter == "acr_values" {
                assert_eq!(tokens.claims()["acr"], value);
            }
        }
    }
    town.leave().await;
}

/// Discovery §3: ui_locales_supported are languages of the pages.
#[tokio::test]
async fn every_language_that_is_advertised_is_spoken() {
    let town = Town::new().await;
    let languages = list(&metadata(&town).await, "ui_locales_supported");
    assert_eq!(languages.len(), 2);
    for language in languages {
        let page = town.browser().open(&town.rp("portal").url(&[("ui_locales", &language)])).await;
        assert!(page.body.contains(&format!("<html lang=\"{language}\">")), "{language}");
    }
    town.leave().await;
}

/// Discovery §3: what is said not to be supported is refused, what is not advertised is no option.
#[tokio::test]
async fn nothing_works_that_is_not_advertised() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    assert_eq!(metadata["claims_parameter_supported"], true);
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    for (member, parameter, code) in [
        ("request_parameter_supported", "request", "request_not_supported"),
        ("request_uri_parameter_supported", "request_uri", "request_uri_not_supported"),
    ] {
        assert_eq!(metadata[member], false);
        assert_eq!(error(&mut browser, &portal, &[(parameter, "x")]).await, code);
    }
    for changes in
        [("code_challenge_method", "plain"), ("response_mode", "fragment"), ("prompt", "create"), ("display", "x")]
    {
        assert_eq!(error(&mut browser, &portal, &[changes]).await, "invalid_request", "{changes:?}");
    }
    let closed = town.send_json("POST", "/register", None, &serde_json::json!({})).await;
    assert_eq!((metadata.get("registration_endpoint"), closed.status), (None, StatusCode::FORBIDDEN));
    for path in ["/revoke", "/introspect", "/par", "/device_authorization", "/.well-known/webfinger"] {
        assert_eq!(town.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    town.leave().await;
}

/// What the operator took away is neither advertised nor published.
#[tokio::test]
async fn an_algorithm_that_the_operator_took_away_is_not_advertised() {
    use motcua::jose::jwa::Algorithm;
    let town = Town::with(|config| config.keys.algorithms = vec![Algorithm::Es256, Algorithm::Rs256]).await;
    let metadata = metadata(&town).await;
    assert_eq!(list(&metadata, "id_token_signing_alg_values_supported"), ["ES256", "RS256"]);
    let set = town.get("/jwks").await.json();
    let published: BTreeSet<&str> =
        set["keys"].as_array().unwrap().iter().map(|key| key["alg"].as_str().unwrap()).collect();
    assert!(published.is_subset(&BTreeSet::from(["ES256", "RS256"])), "{published:?}");
    town.leave().await;
}
