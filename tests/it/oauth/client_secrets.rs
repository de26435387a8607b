//! Chosen client secrets. RFC 6749 §2.3.1: "Since this client authentication method involves a password, the authorization
//! server MUST protect any endpoint utilizing it against brute force attacks."

use std::sync::mpsc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use motcua::http::extract::visitor::Peer;

use super::basic;
use super::refused;
use crate::operations::phc;
use crate::town::Page;
use crate::town::Town;

const HERE: &str = "192.0.2.7:1";
const ELSEWHERE: &str = "198.51.100.1:1";

/// Some clients with secrets that somebody chose: the secret is "right".
async fn town() -> Town {
    let town = Town::new().await;
    let client = |id: &str| {
        format!(
            "[[clients]]\nclient_id = \"{id}\"\nsecrets = [{{ phc = \"{}\" }}, {{ phc = \"{}\" }}]\n\
             grant_types = [\"client_credentials\"]\nscope = \"a\"\n",
            phc("former", 64, 1),
            phc("right", 64, 1)
        )
    };
    let declared: String = (0..5).map(|n| client(&format!("chosen-{n}"))).collect();
    town.apply(&declared).await;
    town
}

async fn ask_from(town: &Town, peer: &str, endpoint: &str, client: &str, secret: &str) -> Page {
    let request = Request::post(endpoint)
        .header("authorization", basic(client, secret))
        .header("content-type", "application/x-www-form-urlencoded")
        .extension(Peer(peer.parse().unwrap()))
        .body(Body::from("grant_type=client_credentials&token=x"));
    Page::read(endpoint, town.send(request.unwrap()).await).await
}

async fn token(town: &Town, peer: &str, client: &str, secret: &str) -> Page {
    ask_from(town, peer, "/token", client, secret).await
}

fn too_many(page: &Page) {
    refused(page, 429, "temporarily_unavailable");
    let wait: u64 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}

/// Guesses at one client are counted at every endpoint together, before they are compared; a secret that is known to be
/// right goes on, and so does everybody elsewhere.
#[tokio::test]
async fn who_guesses_at_a_client_waits_and_the_client_does_not() {
    let town = town().await;
    assert_eq!(token(&town, HERE, "chosen-0", "right").await.status, StatusCode::OK);
    for n in 0..29 {
        let endpoint = ["/token", "/par", "/introspect", "/revoke"][n % 4];
        refused(&ask_from(&town, HERE, endpoint, "chosen-0", "wrong").await, 401, "invalid_client");
    }
    for endpoint in ["/token", "/par", "/introspect", "/revoke"] {
        too_many(&ask_from(&town, HERE, endpoint, "chosen-0", "wrong").await);
    }
    assert_eq!(token(&town, HERE, "chosen-0", "right").await.status, StatusCode::OK, "known to be right");
    too_many(&token(&town, HERE, "chosen-0", "former").await); // right, but nobody has used it yet
    assert_eq!(token(&town, ELSEWHERE, "chosen-0", "former").await.status, StatusCode::OK);
    assert_eq!(token(&town, HERE, "chosen-1", "right").await.status, StatusCode::OK, "another client");
    town.clock.pass(Duration::from_secs(60));
    refused(&token(&town, HERE, "chosen-0", "wrong").await, 401, "invalid_client");
    town.leave().await;
}

/// Nor does it help to go from client to client.
#[tokio::test]
async fn a_network_guesses_at_all_clients_together() {
    let town = town().await;
    for n in 0..100 {
        refused(&token(&town, HERE, &format!("chosen-{}", n % 5), "wrong").await, 401, "invalid_client");
    }
    too_many(&token(&town, HERE, "chosen-0", "wrong").await);
    assert_eq!(token(&town, ELSEWHERE, "chosen-0", "right").await.status, StatusCode::OK);
    town.leave().await;
}

/// "They stop people's sign-ins": they have a pool of their own.
#[tokio::test]
async fn client_secrets_that_wait_keep_nobody_from_signing_in() {
    let town = town().await;
    let (release, released) = mpsc::channel::<()>();
    town.app
        .secret_hashing
        .try_send(Box::new(move |_| {
            let _ = released.recv();
        }))
        .unwrap();
    while town.app.secret_hashing.try_send(Box::new(|_| {})).is_ok() {}
    let full = token(&town, HERE, "chosen-0", "right").await;
    refused(&full, 503, "temporarily_unavailable");
    assert_eq!(full.header("retry-after"), Some("1"));
    assert!(!town.rp("portal").code(&mut town.browser(), &[]).await.is_empty());
    drop(release);
    town.leave().await;
}
