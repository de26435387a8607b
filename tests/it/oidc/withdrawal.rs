//! Consent is withdrawn as easily as it is given: OpenID Connect Core §3.1.2.4 asks for a decision, and one may be another
//! later.

use http::Method;
use http::StatusCode;

use super::error;
use super::signed_in;
use crate::town::Town;

/// What was agreed to stands on a page, with a button to withdraw it; then it is as if it had never been given: the service is
/// refused without a page, its tokens are dead, and the person is asked anew.
#[tokio::test]
async fn what_was_agreed_to_is_seen_and_withdrawn() {
    let town = Town::new().await;
    let clinic = town.rp("clinic").with_scope("openid profile offline_access");
    let mut browser = town.browser().speaking("en");
    let tokens = clinic.tokens(&mut browser, &[]).await;
    let page = browser.open("/consents").await;
    assert!(page.body.contains("Tâm An appointments") && page.body.contains("value=\"clinic\""), "{}", page.body);
    let page = browser.fill(&page, &[("client", "clinic")]).await;
    assert_eq!((page.path().as_str(), page.status), ("/consents", StatusCode::OK));
    assert!(page.body.contains("You have agreed to share nothing"), "{}", page.body);
    assert_eq!(error(&mut browser, &clinic, &[("prompt", "none")]).await, "consent_required");
    assert_eq!(browser.open(&clinic.url(&[])).await.path(), "/consent");
    assert_eq!(clinic.refresh(tokens.refresh_token(), &[]).await.json()["error"], "invalid_grant");
    assert_eq!(clinic.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    let acts: Vec<String> = town.audit().await.into_iter().map(|(act, ..)| act).collect();
    assert_eq!(acts.iter().filter(|act| *act == "consent_withdrawn").count(), 1);
    town.leave().await;
}

/// A form of consent that is sent again after all gives nothing back, and changes nothing that the client was told.
#[tokio::test]
async fn what_was_withdrawn_does_not_come_back_by_an_old_form() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    let mut browser = town.browser().speaking("en");
    let login = browser.open(&clinic.url(&[])).await;
    let consent = browser.sign_in(&login, "khai").await;
    let code = browser.fill(&consent, &[("decision", "allow")]).await.parameter("code").unwrap();
    assert_eq!(clinic.redeem(&code, &[]).await.status, StatusCode::OK);
    let page = browser.open("/consents").await;
    browser.fill(&page, &[("client", "clinic")]).await;
    for decision in ["allow", "deny"] {
        let again = browser.fill(&consent, &[("decision", decision)]).await;
        assert_eq!((again.status, again.parameter("error")), (StatusCode::BAD_REQUEST, None), "{}", again.url);
    }
    assert!(browser.open("/consents").await.body.contains("You have agreed to share nothing"));
    let given = town.audit().await.into_iter().filter(|(act, ..)| act.starts_with("consent_given")).count();
    assert_eq!(given, 1);
    town.leave().await;
}

/// A code that was on its way when its consent was withdrawn buys nothing; what the law gives it buys still.
#[tokio::test]
async fn a_code_on_its_way_does_not_outrun_a_withdrawal() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let (clinic, portal) = (town.rp("clinic"), town.rp("portal").with_scope("openid profile"));
    let codes = [clinic.code(&mut browser, &[]).await, portal.code(&mut browser, &[]).await];
    let page = browser.open("/consents").await;
    browser.fill(&page, &[("client", "clinic")]).await;
    assert_eq!(clinic.redeem(&codes[0], &[]).await.json()["error"], "invalid_grant");
    assert_eq!(portal.redeem(&codes[1], &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// One service, of one person: nobody else's answer changes.
#[tokio::test]
async fn a_withdrawal_touches_nothing_else() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    let (mut khai, mut other) = (town.browser(), town.browser());
    clinic.tokens(&mut khai, &[]).await;
    let login = other.open(&clinic.url(&[])).await;
    let consent = other.sign_in(&login, "an").await;
    other.fill(&consent, &[("decision", "allow")]).await;
    let portal = town.rp("portal").tokens(&mut khai, &[]).await;
    let page = khai.open("/consents").await;
    khai.fill(&page, &[("client", "clinic")]).await;
    assert!(other.open(&clinic.url(&[("prompt", "none")])).await.parameter("code").is_some());
    assert_eq!(town.rp("portal").userinfo(portal.access_token()).await.status, StatusCode::OK);
    town.leave().await;
}

/// Nobody withdraws for another: the form counts for the session for which it was made. Who is not signed in signs in.
#[tokio::test]
async fn a_form_counts_for_its_session_alone() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    let (mut own, mut other) = (town.browser(), town.browser());
    clinic.tokens(&mut own, &[]).await;
    clinic.tokens(&mut other, &[]).await;
    let page = other.open("/consents").await;
    assert_eq!(own.fill(&page, &[("client", "clinic")]).await.status, StatusCode::BAD_REQUEST);
    assert!(own.open(&clinic.url(&[("prompt", "none")])).await.parameter("code").is_some());
    let stranger = town.browser().request(Method::GET, "/consents", None).await;
    assert_eq!(stranger.location().as_deref(), Some("/sign-in"));
    town.leave().await;
}

/// The page on which one agrees says where one withdraws, and so does the account, to which the start page leads.
#[tokio::test]
async fn the_way_to_withdraw_is_told_where_one_agrees() {
    let town = Town::new().await;
    let (clinic, mut browser) = (town.rp("clinic"), signed_in(&town).await);
    let consent = browser.open(&clinic.url(&[])).await;
    assert!(consent.body.contains("href=\"/consents\""), "{}", consent.body);
    browser.fill(&consent, &[("decision", "allow")]).await;
    assert!(browser.open("/").await.body.contains("href=\"/account\""));
    assert!(browser.open("/account").await.body.contains("href=\"/consents\""));
    town.leave().await;
}
