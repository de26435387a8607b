//! Lists: cursors, filters, days.

use http::StatusCode;
use motcua::identity::authority::Role;

use super::each;
use super::get;
use super::given;
use super::token;
use super::town;
use crate::authority::country::JULY;
use crate::authority::country::JUNE;

/// A list is given whole, in one order, whatever the size of its pages.
#[tokio::test]
async fn pages_give_a_list_whole_and_once() {
    let town = town().await;
    given(&town, "clerk", Role::Auditor, "").await;
    let token = token(&town, "clerk", &[]).await;
    for (list, member, count) in [("units?", "code", 11), ("agencies?", "id", 72), ("branches?", "code", 5)] {
        for limit in [1, 3, 200] {
            let mut seen: Vec<String> = Vec::new();
            let mut path = format!("/api/v1/{list}limit={limit}");
            loop {
                let page = get(&town, &token, &path).await;
                assert_eq!(page.status, StatusCode::OK, "{}", page.body);
                let body = page.json();
                seen.extend(each(&body, member).into_iter().map(str::to_owned));
                let Some(next) = body["next"].as_str() else { break };
                let link = page.header("link").unwrap();
                assert!(link.contains(next) && link.ends_with("rel=\"next\""), "{link}");
                path = format!("/api/v1/{list}limit={limit}&cursor={next}");
            }
            let distinct: std::collections::BTreeSet<&String> = seen.iter().collect();
            assert_eq!((seen.len(), distinct.len()), (count, count), "{list} by {limit}");
        }
    }
    town.leave().await;
}

/// Everything that asks may ask as of a date.
#[tokio::test]
async fn units_are_asked_as_of_a_day() {
    let town = town().await;
    given(&town, "clerk", Role::Auditor, "").await;
    let token = token(&town, "clerk", &[]).await;
    for (day, districts) in [(JUNE, vec!["101", "102", "201", "202"]), (JULY, vec!["103", "203", "204"])] {
        let page = get(&town, &token, &format!("/api/v1/units?level=district&at={day}")).await.json();
        assert_eq!(each(&page, "code"), districts, "{day}");
        let page = get(&town, &token, &format!("/api/v1/units/district/101?at={day}")).await;
        assert_eq!(page.status == StatusCode::OK, day == JUNE, "{}", page.body);
    }
    let page = get(&town, &token, &format!("/api/v1/units?within=province/01&at={JUNE}")).await.json();
    assert_eq!(each(&page, "code"), ["00001", "00003", "101", "102", "01"]);
    let history = get(&town, &token, "/api/v1/agencies/101-health").await.json();
    assert_eq!(history["history"][1]["unit"]["code"], "103", "{history}");
    town.leave().await;
}

/// Bad input gets a clear error: what is wrong, and what would be right.
#[tokio::test]
async fn what_makes_no_sense_is_refused_with_the_mend() {
    let town = town().await;
    given(&town, "clerk", Role::Auditor, "").await;
    let token = token(&town, "clerk", &[]).await;
    for (path, status, said) in [
        ("/api/v1/units?at=yesterday", 400, "2025-07-01"),
        ("/api/v1/units?limit=0", 400, "from 1 to 200"),
        ("/api/v1/units?limit=201", 400, "from 1 to 200"),
        ("/api/v1/units?limit=many", 400, "limit"),
        ("/api/v1/units?colour=red", 400, "colour"),
        ("/api/v1/units?within=province/99", 400, "province/99"),
        ("/api/v1/units/province/99", 404, ""),
        ("/api/v1/agencies/nobody", 404, ""),
        ("/api/v1/branches/none", 404, ""),
        ("/api/v1/nothing", 404, ""),
        ("/api/v1/clients/a%00b", 400, "U+0000"),
        ("/api/v1/services/a%00b/versions", 400, "U+0000"),
        ("/api/v1/audit?client=%00", 400, "U+0000"),
        ("/api/v1/clients/a%2500b", 404, ""),
    ] {
        let page = get(&town, &token, path).await;
        assert_eq!(page.status, status, "{path}: {}", page.body);
        let problem = page.json();
        assert_eq!(problem["status"], status, "{path}");
        assert!(problem["detail"].as_str().unwrap_or_default().contains(said), "{path}: {}", page.body);
        assert!(!problem["title"].as_str().unwrap().is_empty());
    }
    town.leave().await;
}
