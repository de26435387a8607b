//! Who has a telephone and no mail is told the same, by text message: a change that nobody hears of is a thief's.

use crate::opening;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Town;

const MAI: &str = "+84912000777";

/// Mai, of whom no address but a verified number is known, signed in.
async fn mai(town: &Town) -> Browser {
    town.apply(&format!(
        "[[people]]\nuser_name = \"mai\"\npassword = \"{PASSWORD}\"\n\
         claims = {{ name = \"Lê Mai\", phone_number = \"{MAI}\", phone_number_verified = true }}\n"
    ))
    .await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.fill(&page, &[("username", "mai"), ("password", PASSWORD)]).await.path(), "/");
    browser
}

/// The next message to her that says this; what else came is passed over.
async fn message(town: &Town, what: &str) -> String {
    loop {
        let text = opening::message(town, MAI).await;
        if text.contains(what) {
            return text;
        }
    }
}

/// The link of a message, which is the last that it says.
fn link(text: &str) -> String {
    let at = text.find("https://").unwrap_or_else(|| panic!("{text}"));
    text[at..].to_owned()
}

/// "Every change of a credential is told on every verified channel, with a link that stops it."
#[tokio::test]
async fn changes_of_what_she_signs_in_with_are_told_and_stopped_by_a_message() {
    let town = Town::with_post(|_| {}).await;
    let mut own = mai(&town).await;
    assert_eq!(own.enrol(&mut Device::new()).await.path(), "/account/security");
    let added = message(&town, "có thêm một cách đăng nhập").await;
    let confirm = own.open("/account/password").await.hidden_value("confirm");
    let form = [("confirm", confirm.as_str()), ("current", PASSWORD), ("new", "a quiet river at night")];
    assert_eq!(own.submit("/account/password", &form).await.path(), "/account/security");
    let changed = message(&town, "vừa được đổi").await;
    for text in [&added, &changed] {
        assert!(text.contains("Không phải bạn? Dừng lại tại"), "{text}");
        let page = town.browser().speaking("en").open(&link(text)).await;
        assert_eq!((page.status.as_u16(), page.path().as_str()), (200, "/stop"), "{}", page.body);
    }
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&link(&added)).await;
    browser.fill(&page, &[]).await;
    assert_eq!(own.open("/account").await.path(), "/sign-in", "every session ends");
    town.leave().await;
}

/// A way back in that somebody else began, and an account that somebody else closes.
#[tokio::test]
async fn a_recovery_and_the_end_of_the_account_are_told_by_a_message() {
    let town = Town::with_post(|_| {}).await;
    let mut own = mai(&town).await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/recovery").await;
    let page = browser.fill(&page, &[("username", "mai"), ("way", "sms")]).await;
    let code = message(&town, "is your code").await;
    let page = browser.fill(&page, &[("otp", code.split_whitespace().next().unwrap())]).await;
    assert_eq!(page.path(), "/recovery/password", "{}", page.body);
    let began = message(&town, "Có người yêu cầu lấy lại tài khoản").await;
    let page = town.browser().speaking("en").open(&link(&began)).await;
    assert_eq!((page.status.as_u16(), page.path().as_str()), (200, "/stop"), "{}", page.body);
    let page = own.open("/account/close").await;
    own.fill(&page, &[("decision", "close")]).await;
    let closes = message(&town, "sẽ đóng ngày 24/12/2026").await;
    let page = town.browser().speaking("en").open(&link(&closes)).await;
    assert_eq!((page.status.as_u16(), page.path().as_str()), (200, "/sign-in"), "{}", page.body);
    town.leave().await;
}
