//! Codes of an app (RFC 6238), and from paper.

use std::time::Duration;

use crate::town::Browser;
use crate::town::Device;
use crate::town::Page;
use crate::town::Town;
use crate::town::code;

async fn with_app(town: &Town) -> (Browser, Vec<u8>) {
    let mut browser = town.browser().speaking("en");
    town.rp("portal").code(&mut browser, &[]).await;
    let secret = browser.add_app(town.app.clock.now()).await;
    (browser, secret)
}

/// The page that asks for a code, in a browser where nobody was.
async fn asked(town: &Town) -> (Browser, Page) {
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let page = browser.sign_in(&page, "khai").await;
    assert_eq!(page.path(), "/login/code", "{}", page.body);
    (browser, page)
}

/// RFC 6238 §5.2: "The verifier MUST NOT accept the second attempt of the OTP"; one time step of drift at most.
#[tokio::test]
async fn a_code_counts_once_and_for_a_time_step_before_and_after() {
    let town = Town::with(|config| config.throttle.account_and_network = 1000).await;
    let (_, secret) = with_app(&town).await;
    let now = town.app.clock.now();
    let (mut browser, page) = asked(&town).await;
    let page = browser.fill(&page, &[("otp", &code(&secret, now))]).await;
    assert!(page.body.contains("was used before"), "the code of the enrolment: {}", page.body);
    town.clock.pass(Duration::from_secs(120));
    let now = town.app.clock.now();
    for (steps, taken) in [(-2_i64, false), (2, false), (-1, true), (0, true), (-1, false), (1, true), (0, false)] {
        let at = motcua::base::time::Timestamp::from_seconds(now.seconds() + 30 * steps);
        let (mut browser, page) = asked(&town).await;
        let typed = code(&secret, at);
        let spaced = format!(" {} {} ", &typed[..3], &typed[3..]);
        let page = browser.fill(&page, &[("otp", &spaced)]).await;
        assert_eq!(page.parameter("code").is_some(), taken, "{steps}: {}", page.body);
    }
    town.leave().await;
}

#[tokio::test]
async fn a_wrong_first_code_adds_no_app_and_the_same_key_stays_on_the_page() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("en");
    town.rp("portal").code(&mut browser, &[]).await;
    let page = browser.open("/account/totp").await;
    let key = |page: &Page| page.body.split("id=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let again = browser.fill(&page, &[("otp", "000000")]).await;
    assert_eq!((again.status.as_u16(), key(&again)), (400, key(&page)));
    assert!(browser.open("/account/security").await.body.contains("href=\"/account/totp\""));
    assert!(page.body.contains("<svg role=\"img\"") && page.body.contains("otpauth://totp/"), "{}", page.body);
    town.leave().await;
}

/// "ten, of at least 64 bits each, one use, digests only"
#[tokio::test]
async fn a_recovery_code_counts_once_and_new_ones_replace_all() {
    let town = Town::new().await;
    let (mut own, _) = with_app(&town).await;
    let page = own.open("/account/recovery-codes").await;
    let (confirm, offer) = (page.hidden_value("confirm"), page.hidden_value("offer"));
    let make = [("confirm", confirm.as_str()), ("offer", offer.as_str())];
    let codes = shown(&own.submit("/account/recovery-codes", &make).await);
    let again = shown(&own.submit("/account/recovery-codes", &make).await);
    assert_eq!((codes.len(), &codes), (10, &again), "the same form shows the same codes");
    let (mut browser, page) = asked(&town).await;
    let typed = codes[3].to_lowercase().replace('-', " ");
    assert!(browser.fill(&page, &[("otp", &typed)]).await.parameter("code").is_some());
    let (mut browser, page) = asked(&town).await;
    assert!(browser.fill(&page, &[("otp", &codes[3])]).await.parameter("code").is_none(), "used before");
    assert!(browser.fill(&page, &[("otp", &codes[4])]).await.parameter("code").is_some());
    let page = own.open("/account/security").await;
    assert!(page.body.contains("8 recovery codes left"), "{}", page.body);
    let offer = own.open("/account/recovery-codes").await.hidden_value("offer");
    own.submit("/account/recovery-codes", &[("confirm", &confirm), ("offer", &offer)]).await;
    let (mut browser, page) = asked(&town).await;
    assert!(browser.fill(&page, &[("otp", &codes[5])]).await.parameter("code").is_none(), "replaced");
    town.leave().await;
}

