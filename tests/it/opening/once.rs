//! One account, however often forms are sent, on however many replicas; one owner of a name, however many want it.

use super::*;
use crate::store::execute;
use crate::store::texts;

#[tokio::test]
async fn each_form_sent_twice_opens_one_account() {
    let town = town().await;
    let replica = town.replica().await;
    let mut browser = town.browser();
    let first = browser.open("/open-account").await;
    let form = form(&first, LAN);
    let (one, two) =
        (sent(&mut browser, "/open-account", &form).await, sent(&mut browser, "/open-account", &form).await);
    let code = letter(&town, LAN).await.code();
    assert_eq!(one.path(), two.path());
    // A code counts where its tries are counted, which replicas of a test without Redis do not know of each other.
    let (one, two) = (browser.fill(&one, &[("otp", &code)]).await, browser.fill(&two, &[("otp", &code)]).await);
    let mut elsewhere = replica.browser_like(&browser);
    let (one, two) = (described(&mut browser, &one, "lan").await, described(&mut elsewhere, &two, "lan").await);
    let secret = [("password", SECRET)];
    let (here, there) = tokio::join!(browser.fill(&one, &secret), elsewhere.fill(&two, &secret));
    assert_eq!([here.path(), there.path()], ["/", "/"], "{} {}", here.body, there.body);
    let again = browser.clone().fill(&one, &secret).await;
    assert_eq!(again.path(), "/", "{}", again.body);
    assert_eq!(opened(&town).await, 1);
    assert!(town.mailbox().try_next_for(LAN).await.is_none(), "one letter for one form");
    let refused = browser.fill(&one, &[("password", "another horse battery staple")]).await;
    assert!(refused.status == 400, "a form is no way to another password: {}", refused.body);
    assert!(signs_in(&town, "lan").await);
    town.leave().await;
}

/// A database that stands still for a while costs nobody the letter: it is written later, or with the same form sent again, once.
#[tokio::test]
async fn a_letter_that_could_not_be_written_is_owed_still() {
    for again in [false, true] {
        let town = town().await;
        let mut browser = town.browser();
        let page = browser.open("/open-account").await;
        let form = form(&page, LAN);
        execute(&town.app.db, "ALTER TABLE letters RENAME TO away").await;
        let answer = sent(&mut browser, "/open-account", &form).await;
        assert_eq!(answer.path(), "/open-account/code", "{}", answer.body);
        tokio::time::sleep(Duration::from_millis(300)).await; // the first try comes to nothing
        execute(&town.app.db, "ALTER TABLE away RENAME TO letters").await;
        let answer = if again { sent(&mut browser, "/open-account", &form).await } else { answer };
        let code = letter(&town, LAN).await.code();
        let page = browser.fill(&answer, &[("otp", &code)]).await;
        assert_eq!(page.path(), "/open-account/person", "{}", page.body);
        tokio::time::sleep(Duration::from_millis(1500)).await; // the second try has come by now
        assert!(town.mailbox().try_next_for(LAN).await.is_none(), "one letter for one form");
        town.leave().await;
    }
}

/// The form once more, whose answer was lost, leads to the session that it opened.
#[tokio::test]
async fn a_form_sent_twice_opens_one_session() {
    let town = town().await;
    let mut browser = town.browser();
    let page = reached(&town, &mut browser, LAN).await;
    let page = described(&mut browser, &page, "").await;
    let mut lost = browser.clone();
    assert_eq!(lost.fill(&page, &[("password", SECRET)]).await.path(), "/");
    assert_eq!(browser.fill(&page, &[("password", SECRET)]).await.path(), "/");
    let sessions = texts(&town.app.db, "SELECT CAST(COUNT(*) AS TEXT) FROM sessions".into()).await;
    assert_eq!(sessions, ["1"]);
    town.leave().await;
}

