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

/// "name with birth date", all of both, in whatever spelling; of many nobody is shown.
#[tokio::test]
async fn a_person_is_found_by_the_whole_name_and_the_birth_date() {
    let town = town().await;
    let mut desk = appointed(&town, "ha", &[(Role::SupportDesk, "101")]).await;
    desk.sits_down().await;
    let page = desk.browser.open("/office/people").await;
    let mut find = async |sought: &str, born: &str| {
        let fields =
            [("by", "name"), ("sought", sought), ("born", born), ("purpose", "sign-in-help"), ("reason", "he called")];
        desk.browser.fill(&page, &fields).await
    };
    for (name, born) in [("Nguyễn Thị Minh Khai", "1987-04-12"), ("nguyễn thị minh  KHAI", "12/4/1987")] {
        let page = find(name, born).await;
        assert!(page.body.contains("Sign the person out"), "{name} {born}: {}", page.body);
    }
    for (name, born) in [("Minh Khai", "1987-04-12"), ("Nguyễn Thị Minh Khai", "1987-04-13")] {
        let page = find(name, born).await;
        assert!(page.body.contains("Nobody is known by this"), "{name} {born}: {}", page.body);
    }
    for (name, born) in [("Nguyễn Thị Minh Khai", ""), ("", "1987-04-12"), ("Dan", "today")] {
        assert_eq!(find(name, born).await.status, StatusCode::BAD_REQUEST, "{name} {born}");
    }
    for n in 0..6 {
        town.apply(&format!(
            "[[people]]\nuser_name = \"twin{n}\"\npassword = \"{PASSWORD}\"\n\
             claims = {{ name = \"Lê Lan\", birthdate = \"1990-01-02\" }}\n"
        ))
        .await;
    }
    let many = find("Lê Lan", "1990-01-02").await;
    assert!(many.status == StatusCode::BAD_REQUEST && many.body.contains("Too many people"), "{}", many.body);
    assert!(many.body.contains("value=\"1990-01-02\""), "what was typed stays");
    town.leave().await;
}

/// Searches at a page count with those through the API: an unusual number raises the alarm, many times as many are refused.
#[tokio::test]
async fn searches_at_a_page_are_counted() {
    let town = Town::with(|config| config.officials.searches = 1).await;
    crate::authority::country::found(&town.app.db).await;
    let mut desk = appointed(&town, "ha", &[(Role::SupportDesk, "101")]).await;
    desk.sits_down().await;
    for _ in 0..5 {
        assert_eq!(finds(&mut desk, "number", "036187009999").await.status, StatusCode::OK);
    }
    let page = finds(&mut desk, "number", "036187009999").await;
    assert!(page.status == StatusCode::TOO_MANY_REQUESTS && page.body.contains("too many people"), "{}", page.body);
    let alarms = town.audit().await.into_iter().filter(|(act, ..)| act == "searches_unusual").count();
    assert_eq!(alarms, 1);
    town.leave().await;
}

/// Who signed in too long ago signs in once more, and finds what he typed where he comes back to.
#[tokio::test]
async fn a_reason_outlasts_the_sign_in_that_an_act_needs() {
    let town = town().await;
    let rights = [(Role::SupportDesk, "101"), (Role::UnitAdministrator, "101")];
    let mut one = appointed(&town, "ha", &rights).await;
    one.sits_down().await;
    let page = finds(&mut one, "number", "036187004321").await;
    let give = one.browser.open("/office/rights/give").await;
    for _ in 0..2 {
        town.clock.pass(std::time::Duration::from_secs(8 * 60));
        one.browser.open("/office").await;
    }
    let again = one.browser.fill(&page, &[("decision", "recover"), ("reason", "a court said so")]).await;
    assert_eq!(again.path(), "/sign-in", "{}", again.body);
    let back = one.uses_passkey(&again).await;
    assert_eq!(back.path(), "/office/people", "{}", back.body);
    assert!(back.body.contains("value=\"a court said so\""), "{}", back.body);
    assert!(!one.browser.open("/office/people").await.body.contains("a court said so"), "once");
    for _ in 0..2 {
        town.clock.pass(std::time::Duration::from_secs(8 * 60));
        one.browser.open("/office").await;
    }
    let fields = [("person", "khai"), ("role", "auditor"), ("unit", "district/101"), ("reason", "decision 12")];
    let again = one.browser.fill(&give, &fields).await;
    assert_eq!(again.path(), "/sign-in", "{}", again.body);
    let back = one.uses_passkey(&again).await;
    assert_eq!(back.path(), "/office/rights/give", "{}", back.body);
    for typed in ["value=\"khai\"", "value=\"district/101\"", "value=\"decision 12\""] {
        assert!(back.body.contains(typed), "{typed}: {}", back.body);
    }
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
    town.clock.pass(std::time::Duration::from_secs(90));
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
    let twice = desk.browser.fill(&page, &[("decision", "carry-out"), ("reason", "he is here")]).await;
    assert_eq!((twice.status, &twice.body), (StatusCode::OK, &code.body), "a double click");
    let again = desk.browser.fill(&page, &[("decision", "carry-out"), ("reason", "once more")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    let sql = "SELECT reason FROM audit_events WHERE act = 'person_signed_out'";
    assert_eq!(texts(&town.app.db, sql.to_owned()).await, ["lost phone"; 2], "once more is meant, later");
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
