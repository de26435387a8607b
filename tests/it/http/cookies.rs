//! Cookies: RFC 6265bis §4.1 and §4.1.3.2.

use http::HeaderMap;
use http::header;

use crate::town::Browser;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Town;

const OURS: [&str; 3] = ["motcua_session", "motcua_browser", "motcua_device"];

fn lines(headers: &HeaderMap) -> Vec<String> {
    headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

/// Every `Set-Cookie` line of a sign-in and a sign-out.
async fn set_on_the_way(browser: &mut Browser, portal: &RelyingParty) -> Vec<String> {
    let first = browser.request(http::Method::GET, &portal.url(&[]), None).await;
    let mut all = lines(&first.headers);
    let login = browser.open(&first.location().unwrap()).await;
    let arrived: Page = browser.sign_in(&login, "khai").await;
    assert!(arrived.parameter("code").is_some());
    all.extend(lines(&arrived.headers));
    let confirm = browser.open("/logout/confirm").await;
    let fields = confirm.hidden();
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let out = browser.request(http::Method::POST, "/logout/confirm", Some(form)).await;
    all.extend(lines(&out.headers));
    all
}

/// §4.1.3.2: "If a cookie's name begins with […] "__Host-", then the cookie will have been set with a "Secure" attribute, a
/// "Path" attribute with a value of "/", and no "Domain" attribute."
#[tokio::test]
async fn over_https_each_cookie_is_host_bound_secure_http_only_and_lax() {
    let town = Town::new().await;
    let all = set_on_the_way(&mut town.browser(), &town.rp("portal")).await;
    for name in OURS {
        assert!(all.iter().any(|line| line.starts_with(&format!("__Host-{name}="))), "{name}: {all:?}");
    }
    for line in &all {
        let attributes: Vec<&str> = line.split("; ").skip(1).collect();
        for needed in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(attributes.contains(&needed), "{line}");
        }
        assert!(line.starts_with("__Host-") && !line.contains("Domain"), "{line}");
    }
    town.leave().await;
}

/// The same over http on loopback, where `Secure` and the prefix would make browsers drop the cookies.
#[tokio::test]
async fn over_http_they_have_neither_prefix_nor_secure() {
    let town = Town::with(|config| config.server.issuer = "http://localhost:8080".into()).await;
    let all = set_on_the_way(&mut town.browser(), &town.rp("portal")).await;
    for name in OURS {
        assert!(all.iter().any(|line| line.starts_with(&format!("{name}="))), "{name}: {all:?}");
    }
    for line in &all {
        assert!(line.contains("; HttpOnly; SameSite=Lax") && !line.contains("Secure"), "{line}");
        assert!(!line.starts_with("__"), "{line}");
    }
    town.leave().await;
}

/// The choice of a language is kept like the others, if under a name that pages of one host may share.
#[tokio::test]
async fn the_language_is_kept_from_scripts_and_from_plain_http() {
    for (issuer, secure) in [("https://id.example", true), ("http://localhost:8080", false)] {
        let town = Town::with(|config| config.server.issuer = issuer.into()).await;
        let page = town.get("/?lang=en").await;
        let [line] = lines(&page.headers).try_into().unwrap();
        assert!(line.starts_with("motcua_lang=en; ") && line.contains("; HttpOnly; SameSite=Lax"), "{line}");
        assert_eq!(line.contains("; Secure"), secure, "{line}");
        town.leave().await;
    }
}

/// RFC 6265bis §8.5: over https a cookie without the prefix, which a neighbour's host could have set, counts for nothing.
#[tokio::test]
async fn over_https_a_cookie_without_the_prefix_counts_for_nothing() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let mut renamed = town.browser();
    renamed.cookies =
        browser.cookies.iter().map(|(name, value)| (name.replace("__Host-", ""), value.clone())).collect();
    assert_eq!(renamed.open(&portal.url(&[])).await.path(), "/login");
    assert!(browser.open(&portal.url(&[])).await.parameter("code").is_some());
    town.leave().await;
}

/// OWASP session management: a sign-in renews the session's id, so that a planted one is worth nothing.
#[tokio::test]
async fn a_sign_in_renews_the_session_cookie() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let before = browser.clone();
    let again = browser.open(&portal.url(&[("prompt", "login")])).await;
    browser.sign_in(&again, "khai").await;
    let name = "__Host-motcua_session";
    assert_ne!(browser.cookies[name], before.cookies[name]);
    let mut stale = before;
    assert_eq!(stale.open(&portal.url(&[])).await.path(), "/login");
    town.leave().await;
}
