//! The whole way, from the sign-in page of a service and from the start page, without JavaScript's help but for the sum.

use motcua::flows::admin::people;

use super::*;
use crate::town::Tokens;

#[tokio::test]
async fn who_comes_from_a_service_goes_on_to_it_with_an_account() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let link = page.body.split("href=\"/open-account?login=").nth(1).unwrap().split('"').next().unwrap();
    let page = browser.open(&format!("/open-account?login={link}")).await;
    let page = sent(&mut browser, "/open-account", &form(&page, LAN)).await;
    let code = letter(&town, LAN).await.code();
    let page = browser.fill(&page, &[("otp", &code)]).await;
    let page = described(&mut browser, &page, "tran.lan").await;
    let done = browser.fill(&page, &[("password", SECRET)]).await;
    let code = done.parameter("code").unwrap_or_else(|| panic!("{} {}", done.url, done.body));
    let claims = Tokens(town.rp("portal").redeem(&code, &[]).await.json()).claims();
    assert_eq!((&claims["acr"], &claims["amr"]), (&"urn:motcua:acr:1".into(), &serde_json::json!(["pwd"])));
    let history = browser.open("/account/history").await;
    assert!(history.body.contains("You opened your account"), "{}", history.body);
    let account = browser.open("/account").await;
    assert!(account.body.contains("Trần Thị Lan") && account.body.contains("tran.lan"), "{}", account.body);
    assert!(town.mailbox().try_next_for(LAN).await.is_none(), "whoever has just begun knows of their own device");
    assert!(signs_in(&town, "Tran.Lan").await && signs_in(&town, "LAN@dongnoi.example").await);
    assert_eq!(opened(&town).await, 1);
    town.leave().await;
}

#[tokio::test]
async fn who_comes_by_themselves_ends_on_the_start_page_and_the_address_is_a_name() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let home = browser.open("/").await;
    assert!(home.body.contains("href=\"/open-account\""), "{}", home.body);
    let page = reached(&town, &mut browser, LAN).await;
    let page = described(&mut browser, &page, "").await;
    assert!(page.body.contains(&format!("value=\"{LAN}\"")), "{}", page.body);
    let page = browser.fill(&page, &[("password", SECRET)]).await;
    assert_eq!(page.path(), "/");
    assert!(page.body.contains("Hello, Trần Thị Lan"), "{}", page.body);
    assert!(signs_in(&town, LAN).await);
    town.leave().await;
}

/// A number is typed with the code of the country and without.
#[tokio::test]
async fn an_account_begins_with_a_telephone_number_and_is_found_by_it() {
    let town = town().await;
    let mut browser = town.browser();
    let page = ask(&mut browser, "0987 654 321").await;
    let text = message(&town, "+84987654321").await;
    let code = text.rsplit('#').next().unwrap().to_owned();
    let page = browser.fill(&page, &[("otp", &code)]).await;
    let page = described(&mut browser, &page, "lan").await;
    assert_eq!(browser.fill(&page, &[("password", SECRET)]).await.path(), "/");
    for name in ["lan", "0987654321", "0987 654 321", "+84 987 654 321", "+84987654321"] {
        assert!(signs_in(&town, name).await, "{name}");
    }
    assert!(!signs_in(&town, "0987654322").await);
    while town.phone().try_next_for("+84987654321").await.is_some() {} // of each new device
    let mut other = town.browser().speaking("en");
    ask(&mut other, "+84987654321").await;
    let told = message(&town, "+84987654321").await;
    assert!(!told.contains('#'), "the number has an account: {told}");
    people::remove(&town.app, "lan", town.app.clock.now()).await.unwrap().unwrap();
    ask(&mut other, "0987 654 321").await;
    assert!(message(&town, "+84987654321").await.contains('#'), "whoever is gone leaves the number to others");
    town.leave().await;
}

/// "where the operator allows it"
#[tokio::test]
async fn where_the_operator_does_not_allow_it_there_is_no_such_page_and_no_link() {
    let town = Town::with_post(|_| {}).await;
    let mut browser = town.browser();
    for path in ["", "/code", "/person", "/key"] {
        let path = format!("/open-account{path}");
        assert_eq!(browser.open(&path).await.status, 404, "{path}");
        assert_eq!(browser.submit(&path, &[("opening", "x")]).await.status, 404, "{path}");
    }
    for path in ["/", "/sign-in"] {
        assert!(!browser.open(path).await.body.contains("open-account"), "{path}");
    }
    town.leave().await;
}

#[tokio::test]
async fn what_is_missing_or_not_to_choose_is_told_beside_its_field() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = reached(&town, &mut browser, LAN).await;
    let answer = browser.fill(&page, &[("name", " "), ("username", "0361"), ("number", "12")]).await;
    assert_eq!(answer.status, 400);
    for told in ["Enter your full name", "with one letter at least", "Enter all 12 digits"] {
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
    let page = described(&mut browser, &answer, "tran.lan").await;
    for (password, told) in [
        ("too short", "at least 15 characters"),
        ("Trần Thị Lan tran.lan", "little more than your own"),
        ("123456789012345", "Many people have this password"),
    ] {
        let answer = browser.fill(&page, &[("password", password)]).await;
        assert!(answer.status == 400 && answer.body.contains(told), "{password}: {}", answer.body);
    }
    assert_eq!(opened(&town).await, 0);
    assert_eq!(browser.fill(&page, &[("password", SECRET)]).await.path(), "/");
    town.leave().await;
}

/// A name is seen by others; a user name stands for its owner alone.
#[tokio::test]
async fn names_that_nobody_sees_or_that_pass_for_others_are_none() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = reached(&town, &mut browser, LAN).await;
    for name in
        ["\u{200b}\u{200b}", "\u{202e}evil", "\u{2066}x", "\u{3164}", "\u{115f}", "\u{feff}", "x\u{2028}y", "..."]
    {
        let answer = browser.fill(&page, &[("name", name), ("username", ""), ("number", "")]).await;
        assert!(answer.status == 400 && answer.body.contains("Enter your full name"), "{name:?}: {}", answer.body);
    }
    // Of those with an `а` or `о` of Cyrillic none could be told from the Latin one.
    for user_name in ["root", "Admin", "\u{430}dmin", "r\u{43e}\u{43e}t", "\u{1160}abc", "kh\u{430}i"] {
        let answer = browser.fill(&page, &[("name", "Lan"), ("username", user_name), ("number", "")]).await;
        assert!(
            answer.status == 400 && answer.body.contains("with one letter at least"),
            "{user_name:?}: {}",
            answer.body
        );
    }
    for (name, user_name) in [("Y \u{e1}\u{309} Niê", "trần.lan"), ("\u{aa00}\u{aa01}", "лан"), ("李小龍", "李小龍")]
    {
        let answer = browser.fill(&page, &[("name", name), ("username", user_name), ("number", "")]).await;
        assert_eq!(answer.path(), "/open-account/key", "{name}, {user_name}: {}", answer.body);
    }
    town.leave().await;
}

/// A tab is left, and taken up; for too long, and begun anew.
#[tokio::test]
async fn a_tab_can_be_left_for_a_while() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = reached(&town, &mut browser, LAN).await;
    town.clock.pass(Duration::from_secs(50 * 60));
    let last = described(&mut browser, &page, "").await;
    town.clock.pass(Duration::from_secs(11 * 60));
    let answer = browser.fill(&last, &[("password", SECRET)]).await;
    assert!(answer.body.contains("open for too long") && answer.body.contains("name=\"address\""), "{}", answer.body);
    assert_eq!(opened(&town).await, 0);
    town.leave().await;
}
