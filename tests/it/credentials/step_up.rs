//! A service says how sure it wants to be, and a person is asked for what is missing, in the same session.

use std::time::Duration;

use motcua::identity::assurance::Level;

use super::proof;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::code;

const ESSENTIAL: &str = r#"{"id_token":{"acr":{"essential":true,"value":"urn:motcua:acr:3"}}}"#;
const TWO: &str = r#"{"id_token":{"acr":{"essential":true,"values":["urn:motcua:acr:2"]}}}"#;

async fn error(browser: &mut Browser, portal: &RelyingParty, changes: &[(&str, &str)]) -> Option<String> {
    browser.open(&portal.url(changes)).await.parameter("error")
}

/// khai's passkey, and the secret of her app.
async fn khais(town: &Town) -> (Device, Vec<u8>) {
    let (mut device, mut browser) = (Device::new(), town.browser());
    town.rp("portal").code(&mut browser, &[]).await;
    browser.enrol(&mut device).await;
    let secret = browser.add_app(town.app.clock.now()).await;
    (device, secret)
}

async fn claims(portal: &RelyingParty, code: Option<String>) -> serde_json::Map<String, serde_json::Value> {
    let redeemed = portal.redeem(&code.unwrap(), &[]).await;
    assert_eq!(redeemed.status, 200, "{}", redeemed.body);
    Tokens(redeemed.json()).claims()
}

#[tokio::test]
async fn a_passkey_and_a_proofed_identity_reach_the_third_class() {
    let town = Town::new().await;
    let (portal, mut device, mut browser) = (town.rp("portal"), Device::new(), town.browser());
    portal.code(&mut browser, &[]).await;
    browser.enrol(&mut device).await;
    let silent = [("claims", ESSENTIAL), ("prompt", "none")];
    assert_eq!(error(&mut browser, &portal, &silent).await.unwrap(), "unmet_authentication_requirements");
    proof(&town, "khai", Level::Two).await;
    assert_eq!(error(&mut browser, &portal, &silent).await.unwrap(), "login_required");
    let before = claims(&portal, browser.open(&portal.url(&[])).await.parameter("code")).await;
    let page = browser.open(&portal.url(&[("claims", ESSENTIAL)])).await;
    assert_eq!(page.path(), "/login/code", "{}", page.body);
    assert!(page.body.contains("id=\"k\"") && !page.body.contains("name=\"otp\""), "{}", page.body);
    town.clock.pass(Duration::from_secs(60));
    let done = browser.use_passkey(&page, &mut device).await;
    let after = claims(&portal, done.parameter("code")).await;
    assert_eq!((&after["acr"], &after["sid"]), (&"urn:motcua:acr:3".into(), &before["sid"]), "in the same session");
    assert_eq!(after["auth_time"].as_i64().unwrap(), before["auth_time"].as_i64().unwrap() + 60);
    assert_eq!(after["amr"], serde_json::json!(["hwk", "mfa", "pwd", "user"]));
    // SSO works at every level; what was asked for exactly is what is told (OpenID Connect Core §5.5.1.1).
    let below =
        claims(&portal, browser.open(&portal.url(&[("claims", TWO), ("prompt", "none")])).await.parameter("code"));
    assert_eq!(below.await["acr"], "urn:motcua:acr:2");
    town.leave().await;
}

#[tokio::test]
async fn only_what_is_missing_is_asked_for() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    proof(&town, "khai", Level::Two).await;
    portal.code(&mut browser, &[]).await;
    let asks = [("acr_values", "urn:motcua:acr:2")];
    let alone = claims(&portal, browser.open(&portal.url(&asks)).await.parameter("code")).await;
    assert_eq!(alone["acr"], "urn:motcua:acr:1", "nothing more can be had, and less is taken");
    let secret = browser.add_app(town.app.clock.now()).await;
    town.clock.pass(Duration::from_secs(30));
    let page = browser.open(&portal.url(&asks)).await;
    assert!(page.body.contains("name=\"otp\"") && !page.body.contains("name=\"password\""), "{}", page.body);
    let done = browser.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    let stepped = claims(&portal, done.parameter("code")).await;
    assert_eq!(stepped["acr"], "urn:motcua:acr:2");
    assert_eq!(stepped["auth_time"], alone["auth_time"], "the password is as old as it was");
    town.leave().await;
}

