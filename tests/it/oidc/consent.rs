//! Consent: OpenID Connect Core §3.1.2.4.

use http::StatusCode;

use super::error_of;
use super::signed_in;
use crate::town::Tokens;
use crate::town::Town;

/// A public task rests on the law: the person is told in their history and not asked.
#[tokio::test]
async fn a_public_task_asks_nothing() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid profile email address phone");
    let mut browser = signed_in(&town).await;
    let page = browser.open(&portal.url(&[("claims", r#"{"id_token":{"birthdate":null}}"#)])).await;
    assert!(page.parameter("code").is_some(), "{}", page.url);
    town.leave().await;
}

/// §3.1.2.4: "the Authorization Server MUST obtain an authorization decision before releasing information": the page says
/// who asks, for what, and which values.
#[tokio::test]
async fn the_page_names_service_agency_host_purpose_and_values() {
    let town = Town::new().await;
    for (language, words) in [
        ("en", ["Tâm An appointments", "Tâm An Hospital", "booking an appointment", "Full name"]),
        ("vi", ["Đặt lịch khám Tâm An", "Bệnh viện Tâm An", "đặt lịch khám", "Họ và tên"]),
    ] {
        let mut browser = signed_in(&town).await.speaking(language);
        let page = browser.open(&town.rp("clinic").url(&[])).await;
        assert_eq!((page.status, page.path().as_str()), (StatusCode::OK, "/consent"));
        for word in words.into_iter().chain([
            "clinic.example",
            "Nguyễn Thị Minh Khai",
            "12/04/1987",
            "k•••@\u{200b}songlam.example",
        ]) {
            assert!(page.body.contains(word), "{language} {word}: {}", page.body);
        }
        assert!(!page.body.contains("khai@songlam.example") && !page.body.contains("036187001234"));
    }
    town.leave().await;
}

/// §3.1.2.4: what was agreed to is remembered, for less as well, also without a page (prompt=none).
#[tokio::test]
async fn consent_is_remembered_in_every_browser_of_the_person() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    clinic.code(&mut town.browser(), &[]).await;
    town.clock.pass(super::seconds(86_400));
    let mut browser = signed_in(&town).await;
    assert!(browser.open(&clinic.url(&[("prompt", "none")])).await.parameter("code").is_some());
    let less = clinic.with_scope("openid email");
    assert!(browser.open(&less.url(&[("prompt", "none")])).await.parameter("code").is_some());
    town.leave().await;
}

/// One person's consent is not another's.
#[tokio::test]
async fn consent_of_one_person_does_not_serve_another() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    clinic.code(&mut town.browser(), &[]).await;
    let mut browser = town.browser();
    let page = browser.open(&clinic.url(&[])).await;
    assert_eq!(browser.sign_in(&page, "an").await.path(), "/consent");
    town.leave().await;
}

/// §3.1.2.4: "MUST obtain an authorization decision": who signs in after another person agreed on the way is asked anew;
/// the one who agreed is not.
#[tokio::test]
async fn an_answer_does_not_serve_who_signs_in_after_it() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    for (name, asked) in [("khai", false), ("an", true)] {
        let mut browser = signed_in(&town).await;
        let page = browser.open(&clinic.url(&[("max_age", "100"), ("prompt", "consent")])).await;
        assert_eq!(page.path(), "/consent");
        town.clock.pass(super::seconds(101));
        let page = browser.fill(&page, &[("decision", "allow")]).await;
        assert_eq!(page.path(), "/login");
        let page = browser.sign_in(&page, name).await;
        assert_eq!(
            (page.path() == "/consent", page.parameter("code").is_none()),
            (asked, asked),
            "{name}: {}",
            page.url
        );
    }
    town.leave().await;
}

/// §3.1.2.4: more is asked, so the person is asked; what was agreed to before stays agreed.
#[tokio::test]
async fn the_person_is_asked_again_when_more_is_asked() {
    let town = Town::new().await;
    let (clinic, mut browser) = (town.rp("clinic"), signed_in(&town).await.speaking("en"));
    clinic.clone().with_scope("openid email").code(&mut browser, &[]).await;
    let more = clinic.clone().with_scope("openid email phone");
    let page = browser.open(&more.url(&[])).await;
    assert_eq!(page.path(), "/consent");
    assert!(page.body.contains("You agreed to share part of this before"), "{}", page.body);
    assert_eq!(page.body.matches("class=\"new\"").count(), 1, "the phone number alone is new: {}", page.body);
    browser.fill(&page, &[("decision", "allow")]).await;
    let both = clinic.with_scope("openid email phone");
    assert!(browser.open(&both.url(&[("prompt", "none")])).await.parameter("code").is_some());
    town.leave().await;
}

