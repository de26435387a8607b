//! design/pages.md: "Without JavaScript everything but the passkey ceremony works; the passkey button then says what is missing."

use std::time::Duration;

use super::Street;
use super::passkeys::every_screen;
use crate::demo::Lang;
use crate::demo::Tab;
use crate::demo::chrome::Chrome;
use crate::town::PASSWORD;
use crate::town::code;
use crate::town::from_base32;

const OTHER: &str = "another horse another battery";

/// Adds an authenticator app; its secret.
async fn add_app(street: &Street, tab: &Tab, lang: Lang) -> Vec<u8> {
    tab.follow("a[href='/account/totp']").await;
    tab.fit(lang).await;
    let secret = from_base32(&tab.text("#secret").await);
    tab.enter("[name=otp]", "000000").await;
    tab.follow("form button").await;
    assert_eq!((tab.path().await.as_str(), tab.count("[role=alert]").await), ("/account/totp", 1));
    tab.fit(lang).await;
    assert_eq!(from_base32(&tab.text("#secret").await), secret, "the app keeps what it scanned");
    tab.enter("[name=otp]", &code(&secret, street.town.app.clock.now())).await;
    tab.follow("form button").await;
    assert_eq!(tab.path().await, "/account/security");
    secret
}

/// Asks the service for a person who must sign in, by the password and by `proof` besides.
async fn sign_in_by(street: &Street, tab: &Tab, password: &str, proof: &str, lang: Lang) {
    tab.open(&street.asks(&[("prompt", "login")])).await;
    assert!(!tab.look::<bool>("!document.querySelector('#k').hidden").await, "a button that does nothing");
    tab.sign_in("khai", password).await;
    assert_eq!(tab.path().await, "/login/code", "{}", tab.text("main").await);
    tab.enter("[name=otp]", "999999").await;
    tab.follow("form button[type=submit]").await;
    assert_eq!(tab.count("[role=alert]").await, 1);
    tab.fit(lang).await;
    street.town.clock.pass(Duration::from_secs(5)); // the throttle's
    tab.enter("[name=otp]", proof).await;
    tab.follow("form button[type=submit]").await;
    assert!(tab.url().await.starts_with(&street.reached()), "{}", tab.text("main").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_but_the_passkey_works_without_scripts() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in every_screen() {
        let street = Street::new().await;
        let tab = chrome.fresh_tab(width).await.without_scripts().await;
        street.arrive(&tab, lang).await;
        let missing = if lang == "vi" { "hãy bật JavaScript" } else { "turn on JavaScript" };
        assert!(tab.text("main").await.contains(missing), "{}", tab.text("main").await);
        tab.fit(lang).await;
        tab.sign_in("khai", PASSWORD).await;
        assert_eq!(tab.path().await, "/account");
        tab.fit(lang).await;
        tab.follow("a[href='/account/security']").await;
        tab.fit(lang).await;
        let secret = add_app(&street, &tab, lang).await;
        tab.fit(lang).await;
        tab.follow("a[href='/account/recovery-codes']").await;
        tab.fit(lang).await;
        tab.follow("form button").await;
        tab.fit(lang).await;
        let paper = tab.text(".codes code").await;
        tab.follow("a[href='/account/security']").await;
        tab.follow("a[href='/account/passkeys/add']").await;
        assert!(tab.text("main").await.contains(missing), "{}", tab.text("main").await);
        tab.fit(lang).await;
        street.town.clock.pass(Duration::from_secs(30));
        let now = street.town.app.clock.now();
        sign_in_by(&street, &tab, PASSWORD, &code(&secret, now), lang).await;
        change_password(&street, &tab, lang).await;
        sign_in_by(&street, &tab, OTHER, &paper, lang).await;
        remove_app(&street, &tab, lang).await;
        let complaints = tab.complaints();
        assert!(
            complaints.iter().all(|line| line.contains("status of 4") || line.contains("[DOM]")),
            "{complaints:#?}"
        );
        tab.close().await;
        street.town.leave().await;
    }
    chrome.quit().await;
}

async fn change_password(street: &Street, tab: &Tab, lang: Lang) {
    tab.open(&street.town.at("/account/password")).await;
    tab.fit(lang).await;
    for (current, new) in [("wrong", OTHER), (PASSWORD, "short")] {
        tab.enter("[name=current]", current).await;
        tab.enter("[name=new]", new).await;
        tab.follow("form button").await;
        assert_eq!(tab.count("[role=alert]").await, 1);
        tab.fit(lang).await;
    }
    tab.enter("[name=current]", PASSWORD).await;
    tab.enter("[name=new]", OTHER).await;
    tab.follow("form button").await;
    assert_eq!(tab.path().await, "/account/security", "{}", tab.text("main").await);
}

async fn remove_app(street: &Street, tab: &Tab, lang: Lang) {
    tab.open(&street.town.at("/account/totp")).await;
    tab.fit(lang).await;
    tab.follow("#remove").await;
    assert_eq!(tab.path().await, "/account/security");
    tab.open(&street.town.at("/account/history")).await;
    tab.fit(lang).await;
    assert!(tab.count("li.row").await >= 5);
}
