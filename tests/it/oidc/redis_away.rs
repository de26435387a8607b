//! Redis away: each replica counts by itself, more strictly, and nobody meets an error.

use std::net::SocketAddr;

use http::StatusCode;
use motcua::config::database::SecretUrl;
use tokio::io::copy_bidirectional;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use url::Url;

use crate::town::PASSWORD;
use crate::town::Town;

/// A line to Redis that can be cut.
async fn line_to(redis: SocketAddr) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let forward = async move {
        let mut connections = JoinSet::new();
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = TcpStream::connect(redis).await.unwrap();
            connections.spawn(async move { copy_bidirectional(&mut near, &mut far).await });
        }
    };
    (address, tokio::spawn(forward))
}

/// A town whose Redis can be cut off, if there is one.
async fn town_on_a_line() -> Option<(Town, tokio::task::JoinHandle<()>)> {
    let mut url = Url::parse(&std::env::var("MOTCUA_TEST_REDIS").ok()?).unwrap();
    let redis = url.socket_addrs(|| Some(6379)).unwrap()[0];
    let (address, line) = line_to(redis).await;
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(address.port())).unwrap();
    Some((Town::with(|config| config.ephemeral.url = SecretUrl(url.into())).await, line))
}

/// sign-in.md: "endpoints that need single-use state answer 503 with Retry-After"; the others go on.
#[tokio::test]
async fn without_redis_nothing_is_pushed_and_sign_ins_go_on() {
    let Some((town, line)) = town_on_a_line().await else {
        println!("ignored: MOTCUA_TEST_REDIS names no Redis");
        return;
    };
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let pushed = portal.url_by_reference(&portal.pushed(&[]).await);
    let page = browser.open(&pushed).await;
    line.abort();
    let refusals = [portal.push(&[]).await, browser.open(&pushed).await, browser.sign_in(&page, "khai").await];
    for page in refusals {
        assert_eq!(
            (page.status, page.header("retry-after")),
            (StatusCode::SERVICE_UNAVAILABLE, Some("1")),
            "{}",
            page.body
        );
    }
    assert!(!portal.code(&mut browser, &[]).await.is_empty());
    town.leave().await;
}

/// Throttling falls back to half the free tries, and the right password still signs in.
#[tokio::test]
async fn without_redis_half_the_tries_are_free_and_sign_in_works() {
    let Some((town, line)) = town_on_a_line().await else {
        println!("ignored: MOTCUA_TEST_REDIS names no Redis");
        return;
    };
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    line.abort();
    let wrong = [("username", "khai"), ("password", "wrong")];
    for _ in 0..2 {
        assert_eq!(browser.fill(&page, &wrong).await.status, StatusCode::OK);
    }
    assert_eq!(browser.fill(&page, &wrong).await.status, StatusCode::TOO_MANY_REQUESTS);
    let right = [("username", "an"), ("password", PASSWORD)];
    assert!(browser.fill(&page, &right).await.parameter("code").is_some());
    town.leave().await;
}
