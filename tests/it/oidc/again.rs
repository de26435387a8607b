//! What a browser sends twice, or asks again: a double click on a slow line, a reload, a second tab, the way back.
//! RFC 9126 §4, RFC 6749 §4.1.2, OpenID Connect Core §3.1.2.3.

use std::time::Duration;

use http::StatusCode;
use motcua::flows::admin::people;
use motcua::jose::jwa::Algorithm;
use motcua::store::sessions;
use serde_json::json;

use super::client;
use crate::oauth::jar;
use crate::town::Browser;
use crate::town::OwnKey;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Town;

/// How many sessions of khai are open.
async fn open_sessions(town: &Town) -> usize {
    let now = town.app.clock.now();
    let khai = people::show(&town.app, "khai", now).await.unwrap().unwrap().row.id;
    sessions::all_open_of(&town.app.db, khai, now).await.unwrap().len()
}

/// Both answers of one form that is sent twice at once.
async fn twice(browser: &mut Browser, page: &Page, fields: &[(&str, &str)]) -> [Page; 2] {
    let mut other = browser.clone();
    let (first, second) = tokio::join!(other.fill(page, fields), browser.fill(page, fields));
    [first, second]
}

const TYPED: [(&str, &str); 2] = [("username", "khai"), ("password", PASSWORD)];

/// Whichever answer the browser follows, its code buys tokens; the other one buys nothing more.
async fn one_of_two_buys(rp: &RelyingParty, answers: &[Page; 2]) {
    let codes = answers
        .each_ref()
        .map(|page| page.parameter("code").unwrap_or_else(|| panic!("no code at {}: {}", page.url, page.body)));
    assert_eq!(rp.redeem(&codes[1], &[]).await.status, StatusCode::OK);
    assert_eq!(rp.redeem(&codes[0], &[]).await.json()["error"], "invalid_grant");
}

/// RFC 9126 §4: "MAY allow for duplicate requests due to a user reloading/refreshing their user agent": a sign-in, a consent
/// and a choice that arrive twice are answered twice alike.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_double_click_after_a_pushed_request_gets_one_answer_twice() {
    let town = Town::new().await;
    let (portal, clinic) = (town.rp("portal"), town.rp("clinic"));
    let mut browser = town.browser();
    let page = browser.open(&portal.url_by_reference(&portal.pushed(&[]).await)).await;
    one_of_two_buys(&portal, &twice(&mut browser, &page, &TYPED).await).await;
    assert_eq!(open_sessions(&town).await, 1);
    let page = browser.open(&clinic.url_by_reference(&clinic.pushed(&[]).await)).await;
    assert_eq!(page.path(), "/consent");
    one_of_two_buys(&clinic, &twice(&mut browser, &page, &[("decision", "allow")]).await).await;
    // One that is too long to travel is looked for where it was pushed.
    let long = [("state", "s".repeat(9_000)), ("prompt", "login".to_owned())];
    let long = long.each_ref().map(|(name, value)| (*name, value.as_str()));
    let page = browser.open(&portal.url_by_reference(&portal.pushed(&long).await)).await;
    one_of_two_buys(&portal, &twice(&mut browser, &page, &TYPED).await).await;
    let choice = [("prompt", "select_account")];
    let page = browser.open(&portal.url_by_reference(&portal.pushed(&choice).await)).await;
    assert_eq!(page.path(), "/login/select");
    one_of_two_buys(&portal, &twice(&mut browser, &page, &[("choice", "continue")]).await).await;
    assert_eq!(open_sessions(&town).await, 1);
    town.leave().await;
}

/// The same with a request object that counts once (RFC 7519 §4.1.7), and with a request that counts as often as one likes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_double_click_after_a_request_object_gets_one_answer_twice() {
    let town = Town::new().await;
    let key = OwnKey::new(Algorithm::Es256, "1");
    let archive = jar::register(&town, "archive", "strict", &OwnKey::declared(&[&key])).await.with_key(&key);
    let object = archive.object(&key, json!({"jti": "once"}));
    for url in [archive.url_by_value(&object, &[]), archive.url(&[])] {
        let mut browser = town.browser();
        let page = browser.open(&url).await;
        one_of_two_buys(&archive, &twice(&mut browser, &page, &TYPED).await).await;
    }
    assert_eq!(open_sessions(&town).await, 2);
    let url = archive.url_by_value(&object, &[]);
    let elsewhere = archive.finish(&mut town.browser(), &url).await;
    assert_eq!(
        elsewhere.parameter("error").as_deref(),
        Some("invalid_request_object"),
        "another browser repeats nothing"
    );
    town.leave().await;
}

