//! Codes by SMS as a second factor: the weakest, chosen by the person, for the number for which they chose it.

use std::time::Duration;

use motcua::identity::assurance::Level;

use super::proof;
use super::unthrottled;
use crate::letters::NUMBER;
use crate::opening;
use crate::town::Browser;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;
use crate::town::claims_of;
use crate::town::code;

/// The digits of the next code that came to Khai's telephone.
pub async fn texted(town: &Town) -> String {
    let (text, code) = town.phone().next_code_for(NUMBER).await;
    assert!(text.ends_with(&format!("@id.example #{code}")), "bound to our host: {text}");
    code
}

/// Khai, who signs in and adds codes by SMS.
pub async fn added(town: &Town) -> Browser {
    let mut browser = town.browser().speaking("en");
    town.rp("portal").code(&mut browser, &[]).await;
    let page = browser.open("/account/texts").await;
    assert!(page.body.contains("a passkey or an authenticator app is safer"), "{}", page.body);
    let page = browser.fill(&page, &[]).await;
    let page = browser.fill(&page, &[("otp", &texted(town).await)]).await;
    assert_eq!(page.path(), "/account/security", "{}", page.body);
    town.clock.pass(Duration::from_secs(1));
    browser
}

/// The page that asks for more, in a browser where nobody was.
pub async fn asked(town: &Town) -> (Browser, Page) {
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let page = browser.sign_in(&page, "khai").await;
    assert_eq!(page.path(), "/login/code", "{}", page.body);
    (browser, page)
}

/// Whose first code did not come asks for another where they are.
#[tokio::test]
async fn who_adds_them_is_sent_another_code() {
    let town = Town::with_post(|_| {}).await;
    let mut browser = town.browser().speaking("en");
    town.rp("portal").code(&mut browser, &[]).await;
    let page = browser.open("/account/texts").await;
    let page = browser.fill(&page, &[]).await;
    texted(&town).await;
    let page = browser.fill(&page, &[("text", "send"), ("otp", "")]).await;
    let page = browser.fill(&page, &[("otp", &texted(&town).await)]).await;
    assert_eq!(page.path(), "/account/security", "{}", page.body);
    town.leave().await;
}

