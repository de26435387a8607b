//! What somebody may do, in which offices, and how their rights end or go on: asked of the API, and done by it.

use http::StatusCode;
use motcua::flows::admin::rights::look;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use serde_json::json;

use super::each;
use super::get;
use super::give;
use super::given;
use super::nation;
use super::robot;
use super::send;
use super::token;
use super::town;
use crate::authority::country;
use crate::town::Town;

async fn person(town: &Town, name: &str) -> uuid::Uuid {
    look::person(&town.app, name).await.unwrap().unwrap()
}

/// "the verdict says why, in words an official reads": told to oneself, and to whoever sees all the rights in question.
#[tokio::test]
async fn whether_somebody_may_is_answered_with_its_reason() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "101").await;
    given(&town, "other", Role::UnitAdministrator, "102").await;
    town.apply(&robot("above")).await;
    given(&town, "above", Role::UnitAdministrator, "01").await;
    let (own, foreign) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let above = token(&town, "above", &[]).await;
    let check = |holder: &str, act: &str, target: &str| {
        format!("/api/v1/rights/check?holder={holder}&act={act}&target={target}")
    };
    let clerk = |act: &str, target: &str| check("client:clerk", act, target);
    for token in [&own, &above] {
        let page = get(&town, token, &clerk("services.change", "agency:101-health")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let answer = page.json()["answers"][0].clone();
        assert_eq!((answer["act"].as_str(), answer["allowed"].as_bool()), (Some("services.change"), Some(true)));
        let page = get(&town, token, &clerk("services.change", "agency:201-health")).await;
        let answer = page.json()["answers"][0].clone();
        assert_eq!(answer["allowed"], false, "{answer}");
        assert!(!answer["words"]["vi"].as_str().unwrap().is_empty() && answer["words"]["vi"] != answer["words"]["en"]);
        let every = get(&town, token, &clerk("every", "unit:101")).await.json();
        assert!(every["answers"].as_array().unwrap().len() > 3, "{every}");
        let offices = get(&town, token, "/api/v1/rights/offices?holder=client:clerk").await.json();
        assert_eq!(offices["offices"][0]["roles"], json!(["registrar"]), "{offices}");
    }
    for path in [clerk("services.change", "agency:101-health"), "/api/v1/rights/offices?holder=client:clerk".to_owned()]
    {
        assert_eq!(get(&town, &foreign, &path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for (path, status) in [
        (clerk("services.eat", "agency:101-health"), 400),
        (clerk("services.change", "agency"), 400),
        (clerk("services.change", "person:lan"), 400),
        (check("lan", "services.change", "agency:101-health"), 400),
        (clerk("services.change", "agency:101-health&office=nowhere"), 400),
        (clerk("services.change", "agency:101-health&at=yesterday"), 400),
    ] {
        assert_eq!(get(&town, &own, &path).await.status, status, "{path}");
    }
    let before = get(&town, &own, &clerk("services.change", "agency:101-health&at=2020-06-30")).await.json();
    assert_eq!(before["answers"][0]["allowed"], false, "the right was not there yet: {before}");
    town.leave().await;
}

/// "a divided unit's stay undecided until somebody decides": the same right for several units, each approved by itself.
#[tokio::test]
async fn an_undecided_right_goes_on_where_somebody_decides() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    town.apply(&robot("third")).await;
    let id = given(&town, "third", Role::Registrar, "202").await;
    let settle = json!({"units": ["district/203", "district/204"]});
    let path = format!("POST /api/v1/rights/{id}/settlement?reason=decree");
    let (asks, approves) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let page = send(&town, &asks, &path, &[], Some(&settle)).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "its unit is there: {}", page.body);
    country::reform(&town.app.db, town.app.clock.now()).await;
    assert_eq!(send(&town, &asks, &path, &[], Some(&json!({"units": []}))).await.status, StatusCode::BAD_REQUEST);
    let page = send(&town, &asks, &path, &[], Some(&settle)).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "{}", page.body);
    for pending in page.json()["pending"].as_array().unwrap() {
        let approval = format!("POST /api/v1/pending/{}/approval?reason=fine", pending.as_str().unwrap());
        let page = send(&town, &approves, &approval, &[], None).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    }
    let rights = get(&town, &asks, "/api/v1/rights?holder=client:third").await.json();
    assert_eq!(each(&rights, "bounds").len(), 2, "{rights}");
    assert!(rights["items"].as_array().unwrap().iter().all(|right| right["undecided"] == false), "{rights}");
    assert_eq!(get(&town, &approves, &format!("/api/v1/rights?at={}", country::JUNE)).await.status, StatusCode::OK);
    town.leave().await;
}

