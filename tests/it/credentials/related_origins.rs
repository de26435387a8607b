//! WebAuthn Level 3 §5.11: a deployment with several host names, whose pages use the same passkeys. Each host has cookies of its
//! own, for ours are bound to one host (`__Host-`): whoever signed in at one signs in at the other as well.

use http::StatusCode;
use http::header;
use serde_json::json;

use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

const OTHER: &str = "https://dangnhap.example";

async fn town() -> Town {
    Town::with(|config| config.passkeys.related_origins = vec![OTHER.parse().unwrap()]).await
}

/// A browser that sends no Fetch Metadata, at the pages of an origin.
fn at(town: &Town, origin: &str) -> Browser {
    let mut browser = town.browser().speaking("en");
    browser.headers.insert(header::HOST, origin.strip_prefix("https://").unwrap().parse().unwrap());
    browser.headers.insert(header::ORIGIN, origin.parse().unwrap());
    browser
}

async fn signs_in(browser: &mut Browser) -> Page {
    let page = browser.open("/sign-in").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await
}

#[tokio::test]
async fn related_origins_are_told_and_taken() {
    let town = town().await;
    let told = town.get("/.well-known/webauthn").await.json();
    assert_eq!(told, json!({"origins": ["https://id.example", OTHER]}));
    town.leave().await;
    let town = Town::new().await;
    let alone = town.get("/.well-known/webauthn").await.json();
    assert_eq!(alone, json!({"origins": ["https://id.example"]}));
    town.leave().await;
}

/// A page, a password, a passkey that is made, and a sign-in with it: each at the other host.
#[tokio::test]
async fn the_other_host_takes_passwords_and_makes_and_takes_passkeys() {
    let town = town().await;
    let mut browser = at(&town, OTHER);
    let page = signs_in(&mut browser).await;
    assert_eq!((page.status, page.path().as_str()), (StatusCode::OK, "/"), "{}", page.body);
    let mut device = Device::at(OTHER, "id.example");
    let page = browser.enrol(&mut device).await;
    assert_eq!((page.status, page.path().as_str()), (StatusCode::OK, "/account/security"), "{}", page.body);
    for origin in [OTHER, "https://id.example"] {
        origin.clone_into(&mut device.origin);
        let mut browser = at(&town, origin);
        let page = browser.open("/sign-in").await;
        let page = browser.use_passkey(&page, &mut device).await;
        assert_eq!((page.status, page.path().as_str()), (StatusCode::OK, "/"), "{origin}: {}", page.body);
        assert!(browser.cookies.keys().all(|name| name.starts_with("__Host-")), "{:?}", browser.cookies);
    }
    let mut browser = at(&town, OTHER);
    let page = browser.open(&town.rp("portal").url(&[])).await;
    device.origin = OTHER.into();
    let page = browser.use_passkey(&page, &mut device).await;
    assert!(page.parameter("code").is_some(), "for a service, too: {} {}", page.url, page.body);
    town.leave().await;
}

/// What browsers say of the site still counts for more than an origin; whoever is not named is a stranger.
#[tokio::test]
async fn an_origin_that_is_not_named_is_refused_as_before() {
    let town = town().await;
    for (origin, site) in [
        ("https://dangnhap.example.evil", None),
        ("http://dangnhap.example", None),
        ("https://dangnhap.example:8443", None),
        (OTHER, Some("cross-site")),
        (OTHER, Some("same-site")),
    ] {
        let mut browser = at(&town, OTHER);
        let page = browser.open("/sign-in").await;
        browser.headers.insert(header::ORIGIN, origin.parse().unwrap());
        if let Some(site) = site {
            browser.headers.insert("sec-fetch-site", site.parse().unwrap());
        }
        let page = browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{origin} {site:?}: {}", page.body);
    }
    town.leave().await;
    let town = Town::new().await;
    let mut browser = at(&town, OTHER);
    assert_eq!(signs_in(&mut browser).await.status, StatusCode::FORBIDDEN, "nobody named it");
    town.leave().await;
}
