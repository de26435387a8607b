//! An account without a password: by a passkey, which is all that it takes to sign in again.

use super::*;
use crate::town::BACKED_UP;
use crate::town::BACKUP_ELIGIBLE;
use crate::town::Device;
use crate::town::PRESENT;
use crate::town::Tokens;

async fn last(town: &Town, browser: &mut Browser, address: &str) -> Page {
    let page = reached(town, browser, address).await;
    described(browser, &page, "").await
}

async fn made(browser: &mut Browser, page: &Page, device: &mut Device) -> Vec<(&'static str, String)> {
    let (options, ceremony) = challenge(browser, page).await;
    let passkey = device.make(&options);
    vec![("opening", page.hidden_value("opening")), ("ceremony", ceremony), ("passkey", passkey)]
}

#[tokio::test]
async fn a_passkey_opens_an_account_and_signs_in_again() {
    let town = town().await;
    for (address, flags, amr) in
        [(LAN, 0, ["hwk", "mfa", "user"]), ("hoa@dongnoi.example", BACKUP_ELIGIBLE | BACKED_UP, ["mfa", "swk", "user"])]
    {
        let (mut browser, mut device) = (town.browser(), Device::new());
        device.flags |= flags;
        let page = last(&town, &mut browser, address).await;
        let form = made(&mut browser, &page, &mut device).await;
        let mut twice = browser.clone();
        assert_eq!(sent(&mut browser, "/open-account/key", &form).await.path(), "/");
        assert_eq!(sent(&mut twice, "/open-account/key", &form).await.path(), "/", "the same form once more");
        let code = browser.open(&town.rp("portal").url(&[])).await.parameter("code").unwrap();
        let claims = Tokens(town.rp("portal").redeem(&code, &[]).await.json()).claims();
        assert_eq!(claims["amr"], serde_json::json!(amr));
        let security = browser.open("/account/security").await;
        assert!(security.body.contains("Khóa truy cập của tôi"), "{}", security.body);
        let mut other = town.browser();
        let page = other.open(&town.rp("portal").url(&[])).await;
        let done = other.use_passkey(&page, &mut device).await;
        assert!(done.parameter("code").is_some(), "{}", done.body);
        assert!(!signs_in(&town, address).await, "there is no password");
    }
    assert_eq!(opened(&town).await, 2);
    town.leave().await;
}

/// The form that opened the account with a passkey opens nothing after its person signed out: no device is asked.
#[tokio::test]
async fn the_form_that_made_a_passkey_opens_nothing_after_a_sign_out() {
    let town = town().await;
    let (mut browser, mut device) = (town.browser().speaking("en"), Device::new());
    let page = last(&town, &mut browser, LAN).await;
    let form = made(&mut browser, &page, &mut device).await;
    assert_eq!(sent(&mut browser, "/open-account/key", &form).await.path(), "/");
    assert_eq!(sent(&mut browser, "/open-account/key", &form).await.path(), "/", "sent twice");
    let page = browser.open("/logout").await;
    browser.fill(&page, &[]).await;
    let again = sent(&mut browser, "/open-account/key", &form).await;
    assert_eq!(browser.open("/account").await.path(), "/sign-in", "nobody is signed in: {} {}", again.url, again.body);
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.use_passkey(&page, &mut device).await.path(), "/", "the device signs in");
    town.leave().await;
}

/// A challenge is of one account that will be, for five minutes; a passkey of somebody is nobody else's.
#[tokio::test]
async fn a_passkey_of_another_page_or_of_somebody_opens_nothing() {
    let town = town().await;
    let (mut one, mut two) = (town.browser().speaking("en"), town.browser().speaking("en"));
    let first = last(&town, &mut one, LAN).await;
    let second = last(&town, &mut two, "hoa@dongnoi.example").await;
    let mut device = Device::new();
    let refused = async |browser: &mut Browser, form: &[(&'static str, String)], why: &str| {
        let page = sent(browser, "/open-account/key", form).await;
        assert!(page.status == 400 && page.body.contains("did not confirm"), "{why}: {}", page.body);
    };
    let mut form = made(&mut one, &first, &mut device).await;
    form[0].1 = second.hidden_value("opening");
    refused(&mut two, &form, "another account's").await;
    let form = made(&mut one, &first, &mut device).await;
    town.clock.pass(Duration::from_secs(301));
    refused(&mut one, &form, "too old").await;
    let mut unverified = Device::new();
    unverified.flags = PRESENT;
    let form = made(&mut one, &first, &mut unverified).await;
    refused(&mut one, &form, "WebAuthn Level 3 §7.1 step 15: the user is verified").await;
    let form = made(&mut one, &first, &mut device).await;
    assert_eq!(sent(&mut one, "/open-account/key", &form).await.path(), "/");
    let form = made(&mut two, &second, &mut device).await;
    refused(&mut two, &form, "somebody's").await;
    assert_eq!(opened(&town).await, 1);
    town.leave().await;
}
