//! Discovery: OpenID Connect Discovery §3, §4, RFC 8414 §2, §3. Each advertised value is tried.

use std::collections::BTreeSet;

use http::StatusCode;
use motcua::config::registration::Policy;
use motcua::identity::assurance::Level;
use serde_json::Value;

use super::client;
use super::encryption::Recipient;
use super::error;
use super::signing_client;
use crate::town::Device;
use crate::town::ISSUER;
use crate::town::OwnKey;
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
            "token_endpoint" | "pushed_authorization_request_endpoint" => StatusCode::METHOD_NOT_ALLOWED,
            "userinfo_endpoint" => StatusCode::UNAUTHORIZED,
            "introspection_endpoint" | "revocation_endpoint" => StatusCode::METHOD_NOT_ALLOWED,
            "jwks_uri" => StatusCode::OK,
            "end_session_endpoint" => StatusCode::SEE_OTHER,
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

/// Discovery §3: id_token_encryption_alg_values_supported, id_token_encryption_enc_values_supported,
/// userinfo_encryption_alg_values_supported, userinfo_encryption_enc_values_supported,
/// userinfo_signing_alg_values_supported.
#[tokio::test]
async fn every_encryption_and_signature_that_is_advertised_can_be_registered() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    let mut browser = town.browser();
    let lists = ["id_token_encryption_alg_values_supported", "id_token_encryption_enc_values_supported"];
    let [algs, encs] = lists.map(|name| list(&metadata, name));
    for (name, own) in
        [("userinfo_encryption_alg_values_supported", &algs), ("userinfo_encryption_enc_values_supported", &encs)]
    {
        assert_eq!(list(&metadata, name), *own);
    }
    let signatures = list(&metadata, "userinfo_signing_alg_values_supported");
    for (n, (alg, enc)) in algs.iter().flat_map(|alg| encs.iter().map(move |enc| (alg, enc))).enumerate() {
        let (recipient, signed) = (Recipient::for_alg(alg), &signatures[n % signatures.len()]);
        let more = format!(
            "{}\nid_token_encrypted_response_alg = \"{alg}\"\nid_token_encrypted_response_enc = \"{enc}\"\n\
             userinfo_encrypted_response_alg = \"{alg}\"\nuserinfo_encrypted_response_enc = \"{enc}\"\n\
             userinfo_signed_response_alg = \"{signed}\"",
            recipient.jwks()
        );
        let id = format!("c-{n}");
        town.apply(&client(&id, "licences", &more)).await;
        let tokens = town.rp(&id).tokens(&mut browser, &[]).await;
        let userinfo = town.rp(&id).userinfo(tokens.access_token()).await.body;
        for whole in [tokens.id_token(), &userinfo] {
            let header = header_of(whole);
            assert_eq!((header["alg"].as_str(), header["enc"].as_str()), (Some(alg.as_str()), Some(enc.as_str())));
        }
        assert_eq!(header_of(&recipient.decrypt(&userinfo))["alg"], signed.as_str());
        assert_eq!(header_of(&recipient.decrypt(tokens.id_token()))["typ"], "JWT");
    }
    for (alg, enc) in [("RSA1_5", "A128GCM"), ("RSA-OAEP", "A128GCM"), ("dir", "A128GCM"), ("ECDH-ES", "A192GCM")] {
        for member in ["id_token_encrypted_response", "userinfo_encrypted_response"] {
            let keys = Recipient::for_alg("ECDH-ES").jwks();
            let toml = client("x", "licences", &format!("{keys}\n{member}_alg = \"{alg}\"\n{member}_enc = \"{enc}\""));
            assert!(town.try_apply(&toml, false).await.is_err(), "{member} {alg} {enc}");
        }
    }
    for alg in ["none", "HS256"] {
        let toml = client("x", "licences", &format!("userinfo_signed_response_alg = \"{alg}\""));
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
            "private_key_jwt" => continue, // below, by each algorithm
            "none" => "app",
            other => panic!("nobody tries {other}"),
        };
        assert!(!town.rp(id).tokens(&mut browser, &[]).await.access_token().is_empty(), "{method}");
    }
    for endpoint in ["introspection", "revocation"] {
        let methods = list(&metadata, &format!("{endpoint}_endpoint_auth_methods_supported"));
        let path = if endpoint == "revocation" { "/revoke" } else { "/introspect" };
        for (method, id) in [("client_secret_basic", "portal"), ("client_secret_post", "certified"), ("none", "app")] {
            let taken = town.rp(id).authenticated(path, &[("token", "x")]).await.status == StatusCode::OK;
            assert_eq!(taken, methods.iter().any(|own| own == method), "{endpoint} {method}");
        }
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

/// Discovery §3: token_endpoint_auth_signing_alg_values_supported: "Servers SHOULD support RS256. The value none MUST NOT be
/// used."
#[tokio::test]
async fn every_algorithm_of_assertions_that_is_advertised_works() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    let algorithms = list(&metadata, "token_endpoint_auth_signing_alg_values_supported");
    assert!(!algorithms.contains(&"none".to_owned()) && algorithms.contains(&"RS256".to_owned()), "{algorithms:?}");
    for alg in algorithms {
        let (id, key) = (alg.to_lowercase(), OwnKey::new(alg.parse().unwrap(), "1"));
        let toml = signing_client(&id, "licences", &key);
        town.apply(&toml).await;
        assert!(!town.rp(&id).with_key(&key).tokens(&mut town.browser(), &[]).await.access_token().is_empty());
    }
    town.leave().await;
}

