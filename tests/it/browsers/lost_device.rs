//! Who lost the device on which the passkey was comes back in by an address that is theirs and a waiting time.

use std::time::Duration;

use motcua::parts::letters::Channel;

use super::Street;
use super::passkeys::every_screen;
use super::passkeys::khai_with_passkey;
use super::without_autofill;
use crate::demo::Lang;
use crate::demo::Tab;
use crate::demo::chrome::Chrome;

const NEW: &str = "a quiet river at night";

/// Asks for a code by mail, and enters it.
async fn prove(street: &Street, tab: &Tab, lang: Lang) {
    tab.open(&street.town.at("/sign-in")).await;
    tab.follow("a[href='/recovery']").await;
    tab.fit(lang).await;
    tab.enter("[name=username]", "khai").await;
    tab.press("[name=way][value=mail]").await;
    tab.follow("form button").await;
    assert_eq!(tab.path().await, "/recovery/code", "{}", tab.text("main").await);
    tab.fit(lang).await;
    let letter = street.letter_with(&["nhập mã này", "Enter this code"]).await;
    tab.enter("[name=otp]", &letter.code()).await;
    tab.follow("form button").await;
    assert_eq!(tab.path().await, "/recovery/password", "{}", tab.text("main").await);
    tab.fit(lang).await;
}

/// Issue 11: "lose the device and recover", "also with JavaScript off for everything but the passkey".
#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_device_comes_back_in_after_the_waiting_time() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in every_screen() {
        let street = Street::new().await;
        let (lost, owner) = (chrome.fresh_tab(width).await, chrome.fresh_tab(width).await);
        let device = khai_with_passkey(&street, &lost, lang).await;
        let tab = chrome.fresh_tab(width).await.without_scripts().await;
        tab.open(&street.town.at(&format!("/?lang={lang}"))).await;
        prove(&street, &tab, lang).await;
        assert_eq!(tab.count("[name=new]").await, 0, "not yet");
        let told = street.letter_with(&["/stop?stop="]).await;
        owner.open(&format!("{}&lang={lang}", told.link())).await;
        owner.fit(lang).await;

        street.town.bring(Channel::Sms).await;
        street.town.clock.pass(Duration::from_secs(72 * 3600));
        prove(&street, &tab, lang).await;
        tab.enter("[name=new]", "short").await;
        tab.follow("form button").await;
        assert_eq!(tab.count("[role=alert]").await, 1);
        tab.fit(lang).await;
        tab.enter("[name=new]", NEW).await;
        tab.follow("form button").await;
        assert_eq!(tab.path().await, "/recovery/done", "{}", tab.text("main").await);
        tab.fit(lang).await;
        tab.open(&street.town.at("/account")).await;
        tab.sign_in("khai", NEW).await;
        assert_eq!(tab.path().await, "/account");

        // Who found the device, and can open it, comes in nowhere.
        without_autofill(&lost).await;
        lost.open(&street.asks(&[])).await;
        assert_eq!(lost.path().await, "/login");
        device.is_touched(&lost, true).await;
        lost.follow("#k").await;
        assert_eq!((lost.path().await.as_str(), lost.count("[role=alert]").await), ("/login", 1));
        lost.fit(lang).await;
        let complaints = tab.complaints();
        assert!(
            complaints.iter().all(|line| line.contains("status of 4") || line.contains("[DOM]")),
            "{complaints:#?}"
        );
        for tab in [lost, owner, tab] {
            tab.close().await;
        }
        street.town.leave().await;
    }
    chrome.quit().await;
}