#[tokio::test]
async fn a_user_name_is_one_persons_and_told_only_after_the_address_is_theirs() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = reached(&town, &mut browser, LAN).await;
    for taken in ["khai", "KHAI", " Khai "] {
        let answer = browser.fill(&page, &[("name", "Lan"), ("username", taken), ("number", "")]).await;
        assert!(answer.status == 400 && answer.body.contains("Somebody has this user name"), "{}", answer.body);
    }
    let last = described(&mut browser, &page, "lotus").await;
    let mut other = town.browser().speaking("en");
    let page = reached(&town, &mut other, "hoa@dongnoi.example").await;
    let others = described(&mut other, &page, "LOTUS").await;
    let secret = [("password", SECRET)];
    let (one, two) = tokio::join!(browser.fill(&last, &secret), other.fill(&others, &secret));
    let (won, lost) = if one.path() == "/" { (one, two) } else { (two, one) };
    assert_eq!(won.path(), "/", "{}", won.body);
    assert!(lost.status == 400 && lost.body.contains("Somebody has this user name"), "{}", lost.body);
    let back = lost.body.split("href=\"/open-account/person?opening=").nth(1).unwrap().split('"').next().unwrap();
    let loser = if won.body.contains("Lan") && lost.body.contains("LOTUS") { &mut other } else { &mut browser };
    let page = loser.open(&format!("/open-account/person?opening={back}")).await;
    let page = described(loser, &page, "lotus.2").await;
    assert_eq!(loser.fill(&page, &secret).await.path(), "/");
    assert_eq!(opened(&town).await, 2);
    town.leave().await;
}

/// Two tabs, one address: one account, and the other tab is told.
#[tokio::test]
async fn an_address_is_one_accounts() {
    let town = town().await;
    let (mut one, mut two) = (town.browser().speaking("en"), town.browser().speaking("en"));
    let page = reached(&town, &mut one, LAN).await;
    let first = described(&mut one, &page, "").await;
    let page = reached(&town, &mut two, LAN).await;
    let second = described(&mut two, &page, "lan").await;
    assert_eq!(one.fill(&first, &[("password", SECRET)]).await.path(), "/");
    let told = two.fill(&second, &[("password", SECRET)]).await;
    assert!(told.status == 400 && told.body.contains("has an account already"), "{}", told.body);
    assert_eq!(opened(&town).await, 1);
    town.leave().await;
}

/// Nobody who opens an account becomes who the operator means by a name.
#[tokio::test]
async fn a_declaration_and_an_import_give_nothing_to_who_opened_an_account_under_the_name() {
    let town = town().await;
    let mut browser = town.browser();
    let page = reached(&town, &mut browser, LAN).await;
    let page = described(&mut browser, &page, "minister").await;
    browser.fill(&page, &[("password", SECRET)]).await;
    let declared = "[[people]]\nuser_name = \"minister\"\nidentity_number = \"036187001999\"\n";
    let why = town.try_apply(declared, false).await.unwrap_err();
    assert!(why.contains("opened an account under this name"), "{why}");
    town.leave().await;
}

/// However often a browser sends the last form, each answer leads on: nobody is told that somebody else has the account.
#[tokio::test]
async fn the_last_form_sent_twelve_times_leads_on_each_time() {
    let town = town().await;
    let mut browser = town.browser();
    let page = reached(&town, &mut browser, LAN).await;
    let page = described(&mut browser, &page, "lan").await;
    let sending = (0..12).map(|_| {
        let (mut browser, page) = (browser.clone(), page.clone());
        tokio::spawn(async move { browser.fill(&page, &[("password", SECRET)]).await })
    });
    for answer in futures_util::future::join_all(sending).await {
        let answer = answer.unwrap();
        assert_eq!(answer.path(), "/", "{}", answer.body);
    }
    assert_eq!(opened(&town).await, 1);
    town.leave().await;
}

/// What opened the account is known again, and cannot be guessed by it: after another password it is a guess like any.
#[tokio::test]
async fn a_guess_at_the_last_form_makes_it_a_sign_in_like_any() {
    let town = town().await;
    let (mut browser, mut guesser) = (town.browser(), town.browser());
    let page = reached(&town, &mut browser, LAN).await;
    let page = described(&mut browser, &page, "lan").await;
    guesser.clone_from(&browser);
    browser.fill(&page, &[("password", SECRET)]).await;
    for n in 0..6 {
        guesser.fill(&page, &[("password", &format!("a quiet river at night {n}"))]).await;
    }
    let answer = guesser.fill(&page, &[("password", SECRET)]).await;
    assert_eq!((answer.status.as_u16(), answer.path()), (400, page.path()), "{}", answer.body);
    town.leave().await;
}
