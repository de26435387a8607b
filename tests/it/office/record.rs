//! What happened, as far as the office reaches.

use http::StatusCode;
use motcua::identity::authority::Role;

use super::appointed;
use crate::api;

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
