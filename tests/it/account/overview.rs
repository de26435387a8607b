//! Who somebody is, as their account shows it.

use std::time::Duration;

use http::Method;
use motcua::identity::assurance::Level;

use super::signed_in;
use crate::credentials::proof;
use crate::town::PASSWORD;
use crate::town::Town;

/// design/pages.md: "values partly hidden where somebody might look over a shoulder".
#[tokio::test]
async fn people_see_who_they_are_and_nobody_reads_it_over_their_shoulder() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    let page = browser.open("/account").await;
    for shown in
        ["Hello, Nguyễn Thị Minh Khai", "••••••••1234", "k•••@\u{200b}songlam.example", "12/04/1987", "Confirmed"]
    {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    for hidden in ["036187001234", "khai@songlam", "912000412", "Đường Bờ Hồ"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
    let vietnamese = browser.open("/account?lang=vi").await;
    assert!(vietnamese.body.contains("Nơi bạn đang đăng nhập") && vietnamese.body.contains("Số định danh"));
    town.leave().await;
}

/// What the state knows by proofings alone is shown, as sure as it is; of a person's own word nothing is said.
#[tokio::test]
async fn how_sure_the_state_is_stands_there_when_somebody_has_looked() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    let mut said = Vec::new();
    for level in [Level::Zero, Level::One, Level::Two, Level::Zero] {
        town.clock.pass(Duration::from_secs(1));
        proof(&town, "khai", level).await;
        if level == Level::Zero {
            browser = signed_in(&town, "khai").await; // what is taken back ends the sessions that rest on it
        }
        let page = browser.open("/account").await;
        said.push(
            page.body.split("<span class=\"new\">").nth(1).map(|rest| rest.split('<').next().unwrap().to_owned()),
        );
    }
    let said: Vec<Option<&str>> = said.iter().map(Option::as_deref).collect();
    let [one, two] = ["Identity checked by a document · level 1", "Identity verified · level 2"];
    assert_eq!(said, [None, Some(one), Some(two), None]);
    let an = signed_in(&town, "an").await.open("/account").await;
    assert!(!an.body.contains("class=\"new\""), "{}", an.body);
    town.leave().await;
}

#[tokio::test]
async fn who_is_not_signed_in_signs_in_first_and_is_led_back() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let page = browser.open("/account").await;
    let page = browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
    assert_eq!(page.path(), "/account", "{}", page.body);
    for path in ["/account", "/account/history", "/account/history?month=2026-11"] {
        let page = town.browser().request(Method::GET, path, None).await;
        assert_eq!(page.location().as_deref(), Some("/sign-in?to=account"), "{path}");
    }
    for (path, to) in [("sessions", "account"), ("language", "account"), ("export", "export")] {
        let form = Some("confirm=x&end=others&letters=en".into());
        let page = town.browser().request(Method::POST, &format!("/account/{path}"), form).await;
        assert_eq!(page.location(), Some(format!("/sign-in?to={to}")), "{path}");
    }
    town.leave().await;
}

/// A service that the law tells something stands on the account and among the services, and there is nothing to withdraw; one
/// with consent is withdrawn from.
#[tokio::test]
async fn services_stand_with_what_they_may_receive() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    assert!(browser.open("/account").await.body.contains("You have agreed to share nothing"));
    town.rp("portal").tokens(&mut browser, &[]).await;
    town.rp("clinic").with_scope("openid phone offline_access").tokens(&mut browser, &[]).await;
    let account = browser.open("/account").await;
    let services = browser.open("/consents").await;
    for page in [&account, &services] {
        for shown in [
            "Sông Lam public service portal",
            "May receive: full name, date of birth, gender, email, picture, other details of your profile.",
            "Tâm An appointments",
            "May receive: phone number. Also while you are away.",
            "Since 24/11/2026 · last on 24/11/2026",
        ] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
    }
    assert!(services.body.contains("value=\"clinic\"") && !services.body.contains("value=\"portal\""));
    town.leave().await;
}
