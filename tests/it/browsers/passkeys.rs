//! Passkeys as a person meets them in Chromium: made, used from the field for the name, by the button, on another device, for
//! more than a password, and refused.

use std::time::Duration;

use motcua::identity::assurance::Level;

use super::Authenticator;
use super::Street;
use super::without_autofill;
use crate::credentials::proof;
use crate::demo::BOTH;
use crate::demo::Lang;
use crate::demo::Tab;
use crate::demo::WIDTHS;
use crate::demo::chrome::Chrome;
use crate::town::PASSWORD;
use crate::town::Tokens;

const ESSENTIAL: &str = r#"{"id_token":{"acr":{"essential":true,"value":"urn:motcua:acr:3"}}}"#;

/// Makes a passkey for who is signed in and of late.
async fn enrol(street: &Street, tab: &Tab, device: &Authenticator, name: &str) {
    tab.open(&street.town.at("/account/passkeys/add")).await;
    device.is_touched(tab, true).await;
    tab.enter("#pn", name).await;
    tab.follow("#make-passkey").await;
    device.is_touched(tab, false).await;
    assert_eq!(tab.path().await, "/account/security");
    assert!(tab.text("main").await.contains(name));
}

/// khai with a passkey on the device of this tab, signed in there.
pub async fn khai_with_passkey(street: &Street, tab: &Tab, lang: Lang) -> Authenticator {
    let device = Authenticator::in_device_of(tab).await;
    street.arrive(tab, lang).await;
    tab.sign_in("khai", PASSWORD).await;
    enrol(street, tab, &device, "Khai 1").await;
    device
}

/// Both languages, each at both widths.
pub fn every_screen() -> impl Iterator<Item = (Lang, u32)> {
    BOTH.into_iter().flat_map(|lang| WIDTHS.map(|width| (lang, width)))
}

/// WebAuthn Level 3 §1.2.1 to §1.2.3: made at the account, then offered in the field for the name, then by the button.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_made_and_signs_in_from_the_field_and_by_the_button() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in every_screen() {
        let street = Street::new().await;
        let tab = chrome.fresh_tab(width).await;
        let device = Authenticator::in_device_of(&tab).await;
        street.arrive(&tab, lang).await;
        tab.fit(lang).await;
        tab.sign_in("khai", PASSWORD).await;
        tab.follow("a[href='/account/security']").await;
        tab.fit(lang).await;
        tab.follow("a[href='/account/passkeys/add']").await;
        tab.fit(lang).await;
        device.is_touched(&tab, true).await;
        tab.enter("#pn", "Khai 1").await;
        tab.follow("#make-passkey").await;
        assert_eq!((tab.path().await.as_str(), device.passkeys(&tab).await.len()), ("/account/security", 1));
        tab.fit(lang).await;
        street.sign_out(&tab).await;

        tab.set_out(&street.asks(&[])).await;
        tab.comes_to(&street.reached()).await;
        street.sign_out(&tab).await;

        without_autofill(&tab).await;
        tab.open(&street.asks(&[])).await;
        assert!(tab.look::<bool>("!document.querySelector('#k').hidden").await);
        tab.fit(lang).await;
        tab.follow("#k").await;
        assert!(tab.url().await.starts_with(&street.reached()), "{}", tab.url().await);

        tab.open(&street.town.at("/account/security")).await;
        tab.follow("a[href^='/account/passkeys/one']").await;
        assert!(tab.text("main").await.contains("Chrome · Linux"));
        tab.fit(lang).await;
        tab.close().await;
        street.town.leave().await;
    }
    chrome.quit().await;
}

/// A passkey that was copied to another device, as the services of platforms do it, and one that is made there.
#[tokio::test(flavor = "multi_thread")]
async fn another_device_has_the_same_passkey_or_one_of_its_own() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in every_screen() {
        let street = Street::new().await;
        let [phone, tablet, desk] =
            [chrome.fresh_tab(width).await, chrome.fresh_tab(width).await, chrome.fresh_tab(width).await];
        let first = khai_with_passkey(&street, &phone, lang).await;
        phone.open(&street.town.at("/account/recovery-codes")).await;
        phone.follow("form button").await;
        let code = phone.text(".codes code").await;
        for tab in [&tablet, &desk] {
            without_autofill(tab).await;
        }
        copied(&street, [&phone, &tablet], &first, lang).await;
        own(&street, &desk, &code, lang).await;
        for tab in [phone, tablet, desk] {
            tab.close().await;
        }
        street.town.leave().await;
    }
    chrome.quit().await;
}

