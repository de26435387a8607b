//! What happened, as far as the office reaches.

use http::StatusCode;
use motcua::identity::authority::Role;

use super::appointed;
use crate::api;

/// The record of one person, to whom an event of theirs leads, and of one system.
#[tokio::test]
async fn the_record_is_narrowed_to_a_person_or_a_system() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(Role::UnitAdministrator, "101")]).await;
    let mut auditor = appointed(&town, "lan", &[(Role::Auditor, "01")]).await;
    clerk.sits_down().await;
    clerk.asks("khai", "registrar", "district/101").await;
    clerk.asks("an", "registrar", "district/101").await;
    auditor.sits_down().await;
    let rows = |page: &crate::town::Page| page.body.split("</form>").nth(1).unwrap().to_owned();
    let all = auditor.browser.open("/office/audit").await;
    assert!(rows(&all).contains("about khai") && rows(&all).contains("about an"), "{}", all.body);
    let of_khai = rows(&all).split("about khai").next().unwrap().rsplit("href=\"").next().unwrap().to_owned();
    let of_khai = of_khai.split('"').next().unwrap().to_owned();
    let one = auditor.browser.open(&of_khai).await;
    assert!(rows(&one).contains("about khai") && !rows(&one).contains("about an"), "{}", one.body);
    let everybody = rows(&one).split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(rows(&auditor.browser.open(&everybody).await).contains("about an"));
    let narrowed = auditor.browser.open(&format!("{of_khai}&act=right_granted")).await;
    assert!(!rows(&narrowed).contains("about khai"), "{}", narrowed.body);
    let elsewhere = auditor.browser.open("/office/audit?system=portal").await;
    assert!(elsewhere.body.contains("value=\"portal\"") && !rows(&elsewhere).contains("about"), "{}", elsewhere.body);
    town.leave().await;
}

/// The trail bears person, office and reason, and shows them to the office alone; it is narrowed by what happened and by month.
#[tokio::test]
async fn the_record_shows_what_was_done_within_the_office() {
    let town = api::town().await;
    let mut clerk = appointed(&town, "ha", &[(Role::UnitAdministrator, "101")]).await;
    let mut auditor = appointed(&town, "lan", &[(Role::Auditor, "01")]).await;
    let mut stranger = appointed(&town, "tu", &[(Role::Auditor, "02")]).await;
    let mut registrar = appointed(&town, "vy", &[(Role::Registrar, "101")]).await;
    clerk.sits_down().await;
    clerk.asks("khai", "registrar", "district/101").await;
    for (who, sees) in [(&mut auditor, true), (&mut stranger, false)] {
        assert!(who.sits_down().await.body.contains("href=\"/office/audit\""));
        let page = who.browser.open("/office/audit").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        for words in ["asked for approval", "by ha", "in 101", "reason: help at the desk", "about khai"] {
            let rows = page.body.split("</form>").nth(1).unwrap();
            assert_eq!(rows.contains(words), sees, "{words}: {}", page.body);
        }
    }
    let page = auditor.browser.open("/office/audit?act=right_granted").await;
    assert!(!page.body.split("</form>").nth(1).unwrap().contains("by ha"), "{}", page.body);
    let page = auditor.browser.open("/office/audit?act=act_asked&month=2001-01").await;
    assert!(page.body.contains("Nothing of this kind happened"), "{}", page.body);
    assert!(!registrar.sits_down().await.body.contains("/office/audit"));
    assert_eq!(registrar.browser.open("/office/audit").await.status, StatusCode::FORBIDDEN);
    town.leave().await;
}
