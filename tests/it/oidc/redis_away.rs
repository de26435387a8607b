//! Redis away: each replica counts by itself, more strictly, and nobody meets an error.

use http::StatusCode;
use motcua::config::database::SecretUrl;
use tokio::net::TcpListener;
use url::Url;

use crate::credentials::texts;
use crate::town::PASSWORD;
use crate::town::Town;
use crate::town::code;
use crate::town::forward;
use crate::town::line_to;

/// A town whose Redis can be cut off, if there is one.
async fn town_on_a_line() -> Option<(Town, tokio::task::JoinHandle<()>)> {
    let redis = Url::parse(&std::env::var("MOTCUA_TEST_REDIS").ok()?).unwrap();
    let (url, line) = line_to(redis, 6379).await;
    Some((Town::with(|config| config.ephemeral.url = SecretUrl(url.into())).await, line))
}

/// Redis that takes connections and never says a word, from the start: nobody waits for it but those who met it first, and
/// what needs it says so.
#[tokio::test]
async fn a_redis_that_is_silent_slows_no_sign_in_down() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let town = Town::with(|config| config.ephemeral.url = SecretUrl(url)).await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let begun = std::time::Instant::now();
    assert_eq!(portal.push(&[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    for _ in 0..5 {
        assert!(!portal.code(&mut town.browser(), &[]).await.is_empty());
        let pushed = portal.push(&[]).await;
        assert_eq!((pushed.status, pushed.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, Some("1")));
    }
    let page = browser.open(&portal.url(&[])).await;
    assert!(browser.sign_in(&page, "khai").await.parameter("code").is_some());
    assert!(begun.elapsed() < std::time::Duration::from_secs(4), "{:?}", begun.elapsed());
    town.leave().await;
}

/// Redis that was away and answers again is used again, by itself.
#[tokio::test]
async fn a_redis_that_comes_back_is_used_again() {
    let Some((town, line)) = town_on_a_line().await else {
        println!("ignored: MOTCUA_TEST_REDIS names no Redis");
        return;
    };
    let portal = town.rp("portal");
    let url = Url::parse(&town.config.ephemeral.url.0).unwrap();
    let address = url.socket_addrs(|| None).unwrap()[0];
    line.abort();
    assert_eq!(portal.push(&[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    let redis = Url::parse(&std::env::var("MOTCUA_TEST_REDIS").unwrap()).unwrap();
    let redis = redis.socket_addrs(|| Some(6379)).unwrap()[0];
    let _line = forward(TcpListener::bind(address).await.unwrap(), redis);
    let begun = std::time::Instant::now();
    while portal.push(&[]).await.status != StatusCode::CREATED {
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "it stays away");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    town.leave().await;
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

/// Nobody is told that a code is on its way which nobody will write.
#[tokio::test]
async fn a_way_back_in_does_not_begin_while_codes_cannot_be_counted() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let town = Town::with_post(|config| config.ephemeral.url = SecretUrl(url)).await;
    for name in ["khai", "nobody"] {
        let mut browser = town.browser();
        let page = browser.open("/recovery").await;
        let page = browser.fill(&page, &[("username", name), ("way", "mail")]).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{name}: {}", page.body);
    }
    town.leave().await;
}

/// No challenge is made that could not be used up, and no code is taken whose tries cannot be counted, but for an app's and those
/// on paper: the database counts them.
#[tokio::test]
async fn without_redis_no_passkey_is_asked_for_and_no_text_counts() {
    let Ok(redis) = std::env::var("MOTCUA_TEST_REDIS") else {
        println!("ignored: MOTCUA_TEST_REDIS names no Redis");
        return;
    };
    let (url, line) = line_to(Url::parse(&redis).unwrap(), 6379).await;
    let town = Town::with_post(|config| config.ephemeral.url = SecretUrl(url.into())).await;
    let secret = texts::added(&town).await.add_app(town.app.clock.now()).await;
    town.clock.pass(std::time::Duration::from_secs(30));
    let (mut browser, page) = texts::asked(&town).await;
    let sending = browser.fill(&page, &[("text", "send")]).await;
    let texted = texts::texted(&town).await;
    line.abort();
    let challenge = browser.submit("/passkeys/challenge", &[]).await;
    let refused = browser.fill(&sending, &[("otp", &texted)]).await;
    for answer in [challenge, refused] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
        assert!(answer.header("retry-after").is_some() && answer.parameter("code").is_none());
    }
    let done = browser.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    assert!(done.parameter("code").is_some(), "{}", done.body);
    town.leave().await;
}
