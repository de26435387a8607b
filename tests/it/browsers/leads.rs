//! Between a sign-in with a password and a service, in Chromium: a passkey is offered, a password that is too short is mended.

use motcua::config::passwords::Passwords;
use motcua::identity::credential::password;
use motcua::identity::credential::workspace::Workspace;

use super::Authenticator;
use super::Elsewhere;
use super::ways_back::asks;
use super::ways_back::declaration;
use super::ways_back::reached;
use crate::demo::BOTH;
use crate::demo::Lang;
use crate::demo::WIDTHS;
use crate::demo::chrome::Chrome;
use crate::demo::tab::Tab;
use crate::peers::serving::Serving;
use crate::town::PASSWORD;

const SHORT: &str = "river stone";
const LONG: &str = "another horse battery staple";

fn every_screen() -> impl Iterator<Item = (usize, (Lang, u32))> {
    BOTH.into_iter().flat_map(|lang| WIDTHS.map(|width| (lang, width))).enumerate()
}

/// A person for each screen, with a password that was hashed elsewhere.
fn people(name: &str, typed: &str) -> String {
    let cost = Passwords::default().cost();
    let phc = password::hash(typed, [7; 16], cost, None, &mut Workspace::default()).unwrap().phc;
    let people =
        every_screen().map(|(n, _)| format!("[[people]]\nuser_name = \"{name}{n}\"\npassword_hash = '{phc}'\n"));
    people.collect()
}

/// Builds into the device of this tab what keeps passkeys, and somebody touches it wherever it asks for that.
async fn with_authenticator(tab: &Tab) {
    Authenticator::in_device_of(tab).await.is_touched(tab, true).await;
}

/// The page's script asks the device, which takes a moment.
const IT_CAN: &str = "document.querySelector('[name=makes]').value === '1'";

async fn begin(tab: &Tab, provider: &Serving, service: &Elsewhere, lang: Lang) {
    tab.open(&asks(provider, 0, service, &format!("&ui_locales={lang}"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_offered_where_the_device_can_make_one_and_made_on_the_way() {
    let Some(chrome) = Chrome::start().await else { return };
    let service = Elsewhere::at("127.0.0.1:0", "localhost", None).await;
    let provider = Serving::with(&(declaration(&[&service]) + &people("moved-", PASSWORD)));
    for (n, (lang, width)) in every_screen() {
        let name = format!("moved-{n}");
        let tab = chrome.fresh_tab(width).await;
        begin(&tab, &provider, &service, lang).await;
        tab.sign_in(&name, PASSWORD).await;
        assert_eq!(tab.path().await, "/consent", "a device that makes none is offered none");
        tab.close().await;

        let tab = chrome.fresh_tab(width).await;
        begin(&tab, &provider, &service, lang).await;
        with_authenticator(&tab).await;
        tab.reload().await;
        tab.sees(IT_CAN).await;
        tab.sign_in(&name, PASSWORD).await;
        assert_eq!(tab.path().await, "/login/lead");
        tab.fit(lang).await;
        tab.follow("#make-passkey").await;
        assert_eq!(tab.path().await, "/consent");
        tab.follow("#allow").await;
        reached(&tab, &service.origin).await;
        tab.open(&format!("{}/account/security", provider.issuer)).await;
        assert_eq!(tab.count("a[href^='/account/passkeys/one']").await, 1);
        tab.close().await;
    }
    // What is not the ceremony is sent as it is, scripts or not.
    for (name, answer) in [("khai", "#later"), ("an", "#never")] {
        let tab = chrome.fresh_tab(360).await;
        with_authenticator(&tab).await;
        begin(&tab, &provider, &service, "vi").await;
        tab.sees(IT_CAN).await;
        tab.sign_in(name, PASSWORD).await;
        tab.follow(answer).await;
        assert_eq!(tab.path().await, "/consent");
        tab.close().await;
    }
    chrome.quit().await;
}

/// design/pages.md: "Without JavaScript everything but the passkey ceremony works".
#[tokio::test(flavor = "multi_thread")]
async fn a_short_password_is_mended_without_scripts_before_the_service_is_reached() {
    let Some(chrome) = Chrome::start().await else { return };
    let service = Elsewhere::at("127.0.0.1:0", "localhost", None).await;
    let file = declaration(&[&service]) + &people("moved-", SHORT);
    let provider = Serving::configured(&file, "[passwords]\nshort_until = \"2026-01-31\"\n");
    for (n, (lang, width)) in every_screen() {
        let tab = chrome.fresh_tab(width).await.without_scripts().await;
        begin(&tab, &provider, &service, lang).await;
        tab.sign_in(&format!("moved-{n}"), SHORT).await;
        assert_eq!((tab.path().await.as_str(), tab.count("#later").await), ("/login/lead", 0));
        let seen = "document.querySelector('#make-passkey').getClientRects().length";
        assert_eq!(tab.look::<usize>(seen).await, 0, "a button that does nothing without scripts");
        tab.fit(lang).await;
        tab.follow("#app").await;
        tab.fit(lang).await;
        tab.follow(".card > p:last-child a").await;
        tab.follow("#longer").await;
        tab.fit(lang).await;
        tab.enter("[name=current]", SHORT).await;
        tab.enter("[name=new]", LONG).await;
        tab.follow("form button[type=submit]").await;
        assert_eq!(tab.path().await, "/consent");
        tab.complaints(); // Chromium misses the user's name beside a new password
        tab.follow("#allow").await;
        reached(&tab, &service.origin).await;
        tab.close().await;
    }
    chrome.quit().await;
}
