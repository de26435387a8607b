//! OpenID Connect Dynamic Client Registration 1.0, and pairwise subjects of registered clients (Core §8.1).

use http::StatusCode;
use motcua::config::pages::ClientLogo;
use motcua::config::registration::Policy;
use motcua::outbound::Expect;
use motcua::outbound::Unreachable;
use serde_json::Value;
use serde_json::json;

use crate::oauth::refused;
use crate::oauth::registration::open_town;
use crate::oauth::registration::register;
use crate::oauth::registration::registered;
use crate::oauth::registration::with;
use crate::town::Town;
use crate::town::header_of;

/// The subject of khai at a client.
async fn subject(town: &Town, told: &Value) -> String {
    let rp = town.registered(told);
    let uri = rp.redirect_uri.clone();
    let tokens = rp.tokens(&mut town.browser(), &[("redirect_uri", &uri)]).await;
    tokens.claims()["sub"].as_str().unwrap().to_owned()
}

async fn subject_at(town: &Town, redirect_uris: Value) -> String {
    subject(town, &registered(town, &json!({"redirect_uris": redirect_uris})).await).await
}

/// Core §8.1: without `sector_identifier_uri` "the Sector Identifier is the host component of the registered `redirect_uri`".
#[tokio::test]
async fn clients_of_one_host_see_one_subject_and_of_two_hosts_two() {
    let town = open_town().await;
    let one = subject_at(&town, json!(["https://rp.example/a"])).await;
    let two = subject_at(&town, json!(["https://rp.example:8443/b", "https://rp.example/c"])).await;
    let other = subject_at(&town, json!(["https://other.example/a"])).await;
    assert_eq!(one, two);
    assert_ne!(one, other);
    let portal = town.rp("portal").tokens(&mut town.browser(), &[]).await.claims()["sub"].clone();
    assert_ne!(subject_at(&town, json!(["https://portal.example/x"])).await, portal, "an agency's sector is its own");
    town.leave().await;
}

/// Core §8.1: nobody else's subject: where answers go to a device, the host says nothing about who receives them.
#[tokio::test]
async fn native_apps_share_their_subjects_with_nobody() {
    let town = open_town().await;
    let native =
        async |uris: Value| registered(&town, &json!({"redirect_uris": uris, "application_type": "native"})).await;
    let loopback = json!(["http://127.0.0.1/cb", "http://[::1]/cb"]);
    let (one, two) = (native(loopback.clone()).await, native(loopback).await);
    assert_ne!(subject(&town, &one).await, subject(&town, &two).await);
    let real = subject_at(&town, json!(["https://rp.example/cb"])).await;
    let guest = native(json!(["http://127.0.0.1/cb", "https://rp.example/cb"])).await;
    assert_ne!(subject(&town, &guest).await, real);
    town.leave().await;
}

/// Core §8.1: "If there are multiple hostnames in the registered `redirect_uris`, the Client MUST register a
/// `sector_identifier_uri`."
#[tokio::test]
async fn several_hosts_need_a_sector_identifier_uri() {
    let town = open_town().await;
    let hosts = json!({"redirect_uris": ["https://a.example/cb", "https://b.example/cb"]});
    refused(&register(&town, &hosts).await, 400, "invalid_client_metadata");
    town.leave().await;
}

const SECTOR: &str = "https://sector.example/uris.json";

/// §5: "The values registered in `redirect_uris` MUST be included in the elements of the array, or registration MUST fail"; Core
/// §8.1: the sector is the host of the URI.
#[tokio::test]
async fn a_sector_identifier_uri_lists_every_redirect_uri() {
    let town = open_town().await;
    let uris = json!(["https://a.example/cb", "https://b.example/cb"]);
    town.outside.put(SECTOR, json!(["https://x.example/", "https://b.example/cb", "https://a.example/cb"]).to_string());
    let asked = json!({"redirect_uris": uris, "sector_identifier_uri": SECTOR, "subject_type": "pairwise"});
    let told = registered(&town, &asked).await;
    assert_eq!(told["sector_identifier_uri"], SECTOR);
    let asked_of = town.outside.asked(SECTOR);
    assert_eq!((asked_of.len(), asked_of[0].expect, &asked_of[0].bearer), (1, Expect::Json, &None));
    let alone = subject_at(&town, json!(["https://a.example/cb"])).await;
    assert_ne!(subject(&town, &told).await, alone);
    let sibling = json!({"redirect_uris": ["https://b.example/cb"], "sector_identifier_uri": SECTOR});
    assert_eq!(subject(&town, &registered(&town, &sibling).await).await, subject(&town, &told).await);
    assert_eq!(subject(&town, &told).await, subject_at(&town, json!(["https://sector.example/cb"])).await);
    for list in [json!(["https://a.example/cb"]), json!([]), json!(["https://a.example/cb", "https://b.example/cb/"])] {
        town.outside.put(SECTOR, list.to_string());
        refused(&register(&town, &asked).await, 400, "invalid_client_metadata");
    }
    town.leave().await;
}