/// "Who leaves leaves nothing behind: ending an official's rights … shows what he alone could do"; only by whoever may take
/// every one of them, and of nobody else is anything ended.
#[tokio::test]
async fn whoever_leaves_leaves_nothing_behind() {
    let town = town().await;
    let khai = person(&town, "khai").await;
    let id = give(&town, Holder::Person(khai), Role::Registrar, "101").await;
    given(&town, "clerk", Role::UnitAdministrator, "01").await;
    given(&town, "other", Role::UnitAdministrator, "02").await;
    let (own, foreign) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let end = async |token: &str, person: uuid::Uuid, dry_run: bool| {
        let body = json!({"person": person, "dry_run": dry_run});
        send(&town, token, "POST /api/v1/rights/end?reason=retired", &[], Some(&body)).await
    };
    assert_eq!(end(&foreign, khai, false).await.status, StatusCode::FORBIDDEN);
    let page = end(&own, khai, true).await;
    assert_eq!(page.json()["rights"][0]["id"], id.to_string(), "{}", page.body);
    assert_eq!(get(&town, &own, &format!("/api/v1/rights/{id}")).await.json()["note"], json!(null), "it is there");
    let page = end(&own, khai, false).await;
    assert_eq!((page.status, page.json()["dry_run"].as_bool()), (StatusCode::OK, Some(false)), "{}", page.body);
    assert_eq!(end(&own, khai, false).await.status, StatusCode::NOT_FOUND, "there are none any more");
    let an = person(&town, "an").await;
    assert_eq!(end(&own, an, false).await.status, StatusCode::NOT_FOUND, "no official's sessions are ended by it");
    town.leave().await;
}

/// Data keys: looked at, and replaced by two; what is the country's is none of a commune's.
#[tokio::test]
async fn a_data_key_is_replaced_by_two() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    town.apply(&robot("third")).await;
    given(&town, "third", Role::UnitAdministrator, "101").await;
    let (asks, approves) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let third = token(&town, "third", &[]).await;
    let keys = get(&town, &asks, "/api/v1/keys/data").await.json();
    assert_eq!((keys["keys"][0]["stage"].as_str(), keys["places"].clone()), (Some("current"), json!([])), "{keys}");
    let rotation = "POST /api/v1/keys/data/rotation?reason=yearly";
    assert_eq!(get(&town, &third, "/api/v1/keys/data").await.status, StatusCode::FORBIDDEN);
    assert_eq!(send(&town, &third, rotation, &[], None).await.status, StatusCode::FORBIDDEN);
    let page = send(&town, &asks, rotation, &[], None).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "{}", page.body);
    let id = page.json()["pending"].as_str().unwrap().to_owned();
    let approval = format!("POST /api/v1/pending/{id}/approval?reason=fine");
    assert_eq!(send(&town, &approves, &approval, &[], None).await.status, StatusCode::OK);
    let execution = format!("POST /api/v1/pending/{id}/execution?reason=now");
    let page = send(&town, &asks, &execution, &[], None).await;
    assert_eq!((page.status, page.json()["data_key"].is_u64()), (StatusCode::OK, true), "{}", page.body);
    let keys = get(&town, &asks, "/api/v1/keys/data").await.json();
    assert_eq!(keys["keys"][1]["stage"], "next", "{keys}");
    town.clock.pass(*town.app.config.keys.lead);
    let (asks, third) = (token(&town, "clerk", &[]).await, token(&town, "third", &[]).await);
    assert_eq!(send(&town, &asks, rotation, &[], None).await.status, StatusCode::CONFLICT, "one is under way");
    assert_eq!(send(&town, &third, rotation, &[], None).await.status, StatusCode::FORBIDDEN, "nor does that tell it");
    town.leave().await;
}