/// A reload of the authorization endpoint whose answer was lost gets it again, until it was used.
#[tokio::test]
async fn a_pushed_request_is_answered_again_until_its_code_is_redeemed() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let url = portal.url_by_reference(&portal.pushed(&[]).await);
    let answers = [browser.open(&url).await, browser.open(&url).await];
    let mut stranger = town.browser();
    assert_eq!(stranger.open(&url).await.status, StatusCode::BAD_REQUEST);
    one_of_two_buys(&portal, &answers).await;
    let late = browser.open(&url).await;
    assert_eq!((late.status, late.parameter("code")), (StatusCode::BAD_REQUEST, None));
    town.leave().await;
}

/// A new sign-in whose answer was lost: the session goes on under its id, whether the form is sent again or the person
/// begins anew with the former cookie, and at sign-out what it had reached is told.
#[tokio::test]
async fn a_session_whose_new_cookie_was_lost_is_replaced_and_its_services_are_told() {
    for begins_anew in [false, true] {
        let town = Town::new().await;
        town.apply(&client("desk", "licences", "backchannel_logout_uri = \"https://desk.example/out\"")).await;
        town.outside.put("https://desk.example/out", "");
        let portal = town.rp("portal");
        let mut browser = town.browser();
        town.rp("desk").tokens(&mut browser, &[]).await;
        let again = portal.url(&[("prompt", "login")]);
        let page = browser.open(&again).await;
        assert!(browser.clone().fill(&page, &TYPED).await.parameter("code").is_some());
        let page = if begins_anew { browser.open(&again).await } else { page };
        assert!(browser.fill(&page, &TYPED).await.parameter("code").is_some());
        assert_eq!(open_sessions(&town).await, 1, "begins anew: {begins_anew}");
        super::sign_out::sign_out(&mut browser).await;
        assert_eq!(open_sessions(&town).await, 0);
        assert_eq!(town.outside.asked("https://desk.example/out").len(), 1);
        town.leave().await;
    }
}

/// Of one interaction the client gets one code: forms that are sent again later give none.
#[tokio::test]
async fn a_form_that_is_sent_again_later_gives_no_second_code() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    let mut browser = town.browser();
    let login = browser.open(&clinic.url(&[])).await;
    let consent = browser.fill(&login, &TYPED).await;
    assert_eq!(consent.path(), "/consent");
    let code = browser.fill(&consent, &[("decision", "allow")]).await.parameter("code").unwrap();
    assert_eq!(clinic.redeem(&code, &[]).await.status, StatusCode::OK);
    for minutes in [0, 2, 25] {
        town.clock.pass(Duration::from_secs(minutes * 60));
        for (page, fields) in [(&login, &TYPED[..]), (&consent, &[("decision", "allow")][..])] {
            let late = browser.fill(page, fields).await;
            assert_eq!((late.status, late.parameter("code")), (StatusCode::BAD_REQUEST, None), "{}", late.url);
            assert!(
                late.body.contains("You have already signed in") || late.body.contains("Bạn đã đăng nhập rồi"),
                "{}",
                late.body
            );
        }
        let back = browser.open(&login.url).await;
        assert_eq!(back.parameter("code"), None, "after {minutes} minutes");
    }
    town.leave().await;
}

/// Two tabs, two services: once signed in in one, a reload or the way back in the other goes on, unless its service demands
/// a sign-in of its own.
#[tokio::test]
async fn a_page_in_another_tab_goes_on_where_nothing_is_left_to_ask() {
    let town = Town::new().await;
    let (portal, certified, clinic) = (town.rp("portal"), town.rp("certified"), town.rp("clinic"));
    let mut browser = town.browser();
    let first = browser.open(&portal.url(&[])).await;
    let second = browser.open(&certified.url(&[])).await;
    let asking = browser.open(&clinic.url(&[])).await;
    let demanding = browser.open(&portal.url(&[("prompt", "login")])).await;
    assert!([&first, &second, &asking, &demanding].iter().all(|page| page.path() == "/login"));
    browser.fill(&first, &TYPED).await;
    let code = browser.open(&second.url).await.parameter("code").unwrap();
    let redeemed = certified.redeem(&code, &[]).await;
    assert_eq!(redeemed.status, StatusCode::OK, "{}", redeemed.body);
    let consent = browser.open(&asking.url).await;
    assert_eq!(consent.path(), "/consent");
    assert!(browser.fill(&consent, &[("decision", "allow")]).await.parameter("code").is_some());
    let reloaded = browser.open(&consent.url).await;
    assert!(reloaded.parameter("code").is_some(), "agreed to by now: {}", reloaded.body);
    assert_eq!(browser.open(&demanding.url).await.path(), "/login");
    town.leave().await;
}