/// §5: "a JSON array of `redirect_uri` values": nothing else counts, and what went wrong on the way there stays unsaid.
#[tokio::test]
async fn a_sector_identifier_uri_that_holds_no_list_is_refused() {
    let town = open_town().await;
    let asked = with(&json!({"sector_identifier_uri": SECTOR}));
    let endless = json!(vec!["https://rp.example/cb"; 1001]).to_string();
    for body in
        [&endless, "", "{}", "\"https://rp.example/cb\"", "[\"https://rp.example/cb\",1]", "[\"https://rp.example/cb\""]
    {
        town.outside.put(SECTOR, body);
        refused(&register(&town, &asked).await, 400, "invalid_client_metadata");
    }
    let mut said = Vec::new();
    for why in [
        Unreachable::Refused("the address is not public"),
        Unreachable::Failed("connection refused".into()),
        Unreachable::Status(302),
        Unreachable::Busy,
    ] {
        town.outside.fail(SECTOR, why);
        said.push(register(&town, &asked).await.body);
    }
    assert!(said.windows(2).all(|pair| pair[0] == pair[1]), "{said:?}");
    town.leave().await;
}

/// §2 and §5: the list is read again for an update: its rules are those of a registration.
#[tokio::test]
async fn an_update_reads_the_sector_identifier_uri_again() {
    let town = open_town().await;
    town.outside.put(SECTOR, json!(["https://rp.example/cb"]).to_string());
    let told = registered(&town, &with(&json!({"sector_identifier_uri": SECTOR}))).await;
    let replaced = json!({"sector_identifier_uri": SECTOR, "client_id": told["client_id"],
        "redirect_uris": ["https://evil.example/cb"]});
    let (uri, token) = (told["registration_client_uri"].as_str().unwrap(), told["registration_access_token"].as_str());
    refused(&town.send_json("PUT", uri, token, &replaced).await, 400, "invalid_client_metadata");
    town.outside.put(SECTOR, json!(["https://rp.example/cb", "https://evil.example/cb"]).to_string());
    assert_eq!(town.send_json("PUT", uri, token, &replaced).await.status, StatusCode::OK);
    town.leave().await;
}

/// §2: `id_token_signed_response_alg`: "The default, if omitted, is RS256"; "`none` MUST NOT be used" but for flows that return no
/// ID token from the authorization endpoint, and here it is not offered at all.
#[tokio::test]
async fn id_tokens_are_signed_as_registered_and_by_rs256_otherwise() {
    let town = open_town().await;
    let told = registered(&town, &with(&json!({}))).await;
    let tokens = town.registered(&told).tokens(&mut town.browser(), &[]).await;
    assert_eq!(header_of(tokens.id_token())["alg"], "RS256");
    for alg in ["ES256", "EdDSA", "PS256", "RS256"] {
        let told = registered(&town, &with(&json!({"id_token_signed_response_alg": alg}))).await;
        assert_eq!(told["id_token_signed_response_alg"], alg);
        let tokens = town.registered(&told).tokens(&mut town.browser(), &[]).await;
        assert_eq!(header_of(tokens.id_token())["alg"], alg);
    }
    refused(
        &register(&town, &with(&json!({"id_token_signed_response_alg": "none"}))).await,
        400,
        "invalid_client_metadata",
    );
    town.leave().await;
}