/// Whoever sits at somebody's open browser and knows the password has one factor, whatever opened the session: no form that is made by
/// hand makes more of it, nor makes the session younger.
#[tokio::test]
async fn a_password_at_a_step_up_begins_anew() {
    for (by_passkey, wanted) in [(true, ESSENTIAL), (false, TWO)] {
        let town = Town::new().await;
        let (mut device, secret) = khais(&town).await;
        let (portal, mut browser) = (town.rp("portal"), town.browser());
        let page = browser.open(&portal.url(&[])).await;
        town.clock.pass(Duration::from_secs(30));
        if by_passkey {
            browser.use_passkey(&page, &mut device).await;
        } else {
            let page = browser.sign_in(&page, "khai").await;
            browser.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
        }
        proof(&town, "khai", Level::Two).await; // since then the session is worth less than its methods
        for _ in 0..2 {
            town.clock.pass(Duration::from_secs(480)); // together it is long ago
            assert_eq!(browser.open("/account").await.path(), "/account");
        }
        let page = browser.open(&portal.url(&[("claims", wanted)])).await;
        assert_eq!(page.path(), "/login/code", "{}", page.body);
        let login = page.hidden_value("login");
        let guess = [("login", &*login), ("username", "khai"), ("password", PASSWORD)];
        let page = browser.submit("/login", &guess).await;
        assert_eq!((page.path().as_str(), page.parameter("code")), ("/login/code", None), "{wanted}: {}", page.body);
        assert_eq!(browser.open("/account/passkeys/add").await.path(), "/sign-in", "the session is as old as it was");
        let login = page.hidden_value("login");
        let page = browser.submit("/login/code", &[("login", &login), ("choice", "without")]).await;
        assert_eq!(page.parameter("code"), None, "{}", page.body);
        town.leave().await;
    }
}

/// A code beside a session that a passkey opened before anybody looked who the person is makes no third class of it.
#[tokio::test]
async fn a_code_makes_no_passkey_of_a_session() {
    let town = Town::new().await;
    let (mut device, secret) = khais(&town).await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    let page = browser.open(&portal.url(&[])).await;
    browser.use_passkey(&page, &mut device).await;
    proof(&town, "khai", Level::Two).await;
    town.clock.pass(Duration::from_secs(30));
    let page = browser.open(&portal.url(&[("claims", ESSENTIAL)])).await;
    let login = page.hidden_value("login");
    let otp = code(&secret, town.app.clock.now());
    let page = browser.submit("/login/code", &[("login", &login), ("otp", &otp)]).await;
    assert_eq!((page.path().as_str(), page.parameter("code")), ("/login/code", None), "{}", page.body);
    let done = browser.use_passkey(&page, &mut device).await;
    assert_eq!(claims(&portal, done.parameter("code")).await["acr"], "urn:motcua:acr:3");
    town.leave().await;
}

