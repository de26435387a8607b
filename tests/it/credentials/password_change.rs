//! A person changes their password: ASVS 5.0 V6.2.2, V6.2.3 ("require the user's current and new password"), V7.4.3.

use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

const NEW: &str = "another horse battery staple";

async fn signed_in(town: &Town) -> Browser {
    let mut browser = town.browser().speaking("en");
    town.rp("portal").code(&mut browser, &[]).await;
    browser
}

async fn change(browser: &mut Browser, current: &str, new: &str, more: &[(&str, &str)]) -> Page {
    let confirm = browser.open("/account/password").await.hidden_value("confirm");
    let fields = [&[("confirm", confirm.as_str()), ("current", current), ("new", new)], more].concat();
    browser.submit("/account/password", &fields).await
}

async fn opens(town: &Town, password: &str) -> bool {
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    browser.fill(&page, &[("username", "khai"), ("password", password)]).await.parameter("code").is_some()
}

#[tokio::test]
async fn who_knows_the_present_password_chooses_another_and_stays_signed_in() {
    let town = Town::new().await;
    let (mut here, mut elsewhere) = (signed_in(&town).await, signed_in(&town).await);
    let page = change(&mut here, PASSWORD, NEW, &[]).await;
    assert_eq!(page.path(), "/account/security", "{}", page.body);
    assert!(opens(&town, NEW).await && !opens(&town, PASSWORD).await);
    assert_eq!(elsewhere.open("/account/security").await.path(), "/account/security", "nobody asked to end it");
    let page = change(&mut here, NEW, "yet another horse battery", &[("others", "end")]).await;
    assert_eq!(page.path(), "/account/security", "{}", page.body);
    assert_eq!(elsewhere.open("/account/security").await.path(), "/sign-in");
    assert_eq!(here.open("/account/security").await.path(), "/account/security");
    town.leave().await;
}

#[tokio::test]
async fn a_wrong_present_password_changes_nothing_and_counts_on_the_ladder() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let page = change(&mut browser, "wrong", NEW, &[]).await;
    assert!(page.status == 400 && page.body.contains("current password is not right"), "{}", page.body);
    assert!(opens(&town, PASSWORD).await && !opens(&town, NEW).await);
    let mut waits = false;
    for _ in 0..8 {
        waits |= change(&mut browser, "wrong", NEW, &[]).await.body.contains("Wait ");
    }
    assert!(waits, "tries at this page are tries like any other");
    town.leave().await;
}

/// Who signs everybody else out does not know their browsers any more, and is known themselves.
#[tokio::test]
async fn with_the_sign_ins_elsewhere_their_browsers_are_forgotten() {
    let town = Town::with_post(|_| {}).await;
    let (mailbox, khai) = (town.mailbox(), "khai@songlam.example");
    let (mut here, mut elsewhere) = (signed_in(&town).await, signed_in(&town).await);
    change(&mut here, PASSWORD, NEW, &[("others", "end")]).await;
    while mailbox.try_next_for(khai).await.is_some() {}
    for (browser, is_told) in [(&mut here, false), (&mut elsewhere, true)] {
        let page = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
        let page = browser.fill(&page, &[("username", "khai"), ("password", NEW)]).await;
        assert!(page.parameter("code").is_some(), "{}", page.body);
        assert_eq!(mailbox.try_next_for(khai).await.is_some(), is_told);
    }
    town.leave().await;
}

/// The same form once more, whose answer was lost.
#[tokio::test]
async fn a_form_that_was_sent_twice_is_done_once() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    for _ in 0..2 {
        let page = change(&mut browser, PASSWORD, NEW, &[]).await;
        assert_eq!(page.path(), "/account/security", "{}", page.body);
    }
    town.leave().await;
}

/// "at least 8 characters with a second factor and 15 without", "refused with the reason".
#[tokio::test]
async fn a_short_common_or_own_password_is_refused_with_the_reason() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    for (new, reason) in [
        ("river stone", "at least 15 characters"),
        ("123456789012345", "Many people have this password"),
        ("Nguyễn Thị Minh Khai", "little more than your own"),
        (&"x".repeat(257), "at most 256"),
    ] {
        let page = change(&mut browser, PASSWORD, new, &[]).await;
        assert!(page.status == 400 && page.body.contains(reason), "{new}: {}", page.body);
    }
    assert!(opens(&town, PASSWORD).await);
    browser.enrol(&mut Device::new()).await;
    let page = change(&mut browser, PASSWORD, "river stone", &[]).await;
    assert_eq!(page.path(), "/account/security", "with a passkey beside it: {}", page.body);
    town.leave().await;
}

/// "Every change of a credential is told on every verified channel, with a link": in the person's language, by a real mail.
#[tokio::test]
async fn every_change_is_told_by_letter() {
    let town = Town::with_post(|_| {}).await;
    let khai = "khai@songlam.example";
    let (mailbox, mut device, mut browser) = (town.mailbox(), Device::new(), signed_in(&town).await);
    let device_letter = mailbox.next_for(khai).await;
    assert!(device_letter.text.contains("https://id.example/account"), "a new device: {}", device_letter.text);
    browser.enrol(&mut device).await;
    let added = mailbox.next_for(khai).await;
    assert!(
        added.link().starts_with("https://id.example/stop?stop=") && added.text.contains("Phone"),
        "{}",
        added.text
    );
    assert!(added.html.contains("<html lang=\"vi\">"), "{}", added.html);
    change(&mut browser, PASSWORD, NEW, &[]).await;
    let changed = mailbox.next_for(khai).await;
    assert_ne!(changed.subject, added.subject);
    browser.add_app(town.app.clock.now()).await;
    assert!(mailbox.try_next_for(khai).await.is_some());
    town.rp("portal").code(&mut browser, &[]).await;
    assert!(mailbox.try_next_for(khai).await.is_none(), "a device that is known is not told again");
    town.leave().await;
}