/// §5.5: claims of the parameter are shown and agreed to as those of a scope are.
#[tokio::test]
async fn claims_of_the_parameter_are_shown_and_remembered() {
    let town = Town::new().await;
    let (clinic, mut browser) = (town.rp("clinic").with_scope("openid"), signed_in(&town).await);
    let changes = [("claims", r#"{"id_token":{"birthdate":{"essential":true}},"userinfo":{"nickname":null}}"#)];
    let page = browser.open(&clinic.url(&changes)).await;
    assert_eq!(page.path(), "/consent");
    assert!(page.body.contains("12/04/1987") && page.body.contains("Khai"));
    assert!(!page.body.contains("songlam.example"));
    let arrived = browser.fill(&page, &[("decision", "allow")]).await;
    let tokens = Tokens(clinic.redeem(&arrived.parameter("code").unwrap(), &[]).await.json());
    assert_eq!(tokens.claims()["birthdate"], "1987-04-12");
    let silent = browser.open(&clinic.url(&[changes[0], ("prompt", "none")])).await;
    assert!(silent.parameter("code").is_some(), "{}", silent.url);
    town.leave().await;
}

/// §3.1.2.6, RFC 6749 §4.1.2.1: access_denied "The resource owner … denied the request"; nothing is remembered.
#[tokio::test]
async fn who_declines_returns_with_access_denied_and_is_asked_again_next_time() {
    let town = Town::new().await;
    let (clinic, mut browser) = (town.rp("clinic"), signed_in(&town).await);
    let page = browser.open(&clinic.url(&[])).await;
    let arrived = browser.fill(&page, &[("decision", "deny")]).await;
    assert_eq!(error_of(&arrived, &clinic), "access_denied");
    assert_eq!(browser.open(&clinic.url(&[])).await.path(), "/consent");
    town.leave().await;
}

/// §3.1.2.1: prompt=consent "SHOULD prompt the End-User for consent" though it was given, and though the law suffices.
#[tokio::test]
async fn prompt_consent_asks_though_it_was_agreed() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    for rp in [town.rp("clinic"), town.rp("portal")] {
        rp.code(&mut browser, &[]).await;
        let page = browser.open(&rp.url(&[("prompt", "consent")])).await;
        assert_eq!(page.path(), "/consent", "{}", rp.id);
        let arrived = browser.fill(&page, &[("decision", "allow")]).await;
        assert!(arrived.parameter("code").is_some(), "{}", arrived.url);
    }
    town.leave().await;
}

/// A form without a decision decides nothing.
#[tokio::test]
async fn a_decision_that_is_neither_allow_nor_deny_is_refused() {
    let town = Town::new().await;
    let (clinic, mut browser) = (town.rp("clinic"), signed_in(&town).await);
    let page = browser.open(&clinic.url(&[])).await;
    for decision in ["", "yes", "ALLOW"] {
        let answer = browser.fill(&page, &[("decision", decision)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::BAD_REQUEST, None), "{decision}");
    }
    assert_eq!(browser.open(&clinic.url(&[])).await.path(), "/consent");
    town.leave().await;
}

/// A consent page of somebody who signed out meanwhile agrees to nothing.
#[tokio::test]
async fn consent_without_a_session_leads_to_the_sign_in_page() {
    let town = Town::new().await;
    let (clinic, mut browser) = (town.rp("clinic"), signed_in(&town).await);
    let page = browser.open(&clinic.url(&[])).await;
    let confirm = browser.open("/logout").await;
    browser.fill(&confirm, &[]).await;
    assert_eq!(browser.fill(&page, &[("decision", "allow")]).await.path(), "/login");
    assert!(!town.audit().await.iter().any(|(act, ..)| act == "consent_given"));
    town.leave().await;
}

/// A page on which one person was asked takes no answer from another who signed in meanwhile: that one is asked anew.
#[tokio::test]
async fn an_answer_counts_for_nobody_but_who_was_asked() {
    let town = Town::new().await;
    let (clinic, mut browser) = (town.rp("clinic"), signed_in(&town).await);
    let asked = browser.open(&clinic.url(&[])).await;
    assert_eq!(asked.path(), "/consent");
    let other = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
    browser.sign_in(&other, "an").await;
    let again = browser.fill(&asked, &[("decision", "allow")]).await;
    assert_eq!((again.path().as_str(), again.parameter("code")), ("/consent", None));
    assert!(!town.audit().await.iter().any(|(act, ..)| act == "consent_given"));
    let arrived = browser.fill(&again, &[("decision", "allow")]).await;
    assert!(arrived.parameter("code").is_some(), "{}", arrived.url);
    town.leave().await;
}
