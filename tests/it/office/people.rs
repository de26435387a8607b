//! People, as officials find and help them.

use http::StatusCode;
use motcua::flows::admin::people;
use motcua::identity::assurance::Level;
use motcua::identity::authority::Role;

use super::Official;
use super::appointed;
use crate::api;
use crate::credentials::proof;
use crate::store::texts;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

async fn finds(official: &mut Official, by: &str, sought: &str) -> Page {
    let page = official.browser.open("/office/people").await;
    let fields = [("by", by), ("sought", sought), ("purpose", "sign-in-help"), ("reason", "he called")];
    official.browser.fill(&page, &fields).await
}

async fn town() -> Town {
    let town = api::town().await;
    let dan = "user_name = \"dan\"\nidentity_number = \"036187004321\"";
    let claims = "name = \"Dan\"\nbirthdate = \"1987-04-12\"\nemail = \"dan@songlam.example\"";
    town.apply(&format!("[[people]]\n{dan}\npassword = \"{PASSWORD}\"\n[people.claims]\n{claims}\n")).await;
    town
}

/// "a search needs a reason and a purpose from a list; it finds by exact identity number, phone or e-mail, never by browsing;
/// only what the role needs is shown, the rest hidden".
#[tokio::test]
async fn a_person_is_found_by_all_of_a_number_for_a_purpose_and_a_reason() {
    let town = town().await;
    let mut desk = appointed(&town, "ha", &[(Role::SupportDesk, "101")]).await;
    desk.sits_down().await;
    let page = finds(&mut desk, "number", "036187004321").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for (words, stands) in [("Dan", true), ("4321", true), ("036187004321", false), ("1987", true), ("04-12", false)] {
        assert_eq!(page.body.contains(words), stands, "{words}: {}", page.body);
    }
    assert!(page.body.contains("Sign the person out") && !page.body.contains("Suspend"), "{}", page.body);
    for (by, sought) in [("number", "0361870043"), ("email", "songlam.example"), ("number", "dan")] {
        assert!(finds(&mut desk, by, sought).await.body.contains("Nobody is known by this"), "{sought}");
    }
    assert_eq!(finds(&mut desk, "phone", "half").await.status, StatusCode::BAD_REQUEST);
    let page = desk.browser.open("/office/people").await;
    for (name, value) in [("reason", " "), ("purpose", "curiosity")] {
        let good = [("by", "number"), ("sought", "036187004321"), ("purpose", "recovery"), ("reason", "x")];
        let fields: Vec<_> =
            good.into_iter().map(|(own, good)| (own, if own == name { value } else { good })).collect();
        assert_eq!(desk.browser.fill(&page, &fields).await.status, StatusCode::BAD_REQUEST, "{name}");
    }
    let sql = "SELECT reason || ' ' || detail FROM audit_events WHERE act = 'person_sought' AND person_id IS NOT NULL";
    assert_eq!(texts(&town.app.db, sql.to_owned()).await, ["he called sign-in-help: by identity number"]);
    town.leave().await;
}

/// Signing out is done at once; a code that lets somebody in again waits for another official, and is shown to who asked, once.
#[tokio::test]
async fn a_person_is_signed_out_and_let_in_again_by_two_officials() {
    let town = town().await;
    proof(&town, "dan", Level::Two).await;
    let mut desk = appointed(&town, "ha", &[(Role::SupportDesk, "101")]).await;
    let mut other = appointed(&town, "lan", &[(Role::UnitAdministrator, "")]).await;
    desk.sits_down().await;
    other.sits_down().await;
    let page = finds(&mut desk, "email", "dan@songlam.example").await;
    let done = desk.browser.fill(&page, &[("decision", "sign-out"), ("reason", "lost phone")]).await;
    assert!(done.body.contains("It is done"), "{}", done.body);
    let forged = desk.browser.fill(&page, &[("decision", "disable"), ("reason", "lost phone")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "{}", forged.body);
    let asked = desk.browser.fill(&page, &[("decision", "recover"), ("reason", "lost phone")]).await;
    assert_eq!(asked.path(), "/office/pending/one", "{}", asked.body);
    let approved = other.decides(&asked.url, "approve").await;
    assert!(approved.body.contains("approved") && !approved.body.contains("<form"), "{}", approved.body);
    let page = desk.browser.open(&asked.url).await;
    assert!(page.body.contains("Carry it out"), "{}", page.body);
    let code = desk.browser.fill(&page, &[("decision", "carry-out"), ("reason", "he is here")]).await;
    assert!(code.body.contains("Code for the person"), "{}", code.body);
    let again = desk.browser.fill(&page, &[("decision", "carry-out"), ("reason", "once more")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    let sql = "SELECT reason FROM audit_events WHERE act = 'person_signed_out'";
    assert_eq!(texts(&town.app.db, sql.to_owned()).await, ["lost phone"]);
    town.leave().await;
}

/// What takes an account away is the country's alone.
#[tokio::test]
async fn an_account_is_suspended_and_opened_again_by_who_may() {
    let town = town().await;
    let mut one = appointed(&town, "ha", &[]).await;
    appointed(&town, "lan", &[]).await;
    super::nationals(&town, ["ha", "lan"]).await;
    one.sits_down().await;
    let page = finds(&mut one, "number", "036187004321").await;
    let done = one.browser.fill(&page, &[("decision", "disable"), ("reason", "a court")]).await;
    assert!(done.body.contains("It is done"), "{}", done.body);
    assert_eq!(people::disable(&town.app, "dan", town.app.clock.now()).await.unwrap(), Some(false), "it is suspended");
    let page = finds(&mut one, "number", "036187004321").await;
    assert!(page.body.contains("Suspended since") && !page.body.contains("value=\"disable\""), "{}", page.body);
    let done = one.browser.fill(&page, &[("decision", "enable"), ("reason", "a court")]).await;
    assert!(done.body.contains("It is done"), "{}", done.body);
    town.leave().await;
}