/// NIST SP 800-63B-4 §3.1.3.1: a restricted factor is one factor, "never for `acr:3`".
#[tokio::test]
async fn a_code_by_sms_is_a_second_factor_and_no_more() {
    let town = Town::with_post(|_| {}).await;
    proof(&town, "khai", Level::Two).await;
    added(&town).await;
    let (mut browser, page) = asked(&town).await;
    assert!(!page.body.contains("name=\"otp\""), "nothing was sent yet: {}", page.body);
    let page = browser.fill(&page, &[("text", "send")]).await;
    let code = texted(&town).await;
    let done = browser.fill(&page, &[("otp", &code)]).await;
    let tokens =
        town.rp("portal").redeem(&done.parameter("code").unwrap_or_else(|| panic!("{}", done.body)), &[]).await.json();
    let claims = claims_of(tokens["id_token"].as_str().unwrap());
    assert_eq!(claims["acr"], "urn:motcua:acr:2");
    assert_eq!(claims["amr"], serde_json::json!(["mfa", "pwd", "sms"]));
    let three = town.rp("portal").url(&[
        ("acr_values", "urn:motcua:acr:3"),
        ("claims", r#"{"id_token":{"acr":{"essential":true,"values":["urn:motcua:acr:3"]}}}"#),
    ]);
    let page = browser.open(&three).await;
    assert!(page.parameter("code").is_none(), "{}", page.url);
    town.leave().await;
}

/// "six digits, five minutes, three tries, bound to the browser that asked", and once.
#[tokio::test]
async fn a_code_counts_once_in_its_browser_for_five_minutes() {
    let town = Town::with_post(|config| config.throttle.account_and_network = 1000).await;
    added(&town).await;
    let (mut browser, first) = asked(&town).await;
    let page = browser.fill(&first, &[("text", "send")]).await;
    let (code, sent) = (texted(&town).await, page.hidden_value("sent"));
    let (mut other, theirs) = asked(&town).await;
    let fields = [("login", theirs.hidden_value("login")), ("sent", sent.clone()), ("otp", code.clone())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(other.submit("/login/code", &fields).await.parameter("code").is_none(), "another browser");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let again = browser.fill(&page, &[("otp", wrong)]).await;
    assert_eq!(again.hidden_value("sent"), sent, "the page still waits for it");
    assert!(browser.fill(&again, &[("otp", &code)]).await.parameter("code").is_some());
    let page = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
    let page = browser.sign_in(&page, "khai").await;
    let fields = [("login", page.hidden_value("login")), ("sent", sent), ("otp", code)];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(browser.submit("/login/code", &fields).await.parameter("code").is_none(), "used before");
    let page = browser.fill(&page, &[("text", "send")]).await;
    let code = texted(&town).await;
    town.clock.pass(Duration::from_secs(300));
    assert!(browser.fill(&page, &[("otp", &code)]).await.parameter("code").is_none(), "too old");
    town.leave().await;
}

/// Redis restarted empty: nobody knows any more how often a code was tried, and none that was sent before counts.
#[tokio::test]
async fn a_code_does_not_outlive_what_counts_its_tries() {
    let town = Town::with_post(|_| {}).await;
    added(&town).await;
    let (mut browser, page) = asked(&town).await;
    let page = browser.fill(&page, &[("text", "send")]).await;
    let code = texted(&town).await;
    let emptied = town.replica_with(|config| config.ephemeral.prefix.push_str("emptied:")).await;
    let mut after = emptied.browser_like(&browser);
    let again = after.fill(&page, &[("otp", &code)]).await;
    assert!(again.parameter("code").is_none() && again.body.contains("role=\"alert\""), "{}", again.body);
    let page = after.fill(&page, &[("text", "send")]).await;
    let done = after.fill(&page, &[("otp", &texted(&town).await)]).await;
    assert!(done.parameter("code").is_some(), "another one does: {}", done.body);
    town.leave().await;
}

/// Whoever knows the password does not make somebody's telephone ring all night.
#[tokio::test]
async fn five_codes_come_in_an_hour_and_the_person_is_told() {
    let town = Town::with_post(|config| config.throttle.account_and_network = 1000).await;
    added(&town).await;
    let (mut browser, page) = asked(&town).await;
    for _ in 0..4 {
        browser.fill(&page, &[("text", "send")]).await;
        texted(&town).await;
    }
    let refused = browser.fill(&page, &[("text", "send")]).await;
    assert!(refused.body.contains("No code could be sent"), "{}", refused.body);
    town.leave().await;
}

/// Waits for a code, which is sent after the answer.
async fn sent(town: &Town) {
    while !opening::message(town, NUMBER).await.starts_with(|first: char| first.is_ascii_digit()) {}
}

/// What strangers who know a name use up is not missing to whoever knows the password, nor at the person's own browser.
#[tokio::test]
async fn strangers_do_not_use_up_the_owner_s_codes() {
    let town = Town::with_post(|config| config.throttle.account_and_network = 1000).await;
    let mut own = added(&town).await;
    let ask = async |browser: &mut Browser| {
        let page = browser.open("/recovery").await;
        browser.fill(&page, &[("username", "khai"), ("way", "sms")]).await;
    };
    for _ in 0..5 {
        ask(&mut town.browser()).await;
        sent(&town).await;
    }
    ask(&mut town.browser()).await;
    let (mut browser, page) = asked(&town).await;
    let page = browser.fill(&page, &[("text", "send")]).await;
    let page = browser.fill(&page, &[("otp", &texted(&town).await)]).await;
    assert!(page.parameter("code").is_some(), "{}", page.body);
    ask(&mut own).await;
    sent(&town).await;
    town.leave().await;
}

/// NIST SP 800-63B-4 §3.2.2 counts what fails in a row: nobody can tell which of two a wrong code was meant for, and a right one
/// ends the row of both.
#[tokio::test]
async fn a_right_code_of_the_app_ends_what_was_counted_against_the_telephone() {
    let town = Town::with_post(unthrottled).await;
    let secret = added(&town).await.add_app(town.app.clock.now()).await;
    for _ in 0..2 {
        town.clock.pass(Duration::from_secs(30));
        let (mut browser, page) = asked(&town).await;
        for _ in 0..60 {
            browser.fill(&page, &[("otp", "12345")]).await;
        }
        let done = browser.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
        assert!(done.parameter("code").is_some(), "{}", done.body);
    }
    let (mut browser, page) = asked(&town).await;
    let page = browser.fill(&page, &[("text", "send")]).await;
    let done = browser.fill(&page, &[("otp", &texted(&town).await)]).await;
    assert!(done.parameter("code").is_some(), "{}", done.body);
    town.leave().await;
}

/// Another number is no second factor until the person says so; who removes it signs in by the password.
#[tokio::test]
async fn it_is_for_the_number_for_which_it_was_chosen() {
    let town = Town::with_post(|_| {}).await;
    let mut own = added(&town).await;
    let page = own.open("/account/texts").await;
    assert!(page.body.contains("/account/texts/remove"), "{}", page.body);
    town.apply(
        "[[people]]\nuser_name = \"khai\"\nidentity_number = \"036187001234\"\n[people.claims]\nname = \"Khai\"\n\
         phone_number = \"+84912999999\"\nphone_number_verified = true\n",
    )
    .await;
    let (mut browser, asked) = asked(&town).await;
    let refused = browser.fill(&asked, &[("text", "send")]).await;
    assert!(refused.body.contains("No code could be sent"), "{}", refused.body);
    own.fill(&page, &[]).await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await.path(), "/");
    town.leave().await;
}

/// Two replicas whose clocks differ: a code that was sent later counts, whatever they say.
#[tokio::test]
async fn a_later_code_counts_at_a_replica_whose_clock_is_behind() {
    let town = Town::with_post(|_| {}).await;
    added(&town).await;
    let behind = town.replica_behind(Duration::from_secs(8)).await;
    for ahead in [true, false] {
        let mut browser = town.browser().speaking("en");
        if !ahead {
            browser = behind.browser_like(&browser);
        }
        let page = browser.open("/sign-in").await;
        let page = browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
        let page = browser.fill(&page, &[("text", "send")]).await;
        let done = browser.fill(&page, &[("otp", &texted(&town).await)]).await;
        assert_eq!(done.path(), "/", "{}", done.body);
    }
    town.leave().await;
}