/// After lunch nothing goes on by itself: who is signed in by then is asked.
#[tokio::test]
async fn a_page_that_stood_open_for_too_long_asks_before_it_goes_on() {
    let town = Town::new().await;
    let (portal, certified) = (town.rp("portal"), town.rp("certified"));
    let mut browser = town.browser();
    let stale = browser.open(&portal.url(&[])).await;
    town.clock.pass(Duration::from_secs(31 * 60));
    let fresh = browser.open(&certified.url(&[])).await;
    browser.fill(&fresh, &TYPED).await;
    let choice = browser.open(&stale.url).await;
    assert_eq!(choice.path(), "/login/select");
    assert!(browser.fill(&choice, &[("choice", "continue")]).await.parameter("code").is_some());
    town.leave().await;
}

/// However often an old page is begun anew, its interaction gives one code.
#[tokio::test]
async fn a_page_that_is_begun_anew_gives_no_second_code() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    let code = browser.fill(&page, &TYPED).await.parameter("code").unwrap();
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK);
    for hours in [1, 1, 3] {
        town.clock.pass(Duration::from_secs(hours * 3600));
        let late = browser.open(&page.url).await;
        let choice =
            if late.path() == "/login/select" { browser.fill(&late, &[("choice", "continue")]).await } else { late };
        let signed_in =
            if choice.body.contains("name=\"password\"") { browser.fill(&choice, &TYPED).await } else { choice };
        assert_eq!(
            (signed_in.parameter("code"), signed_in.status),
            (None, StatusCode::BAD_REQUEST),
            "{}",
            signed_in.url
        );
    }
    town.leave().await;
}

/// A page that is over says so before it asks for anything, whatever its service demands.
#[tokio::test]
async fn a_page_that_is_over_asks_for_nothing() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    for demand in [("prompt", "login"), ("max_age", "0")] {
        let page = browser.open(&portal.url(&[demand])).await;
        assert_eq!(page.path(), "/login");
        let code = browser.fill(&page, &TYPED).await.parameter("code").unwrap();
        assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::OK);
        let back = browser.open(&page.url).await;
        assert_eq!((back.status, back.body.contains("name=\"password\"")), (StatusCode::BAD_REQUEST, false));
    }
    town.leave().await;
}

/// OpenID Connect Core §3.1.2.1, select_account: whom the page named goes on, and not who signed in since.
#[tokio::test]
async fn a_choice_goes_on_as_whom_the_page_named() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let choice = browser.open(&portal.url(&[("prompt", "select_account")])).await;
    assert!(choice.body.contains("Nguyễn Thị Minh Khai"), "{}", choice.body);
    let other = browser.open(&town.rp("certified").url(&[("prompt", "login")])).await;
    assert!(browser.sign_in(&other, "an").await.parameter("code").is_some());
    let asked = browser.fill(&choice, &[("choice", "continue")]).await;
    assert_eq!((asked.path().as_str(), asked.parameter("code")), ("/login/select", None));
    assert!(asked.body.contains("Trần Văn An"), "{}", asked.body);
    town.leave().await;
}

/// RFC 6749 §4.1.2 holds for what a sign-in page that is older than the session gave: sign-out finds it, over midnight too.
#[tokio::test]
async fn a_sign_out_finds_what_an_older_page_gave_over_midnight() {
    let town = Town::new().await;
    town.apply(&client("desk", "licences", "backchannel_logout_uri = \"https://desk.example/out\"")).await;
    town.outside.put("https://desk.example/out", "");
    let (desk, portal) = (town.rp("desk"), town.rp("portal"));
    let midnight = (86_400 - town.app.clock.now().seconds() % 86_400) as u64;
    town.clock.pass(Duration::from_secs(midnight - 60));
    let mut browser = town.browser();
    let older = browser.open(&desk.url(&[])).await;
    town.clock.pass(Duration::from_secs(120));
    portal.code(&mut browser, &[]).await;
    let code = browser.open(&older.url).await.parameter("code").unwrap();
    assert_eq!(desk.redeem(&code, &[]).await.status, StatusCode::OK);
    super::sign_out::sign_out(&mut browser).await;
    assert_eq!(town.outside.asked("https://desk.example/out").len(), 1);
    town.leave().await;
}
