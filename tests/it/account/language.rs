//! In which language a person is written to: they choose it, whatever a record says of them.

use http::StatusCode;

use super::confirm;
use super::signed_in;
use crate::letters::KHAI;
use crate::town::Browser;
use crate::town::Page;
use crate::town::Town;

/// What the town says of khai, who is Vietnamese there.
const TOWN: &str = include_str!("../town/town.toml");

async fn choose(browser: &mut Browser, lang: &str) -> Page {
    let page = browser.open("/account").await;
    browser.submit("/account/language", &[("confirm", &confirm(&page)), ("letters", lang)]).await
}

/// A letter that tells of a sign-in in a browser that nobody knows.
async fn written(town: &Town) -> String {
    signed_in(town, "khai").await;
    town.mailbox().next_for(KHAI).await.html
}

#[tokio::test]
async fn letters_are_in_the_language_that_a_person_chose() {
    let town = Town::with_post(|_| {}).await;
    let mut khai = signed_in(&town, "khai").await;
    assert!(town.mailbox().next_for(KHAI).await.html.contains("<html lang=\"vi\">"), "as the record says");
    let page = choose(&mut khai, "en").await;
    assert!(page.path() == "/account" && page.body.contains("Letters to you are in English."), "{}", page.body);
    assert!(page.body.contains("name=\"letters\" value=\"vi\""), "{}", page.body);
    assert!(written(&town).await.contains("<html lang=\"en\">"));
    let acts = town.audit().await;
    assert_eq!(acts.iter().filter(|(act, ..)| act == "language_chosen").count(), 1);
    choose(&mut khai, "en").await;
    assert_eq!(town.audit().await.iter().filter(|(act, ..)| act == "language_chosen").count(), 1, "nothing changed");
    let history = khai.open("/account/history").await;
    assert!(history.body.contains("You chose the language of letters"), "{}", history.body);
    let page = khai.open("/account").await;
    let file = khai.submit("/account/export", &[("confirm", &confirm(&page))]).await.json();
    assert_eq!(file["person"]["language"], "en");
    assert_eq!(file["person"]["claims"]["locale"], "vi-VN", "what a record says is not theirs to change");
    choose(&mut khai, "vi").await;
    assert!(written(&town).await.contains("<html lang=\"vi\">"));
    town.leave().await;
}

/// What an operator declares of a person says nothing of what they chose.
#[tokio::test]
async fn a_declaration_leaves_the_choice_as_it_is() {
    let town = Town::with_post(|_| {}).await;
    let mut khai = signed_in(&town, "khai").await;
    town.mailbox().next_for(KHAI).await;
    choose(&mut khai, "en").await;
    let report = town.apply(TOWN).await;
    assert!(report.diff.is_empty(), "{:?}", report.diff);
    town.apply(&TOWN.replace("given_name = \"Minh Khai\"", "given_name = \"Khai\"")).await;
    assert!(khai.open("/account").await.body.contains("Letters to you are in English."));
    town.leave().await;
}

#[tokio::test]
async fn nobody_chooses_for_another_nor_a_language_that_is_not_spoken() {
    let town = Town::with_post(|_| {}).await;
    let (mut khai, mut an) = (signed_in(&town, "khai").await, signed_in(&town, "an").await);
    town.mailbox().next_for(KHAI).await;
    for confirm in [confirm(&an.open("/account").await), String::new(), "AAAA".into()] {
        let page = khai.submit("/account/language", &[("confirm", &confirm), ("letters", "en")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{confirm}");
    }
    for lang in ["fr", "", "tlh"] {
        assert!(choose(&mut khai, lang).await.body.contains("Letters to you are in Vietnamese."), "{lang}");
    }
    let page = khai.open("/account").await;
    let mut nobody = town.browser();
    let asked = nobody.submit("/account/language", &[("confirm", &confirm(&page)), ("letters", "en")]).await;
    assert_eq!(asked.path(), "/sign-in");
    town.leave().await;
}

/// design/pages.md: "A page shows no control and no link that does not work yet".
#[tokio::test]
async fn where_nothing_is_sent_there_is_nothing_to_choose() {
    let town = Town::new().await;
    let page = signed_in(&town, "khai").await.open("/account").await;
    assert!(!page.body.contains("/account/language"), "{}", page.body);
    town.leave().await;
}