/// A step-up rests on its session: where that ended meanwhile, it leads nowhere.
#[tokio::test]
async fn a_step_up_does_not_outlive_its_session() {
    let town = Town::new().await;
    let (portal, mut browser) = (town.rp("portal"), town.browser());
    proof(&town, "khai", Level::Two).await;
    portal.code(&mut browser, &[]).await;
    let secret = browser.add_app(town.app.clock.now()).await;
    town.clock.pass(Duration::from_secs(30));
    let page = browser.open(&portal.url(&[("acr_values", "urn:motcua:acr:2")])).await;
    let mut leaver = browser.clone();
    let confirm = leaver.open("/logout/confirm").await;
    leaver.fill(&confirm, &[]).await;
    let mut browser = browser.speaking("en");
    let after = browser.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    assert!(after.parameter("code").is_none(), "{}", after.url);
    assert!(after.body.contains("You are signed out") && !after.body.contains("code is not right"), "{}", after.body);
    town.clock.pass(Duration::from_secs(30));
    let second = browser.sign_in(&after, "khai").await;
    let done = browser.fill(&second, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    assert!(done.parameter("code").is_some(), "the sign-in leads on: {}", done.body);
    town.leave().await;
}

/// A recovery takes the level back until somebody looks again.
#[tokio::test]
async fn an_event_of_level_zero_takes_back_what_was_before_it() {
    let town = Town::new().await;
    let (portal, mut device, mut browser) = (town.rp("portal"), Device::new(), town.browser());
    portal.code(&mut browser, &[]).await;
    browser.enrol(&mut device).await;
    let class = async |device: &mut Device| {
        town.clock.pass(Duration::from_secs(1));
        let mut browser = town.browser();
        let page = browser.open(&portal.url(&[])).await;
        claims(&portal, browser.use_passkey(&page, device).await.parameter("code")).await["acr"].clone()
    };
    proof(&town, "khai", Level::Two).await;
    assert_eq!(class(&mut device).await, "urn:motcua:acr:3");
    proof(&town, "khai", Level::Zero).await;
    assert_eq!(class(&mut device).await, "urn:motcua:acr:1");
    proof(&town, "khai", Level::One).await;
    assert_eq!(class(&mut device).await, "urn:motcua:acr:1");
    proof(&town, "khai", Level::Two).await;
    assert_eq!(class(&mut device).await, "urn:motcua:acr:3");
    town.leave().await;
}

/// The client's policy, whatever a request says: `min_acr`, `max_auth_age`.
#[tokio::test]
async fn a_client_that_takes_no_less_gets_no_less() {
    let town = Town::new().await;
    town.apply(
        "[[clients]]\nclient_id = \"hospital\"\nservice = \"licences\"\nredirect_uris = [\"https://hospital.example/cb\"]\n\
         scope = \"openid\"\nsecrets = [\"a-secret-of-a-test-that-is-long-enough-for-all\"]\nmin_acr = \"urn:motcua:acr:2\"\n\
         max_auth_age = 120\n",
    )
    .await;
    let (mut hospital, mut browser) = (town.rp("hospital"), town.browser());
    hospital.redirect_uri = "https://hospital.example/cb".into();
    town.rp("portal").code(&mut browser, &[]).await;
    assert_eq!(error(&mut browser, &hospital, &[]).await.unwrap(), "unmet_authentication_requirements");
    let unmet = Some("unmet_authentication_requirements".to_owned());
    let more = ("acr_values", "urn:motcua:acr:3");
    assert_eq!(error(&mut browser, &hospital, &[more]).await, unmet, "who asks for more does not get by with less");
    let essential = r#"{"id_token":{"acr":{"essential":true,"values":["urn:motcua:acr:2"]}}}"#;
    assert_eq!(error(&mut browser, &town.rp("portal"), &[more, ("claims", essential)]).await, unmet);
    let secret = browser.add_app(town.app.clock.now()).await;
    proof(&town, "khai", Level::Two).await;
    town.clock.pass(Duration::from_secs(60));
    assert_eq!(error(&mut browser, &hospital, &[("prompt", "none")]).await.unwrap(), "login_required");
    let page = browser.open(&hospital.url(&[])).await;
    let page = browser.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    assert!(page.parameter("code").is_some(), "{} {}", page.url, page.body);
    assert!(browser.open(&hospital.url(&[])).await.parameter("code").is_some(), "by SSO, at its level");
    town.clock.pass(Duration::from_secs(121));
    assert_eq!(browser.open(&hospital.url(&[("max_age", "10000")])).await.path(), "/login", "too old for it");
    assert!(browser.open(&town.rp("portal").url(&[])).await.parameter("code").is_some(), "and not for another");
    let wrong = "[[clients]]\nclient_id = \"x\"\nsecrets = [\"a-secret-of-a-test-that-is-long-enough-for-all\"]\n\
         redirect_uris = [\"https://x.example/cb\"]\nmin_acr = \"2\"\n";
    let refused = town.try_apply(wrong, false).await.unwrap_err();
    assert!(refused.contains("min_acr: 2 is no context class"), "{refused}");
    town.leave().await;
}