/// Discovery §3: request_parameter_supported, request_uri_parameter_supported, request_object_signing_alg_values_supported:
/// "Servers SHOULD support none and RS256" (none is refused here on purpose: RFC 9101 §10.2); RFC 9126 §5.
#[tokio::test]
async fn every_way_of_a_request_that_is_advertised_is_taken() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    assert_eq!(metadata["request_parameter_supported"], true);
    assert_eq!(metadata["request_uri_parameter_supported"], true);
    let mut browser = town.browser();
    for alg in list(&metadata, "request_object_signing_alg_values_supported") {
        let (id, key) = (alg.to_lowercase(), OwnKey::new(alg.parse().unwrap(), "1"));
        let place = format!("https://{id}.example/request");
        town.apply(&format!("{}request_uris = [\"{place}\"]\n", signing_client(&id, "licences", &key))).await;
        let rp = town.rp(&id).with_key(&key);
        town.outside.put(&place, rp.object(&key, serde_json::json!({})));
        let by_value = rp.url_by_value(&rp.object(&key, serde_json::json!({})), &[]);
        for url in [by_value, rp.url_by_reference(&place), rp.url_by_reference(&rp.pushed(&[]).await)] {
            assert!(rp.finish(&mut browser, &url).await.parameter("code").is_some(), "{alg}: {url}");
        }
    }
    town.leave().await;
}

/// Discovery §3, Initiating User Registration §4, RFC 9207 §3: what is advertised about the authorization endpoint.
#[tokio::test]
async fn every_value_that_is_advertised_about_the_request_is_taken() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    let (portal, mut device) = (town.rp("portal"), Device::new());
    super::signed_in(&town).await.enrol(&mut device).await;
    crate::credentials::proof(&town, "khai", Level::Two).await;
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
            let mut browser = town.browser();
            let page = browser.open(&portal.url(&[])).await;
            browser.use_passkey(&page, &mut device).await;
            let mut page = browser.open(&portal.url(&[(parameter, &value)])).await;
            page = match page.path().as_str() {
                "/login" => browser.use_passkey(&page, &mut device).await,
                "/login/select" => browser.fill(&page, &[("choice", "continue")]).await,
                "/consent" => browser.fill(&page, &[("decision", "allow")]).await,
                _ => page,
            };
            let in_form = page.hidden().into_iter().find(|(name, _)| name == "code").map(|(_, code)| code);
            let code =
                page.parameter("code").or(in_form).unwrap_or_else(|| panic!("{parameter}={value}: {}", page.url));
            let tokens = Tokens(portal.redeem(&code, &[]).await.json());
            if parameter == "acr_values" {
                assert!(tokens.claims()["acr"].as_str().unwrap() >= value.as_str(), "{value}");
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

/// Back-Channel Logout §2.1, Front-Channel Logout §3: what is advertised about logout happens, the session included.
#[tokio::test]
async fn every_way_of_telling_of_a_logout_that_is_advertised_is_used() {
    let town = Town::new().await;
    let metadata = metadata(&town).await;
    let told = "backchannel_logout_uri = \"https://told.example/back\"\n\
                frontchannel_logout_uri = \"https://told.example/front\"";
    town.apply(&client("told", "licences", told)).await;
    town.outside.put("https://told.example/back", "");
    let mut browser = town.browser();
    let sid = town.rp("told").tokens(&mut browser, &[]).await.claims()["sid"].as_str().unwrap().to_owned();
    let page = browser.open(metadata["end_session_endpoint"].as_str().unwrap()).await;
    let done = browser.fill(&page, &[]).await;
    let token = &town.outside.asked("https://told.example/back")[0].form[0].1;
    for (member, session) in [
        ("backchannel_logout_session_supported", crate::town::claims_of(token)["sid"].as_str() == Some(&sid)),
        ("frontchannel_logout_session_supported", done.frames()[0].ends_with(&format!("&sid={sid}"))),
    ] {
        assert_eq!((&metadata[member], &metadata[member.replace("session_", "")]), (&session.into(), &true.into()));
        assert!(session, "{member}");
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
    assert_eq!(metadata["require_request_uri_registration"], true);
    assert_eq!(
        error(&mut browser, &portal, &[("request_uri", "https://portal.example/r")]).await,
        "invalid_request_uri"
    );
    assert_eq!(metadata["require_pushed_authorization_requests"], false);
    assert!(!portal.code(&mut browser, &[]).await.is_empty());
    for changes in
        [("code_challenge_method", "plain"), ("response_mode", "fragment"), ("prompt", "create"), ("display", "x")]
    {
        assert_eq!(error(&mut browser, &portal, &[changes]).await, "invalid_request", "{changes:?}");
    }
    let closed = town.send_json("POST", "/register", None, &serde_json::json!({})).await;
    assert_eq!((metadata.get("registration_endpoint"), closed.status), (None, StatusCode::FORBIDDEN));
    for path in ["/device_authorization", "/.well-known/webfinger"] {
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
    let published: BTreeSet<&str> = set["keys"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["use"] == "sig")
        .map(|key| key["alg"].as_str().unwrap())
        .collect();
    assert!(published.is_subset(&BTreeSet::from(["ES256", "RS256"])), "{published:?}");
    town.leave().await;
}
