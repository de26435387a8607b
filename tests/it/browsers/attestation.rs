//! A device of which nobody said that it is taken, as a person meets that in Chromium.

use motcua::config::passkeys::Policy;
use uuid::uuid;

use super::Authenticator;
use super::Street;
use crate::demo::BOTH;
use crate::demo::WIDTHS;
use crate::demo::chrome::Chrome;
use crate::town::PASSWORD;

/// The virtual authenticator attests by a certificate of its own making: the page says what to do, and nothing was made.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_that_the_kind_of_device_is_not_taken_and_what_to_do() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in BOTH.into_iter().flat_map(|lang| WIDTHS.map(|width| (lang, width))) {
        let street = Street::with(|config| {
            config.passkeys.attestation = Policy::Listed;
            config.passkeys.authenticators = vec![uuid!("4c0f60e2-1d8a-4e53-9f0e-3a5c7d90b1f4")];
        })
        .await;
        let tab = chrome.fresh_tab(width).await;
        let device = Authenticator::in_device_of(&tab).await;
        street.arrive(&tab, lang).await;
        tab.sign_in("khai", PASSWORD).await;
        tab.open(&street.town.at("/account/passkeys/add")).await;
        device.is_touched(&tab, true).await;
        tab.follow("#make-passkey").await;
        let words = match lang {
            "vi" => "chỉ chấp nhận khóa truy cập trên một số loại thiết bị",
            _ => "from certain kinds of device only",
        };
        assert!(tab.text("[role=alert]").await.contains(words), "{}", tab.text("main").await);
        tab.fit(lang).await;
        tab.open(&street.town.at("/account/security")).await;
        assert!(tab.look::<bool>("!document.querySelector('a[href^=\"/account/passkeys/one\"]')").await);
        street.town.leave().await;
    }
}
