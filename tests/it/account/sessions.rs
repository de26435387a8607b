//! Where somebody is signed in, and how that ends from elsewhere.

use http::StatusCode;

use super::confirm;
use super::ends;
use super::is_signed_in;
use super::on_a_phone;
use super::signed_in;
use crate::town::Browser;
use crate::town::Town;

const OUT: &str = "https://desk.example/out";

/// A town with a service that wants to be told of sign-outs.
async fn town() -> Town {
    let town = Town::new().await;
    town.apply(&format!(
        "[[clients]]\nclient_id = \"desk\"\nservice = \"licences\"\nredirect_uris = [\"https://desk.example/cb\"]\n\
         secrets = [\"desk-secret-of-a-test-that-is-long-enough\"]\nscope = \"openid profile email\"\n\
         backchannel_logout_uri = \"{OUT}\"\n"
    ))
    .await;
    town.outside.put(OUT, "");
    town
}

/// Somebody left a telephone behind: what is open there ends, its services are told, and what they were given is dead.
#[tokio::test]
async fn a_sign_in_elsewhere_is_ended_and_its_service_is_told() {
    let town = town().await;
    let (mut phone, mut here) = (on_a_phone(&town, "khai").await, signed_in(&town, "khai").await);
    let desk = town.rp("desk");
    let tokens = desk.tokens(&mut phone, &[]).await;
    let page = here.open("/account").await;
    let [phones] = &ends(&page)[..] else { panic!("{}", page.body) };
    for shown in
        ["Chrome · Android", "Unknown browser", "this device", "Since 10:00 24/11/2026", "1 service<", "0 services"]
    {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let page = here.fill(&page, &[("end", phones)]).await;
    assert_eq!((page.path().as_str(), page.status), ("/account", StatusCode::OK));
    assert!(!page.body.contains("Android"), "{}", page.body);
    assert_eq!(town.outside.asked(OUT).len(), 1);
    assert!(!is_signed_in(&mut phone).await && is_signed_in(&mut here).await);
    assert_eq!(desk.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// Everywhere but here: one's own, and nobody else's.
#[tokio::test]
async fn all_other_sign_ins_end_at_once_and_their_services_are_told() {
    let town = town().await;
    let (mut phone, mut old) = (on_a_phone(&town, "khai").await, signed_in(&town, "khai").await);
    let (mut here, mut an) = (signed_in(&town, "khai").await, signed_in(&town, "an").await);
    for browser in [&mut phone, &mut old, &mut here, &mut an] {
        town.rp("desk").tokens(browser, &[]).await;
    }
    let page = here.open("/account").await;
    assert_eq!(ends(&page).len(), 2);
    let page = here.fill(&page, &[("end", "others")]).await;
    assert!(ends(&page).is_empty() && !page.body.contains("value=\"others\""), "{}", page.body);
    assert_eq!(town.outside.asked(OUT).len(), 2);
    assert!(!is_signed_in(&mut phone).await && !is_signed_in(&mut old).await);
    assert!(is_signed_in(&mut here).await && is_signed_in(&mut an).await);
    town.leave().await;
}

/// Whoever has what was left elsewhere is a stranger there: it has no allowance of its own, and who signs in is told. This
/// browser stays known.
#[tokio::test]
async fn with_all_other_sign_ins_their_browsers_are_forgotten() {
    let town = Town::with_post(|_| {}).await;
    let (mailbox, khai) = (town.mailbox(), "khai@songlam.example");
    let (mut phone, mut here) = (on_a_phone(&town, "khai").await, signed_in(&town, "khai").await);
    assert!(mailbox.try_next_for(khai).await.is_some() && mailbox.try_next_for(khai).await.is_some());
    let page = here.open("/account").await;
    here.fill(&page, &[("end", "others")]).await;
    let again = async |browser: &mut Browser| {
        let page = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
        let page = browser.sign_in(&page, "khai").await;
        assert!(page.parameter("code").is_some(), "{}", page.body);
        mailbox.try_next_for(khai).await.is_some()
    };
    let mut stranger = town.browser();
    for _ in 0..5 {
        let page = stranger.open(&town.rp("portal").url(&[])).await;
        stranger.fill(&page, &[("username", "khai"), ("password", "wrong")]).await;
    }
    let page = phone.open(&town.rp("portal").url(&[])).await;
    let page = phone.sign_in(&page, "khai").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "it shares what strangers have left");
    assert!(!again(&mut here).await, "this one is known");
    town.clock.pass(std::time::Duration::from_secs(2));
    assert!(again(&mut phone).await, "that one is told of as new");
    town.leave().await;
}

/// Cross-site request forgery: a page of another session, of one's own or of somebody else, or of none, ends nothing.
#[tokio::test]
async fn a_page_that_was_made_for_another_session_ends_nothing() {
    let town = town().await;
    let (mut phone, mut here) = (on_a_phone(&town, "khai").await, signed_in(&town, "khai").await);
    let mut an = signed_in(&town, "an").await;
    let foreign =
        [confirm(&phone.open("/account").await), confirm(&an.open("/account").await), String::new(), "AAAA".into()];
    let phones = ends(&here.open("/account").await).remove(0);
    for confirm in &foreign {
        for end in [phones.as_str(), "others"] {
            let page = here.submit("/account/sessions", &[("confirm", confirm), ("end", end)]).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{confirm} {end}");
        }
    }
    let own = confirm(&here.open("/account").await);
    here.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    let page = here.submit("/account/sessions", &[("confirm", &own), ("end", "others")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(is_signed_in(&mut phone).await && is_signed_in(&mut an).await);
    town.leave().await;
}

/// Another person's sign-in is named, or none that there is, or the one from which the form comes: nothing changes.
#[tokio::test]
async fn a_form_ends_nobody_elses_sign_in_and_not_its_own() {
    let town = town().await;
    let (mut khai, mut an) = (signed_in(&town, "khai").await, on_a_phone(&town, "an").await);
    let mut other_of_an = signed_in(&town, "an").await;
    let of_an = ends(&other_of_an.open("/account").await).remove(0);
    let mut other = signed_in(&town, "khai").await;
    let own = ends(&other.open("/account").await).remove(0);
    let page = khai.open("/account").await;
    for end in [of_an.as_str(), &own, "", "everything", "00000000-0000-0000-0000-000000000000", "others "] {
        assert_eq!(khai.fill(&page, &[("end", end)]).await.path(), "/account", "{end}");
    }
    khai.fill(&page, &[]).await;
    for browser in [&mut khai, &mut other, &mut an, &mut other_of_an] {
        assert!(is_signed_in(browser).await);
    }
    town.leave().await;
}

/// What is idle is over: it does not stand among what could be ended.
#[tokio::test]
async fn a_sign_in_that_is_over_is_not_shown() {
    let town = town().await;
    on_a_phone(&town, "khai").await;
    town.live(std::time::Duration::from_secs(20 * 60)).await;
    let page = signed_in(&town, "khai").await.open("/account").await;
    assert!(ends(&page).is_empty() && !page.body.contains("Android"), "{}", page.body);
    town.leave().await;
}

/// Who signs in again in one browser goes on with the session, and the browser may have got another name meanwhile.
#[tokio::test]
async fn a_renewed_session_says_in_which_browser() {
    let town = town().await;
    let mut browser = on_a_phone(&town, "khai").await;
    browser.headers.insert("user-agent", "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/132.0".parse().unwrap());
    let page = browser.open(&town.rp("desk").url(&[("prompt", "login")])).await;
    browser.sign_in(&page, "khai").await;
    let page = browser.open("/account").await;
    assert!(page.body.contains("Firefox · Windows") && !page.body.contains("Android"), "{}", page.body);
    assert!(ends(&page).is_empty());
    town.leave().await;
}
