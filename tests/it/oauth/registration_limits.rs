//! What strangers may cost: RFC 7591 §5.

use std::time::Duration;

use axum::extract::Request;
use http::StatusCode;
use motcua::config::registration::Policy;
use motcua::http::extract::visitor::Peer;
use motcua::jobs;
use serde_json::Value;
use serde_json::json;

use super::refused;
use super::registration::least;
use super::registration::open_town;
use super::registration::registered;
use super::registration::with;
use crate::town::Page;
use crate::town::Town;

/// Registers from the network with this number.
async fn register_from(town: &Town, network: usize) -> Page {
    let mut request = Request::post("/register").header("content-type", "application/json");
    request.extensions_mut().unwrap().insert(Peer(format!("198.51.{network}.1:1").parse().unwrap()));
    Page::read("/register", town.send(request.body(least().to_string().into()).unwrap()).await).await
}

async fn update(town: &Town, told: &Value) -> Page {
    let uri = told["registration_client_uri"].as_str().unwrap();
    let body = with(&json!({"client_id": told["client_id"]}));
    town.send_json("PUT", uri, told["registration_access_token"].as_str(), &body).await
}

/// §5: "denial-of-service" by open registration: all networks together have a share of each hour.
#[tokio::test]
async fn all_networks_together_register_so_many_clients_in_an_hour() {
    let town = Town::with(|config| {
        config.registration.policy = Policy::Open;
        config.registration.hourly_limit_total = 3;
    })
    .await;
    for network in 0..3 {
        assert_eq!(register_from(&town, network).await.status, StatusCode::CREATED);
    }
    refused(&register_from(&town, 4).await, 429, "temporarily_unavailable");
    town.clock.pass(Duration::from_secs(3600));
    assert_eq!(register_from(&town, 4).await.status, StatusCode::CREATED);
    town.leave().await;
}

/// RFC 7592 §5: an update costs what a registration costs: a client has sixty in an hour, whatever others do.
#[tokio::test]
async fn a_client_updates_itself_so_often_in_an_hour() {
    let town = open_town().await;
    let (told, other) = (registered(&town, &least()).await, registered(&town, &least()).await);
    for _ in 0..60 {
        assert_eq!(update(&town, &told).await.status, StatusCode::OK);
    }
    let page = update(&town, &told).await;
    refused(&page, 429, "temporarily_unavailable");
    assert_eq!(page.header("retry-after"), Some("3600"));
    assert_eq!(update(&town, &other).await.status, StatusCode::OK);
    town.clock.pass(Duration::from_secs(3600));
    assert_eq!(update(&town, &told).await.status, StatusCode::OK);
    town.leave().await;
}

/// §5: a client that only updates itself is one at which nobody ever signed in, and goes as those do; one that was used
/// stays.
#[tokio::test]
async fn an_update_is_no_use_of_a_client() {
    let town = open_town().await;
    let (used, idle) = (registered(&town, &least()).await, registered(&town, &least()).await);
    town.clock.pass(Duration::from_secs(60));
    assert_eq!(update(&town, &idle).await.status, StatusCode::OK);
    assert_eq!(update(&town, &used).await.status, StatusCode::OK);
    town.registered(&used).tokens(&mut town.browser(), &[]).await;
    town.clock.pass(Duration::from_secs(30 * 86_400));
    jobs::clean::run(town.app.clone()).await.unwrap();
    refused(&update(&town, &idle).await, 401, "invalid_token");
    assert_eq!(update(&town, &used).await.status, StatusCode::OK);
    town.leave().await;
}

/// §5: strangers do not register faster than what they leave unused is removed.
#[tokio::test]
async fn all_that_nobody_used_goes_at_once() {
    let town = open_town().await;
    for _ in 0..120 {
        registered(&town, &least()).await;
    }
    town.clock.pass(Duration::from_secs(31 * 86_400));
    jobs::clean::run(town.app.clone()).await.unwrap();
    let removed = town.audit().await.into_iter().filter(|(act, ..)| act == "client_removed").count();
    assert_eq!(removed, 120);
    town.leave().await;
}

/// RFC 9126 §7.2: anybody may register a client that authenticates, and as many as they like: what those push is short, and
/// counted for each registered domain.
#[tokio::test]
async fn registered_clients_of_one_domain_share_what_they_may_push() {
    let town = open_town().await;
    let client = async |host: &str| {
        let told = registered(&town, &json!({"redirect_uris": [format!("https://{host}/cb")]})).await;
        town.registered(&told)
    };
    let (one, two) = (client("a.mallory.example").await, client("b.mallory.example").await);
    refused(&one.push(&[("state", &"s".repeat(9_000))]).await, 413, "invalid_request");
    for _ in 0..1_000 {
        assert_eq!(one.push(&[]).await.status, StatusCode::CREATED);
        assert_eq!(two.push(&[]).await.status, StatusCode::CREATED);
    }
    let page = two.push(&[]).await;
    refused(&page, 429, "temporarily_unavailable");
    assert!(page.header("retry-after").is_some());
    refused(&client("c.mallory.example").await.push(&[]).await, 429, "temporarily_unavailable");
    assert_eq!(client("alice.example").await.push(&[]).await.status, StatusCode::CREATED);
    assert_eq!(town.rp("portal").push(&[]).await.status, StatusCode::CREATED);
    town.clock.pass(Duration::from_secs(600));
    assert_eq!(two.push(&[]).await.status, StatusCode::CREATED);
    town.leave().await;
}