/// The passkey of the one device is on the other as well, and opens the account there by the button.
async fn copied(street: &Street, [from, to]: [&Tab; 2], first: &Authenticator, lang: Lang) {
    let copy = Authenticator::in_device_of(to).await;
    copy.keeps(to, &first.passkeys(from).await[0]).await;
    street.arrive(to, lang).await;
    to.fit(lang).await;
    copy.is_touched(to, true).await;
    to.follow("#k").await;
    assert_eq!(to.path().await, "/account", "{}", to.text("main").await);
    to.open(&street.asks(&[])).await;
    assert!(to.url().await.starts_with(&street.reached()), "{}", to.url().await);
}

/// A device without one comes in by the password and a code from paper, makes its own, and comes in by that from then on.
async fn own(street: &Street, desk: &Tab, code: &str, lang: Lang) {
    let second = Authenticator::in_device_of(desk).await;
    street.arrive(desk, lang).await;
    desk.sign_in("khai", PASSWORD).await;
    desk.fit(lang).await;
    desk.enter("[name=otp]", code).await;
    desk.follow("form button[type=submit]").await;
    assert_eq!(desk.path().await, "/account");
    enrol(street, desk, &second, "Desk 2").await;
    assert_eq!(desk.count("a[href^='/account/passkeys/one']").await, 2);
    street.sign_out(desk).await;
    desk.open(&street.asks(&[])).await;
    second.is_touched(desk, true).await;
    desk.follow("#k").await;
    assert!(desk.url().await.starts_with(&street.reached()), "{}", desk.url().await);

    // §5.1.3 step 22: a device that has one makes no second one, and says so.
    desk.open(&street.town.at("/account/passkeys/add")).await;
    desk.press("#make-passkey").await;
    desk.sees("!document.querySelector('#passkey-there').hidden").await;
    let there = match lang {
        "vi" => "Thiết bị này đã có khóa truy cập của bạn.",
        _ => "This device has a passkey of yours already.",
    };
    assert!(desk.text("main").await.contains(there), "{}", desk.text("main").await);
    assert!(desk.look::<bool>("document.querySelector('#passkey-failed').hidden").await);
    desk.fit(lang).await;
}

/// OpenID Connect Core §5.5.1.1: what a service must have it gets, in the session that is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_takes_a_person_from_a_password_to_what_a_service_must_have() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in every_screen() {
        let street = Street::new().await;
        let tab = chrome.fresh_tab(width).await;
        proof(&street.town, "khai", Level::Two).await;
        let device = khai_with_passkey(&street, &tab, lang).await;
        let claims = async || {
            let code = street.code(&tab).await;
            Tokens(street.rp.redeem(&code, &[]).await.json()).claims()
        };
        tab.open(&street.asks(&[])).await;
        let before = claims().await;
        assert_eq!(before["acr"], "urn:motcua:acr:1");
        tab.open(&street.asks(&[("claims", ESSENTIAL)])).await;
        assert_eq!((tab.path().await.as_str(), tab.count("[type=password], [name=otp]").await), ("/login/code", 0));
        tab.fit(lang).await;
        device.is_touched(&tab, true).await;
        tab.follow("#k").await;
        let after = claims().await;
        assert_eq!((&after["acr"], &after["sid"]), (&"urn:motcua:acr:3".into(), &before["sid"]));
        tab.close().await;
        street.town.leave().await;
    }
    chrome.quit().await;
}

/// The passkey lies elsewhere: on to a service that takes less, back with the error to one that does not.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_passkey_elsewhere_goes_on_without_it_or_gives_up() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in every_screen() {
        let street = Street::new().await;
        let tab = chrome.fresh_tab(width).await;
        proof(&street.town, "khai", Level::Two).await;
        khai_with_passkey(&street, &tab, lang).await;
        tab.open(&street.asks(&[("acr_values", "urn:motcua:acr:3")])).await;
        assert_eq!(tab.path().await, "/login/code");
        tab.fit(lang).await;
        tab.follow("[name=choice][value=without]").await;
        let code = street.code(&tab).await;
        assert_eq!(Tokens(street.rp.redeem(&code, &[]).await.json()).claims()["acr"], "urn:motcua:acr:1");

        tab.open(&street.asks(&[("claims", ESSENTIAL), ("state", "s1")])).await;
        tab.fit(lang).await;
        tab.follow("[name=choice][value=give-up]").await;
        let url = url::Url::parse(&tab.url().await).unwrap();
        let answer = |name: &str| url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned());
        assert_eq!(answer("error").as_deref(), Some("unmet_authentication_requirements"), "{url}");
        assert_eq!((answer("state").as_deref(), answer("code")), (Some("s1"), None));
        tab.close().await;
        street.town.leave().await;
    }
    chrome.quit().await;
}

