//! An identity number is a claim until somebody looks.

use super::*;
use crate::town::PASSWORD;
use motcua::flows::admin::claimed_number;

/// The number of khai, which is somebody else's.
#[tokio::test]
async fn an_identity_number_is_no_name_and_nothing_tells_whose_it_is() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = reached(&town, &mut browser, LAN).await;
    let khai = "036187001234";
    let page = browser.fill(&page, &[("name", "Lan"), ("username", "lan"), ("number", "036 187 001 234")]).await;
    assert_eq!(page.path(), "/open-account/key", "{}", page.body);
    let own = browser.fill(&page, &[("password", "Lan 036187001234 ")]).await;
    assert!(own.body.contains("little more than your own"), "{}", own.body);
    assert_eq!(browser.fill(&page, &[("password", "seven bridges over one river")]).await.path(), "/");
    let account = browser.open("/account").await;
    assert!(account.body.contains("not verified") && !account.body.contains(khai), "{}", account.body);
    let file = browser.submit("/account/export", &[("confirm", &account.hidden_value("confirm"))]).await.json();
    let told = file["person"]["own"]["identity_number"].as_str().unwrap_or_default();
    assert_eq!(told.replace(' ', ""), khai, "the person takes along what they said");
    let mut other = town.browser();
    let page = other.open(&town.rp("portal").url(&[])).await;
    let fields = [("username", khai), ("password", "seven bridges over one river")];
    assert!(other.fill(&page, &fields).await.parameter("code").is_none(), "nobody signs in with a claim");
    let fields = [("username", khai), ("password", PASSWORD)];
    assert!(other.fill(&page, &fields).await.parameter("code").is_some(), "whose number it is does");
    town.leave().await;
}

/// "an identity number is only a claim until proofed": an official reads it on the papers.
#[tokio::test]
async fn a_number_that_was_read_on_papers_is_a_name_and_another_persons_is_refused() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = reached(&town, &mut browser, LAN).await;
    let fields = [("name", "Lan"), ("username", "lan"), ("number", "036187001999")];
    let page = browser.fill(&page, &fields).await;
    browser.fill(&page, &[("password", SECRET)]).await;
    assert!(!signs_in(&town, "036187001999").await);
    let confirm = async |number: &str| {
        claimed_number::confirm(&town.app, "lan", number, town.app.clock.now()).await.unwrap().unwrap()
    };
    assert!(confirm("036187001234").await.unwrap_err().contains("another person has it"));
    assert!(confirm("12").await.unwrap_err().contains("12 digits"));
    assert!(!signs_in(&town, "036187001999").await);
    assert_eq!((confirm("036 187 001 999").await, confirm("036187001999").await), (Ok(()), Ok(())));
    assert!(signs_in(&town, "036187001999").await && signs_in(&town, "lan").await);
    let account = browser.open("/account").await;
    assert!(!account.body.contains("not verified"), "{}", account.body);
    assert!(confirm("036187001998").await.unwrap_err().contains("has another one"));
    town.leave().await;
}