/// §3.2: what the operator took away is not registered either.
#[tokio::test]
async fn an_algorithm_that_the_operator_took_away_cannot_be_registered() {
    use motcua::jose::jwa::Algorithm;
    let town = Town::with(|config| {
        config.registration.policy = Policy::Open;
        config.keys.algorithms = vec![Algorithm::Es256, Algorithm::Rs256];
    })
    .await;
    for member in ["id_token_signed_response_alg", "userinfo_signed_response_alg", "introspection_signed_response_alg"]
    {
        refused(&register(&town, &with(&json!({member: "PS256"}))).await, 400, "invalid_client_metadata");
    }
    town.leave().await;
}

/// §2: `subject_type`: public subjects are the operator's to allow.
#[tokio::test]
async fn public_subjects_are_for_the_operator_to_allow() {
    let town = open_town().await;
    refused(&register(&town, &with(&json!({"subject_type": "public"}))).await, 400, "invalid_client_metadata");
    town.leave().await;
    let town = Town::with(|config| {
        config.registration.policy = Policy::Open;
        config.registration.public_subjects = true;
    })
    .await;
    let public = async |uri: &str| registered(&town, &json!({"redirect_uris": [uri], "subject_type": "public"})).await;
    let (one, two) = (public("https://a.example/cb").await, public("https://b.example/cb").await);
    assert_eq!(subject(&town, &one).await, subject(&town, &two).await);
    town.leave().await;
}

/// §2: `logo_uri`, "SHOULD be displayed by the OP to the End-User during approval"; `policy_uri`, `tos_uri`, likewise, on whatever host
/// they are; the browser may load the logo where the deployment lets it.
#[tokio::test]
async fn logo_policy_and_terms_stand_on_the_sign_in_page_and_the_consent_page() {
    let town = Town::with(|config| {
        config.registration.policy = Policy::Open;
        config.pages.client_logo = ClientLogo::Registered;
    })
    .await;
    let pages = json!({"client_name": "Sổ tay", "logo_uri": "https://img.example/mark.png",
        "policy_uri": "https://rp.example/policy", "tos_uri": "https://law.example/terms"});
    let told = registered(&town, &with(&pages)).await;
    let (rp, mut browser) = (town.registered(&told), town.browser());
    let login = browser.open(&rp.url(&[])).await;
    let consent = browser.sign_in(&login, "khai").await;
    assert_eq!((login.path().as_str(), consent.path().as_str()), ("/login", "/consent"));
    for page in [login, consent] {
        for shown in [
            "Sổ tay",
            "src=\"https://img.example/mark.png\"",
            "\"https://rp.example/policy\"",
            "\"https://law.example/terms\"",
        ] {
            assert!(page.body.contains(shown), "{shown} at {}", page.url);
        }
        let csp = page.header("content-security-policy").unwrap();
        assert!(csp.contains("img-src 'self' https://img.example;"), "{csp}");
    }
    town.leave().await;
}

/// §2: a logo is never fetched by us, and without the deployment's word not by the browser either.
#[tokio::test]
async fn a_registered_logo_is_not_shown_where_marks_are_approved() {
    let town = open_town().await;
    let told = registered(&town, &with(&json!({"logo_uri": "https://img.example/mark.png"}))).await;
    let page = town.browser().open(&town.registered(&told).url(&[])).await;
    assert!(!page.body.contains("img.example"), "{}", page.body);
    assert!(page.header("content-security-policy").unwrap().contains("img-src 'self';"));
    town.leave().await;
}

/// §2: `default_max_age`, `default_acr_values` count where a request names none.
#[tokio::test]
async fn registered_defaults_count() {
    let town = open_town().await;
    let told =
        registered(&town, &with(&json!({"default_max_age": 60, "default_acr_values": ["urn:motcua:acr:1"]}))).await;
    let (rp, mut browser) = (town.registered(&told), town.browser());
    assert_eq!(rp.tokens(&mut browser, &[]).await.claims()["acr"], "urn:motcua:acr:1");
    town.clock.pass(super::seconds(61));
    assert_eq!(browser.open(&rp.url(&[])).await.path(), "/login");
    town.leave().await;
}

/// §3: the endpoint takes what the specification calls requests from anybody, browser code of registered origins included, and
/// nobody's cookies.
#[tokio::test]
async fn registration_sets_no_cookie() {
    let town = open_town().await;
    let page = register(&town, &with(&json!({}))).await;
    assert_eq!((page.status, page.header("set-cookie")), (StatusCode::CREATED, None));
    town.leave().await;
}
