//! An account that is opened in Chromium: with a passkey, and with a password where no script runs.

use std::time::Duration;

use super::Authenticator;
use super::Street;
use super::passkeys::every_screen;
use super::without_autofill;
use crate::demo::Lang;
use crate::demo::Tab;
use crate::demo::chrome::Chrome;
use crate::opening;
use crate::opening::LAN;
use crate::opening::SECRET;

/// The first three pages: an address, its code, who they are.
async fn described(street: &Street, tab: &Tab, lang: Lang, wait: Option<Duration>) {
    street.arrive(tab, lang).await;
    tab.follow("a[href^='/open-account']").await;
    tab.fit(lang).await;
    tab.enter("[name=address]", LAN).await;
    if let Some(wait) = wait {
        tab.follow("form button").await;
        assert_eq!((tab.path().await.as_str(), tab.count("[role=alert]").await), ("/open-account", 1));
        tab.fit(lang).await;
        street.town.clock.pass(wait);
    }
    tab.follow("form button").await;
    assert_eq!(tab.path().await, "/open-account/code", "{}", tab.text("main").await);
    tab.fit(lang).await;
    let letter = opening::letter(&street.town, LAN).await;
    assert!(letter.html.contains(&format!("<html lang=\"{lang}\">")), "{}", letter.html);
    tab.enter("[name=otp]", &letter.code()).await;
    tab.follow("form button").await;
    assert_eq!(tab.path().await, "/open-account/person", "{}", tab.text("main").await);
    tab.fit(lang).await;
    tab.enter("[name=name]", "Trần Thị Lan").await;
    tab.enter("[name=username]", "tran.lan").await;
    tab.follow("form button").await;
    assert_eq!(tab.path().await, "/open-account/key", "{}", tab.text("main").await);
    tab.fit(lang).await;
}

/// The account is theirs, and so it stands there.
async fn looks_at_it(street: &Street, tab: &Tab, lang: Lang) {
    tab.open(&street.town.at("/account")).await;
    assert!(tab.text("main").await.contains("Trần Thị Lan"), "{}", tab.text("main").await);
    tab.fit(lang).await;
    assert_eq!(opening::opened(&street.town).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_opened_with_a_passkey_that_signs_in_again() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in every_screen() {
        let street = Street::with(|config| config.accounts.open = true).await;
        let tab = chrome.fresh_tab(width).await;
        without_autofill(&tab).await;
        let device = Authenticator::in_device_of(&tab).await;
        described(&street, &tab, lang, None).await;
        device.is_touched(&tab, true).await;
        tab.follow("#make-passkey").await;
        assert_eq!((tab.path().await.as_str(), device.passkeys(&tab).await.len()), ("/account", 1));
        looks_at_it(&street, &tab, lang).await;
        street.sign_out(&tab).await;
        tab.open(&street.asks(&[])).await;
        tab.follow("#k").await;
        assert!(tab.url().await.starts_with(&street.reached()), "{}", tab.text("main").await);
        tab.close().await;
        street.town.leave().await;
    }
    chrome.quit().await;
}

/// "without JavaScript a longer wait", and nothing else that is missing but the passkey.
#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_an_account_is_opened_with_a_password() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in every_screen() {
        let street = Street::with(|config| config.accounts.open = true).await;
        let tab = chrome.fresh_tab(width).await.without_scripts().await;
        described(&street, &tab, lang, Some(Duration::from_secs(20))).await;
        tab.enter("[name=password]", "lan").await;
        tab.follow("form button").await;
        assert_eq!((tab.path().await.as_str(), tab.count("[role=alert]").await), ("/open-account/key", 1));
        tab.fit(lang).await;
        tab.enter("[name=password]", SECRET).await;
        tab.follow("form button").await;
        assert_eq!(tab.path().await, "/account", "{}", tab.text("main").await);
        looks_at_it(&street, &tab, lang).await;
        street.sign_out(&tab).await;
        tab.open(&street.asks(&[])).await;
        tab.sign_in("tran.lan", SECRET).await;
        assert!(tab.url().await.starts_with(&street.reached()), "{}", tab.text("main").await);
        let complaints = tab.complaints();
        assert!(complaints.iter().all(|line| line.contains("status of 4")), "{complaints:#?}");
        tab.close().await;
        street.town.leave().await;
    }
    chrome.quit().await;
}