/// A page of before, sent once more, gives back neither codes that others replaced nor what was used of them.
#[tokio::test]
async fn a_page_of_before_brings_back_no_codes() {
    let town = Town::with(|config| config.throttle.account_and_network = 1000).await;
    let (mut own, secret) = with_app(&town).await;
    let mut offers = Vec::new();
    for _ in 0..2 {
        let page = own.open("/account/recovery-codes").await;
        offers.push([("confirm", page.hidden_value("confirm")), ("offer", page.hidden_value("offer"))]);
    }
    let make = async |own: &mut Browser, offer: &[(&str, String); 2]| {
        let fields = offer.each_ref().map(|(name, value)| (*name, value.as_str()));
        own.submit("/account/recovery-codes", &fields).await
    };
    let first = shown(&make(&mut own, &offers[0]).await);
    let (mut browser, page) = asked(&town).await;
    assert!(browser.fill(&page, &[("otp", &first[0])]).await.parameter("code").is_some());
    let second = shown(&make(&mut own, &offers[1]).await);
    let again = make(&mut own, &offers[0]).await;
    assert!(again.status == 400 && shown(&again).is_empty(), "{}", again.body);
    for (typed, opens) in [(&first[0], false), (&first[1], false), (&second[0], true)] {
        let (mut browser, page) = asked(&town).await;
        assert_eq!(browser.fill(&page, &[("otp", typed)]).await.parameter("code").is_some(), opens, "{typed}");
    }
    assert_eq!(shown(&make(&mut own, &offers[1]).await), second, "the last form once more shows them");
    let (mut browser, page) = asked(&town).await;
    assert!(browser.fill(&page, &[("otp", &second[0])]).await.parameter("code").is_none(), "and what was used is");

    let page = own.open("/account/recovery-codes").await;
    let late = [("confirm", page.hidden_value("confirm")), ("offer", page.hidden_value("offer"))];
    let page = own.open("/account/totp").await;
    own.fill(&page, &[]).await;
    town.clock.pass(Duration::from_secs(60));
    assert_ne!(own.add_app(town.app.clock.now()).await, secret);
    let past = make(&mut own, &late).await;
    assert_eq!(past.status, 400, "from before a removal");
    assert!(past.body.contains("something was removed") && !past.body.contains("open for too long"), "{}", past.body);
    town.leave().await;
}

