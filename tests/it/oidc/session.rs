//! Sessions: one sign-in for a browser. OpenID Connect Core §3.1.2.3; lifetimes are the operator's.

use std::time::Duration;

use http::Method;
use http::StatusCode;
use motcua::config::duration::Span;

use super::error;
use super::seconds;
use super::signed_in;
use crate::town::Town;

const SESSION: &str = "__Host-motcua_session";
const MINUTE: Duration = Duration::from_secs(60);

/// §3.1.2.3: a session that is not used for 15 minutes has ended.
#[tokio::test]
async fn a_session_ends_when_it_is_idle_for_15_minutes() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    town.clock.pass(15 * MINUTE - seconds(1));
    assert!(browser.open(&portal.url(&[("prompt", "none")])).await.parameter("code").is_some());
    town.clock.pass(15 * MINUTE);
    assert_eq!(error(&mut browser, &portal, &[("prompt", "none")]).await, "login_required");
    town.leave().await;
}

/// §3.1.2.3: each use counts, up to 12 hours after the sign-in.
#[tokio::test]
async fn a_session_that_is_used_goes_on_but_not_beyond_12_hours() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    for used in 1..72 {
        town.clock.pass(10 * MINUTE);
        let page = browser.open(&portal.url(&[("prompt", "none")])).await;
        assert!(page.parameter("code").is_some(), "{used}");
    }
    town.clock.pass(10 * MINUTE);
    assert_eq!(error(&mut browser, &portal, &[("prompt", "none")]).await, "login_required");
    town.leave().await;
}

/// Both lifetimes are configurable.
#[tokio::test]
async fn an_operator_chooses_both_lifetimes() {
    let choose = |config: &mut motcua::config::Config| {
        config.session.idle = Span::seconds(60);
        config.session.absolute = Span::seconds(100);
    };
    let town = Town::with(choose).await;
    let (portal, mut browser) = (town.rp("portal"), signed_in(&town).await);
    town.clock.pass(seconds(59));
    assert!(browser.open(&portal.url(&[("prompt", "none")])).await.parameter("code").is_some());
    town.clock.pass(seconds(41));
    assert_eq!(error(&mut browser, &portal, &[("prompt", "none")]).await, "login_required");
    town.leave().await;
}

/// RFC 6265bis §4.1.3.2: the cookie is `__Host-`, secure, HttpOnly, and no other site's POST carries it.
#[tokio::test]
async fn the_cookie_is_bound_to_the_host_and_hidden_from_scripts() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let page = browser.open(&portal.url(&[])).await;
    let mut fields = page.hidden();
    fields.extend([("username".into(), "khai".into()), ("password".into(), crate::town::PASSWORD.into())]);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let answer = browser.request(Method::POST, "/login", Some(body)).await;
    let lines: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let line = lines.iter().find(|line| line.starts_with(SESSION)).unwrap();
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(line.contains(attribute), "{line}");
    }
    assert!(!line.contains("Domain") && !line.contains("Max-Age"), "{line}");
    town.leave().await;
}

/// A sign-in renews the cookie's secret: the one that was known before opens nothing.
#[tokio::test]
async fn a_new_sign_in_makes_the_old_cookie_worthless_under_the_same_sid() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let before = portal.tokens(&mut browser, &[]).await.claims();
    let mut old = browser.clone();
    let page = browser.open(&portal.url(&[("prompt", "login")])).await;
    browser.sign_in(&page, "khai").await;
    assert_ne!(old.cookies[SESSION], browser.cookies[SESSION]);
    assert_eq!(error(&mut old, &portal, &[("prompt", "none")]).await, "login_required");
    assert_eq!(portal.tokens(&mut browser, &[("prompt", "none")]).await.claims()["sid"], before["sid"]);
    town.leave().await;
}

/// One person for a browser: the session of who was there before ends with all that it gave.
#[tokio::test]
async fn a_sign_in_by_somebody_else_ends_the_session_that_was_there() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let khai = portal.tokens(&mut browser, &[]).await;
    let mut old = browser.clone();
    let page = browser.open(&portal.url(&[("prompt", "login")])).await;
    let arrived = browser.sign_in(&page, "an").await;
    let an = portal.redeem(&arrived.parameter("code").unwrap(), &[]).await.json();
    let an = crate::town::Tokens(an).claims();
    assert_ne!((&an["sid"], &an["sub"]), (&khai.claims()["sid"], &khai.claims()["sub"]));
    assert_ne!(an["sid"], khai.claims()["sid"]);
    assert_eq!(error(&mut old, &portal, &[("prompt", "none")]).await, "login_required");
    assert_eq!(portal.userinfo(khai.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// A cookie that is not ours, or of a session with another secret, signs nobody in.
#[tokio::test]
async fn a_forged_cookie_signs_nobody_in() {
    let town = Town::new().await;
    let (portal, browser) = (town.rp("portal"), signed_in(&town).await);
    let real = browser.cookies[SESSION].clone();
    let flipped = format!("{}{}", &real[..real.len() - 1], if real.ends_with('A') { 'B' } else { 'A' });
    let middle = format!("{}{}{}", &real[..40], if &real[40..41] == "x" { "y" } else { "x" }, &real[41..]);
    for forged in ["", "x", &real[..22], &flipped, &middle] {
        let mut thief = town.browser();
        thief.cookies.insert(SESSION.to_owned(), forged.to_owned());
        assert_eq!(error(&mut thief, &portal, &[("prompt", "none")]).await, "login_required", "{forged}");
    }
    town.leave().await;
}
