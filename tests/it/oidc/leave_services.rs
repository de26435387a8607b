//! The person chooses which services to leave: what stays keeps the session, what is left loses what it was given.

use http::StatusCode;

use super::audit;
use super::client;
use super::error;
use super::sign_out::sign_out;
use crate::town::Browser;
use crate::town::Page;
use crate::town::Tokens;
use crate::town::Town;

const DESK: &str = "https://desk.example/bye";
const TOLD: [&str; 2] = ["https://desk.example/out", "https://mill.example/out"];

/// A town in which khai is signed in at `clinic`, `desk` and `mill`; the latter two want to be told.
async fn three_services(town: &Town) -> (Browser, [Tokens; 3]) {
    for id in ["desk", "mill"] {
        let more = format!(
            "client_name = \"{id}\"\nbackchannel_logout_uri = \"https://{id}.example/out\"\n\
             post_logout_redirect_uris = [\"https://{id}.example/bye\"]"
        );
        town.apply(&client(id, "licences", &more).replace("service = \"licences\"\n", "")).await;
        town.outside.put(&format!("https://{id}.example/out"), "");
    }
    let mut browser = town.browser();
    let mut tokens = Vec::new();
    for id in ["clinic", "desk", "mill"] {
        tokens.push(town.rp(id).tokens(&mut browser, &[]).await);
    }
    (browser, tokens.try_into().unwrap())
}

/// The field of the box beside this name.
fn tick(page: &Page, service: &str) -> String {
    let label = page.body.split("<label").find(|label| label.contains(&format!("<bdi>{service}</bdi>"))).unwrap();
    label.split(" name=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Every service of this sign-in is offered, and left unless the person says otherwise.
#[tokio::test]
async fn all_are_left_unless_the_person_says_otherwise() {
    let town = Town::new().await;
    let (mut browser, tokens) = three_services(&town).await;
    let page = browser.open("/logout").await;
    assert_eq!(page.boxes().len(), 3, "{}", page.body);
    let done = browser.fill(&page, &[]).await;
    assert!(done.body.contains("Bạn đã đăng xuất") && !browser.cookies.contains_key("__Host-motcua_session"));
    for (id, tokens) in ["clinic", "desk", "mill"].into_iter().zip(&tokens) {
        assert_eq!(error(&mut browser, &town.rp(id), &[("prompt", "none")]).await, "login_required");
        assert_eq!(town.rp(id).userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(TOLD.map(|url| town.outside.asked(url).len()), [1, 1]);
    town.leave().await;
}

/// What stays keeps the session and its tokens; only the service that is left loses them, and only it is told.
#[tokio::test]
async fn a_service_that_stays_keeps_the_session_and_its_tokens() {
    let town = Town::new().await;
    let (mut browser, [clinic, desk, mill]) = three_services(&town).await;
    let before = audit::recorded(&town).await;
    let page = browser.open("/logout").await;
    let (stays, too) = (tick(&page, "Đặt lịch khám Tâm An"), tick(&page, "mill"));
    let done = browser.fill(&page, &[(&stays, "yes"), (&too, "yes")]).await;
    assert!(done.body.contains("Bạn vẫn còn đăng nhập") && done.body.contains("href=\"/logout\""), "{}", done.body);
    assert_eq!(audit::since(&town, before).await, [audit::event("service_left", Some("desk"))]);
    for (id, tokens, status) in
        [("clinic", clinic, StatusCode::OK), ("desk", desk, StatusCode::UNAUTHORIZED), ("mill", mill, StatusCode::OK)]
    {
        assert_eq!(town.rp(id).userinfo(tokens.access_token()).await.status, status, "{id}");
    }
    assert_eq!(TOLD.map(|url| town.outside.asked(url).len()), [1, 0]);
    assert!(browser.open(&town.rp("clinic").url(&[("prompt", "none")])).await.parameter("code").is_some());
    sign_out(&mut browser).await;
    assert_eq!(error(&mut browser, &town.rp("clinic"), &[("prompt", "none")]).await, "login_required");
    town.leave().await;
}

/// RP-Initiated Logout §2: the service that sent the person is left in any case, and gets them back.
#[tokio::test]
async fn the_service_that_asks_is_left_in_any_case() {
    let town = Town::new().await;
    let (mut browser, [clinic, desk, mill]) = three_services(&town).await;
    let query = format!("/logout?id_token_hint={}&post_logout_redirect_uri={DESK}", desk.id_token());
    let page = browser.open(&query).await;
    assert_eq!(page.boxes().len(), 2, "{}", page.body);
    let boxes = page.boxes();
    let nothing_else: Vec<(&str, &str)> = boxes.iter().map(|(name, _)| (name.as_str(), "yes")).collect();
    let back = browser.fill(&page, &nothing_else).await;
    assert_eq!(back.url, DESK);
    assert_eq!(town.rp("desk").userinfo(desk.access_token()).await.status, StatusCode::UNAUTHORIZED);
    for (id, tokens) in [("clinic", clinic), ("mill", mill)] {
        assert_eq!(town.rp(id).userinfo(tokens.access_token()).await.status, StatusCode::OK, "{id}");
    }
    assert_eq!(TOLD.map(|url| town.outside.asked(url).len()), [1, 0]);
    town.leave().await;
}

/// Who leaves nothing stays signed in everywhere.
#[tokio::test]
async fn who_leaves_nothing_stays_signed_in() {
    let town = Town::new().await;
    let (mut browser, [clinic, ..]) = three_services(&town).await;
    let page = browser.open("/logout").await;
    let boxes = page.boxes();
    let none: Vec<(&str, &str)> = boxes.iter().map(|(name, _)| (name.as_str(), "yes")).collect();
    assert_eq!(browser.fill(&page, &none).await.path(), "/");
    assert_eq!(town.rp("clinic").userinfo(clinic.access_token()).await.status, StatusCode::OK);
    assert_eq!(TOLD.map(|url| town.outside.asked(url).len()), [0, 0]);
    town.leave().await;
}

/// A service that was opened while the page stood there is left with the others, for all are.
#[tokio::test]
async fn a_service_that_was_opened_meanwhile_is_left_with_all_others() {
    let town = Town::new().await;
    let (mut browser, _) = three_services(&town).await;
    let page = browser.open("/logout").await;
    let late = town.rp("portal").tokens(&mut browser, &[]).await;
    browser.fill(&page, &[]).await;
    assert_eq!(town.rp("portal").userinfo(late.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// Where one service was opened there is nothing to choose.
#[tokio::test]
async fn one_service_is_no_choice() {
    let town = Town::new().await;
    let mut browser = super::signed_in(&town).await;
    town.rp("portal").tokens(&mut browser, &[]).await;
    let page = browser.open("/logout").await;
    assert!(page.boxes().is_empty() && page.body.contains("id=\"logout-confirm\""), "{}", page.body);
    town.leave().await;
}
