//! Every caller gets an answer, or 503, within `server.deadline`: RFC 9110 §15.6.4, §10.2.3.

use std::sync::mpsc;
use std::sync::mpsc::Sender;
use std::sync::mpsc::SyncSender;
use std::time::Duration;
use std::time::Instant;

use axum::body::Body;
use axum::body::Bytes;
use axum::extract::Request;
use futures_util::stream;
use http::Method;
use http::StatusCode;
use motcua::app::HashJob;
use motcua::config::duration::Span;

use super::FORM;
use super::ask;
use crate::operations::phc;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

/// A town in which requests are answered within a second, and passwords are compared by one thread.
async fn hasty_town() -> Town {
    Town::with(|config| {
        config.server.deadline = Span::seconds(1);
        config.passwords.threads = 1;
    })
    .await
}

/// Keeps a pool of one thread busy until what is returned is dropped.
fn busy(pool: &SyncSender<HashJob>) -> Sender<()> {
    let (release, released) = mpsc::channel();
    let job: HashJob = Box::new(move |_| {
        let _ = released.recv();
    });
    pool.try_send(job).unwrap();
    release
}

/// Registers a client whose secret is compared by the pool for such secrets, and gives its token request.
async fn token_request(town: &Town) -> &'static str {
    let secret = phc("chosen", 64, 1);
    town.apply(&format!(
        "[[clients]]\nclient_id = \"chosen\"\nsecrets = [{{ phc = \"{secret}\" }}]\n\
         token_endpoint_auth_method = \"client_secret_post\"\ngrant_types = [\"client_credentials\"]\nscope = \"a\"\n"
    ))
    .await;
    "grant_type=client_credentials&client_id=chosen&client_secret=chosen"
}

fn late(page: &Page) {
    assert_eq!(
        (page.status, page.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, Some("1")),
        "{}",
        page.body
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
}

/// A program reads the registered code (RFC 6749 §4.1.2.1), a person a page.
#[tokio::test]
async fn what_takes_too_long_is_503_in_the_callers_own_shape() {
    let town = hasty_town().await;
    let form = token_request(&town).await;
    let mut browser = town.browser();
    let sign_in = browser.open(&town.rp("portal").url(&[])).await;
    let release = [busy(&town.app.hashing), busy(&town.app.secret_hashing)];

    let begun = Instant::now();
    let page = ask(&town, Method::POST, "/token", &[FORM], form).await;
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    late(&page);
    assert_eq!(page.json()["error"], "temporarily_unavailable", "{}", page.body);
    assert!(page.body.contains("may have been carried out"), "{}", page.body);

    let page = browser.fill(&sign_in, &[("username", "khai"), ("password", PASSWORD)]).await;
    late(&page);
    assert!(page.body.contains("<h1"), "{}", page.body);
    // It may be done, and nobody knows: the page says so, and where to look.
    assert!(page.body.contains("có thể đã được thực hiện"), "{}", page.body);
    assert!(page.body.contains("href=\"/account/history\""), "{}", page.body);

    drop(release);
    assert_eq!(ask(&town, Method::POST, "/token", &[FORM], form).await.status, StatusCode::OK);
    assert!(browser.sign_in(&sign_in, "khai").await.parameter("code").is_some(), "who comes again is served");
    town.leave().await;
}

/// Fetch §3.2.3: a browser shows the answer to code of another origin only if "Access-Control-Allow-Origin" says so.
#[tokio::test]
async fn browser_code_of_a_registered_origin_may_read_that_it_took_too_long() {
    let town = hasty_town().await;
    let form = token_request(&town).await;
    let release = busy(&town.app.secret_hashing);
    for (origin, allowed) in
        [("https://portal.example", Some("https://portal.example")), ("https://evil.example", None)]
    {
        let page = ask(&town, Method::POST, "/token", &[FORM, ("origin", origin)], form).await;
        late(&page);
        assert_eq!(page.header("access-control-allow-origin"), allowed, "{origin}");
    }
    drop(release);
    town.leave().await;
}

/// The time in which a client sends is not the time in which we answer.
#[tokio::test]
async fn a_body_that_arrives_slowly_is_answered() {
    let town = hasty_town().await;
    let pieces = ["grant_type=x&client_id", "=nobody", "&client_secret", "=x"];
    let slowly = stream::unfold(pieces.into_iter(), |mut left| async {
        let piece = left.next()?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(piece.as_bytes())), left))
    });
    let request = Request::post("/token").header(FORM.0, FORM.1).body(Body::from_stream(slowly)).unwrap();
    let page = Page::read("/token", town.send(request).await).await;
    assert_eq!((page.status, page.json()["error"].as_str()), (StatusCode::UNAUTHORIZED, Some("invalid_client")));
    town.leave().await;
}
