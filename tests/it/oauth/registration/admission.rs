//! Who may register, how often, and what becomes of clients that nobody uses: RFC 7591 §3, RFC 7592.

use std::time::Duration;

use http::StatusCode;
use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use motcua::config::registration::Policy;
use motcua::http::extract::visitor::Peer;
use motcua::jobs;
use serde_json::Value;
use serde_json::json;

use super::super::refused;
use super::least;
use super::open_town;
use super::register;
use super::registered;
use crate::town::Town;

/// §1.2 and §3: under the policy "closed" nobody registers, and the metadata name no endpoint.
#[tokio::test]
async fn nobody_registers_while_registration_is_closed() {
    let town = Town::new().await;
    refused(&register(&town, &least()).await, 403, "access_denied");
    refused(&town.send_json("POST", "/register", Some("x"), &least()).await, 403, "access_denied");
    let metadata = town.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata.get("registration_endpoint"), None);
    town.leave().await;
}

/// §3: "the client registration endpoint MAY be an OAuth 2.0 protected resource and it MAY accept an initial access token";
/// RFC 6750 §3.1.
#[tokio::test]
async fn an_initial_access_token_lets_register_and_nothing_else_does() {
    let digest = |token: &str| base64url(&sha256(token.as_bytes()));
    let town = Town::with(|config| {
        config.registration.policy = Policy::InitialAccessToken;
        config.registration.initial_access_tokens = vec![digest("other"), digest("sesame")];
    })
    .await;
    let without = register(&town, &least()).await;
    assert_eq!(
        (without.status, without.header("www-authenticate")),
        (StatusCode::UNAUTHORIZED, Some("Bearer realm=\"motcua\""))
    );
    for wrong in ["sesam", "sesame2", &digest("sesame"), "x"] {
        let page = town.send_json("POST", "/register", Some(wrong), &least()).await;
        refused(&page, 401, "invalid_token");
        assert!(page.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
    }
    for _ in 0..2 {
        let page = town.send_json("POST", "/register", Some("sesame"), &least()).await;
        assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
    }
    town.leave().await;
}

/// §5: open registration invites denial of service: a network has its share of each hour, whoever has an initial access token
/// has not.
#[tokio::test]
async fn a_network_registers_so_many_clients_in_an_hour() {
    let town = Town::with(|config| {
        config.registration.policy = Policy::Open;
        config.registration.hourly_limit = 2;
        config.registration.initial_access_tokens = vec![base64url(&sha256(b"sesame"))];
    })
    .await;
    for _ in 0..2 {
        registered(&town, &least()).await;
    }
    let page = register(&town, &least()).await;
    refused(&page, 429, "temporarily_unavailable");
    assert_eq!(page.header("retry-after"), Some("3600"));
    let mut elsewhere = axum::extract::Request::post("/register").header("content-type", "application/json");
    elsewhere.extensions_mut().unwrap().insert(Peer("198.51.100.1:1".parse().unwrap()));
    let response = town.send(elsewhere.body(least().to_string().into()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(town.send_json("POST", "/register", Some("sesame"), &least()).await.status, StatusCode::CREATED);
    town.clock.pass(Duration::from_secs(3600));
    registered(&town, &least()).await;
    town.leave().await;
}

/// §5: a client at which nobody ever signed in is removed after a while; one that was used stays.
#[tokio::test]
async fn a_client_that_nobody_used_goes_after_a_while() {
    let town = open_town().await;
    let elsewhere = json!({"redirect_uris": ["https://idle.example/cb"]});
    let (used, idle) = (registered(&town, &least()).await, registered(&town, &elsewhere).await);
    town.clock.pass(Duration::from_secs(60));
    town.registered(&used).tokens(&mut town.browser(), &[]).await;
    town.clock.pass(Duration::from_secs(30 * 86_400 - 61));
    jobs::clean::run(town.app.clone()).await.unwrap();
    assert_eq!(town.browser().open(&town.registered(&idle).url(&[])).await.path(), "/login");
    town.clock.pass(Duration::from_secs(2));
    jobs::clean::run(town.app.clone()).await.unwrap();
    assert_eq!(town.browser().open(&town.registered(&idle).url(&[])).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(town.browser().open(&town.registered(&used).url(&[])).await.path(), "/login");
    assert!(
        town.audit()
            .await
            .iter()
            .any(|(act, client, _)| { act == "client_removed" && client.as_deref() == idle["client_id"].as_str() })
    );
    town.leave().await;
}

/// Each registration is one event of the audit trail, and says how it was allowed.
#[tokio::test]
async fn a_registration_is_one_event() {
    let town = open_town().await;
    let told = registered(&town, &least()).await;
    register(&town, &json!({})).await;
    let events: Vec<_> = town.audit().await.into_iter().filter(|(act, ..)| act == "client_registered").collect();
    let client = told["client_id"].as_str().map(str::to_owned);
    assert_eq!(events, [("client_registered".to_owned(), client, Some("open registration".to_owned()))]);
    town.leave().await;
}

/// RFC 8252 §8.4: native apps are public clients, "except when using a mechanism like Dynamic Client Registration"; §7: claimed
/// https, private-use schemes, loopback.
#[tokio::test]
async fn native_apps_register_each_kind_of_address() {
    let town = open_town().await;
    let native = |uris: Value, method: &str| json!({"redirect_uris": uris, "application_type": "native", "token_endpoint_auth_method": method});
    let all = json!(["http://127.0.0.1/cb", "http://[::1]/cb", "com.example.app:/cb", "https://app.example/cb"]);
    for method in ["none", "client_secret_basic"] {
        let told = registered(&town, &native(all.clone(), method)).await;
        assert_eq!(told["redirect_uris"], all);
        let rp = town.registered(&told);
        let address = "http://127.0.0.1:51004/cb";
        let code = rp.code(&mut town.browser(), &[("redirect_uri", address)]).await;
        assert_eq!(rp.redeem(&code, &[("redirect_uri", address)]).await.status, StatusCode::OK, "{method}");
    }
    for uri in ["myapp:/cb", "http://app.example/cb"] {
        refused(&register(&town, &native(json!([uri]), "none")).await, 400, "invalid_redirect_uri");
    }
    town.leave().await;
}
