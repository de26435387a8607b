//! A branch, an agency and a unit that are written one by one, as a tool does that knows each thing by itself.

use http::StatusCode;
use motcua::identity::authority::Role;
use serde_json::Value;
use serde_json::json;

use super::get;
use super::given;
use super::nation;
use super::people::trail;
use super::send;
use super::token;
use super::town;
use crate::town::Town;

const NEW: (&str, &str) = ("if-none-match", "*");

fn named(name: &str, more: Value) -> Value {
    let mut body = json!({"name": {"vi": name, "en": name}});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn put(town: &Town, token: &str, path: &str, header: (&str, &str), body: &Value) -> crate::town::Page {
    send(town, token, &format!("PUT /api/v1/{path}?reason=a+decree"), &[header], Some(body)).await
}

/// New, read, written as it was read, changed, and refused to whoever read it before that.
#[tokio::test]
async fn each_is_made_and_changed_by_itself() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let token = token(&town, "clerk", &[]).await;
    let place = json!({"unit": "district/101", "branch": "forestry", "kind": "mass_organization"});
    for (path, first, second) in [
        ("branches/forestry", named("Forestry", json!({})), named("Forests", json!({}))),
        ("agencies/101-forestry", named("Forestry office", place.clone()), named("Forest office", place)),
        (
            "units/commune/00099",
            named("New commune", json!({"parent": "province/01"})),
            named("New commune", json!({"parent": "province/02"})),
        ),
    ] {
        let made = put(&town, &token, path, NEW, &first).await;
        assert_eq!(made.status, StatusCode::CREATED, "{path}: {}", made.body);
        let tag = made.header("etag").unwrap().to_owned();
        let read = get(&town, &token, &format!("/api/v1/{path}")).await;
        assert_eq!((read.status, read.header("etag")), (StatusCode::OK, Some(&*tag)), "{path}: {}", read.body);
        assert!(read.body.contains(first["name"]["en"].as_str().unwrap()), "{path}: {}", read.body);
        let again = put(&town, &token, path, NEW, &first).await;
        assert_eq!(again.status, StatusCode::PRECONDITION_FAILED, "{path}: {}", again.body);
        let same = put(&town, &token, path, ("if-match", &tag), &first).await;
        assert_eq!((same.status, same.header("etag")), (StatusCode::OK, Some(&*tag)), "{path}: {}", same.body);
        let changed = put(&town, &token, path, ("if-match", &tag), &second).await;
        assert_eq!(changed.status, StatusCode::OK, "{path}: {}", changed.body);
        assert_ne!(changed.header("etag"), Some(&*tag), "{path}");
        let late = put(&town, &token, path, ("if-match", &tag), &first).await;
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{path}: {}", late.body);
        let asks = send(&town, &token, &format!("PUT /api/v1/{path}?reason=x"), &[], Some(&first)).await;
        assert_eq!(asks.status, StatusCode::PRECONDITION_REQUIRED, "{path}: {}", asks.body);
    }
    assert_eq!(get(&town, &token, "/api/v1/agencies/101-forestry").await.json()["kind"], "mass_organization");
    town.leave().await;
}

/// Bad input is told with what would be right, and changes nothing.
#[tokio::test]
async fn what_is_wrong_with_one_is_told() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let token = token(&town, "clerk", &[]).await;
    let place = json!({"unit": "district/101"});
    let of = |more: Value| {
        let mut place = place.clone();
        place.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        named("Office", place)
    };
    for (path, body, said) in [
        ("branches/a%20b", named("A", json!({})), "code"),
        ("branches/new", named("A", json!({"parent": "none"})), "none"),
        ("branches/new", named("A", json!({"from": "tomorrow"})), "2025-07-01"),
        ("branches/new", json!({"name": {"vi": "A"}}), "en"),
        ("agencies/new", of(json!({"kind": "kingdom"})), "kingdom"),
        ("agencies/new", of(json!({"unit": "district/999"})), "999"),
        ("agencies/new", of(json!({"branch": "none"})), "none"),
        ("agencies/new", of(json!({"parent": "none"})), "none"),
        ("units/district/999", named("A", json!({"parent": "province/99"})), "99"),
        ("units/village/1", named("A", json!({"parent": "province/01"})), "village"),
        ("units/commune/1", named("", json!({"parent": "district/101"})), "name"),
    ] {
        let page = put(&town, &token, path, NEW, &body).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}: {}", page.body);
        assert!(page.json()["detail"].as_str().unwrap_or_default().contains(said), "{path}: {}", page.body);
    }
    town.leave().await;
}

/// "Attacks: another office's objects by id": nothing changes, and each try is in the trail.
#[tokio::test]
async fn another_offices_are_left_alone() {
    let town = town().await;
    given(&town, "clerk", Role::UnitAdministrator, "101").await;
    town.apply(&super::robot("nation")).await;
    given(&town, "nation", Role::Auditor, "").await;
    let (own, all) = (token(&town, "clerk", &[]).await, token(&town, "nation", &[]).await);
    let path = "/api/v1/agencies/201-health";
    let read = get(&town, &all, path).await;
    let tag = read.header("etag").unwrap().to_owned();
    let body = named("Mine", json!({"unit": "district/101"}));
    let page = put(&town, &own, "agencies/201-health", ("if-match", &tag), &body).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    let elsewhere = named("Mine", json!({"unit": "district/201"}));
    let page = put(&town, &own, "agencies/mine", NEW, &elsewhere).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    assert_eq!(trail(&town, "official_refused").await.len(), 2);
    assert_eq!(get(&town, &all, path).await.header("etag"), Some(&*tag));
    let page = put(&town, &own, "agencies/mine", NEW, &body).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
    town.leave().await;
}