/// §7.2 step 17, on both sides: a device that does not recognize its person says so, one that answers all the same is refused.
/// What a person reads says what to do; afterwards they come in by another way, or by the same one.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_does_not_recognize_its_person_opens_nothing() {
    let Some(chrome) = Chrome::start().await else { return };
    for (lang, width) in BOTH.into_iter().zip(WIDTHS) {
        let street = Street::new().await;
        let tab = chrome.fresh_tab(width).await;
        let device = khai_with_passkey(&street, &tab, lang).await;
        let (again, refused) = match lang {
            "vi" => ("Khóa truy cập chưa được dùng. Hãy thử lại", "Chưa dùng được khóa truy cập này."),
            _ => ("Your passkey was not used. Try again", "We could not use this passkey."),
        };
        street.sign_out(&tab).await;
        without_autofill(&tab).await;
        tab.open(&street.asks(&[])).await;
        device.recognizes(&tab, false).await;
        device.is_touched(&tab, true).await;
        tab.press("#k").await;
        tab.sees("!document.querySelector('#kf').hidden").await;
        assert!(tab.text("#kf").await.starts_with(again));
        tab.fit(lang).await;

        device.recognizes(&tab, true).await;
        device.skips_verification(&tab, true).await;
        tab.follow("#k").await;
        assert!(tab.text("[role=alert]").await.contains(refused), "{}", tab.text("main").await);
        assert_eq!(tab.look::<String>("document.activeElement.getAttribute('role')").await, "alert");
        tab.fit(lang).await;
        device.skips_verification(&tab, false).await;

        // What a browser keeps of the former page is no answer of this one.
        tab.back().await;
        tab.sees("document.readyState === 'complete'").await;
        tab.sign_in("khai", PASSWORD).await;
        assert_eq!(tab.path().await, "/login/code", "{}", tab.text("main").await);
        tab.follow("#k").await;
        assert!(tab.url().await.starts_with(&street.reached()), "{}", tab.url().await);
        tab.close().await;
        street.town.leave().await;
    }
    chrome.quit().await;
}

/// A page that stands open: its challenge is renewed before it is too old, and who must sign in anew is led there.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_stands_open_goes_on_with_a_fresh_challenge() {
    const HOLD: &str = "window.setInterval = (renew, every) => { document.renew = renew; document.every = every }";
    let Some(chrome) = Chrome::start().await else { return };
    let street = Street::new().await;
    let tab = chrome.fresh_tab(360).await;
    let device = khai_with_passkey(&street, &tab, "en").await;
    street.sign_out(&tab).await;
    tab.before_each_page(HOLD).await;
    tab.open(&street.asks(&[])).await;
    assert!(tab.look::<u32>("document.every").await < 300_000);
    street.town.clock.pass(Duration::from_secs(301));
    device.is_touched(&tab, true).await;
    let () = tab.look("void document.renew()").await;
    tab.comes_to(&street.reached()).await;

    device.is_touched(&tab, false).await; // the page that it is led to would be answered at once
    tab.open(&street.town.at("/account/passkeys/add")).await;
    street.town.clock.pass(Duration::from_secs(16 * 60));
    tab.follow("#make-passkey").await;
    assert_eq!(tab.path().await, "/sign-in", "{}", tab.text("main").await);
    tab.close().await;
    street.town.leave().await;
    chrome.quit().await;
}

/// Enter in the field for the name makes the passkey as the button does.
#[tokio::test(flavor = "multi_thread")]
async fn enter_in_the_field_for_a_name_makes_the_passkey() {
    let Some(chrome) = Chrome::start().await else { return };
    let street = Street::new().await;
    let tab = chrome.fresh_tab(360).await;
    let device = Authenticator::in_device_of(&tab).await;
    street.arrive(&tab, "vi").await;
    tab.sign_in("khai", PASSWORD).await;
    tab.open(&street.town.at("/account/passkeys/add")).await;
    device.recognizes(&tab, false).await;
    device.is_touched(&tab, true).await;
    tab.press("#make-passkey").await;
    tab.sees("!document.querySelector('#passkey-failed').hidden").await;
    assert!(tab.text("#passkey-failed").await.starts_with("Chưa tạo được khóa truy cập. Hãy thử lại"));
    tab.fit("vi").await;
    device.recognizes(&tab, true).await;
    tab.enter("#pn", "Khai 1").await;
    tab.follow_enter("#pn").await;
    assert_eq!((tab.path().await.as_str(), device.passkeys(&tab).await.len()), ("/account/security", 1));
    tab.close().await;
    street.town.leave().await;
    chrome.quit().await;
}
