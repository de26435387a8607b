//! How much of us pushed authorization requests may take: RFC 9126 §7.2.

use std::time::Duration;

use http::StatusCode;
use motcua::store::ephemeral::Share;

use super::refused;
use crate::town::Town;

const MINUTE: Duration = Duration::from_secs(60);

/// §7.2 ("large requests", denial of service): what anybody can push is short and counted, in each network and for each
/// client; who authenticates is not.
#[tokio::test]
async fn pushes_without_client_authentication_are_short_and_counted() {
    let town = Town::new().await;
    let app = town.rp("app");
    refused(&app.push(&[("state", &"s".repeat(9_000))]).await, 413, "invalid_request"); // §2.3
    for _ in 0..1_000 {
        let pushed = app.push(&[]).await;
        assert_eq!(pushed.status, StatusCode::CREATED, "{}", pushed.body);
    }
    refused(&app.push(&[]).await, 429, "temporarily_unavailable");
    assert_eq!(town.rp("portal").push(&[]).await.status, StatusCode::CREATED);
    town.clock.pass(MINUTE * 10);
    assert_eq!(app.push(&[]).await.status, StatusCode::CREATED);
    town.leave().await;
}

/// RFC 6749 §4.1.2: what comes back with a code stays short enough for an address, whatever was pushed.
#[tokio::test]
async fn a_pushed_nonce_or_claims_request_that_would_go_into_the_code_is_short() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let wishes: Vec<String> = (0..150).map(|n| format!("\"claim-number-{n}\":null")).collect();
    let claims = format!("{{\"userinfo\":{{{}}}}}", wishes.join(","));
    for (name, value) in [("nonce", "n".repeat(2049)), ("claims", claims)] {
        refused(&portal.push(&[(name, &value)]).await, 400, "invalid_request");
    }
    assert_eq!(portal.push(&[("nonce", &"n".repeat(2048))]).await.status, StatusCode::CREATED);
    town.leave().await;
}

/// §7.2 (denial of service): a client that pushes without end fills its own share of memory and nobody else's.
#[tokio::test]
async fn a_client_fills_its_own_share_of_memory_alone() {
    if std::env::var("MOTCUA_TEST_REDIS").is_ok() {
        println!("ignored: how much room Redis has is its operator's choice");
        return;
    }
    let town = Town::new().await;
    let (portal, long) = (town.rp("portal"), "s".repeat(30_000));
    // Most of it at once, as if it had been pushed.
    let shares = [Share { whose: "client:portal".into(), part: 8 }];
    let much = vec![0; 31 * 1024 * 1024];
    assert!(town.app.ephemeral.put_within(&shares, "pushed", much, MINUTE).await.unwrap());
    let mut pushes = 0;
    let full = loop {
        let pushed = portal.push(&[("state", &long)]).await;
        pushes += 1;
        if pushed.status != StatusCode::CREATED || pushes > 60 {
            break pushed;
        }
    };
    assert!(pushes > 10, "{pushes}");
    refused(&full, 429, "temporarily_unavailable");
    assert!(full.header("retry-after").is_some());
    assert_eq!(town.rp("clinic").push(&[]).await.status, StatusCode::CREATED);
    town.leave().await;
}
