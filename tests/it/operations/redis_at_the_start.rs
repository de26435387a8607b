//! Redis away when the provider starts.

use http::StatusCode;
use tokio::net::TcpListener;
use url::Url;

use super::program::Site;
use super::program::http;
use crate::town::forward;

/// README: "Redis may be away, at the start as well: sign-ins, tokens and changes go on"; what needs it says so until it
/// comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_whose_redis_is_away_says_so_serves_and_finds_it_once_it_is_there() {
    let place = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = place.local_addr().unwrap();
    drop(place);
    let site = Site::of_the_town().await;
    let redis = std::env::var("MOTCUA_TEST_REDIS").unwrap_or_else(|_| "memory".into());
    site.change(&format!("[ephemeral]\nurl = \"{redis}\""), &format!("[ephemeral]\nurl = \"redis://{address}/\""));
    site.settle();
    let mut serving = site.serve().await;
    let away = serving.line("redis is away; nobody waits for it until it answers").await;
    assert_eq!(away["level"], "WARN");
    let ready = http().get(format!("http://{}/health/ready", serving.operations)).send().await.unwrap();
    assert_eq!(ready.status(), 200);
    let portal = serving.rp("portal");
    assert!(portal.tokens(&mut serving.browser(), &[]).await.claims().contains_key("sub"));
    let pushed = portal.push(&[]).await;
    assert_eq!((pushed.status, pushed.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, Some("1")));
    if redis != "memory" {
        let redis = Url::parse(&redis).unwrap().socket_addrs(|| Some(6379)).unwrap()[0];
        let _line = forward(TcpListener::bind(address).await.unwrap(), redis);
        serving.line("redis answers again").await;
        assert_eq!(portal.push(&[]).await.status, StatusCode::CREATED);
    }
    serving.stop().await;
    site.leave().await;
}
