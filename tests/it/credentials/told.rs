//! "Every change of a credential is told on every verified channel, with a link that stops it": of each kind, added and removed,
//! by mail and by text message.

use super::stopping::APART;
use super::stopping::follow;
use super::stopping::remove_the_first;
use super::texts::texted;
use crate::account::signed_in;
use crate::letters::KHAI;
use crate::letters::NUMBER;
use crate::store::texts;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Town;

/// What is stored as what, and how a letter calls it. Codes on paper are replaced, and go with the last factor for which they
/// stand in, of which its own letter tells: they are not removed by themselves.
const KINDS: [(&str, &str, &[What]); 4] = [
    ("passkey", "khóa truy cập “Phone”", &[What::Added, What::Removed]),
    ("totp", "ứng dụng xác thực", &[What::Added, What::Removed]),
    ("text", "mã qua SMS", &[What::Added, What::Removed]),
    ("recovery_code", "mã dự phòng", &[What::Added]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Added,
    Removed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Mail,
    Sms,
}

async fn add(town: &Town, browser: &mut Browser, kind: &str) {
    match kind {
        "passkey" => drop(browser.enrol(&mut Device::new()).await),
        "totp" => drop(browser.add_app(town.app.clock.now()).await),
        "text" => {
            let page = browser.open("/account/texts").await;
            let page = browser.fill(&page, &[]).await;
            let page = browser.fill(&page, &[("otp", &texted(town).await)]).await;
            assert_eq!(page.path(), "/account/security", "{}", page.body);
        }
        _ => {
            let page = browser.open("/account/recovery-codes").await;
            assert_eq!(browser.fill(&page, &[]).await.body.matches("<code>").count(), 10);
        }
    }
}

async fn remove(browser: &mut Browser, kind: &str) {
    let page = match kind {
        "passkey" => remove_the_first(browser).await,
        "totp" => {
            let page = browser.open("/account/totp").await;
            browser.fill(&page, &[]).await
        }
        _ => {
            let confirm = browser.open("/account/texts").await.hidden_value("confirm");
            browser.submit("/account/texts/remove", &[("confirm", &confirm)]).await
        }
    };
    assert_eq!(page.path(), "/account/security", "{kind}: {}", page.body);
}

async fn held(town: &Town, kind: &str) -> usize {
    texts(&town.app.db, format!("SELECT kind FROM authenticators WHERE kind = '{kind}'")).await.len()
}

/// All letters that came by both ways are read, and done with.
async fn forget_letters(town: &Town) {
    while town.mailbox().try_next_for(KHAI).await.is_some() {}
    while town.phone().try_next_for(NUMBER).await.is_some() {}
}

/// The link of the one letter about a change that came by this way, once it says what it must.
async fn link(town: &Town, by: By, (what, called): (What, &str)) -> String {
    let (subject, says) = match what {
        What::Added => ("có thêm một cách đăng nhập", "Vừa được thêm"),
        What::Removed => ("Một cách đăng nhập vừa bị gỡ", "Vừa bị gỡ bỏ"),
    };
    match by {
        By::Mail => {
            let mail = town.mailbox().next_for(KHAI).await;
            assert!(mail.subject.contains(subject), "{}", mail.subject);
            for text in [&mail.text, &mail.html] {
                assert!(text.contains(&format!("{says}: {called}. Lúc ")), "{text}");
            }
            assert!(town.mailbox().try_next_for(KHAI).await.is_none(), "one letter");
            mail.link()
        }
        By::Sms => {
            let text = town.phone().next_for(NUMBER).await;
            assert!(text.contains(subject) && text.contains("Không phải bạn? Dừng lại tại"), "{text}");
            assert!(town.phone().try_next_for(NUMBER).await.is_none(), "one message");
            text[text.find("https://").unwrap()..].to_owned()
        }
    }
}

#[tokio::test]
async fn each_kind_that_is_added_or_removed_is_told_by_each_way_and_stopped_by_its_link() {
    for (kind, called, whats) in KINDS {
        for (what, by) in whats.iter().flat_map(|what| [By::Mail, By::Sms].map(|by| (*what, by))) {
            let town = Town::with_post(|_| {}).await;
            let mut browser = signed_in(&town, "khai").await;
            if kind == "recovery_code" {
                add(&town, &mut browser, "totp").await;
            }
            if what == What::Removed {
                add(&town, &mut browser, kind).await;
            }
            town.clock.pass(APART);
            forget_letters(&town).await;
            match what {
                What::Added => add(&town, &mut browser, kind).await,
                What::Removed => remove(&mut browser, kind).await,
            }
            let case = format!("{kind} {what:?} {by:?}");
            assert_eq!(held(&town, kind).await > 0, what == What::Added, "{case}");
            let link = link(&town, by, (what, called)).await;
            assert!(link.starts_with("https://id.example/stop?stop="), "{case}: {link}");
            forget_letters(&town).await;
            follow(&town, &link).await;
            assert_eq!(held(&town, kind).await, 0, "{case}");
            let told = town.mailbox().next_for(KHAI).await;
            assert!(
                told.subject.contains("đã được dừng lại") && told.link().ends_with("/recovery"),
                "{case}: {told:?}"
            );
            assert!(town.phone().next_for(NUMBER).await.contains("đã được dừng lại"), "{case}");
            assert_eq!(browser.open("/account/security").await.path(), "/sign-in", "{case}: every session ends");
            let acts = town.audit().await.into_iter().filter(|(act, ..)| act == "change_stopped").count();
            assert_eq!(acts, 1, "{case}");
            town.leave().await;
        }
    }
}
