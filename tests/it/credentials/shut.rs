//! NIST SP 800-63B-4 §3.2.2: "no more than 100" wrong codes in a row, of an app, on paper or by SMS.

use std::time::Duration;

use motcua::identity::credential::MOST_FAILURES;

use super::texts;
use super::unthrottled;
use crate::letters::KHAI;
use crate::letters::NUMBER;
use crate::opening;
use crate::store::execute;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Page;
use crate::town::Town;
use crate::town::code;

/// Every code of everybody was tried in vain so often that one more time is the hundredth.
async fn nearly(town: &Town) {
    let failures = MOST_FAILURES - 1;
    execute(&town.app.db, &format!("UPDATE authenticators SET failures = {failures} WHERE kind <> 'passkey'")).await;
}

/// A code of ten new ones on paper.
async fn paper(browser: &mut Browser) -> String {
    let page = browser.open("/account/recovery-codes").await;
    let page = browser.fill(&page, &[]).await;
    page.body.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

async fn silence(town: &Town) {
    while town.mailbox().try_next_for(KHAI).await.is_some() {}
    while town.phone().try_next_for(NUMBER).await.is_some() {}
}

/// Whether codes of the app, by SMS and on paper are said to do no more.
fn told(page: &Page) -> [bool; 3] {
    let said = ["codes of your app no longer work", "codes by SMS no longer open", "those you have no longer work"];
    said.map(|said| page.body.contains(said))
}

fn is_refused(page: &Page) -> bool {
    page.parameter("code").is_none() && page.body.contains("role=\"alert\"")
}

/// What is dead is told on every channel, once; passkeys go on, and who comes by one sees it and makes new codes.
#[tokio::test]
async fn after_a_hundred_wrong_codes_none_opens_anything_and_a_passkey_does() {
    let town = Town::with_post(unthrottled).await;
    let (mut own, mut device) = (texts::added(&town).await, Device::new());
    own.enrol(&mut device).await;
    let secret = own.add_app(town.app.clock.now()).await;
    let on_paper = paper(&mut own).await;
    town.clock.pass(Duration::from_secs(30));
    silence(&town).await;
    nearly(&town).await;
    let (mut browser, page) = texts::asked(&town).await;
    let sending = browser.fill(&page, &[("text", "send")]).await;
    let texted = texts::texted(&town).await;
    assert!(is_refused(&browser.fill(&page, &[("otp", "12345")]).await));
    let letters = [opening::letter(&town, KHAI).await, opening::letter(&town, KHAI).await];
    for word in ["ứng dụng", "SMS"] {
        let told = letters.iter().any(|letter| letter.text.contains("lần thứ một trăm") && letter.text.contains(word));
        assert!(told, "{word}: {} {}", letters[0].text, letters[1].text);
    }
    for _ in 0..2 {
        assert!(opening::message(&town, NUMBER).await.contains("không còn dùng được"));
    }
    let right = code(&secret, town.app.clock.now());
    for (page, code) in [(&page, &right), (&page, &on_paper), (&sending, &texted)] {
        assert!(is_refused(&browser.fill(page, &[("otp", code)]).await), "{code}");
    }
    assert!(town.mailbox().try_next_for(KHAI).await.is_none(), "once");

    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in?to=security").await;
    let page = browser.use_passkey(&page, &mut device).await;
    assert_eq!(told(&page), [true; 3], "{}", page.body);
    let page = browser.open("/account/totp").await;
    browser.fill(&page, &[]).await;
    let page = browser.open("/account/texts").await;
    browser.fill(&page, &[]).await;
    let on_paper = paper(&mut browser).await;
    assert_eq!(told(&browser.open("/account/security").await), [false; 3]);
    let (mut browser, page) = texts::asked(&town).await;
    assert!(browser.fill(&page, &[("otp", &on_paper)]).await.parameter("code").is_some());
    town.leave().await;
}

/// Codes on paper that stand in for a passkey alone are counted like any.
#[tokio::test]
async fn paper_beside_a_passkey_dies_as_well() {
    let town = Town::with_post(unthrottled).await;
    let (mut own, mut device) = (town.browser().speaking("en"), Device::new());
    town.rp("portal").code(&mut own, &[]).await;
    own.enrol(&mut device).await;
    let on_paper = paper(&mut own).await;
    silence(&town).await;
    nearly(&town).await;
    let (mut browser, page) = texts::asked(&town).await;
    for code in ["00000-00000-00000-00000", &on_paper] {
        assert!(is_refused(&browser.fill(&page, &[("otp", code)]).await), "{code}");
    }
    let letter = opening::letter(&town, KHAI).await;
    assert!(letter.text.contains("lần thứ một trăm") && letter.link().ends_with("/recovery"), "{}", letter.text);
    assert!(town.mailbox().try_next_for(KHAI).await.is_none(), "once, however many codes there are");
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in?to=security").await;
    let page = browser.use_passkey(&page, &mut device).await;
    assert_eq!(told(&page), [false, false, true], "{}", page.body);
    town.leave().await;
}
