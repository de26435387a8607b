//! `Idempotency-Key`: draft-ietf-httpapi-idempotency-key-header.

use std::time::Duration;

use http::StatusCode;
use motcua::identity::authority::Role;
use motcua::jobs::clean;
use serde_json::Value;
use serde_json::json;

use super::each;
use super::get;
use super::given;
use super::send;
use super::token;
use super::town;
use crate::store::execute;
use crate::store::texts;
use crate::town::Page;
use crate::town::Town;

const KEY: (&str, &str) = ("idempotency-key", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"");

fn right(unit: &str) -> Value {
    json!({"holder": "client:robot", "role": "registrar", "unit": format!("district/{unit}")})
}

async fn asked(town: &Town, token: &str, reason: &str, unit: &str, key: (&str, &str)) -> Page {
    send(town, token, &format!("POST /api/v1/rights?reason={reason}"), &[key], Some(&right(unit))).await
}

async fn waiting(town: &Town, token: &str) -> usize {
    each(&get(town, token, "/api/v1/pending").await.json(), "id").len()
}

/// §2: the same key with the same request gives the same answer, and is not done again; with another request it is refused.
#[tokio::test]
async fn what_is_sent_again_is_answered_again_and_done_once() {
    let town = town().await;
    town.apply(&super::robot("robot")).await;
    for client in ["clerk", "other"] {
        given(&town, client, Role::UnitAdministrator, "01").await;
    }
    let [own, other] = [token(&town, "clerk", &[]).await, token(&town, "other", &[]).await];
    let first = asked(&town, &own, "help", "101", KEY).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.body);
    for _ in 0..2 {
        let again = asked(&town, &own, "help", "101", KEY).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.header("content-type"), first.header("content-type"));
        assert!(again.header("ratelimit").is_some());
    }
    assert_eq!(waiting(&town, &own).await, 1);
    for (reason, unit) in [("help", "102"), ("again", "101")] {
        let page = asked(&town, &own, reason, unit, KEY).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
        assert_eq!(page.json()["type"], "urn:motcua:problem:key-reused");
    }
    // "`Idempotency-Key` of somebody else": another key, which tells nothing.
    let page = asked(&town, &other, "help", "102", KEY).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "{}", page.body);
    assert_ne!(page.body, first.body);
    assert_eq!(waiting(&town, &own).await, 2);
    // What was refused is refused again, and a key that is none is told.
    for _ in 0..2 {
        let page = asked(&town, &own, "help", "999", ("idempotency-key", "one")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
        assert_eq!(page.header("content-type"), Some("application/problem+json"));
    }
    let long = "k".repeat(256);
    for key in ["", "\"\"", &long] {
        let page = asked(&town, &own, "help", "101", ("idempotency-key", key)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{key}");
    }
    // Nothing that it holds can be read.
    let kept =
        texts(&town.app.db, "SELECT CAST(COUNT(*) AS TEXT) FROM kept_answers WHERE answer IS NOT NULL".into()).await;
    assert_eq!(kept, ["3"]);
    town.leave().await;
}

/// §2.6: while it is under way it is not done a second time; after a day a key stands for nothing.
#[tokio::test]
async fn what_is_under_way_is_not_begun_again() {
    let town = town().await;
    town.apply(&super::robot("robot")).await;
    given(&town, "clerk", Role::UnitAdministrator, "01").await;
    let own = token(&town, "clerk", &[]).await;
    let first = asked(&town, &own, "help", "101", KEY).await;
    execute(&town.app.db, "UPDATE kept_answers SET answer = NULL").await;
    let page = asked(&town, &own, "help", "101", KEY).await;
    assert_eq!(
        (page.status, page.json()["type"].as_str()),
        (StatusCode::CONFLICT, Some("urn:motcua:problem:under-way"))
    );
    assert_eq!(waiting(&town, &own).await, 1);
    town.clock.pass(Duration::from_secs(86_400 + 1));
    let own = token(&town, "clerk", &[]).await;
    let page = asked(&town, &own, "help", "101", KEY).await;
    assert_eq!(page.status, StatusCode::ACCEPTED);
    assert_ne!(page.body, first.body);
    town.clock.pass(Duration::from_secs(86_400 + 1));
    clean::run(std::sync::Arc::clone(&town.app)).await.unwrap();
    assert_eq!(texts(&town.app.db, "SELECT 'one' FROM kept_answers".into()).await, [""; 0]);
    town.leave().await;
}

/// Who was refused for what he lacks may try again when he has it, under the same key.
#[tokio::test]
async fn what_was_refused_for_a_right_is_done_when_there_is_one() {
    let town = town().await;
    town.apply(&super::robot("robot")).await;
    given(&town, "clerk", Role::Registrar, "202").await;
    let own = token(&town, "clerk", &[]).await;
    for _ in 0..2 {
        assert_eq!(asked(&town, &own, "help", "202", KEY).await.status, StatusCode::FORBIDDEN);
    }
    given(&town, "clerk", Role::UnitAdministrator, "202").await;
    let page = asked(&town, &own, "help", "202", KEY).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "{}", page.body);
    town.leave().await;
}

/// A version that is written is written once: the answer has its ETag still.
#[tokio::test]
async fn a_put_is_answered_with_its_version_again() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "101").await;
    let own = token(&town, "clerk", &[]).await;
    let text = json!({"vi": "Khai sinh", "en": "Births"});
    let body = json!({"agency": "101-health", "name": text, "purpose": text, "legal_basis": "consent"});
    for _ in 0..2 {
        let headers = [("if-none-match", "*"), KEY];
        let page = send(&town, &own, "PUT /api/v1/services/births?reason=x", &headers, Some(&body)).await;
        assert_eq!((page.status, page.header("etag")), (StatusCode::OK, Some("\"1\"")), "{}", page.body);
    }
    let page =
        send(&town, &own, "PUT /api/v1/services/births?reason=x", &[("if-match", "\"1\""), KEY], Some(&body)).await;
    assert_eq!(page.json()["type"], "urn:motcua:problem:key-reused", "it rests on another version: {}", page.body);
    town.leave().await;
}
