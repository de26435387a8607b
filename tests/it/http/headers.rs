//! Headers that a browser needs to be safe, on every route: RFC 6797, CSP Level 3, RFC 9700 §4.16.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use http::StatusCode;
use motcua::base::secret::sha256;
use motcua::http::routes::Caller;
use motcua::http::routes::ROUTES;

use super::FORM;
use super::ask;
use super::everything_open;
use super::example_of;
use crate::town::Page;
use crate::town::Town;

/// What every answer says.
#[track_caller]
fn assert_safe(page: &Page, https: bool) {
    let at = &page.url;
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{at}");
    assert_eq!(page.header("strict-transport-security").is_some(), https, "{at}");
    let csp = page.header("content-security-policy").unwrap_or_else(|| panic!("no CSP at {at}"));
    assert!(csp.contains("frame-ancestors 'none'") && csp.starts_with("default-src 'none'"), "{at}: {csp}");
    assert!(!csp.contains("unsafe") && !csp.contains('*'), "{at}: {csp}");
    // A script is ours, whole and unchanged, or there is none.
    let scripts: Vec<&str> =
        page.body.split("<script").skip(1).filter_map(|rest| rest.split("</script>").next()).collect();
    let digest = |script: &str| STANDARD.encode(sha256(script.strip_prefix('>').unwrap().as_bytes()));
    let allowed: Vec<String> = scripts.iter().map(|script| format!("'sha256-{}'", digest(script))).collect();
    let sources = csp.split("; ").find_map(|directive| directive.strip_prefix("script-src "));
    assert_eq!(sources.unwrap_or_default(), allowed.join(" "), "{at}: {csp}");
    assert_eq!(csp.contains("connect-src 'self'"), page.body.contains("fetch("), "{at}: {csp}");
    let html = page.header("content-type").is_some_and(|value| value.starts_with("text/html"));
    let referrer = if html { "same-origin" } else { "no-referrer" };
    assert_eq!(page.header("referrer-policy"), Some(referrer), "{at}");
    if html {
        assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"), "{at}");
        assert!(page.header("permissions-policy").unwrap().contains("camera=()"), "{at}");
        // What leads to a service may be redirected anywhere; other forms are for ourselves.
        let leads_away = ["/login", "/login/code", "/login/select", "/consent"].contains(&page.path().as_str());
        let forms = csp.contains("form-action 'self'");
        assert!(csp.contains("base-uri 'none'") && (forms || leads_away), "{at}: {csp}");
        for forbidden in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
            assert!(!page.body.contains(forbidden), "{at} has {forbidden}");
        }
    }
    let path = page.path();
    if ["/jwks", "/favicon.ico", "/api/v1/openapi.json"].contains(&&*path)
        || path.starts_with("/.well-known/")
        || path.starts_with("/assets/")
    {
        assert!(page.header("cache-control").is_some_and(|value| value.contains("max-age=")), "{at}");
    } else {
        assert_eq!(page.header("cache-control"), Some("no-store"), "{at}");
    }
}

async fn every_route_is_safe(town: &Town, https: bool) {
    for route in ROUTES {
        let method: Method = route.method.parse().unwrap();
        let page = ask(town, method, example_of(route.path), &[FORM], "").await;
        assert!(!page.status.is_server_error(), "{} {}: {}", route.method, route.path, page.status);
        assert_ne!(page.status, StatusCode::NOT_FOUND, "{} {}", route.method, route.path);
        assert_ne!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{} {}", route.method, route.path);
        assert_safe(&page, https);
    }
}

/// RFC 6797 §7.1: HSTS is said over https.
#[tokio::test]
async fn every_route_says_what_browsers_need_over_https() {
    let town = everything_open().await;
    every_route_is_safe(&town, true).await;
    town.leave().await;
}