/// Nor does the page on which an app was added bring it back once it is removed.
#[tokio::test]
async fn the_form_that_added_an_app_does_not_bring_it_back() {
    let town = Town::new().await;
    let mut own = town.browser().speaking("en");
    town.rp("portal").code(&mut own, &[]).await;
    let page = own.open("/account/totp").await;
    let text = page.body.split("id=\"secret\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    let otp = code(&crate::town::from_base32(&text), town.app.clock.now());
    assert_eq!(own.fill(&page, &[("otp", &otp)]).await.path(), "/account/security");
    assert_eq!(own.fill(&page, &[("otp", &otp)]).await.path(), "/account/security", "sent twice");
    let removal = own.open("/account/totp").await;
    assert_eq!(own.fill(&removal, &[]).await.path(), "/account/security");
    let past = own.fill(&page, &[("otp", &otp)]).await;
    assert_eq!(past.status, 400);
    assert!(past.body.contains("something was removed") && !past.body.contains("open for too long"), "{}", past.body);
    assert_ne!(past.hidden_value("offer"), page.hidden_value("offer"), "what can be done next stands there");
    assert!(crate::store::texts(&town.app.db, "SELECT kind FROM authenticators".into()).await.is_empty());
    town.leave().await;
}

fn shown(page: &Page) -> Vec<String> {
    page.body.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// One budget: a right password between wrong codes buys no further tries.
#[tokio::test]
async fn the_ladder_counts_codes_and_a_right_password_does_not_wash_it_clean() {
    let town = Town::new().await;
    with_app(&town).await;
    let mut heard = 0;
    for _ in 0..10 {
        let mut browser = town.browser().speaking("en");
        let page = browser.open(&town.rp("portal").url(&[])).await;
        let page = browser.sign_in(&page, "khai").await;
        if page.path() != "/login/code" {
            assert_eq!(page.status, 429, "{}", page.body);
            continue;
        }
        heard += usize::from(browser.fill(&page, &[("otp", "000000")]).await.status == 200);
    }
    assert!((1..=2).contains(&heard), "{heard} codes were compared: five free tries are for both together");
    town.leave().await;
}

/// A code that was used before is right, and opens nothing: it does not wash the ladder clean either.
#[tokio::test]
async fn a_spent_code_buys_no_further_tries() {
    let town = Town::new().await;
    let (_, secret) = with_app(&town).await;
    let spent = code(&secret, town.app.clock.now());
    let mut heard = 0;
    for _ in 0..10 {
        let mut browser = town.browser().speaking("en");
        let page = browser.open(&town.rp("portal").url(&[])).await;
        let page = browser.sign_in(&page, "khai").await;
        if page.path() == "/login/code" {
            heard += usize::from(browser.fill(&page, &[("otp", &spent)]).await.status == 200);
        }
    }
    assert!((1..=2).contains(&heard), "{heard} times: five free tries are for password and code together");
    town.leave().await;
}

#[tokio::test]
async fn who_removes_the_app_signs_in_by_password_alone_again() {
    let town = Town::new().await;
    let (mut own, _) = with_app(&town).await;
    let page = own.open("/account/totp").await;
    let confirm = page.hidden_value("confirm");
    own.submit("/account/totp/remove", &[("confirm", &confirm)]).await;
    let mut browser = town.browser();
    town.rp("portal").code(&mut browser, &[]).await;
    town.leave().await;
}

/// Recovery codes stay as long as there is something that they stand in for.
#[tokio::test]
async fn who_removes_the_app_beside_a_passkey_keeps_the_codes_on_paper() {
    let town = Town::new().await;
    let (mut own, _) = with_app(&town).await;
    own.enrol(&mut Device::new()).await;
    let page = own.open("/account/recovery-codes").await;
    let codes = shown(&own.fill(&page, &[]).await);
    let confirm = own.open("/account/totp").await.hidden_value("confirm");
    own.submit("/account/totp/remove", &[("confirm", &confirm)]).await;
    let page = own.open("/account/security").await;
    assert!(page.body.contains("10 recovery codes left"), "{}", page.body);
    let (mut browser, page) = asked(&town).await;
    assert!(browser.fill(&page, &[("otp", &codes[0])]).await.parameter("code").is_some());
    town.leave().await;
}

/// "fresh authentication first"
#[tokio::test]
async fn who_did_not_sign_in_of_late_does_so_before_anything_changes() {
    let town = Town::new().await;
    let (mut own, _) = with_app(&town).await;
    let page = own.open("/account/totp").await;
    let confirm = page.hidden_value("confirm");
    town.clock.pass(Duration::from_secs(16 * 60));
    let sent = own.submit("/account/totp/remove", &[("confirm", &confirm)]).await;
    assert_eq!(sent.path(), "/sign-in", "{}", sent.url);
    let shown = own.open("/account/security").await;
    assert_eq!(shown.path(), "/sign-in", "{}", shown.url);
    let (_, page) = asked(&town).await;
    assert_eq!(page.path(), "/login/code", "the app is there still");
    town.leave().await;
}

async fn second_page(town: &Town) -> Page {
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    browser.fill(&page, &[("username", "khai"), ("password", crate::town::PASSWORD)]).await
}

/// Recovery codes stand in for something: alone they would be burnt at every sign-in, on a page that speaks of an app.
#[tokio::test]
async fn codes_from_paper_are_for_who_has_something_else() {
    let town = Town::new().await;
    let (mut browser, mut device) = (town.browser().speaking("en"), Device::new());
    town.rp("portal").code(&mut browser, &[]).await;
    let page = browser.open("/account/recovery-codes").await;
    assert!(page.body.contains("Add one of these first") && !page.body.contains("name=\"offer\""), "{}", page.body);
    browser.enrol(&mut device).await;
    let page = browser.open("/account/recovery-codes").await;
    assert!(browser.fill(&page, &[]).await.body.contains("<ol class=\"codes\">"));
    let second = second_page(&town).await;
    assert!(second.body.contains("One of your recovery codes.") && !second.body.contains("authenticator app"));
    town.leave().await;
}
