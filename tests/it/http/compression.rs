//! Compression (RFC 9110 §8.4.1), and what is never compressed: a page that tells of a person, or carries a secret, beside what
//! somebody else chose (BREACH: whoever sees lengths learns what a guess has in common with the rest).

use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use http::HeaderMap;
use http::header;
use motcua::http::pages::style_path;

use crate::town::Page;
use crate::town::Town;

/// What an answer says, and how many bytes it has.
async fn answer(town: &Town, target: &str, accepted: &str) -> (HeaderMap, usize) {
    let request = Request::get(target).header(header::ACCEPT_ENCODING, accepted).body(Body::empty());
    let (parts, body) = town.send(request.unwrap()).await.into_parts();
    (parts.headers, to_bytes(body, usize::MAX).await.unwrap().len())
}

/// RFC 9110 §12.5.3: "A user agent can use Accept-Encoding to indicate its preferences"; §12.5.5: the answer varies by it.
#[tokio::test]
async fn what_says_the_same_to_everybody_is_compressed() {
    let town = Town::new().await;
    for target in [style_path(), "/", "/sign-in", "/nothing-here"] {
        let (_, plain) = answer(&town, target, "identity").await;
        for (accepted, expected) in [("gzip, br", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
            let (headers, size) = answer(&town, target, accepted).await;
            let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(encoding, expected, "{target} {accepted}");
            assert!(headers.get_all(header::VARY).iter().any(|value| value == "accept-encoding"), "{target}");
            assert!(expected.is_none() || size * 10 < plain * 8, "{target}: {size} of {plain}");
        }
    }
    town.leave().await;
}

fn is_plain(page: &Page) {
    assert_eq!(page.header("content-encoding"), None, "{}", page.url);
}

/// A page that names a person, repeats what was typed or hinted at, or carries a code, is sent as it is.
#[tokio::test]
async fn a_page_with_a_secret_or_with_what_somebody_sent_is_not_compressed() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    browser.headers.insert(header::ACCEPT_ENCODING, "gzip, br".parse().unwrap());
    let clinic = town.rp("clinic");
    is_plain(&browser.open(&clinic.url(&[("login_hint", "guess")])).await);
    // A page that was compressed could not be read as text: the one to fill is asked for as it is.
    browser.headers.remove(header::ACCEPT_ENCODING);
    let login = browser.open(&clinic.url(&[])).await;
    browser.headers.insert(header::ACCEPT_ENCODING, "gzip, br".parse().unwrap());
    let refused = browser.fill(&login, &[("username", "khai"), ("password", "wrong")]).await;
    is_plain(&refused);
    let consent = browser.sign_in(&refused, "khai").await;
    assert_eq!(consent.path(), "/consent");
    is_plain(&consent);
    browser.fill(&consent, &[("decision", "allow")]).await;
    for changes in [("prompt", "select_account"), ("prompt", "login"), ("response_mode", "form_post")] {
        let page = browser.open(&clinic.url(&[changes])).await;
        assert!(page.body.contains("<html"), "{changes:?}");
        is_plain(&page);
    }
    for target in ["/", "/logout/confirm"] {
        let page = browser.open(target).await;
        assert!(page.body.contains("Khai"), "{target}");
        is_plain(&page);
    }
    town.leave().await;
}

/// A page with all that it loads fits into what a server may send before it hears from the browser again (RFC 6928: ten segments):
/// 14 KB.
#[tokio::test]
async fn the_first_answer_weighs_at_most_14_kilobytes() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let login = browser.open(&town.rp("portal").url(&[])).await;
    let own = [style_path(), "/favicon.ico"];
    for first in ["/", "/sign-in", "/nothing-here"] {
        let mut weight = 0;
        for target in [first].iter().chain(&own) {
            weight += answer(&town, target, "gzip, br").await.1;
        }
        assert!(weight <= 14 * 1024, "{first}: {weight}");
    }
    let mut weight = login.body.len();
    for target in own {
        weight += answer(&town, target, "gzip, br").await.1;
    }
    assert!(weight <= 14 * 1024, "the sign-in page, not even compressed: {weight}");
    town.leave().await;
}