/// RFC 6797 §7.2: "An HSTS Host MUST NOT include the STS header field in HTTP responses conveyed over non-secure transport."
#[tokio::test]
async fn every_route_says_it_over_http_without_hsts() {
    let town = Town::with_post(|config| {
        config.server.issuer = "http://localhost:8080".into();
        config.accounts.open = true;
    })
    .await;
    every_route_is_safe(&town, false).await;
    town.leave().await;
}

/// The pages that a person really meets, from sign-in to sign-out, each as safe as its route without parameters.
#[tokio::test]
async fn each_page_of_a_sign_in_is_safe() {
    let town = everything_open().await;
    let clinic = town.rp("clinic");
    let mut browser = town.browser();
    let login = browser.open(&clinic.url(&[])).await;
    assert_safe(&login, true);
    assert!(!login.header("content-security-policy").unwrap().contains("form-action"));
    let again = browser.fill(&login, &[("username", "khai"), ("password", "wrong")]).await;
    assert_safe(&again, true);
    let consent = browser.sign_in(&again, "khai").await;
    assert_eq!(consent.path(), "/consent");
    assert_safe(&consent, true);
    let arrived = browser.fill(&consent, &[("decision", "allow")]).await;
    assert_eq!(arrived.header("cache-control"), Some("no-store"));
    assert_eq!(arrived.header("referrer-policy"), Some("no-referrer"));
    let select = browser.open(&clinic.url(&[("prompt", "select_account")])).await;
    assert_eq!((select.path().as_str(), select.status), ("/login/select", StatusCode::OK));
    assert_safe(&select, true);
    for target in ["/", "/logout/confirm", "/logout/done", "/nothing-here"] {
        assert_safe(&browser.open(target).await, true);
    }
    let wrong = browser.open(&clinic.url(&[("redirect_uri", "https://evil.example")])).await;
    assert_safe(&wrong, true);
    assert!(!wrong.header("content-security-policy").unwrap().contains("evil"));
    town.leave().await;
}

/// Fetch Metadata §2.3, Fetch §3.2: a form of ours that another site's page sends is refused. What services send by form is
/// theirs: authorization requests (OpenID Connect Core §3.1.2.1) and logout requests (RP-Initiated Logout §2).
#[tokio::test]
async fn a_form_of_ours_comes_from_our_own_pages() {
    let town = everything_open().await;
    let theirs = ["/authorize", "/logout"];
    let sent = ROUTES.iter().filter(|route| route.method == "POST" && route.caller == Caller::Browser);
    let forms: Vec<&str> = sent.map(|route| route.path).filter(|path| !theirs.contains(path)).collect();
    assert!(forms.len() >= 6, "{forms:?}");
    for (name, value, foreign) in [
        ("sec-fetch-site", "cross-site", true),
        ("sec-fetch-site", "same-site", true),
        ("sec-fetch-site", "same-origin", false),
        ("origin", "https://evil.example", true),
        ("origin", "http://id.example", true),
        ("origin", "https://id.example", false),
        ("origin", "null", false),
    ] {
        for target in &forms {
            let page = ask(&town, Method::POST, target, &[FORM, (name, value)], "login=x&confirm=x").await;
            assert_eq!(page.status == StatusCode::FORBIDDEN, foreign, "{target} {name}: {value}");
        }
        for target in theirs {
            let page = ask(&town, Method::POST, target, &[FORM, (name, value)], "client_id=portal").await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{target} {name}: {value}");
        }
    }
    town.leave().await;
}

/// RFC 6749 §5.1: "Cache-Control: no-store" wherever a token or a person's data pass.
#[tokio::test]
async fn tokens_and_claims_are_never_stored() {
    let town = everything_open().await;
    let portal = town.rp("portal");
    let code = portal.code(&mut town.browser(), &[]).await;
    let tokens = portal.redeem(&code, &[]).await;
    assert_safe(&tokens, true);
    let userinfo = portal.userinfo(crate::town::Tokens(tokens.json()).access_token()).await;
    assert_eq!(userinfo.status, StatusCode::OK);
    assert_safe(&userinfo, true);
    town.leave().await;
}
