//! Many people at once, entered and written out through the API.

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use motcua::flows::admin::rights::look;
use motcua::identity::authority::Role;
use serde_json::Value;
use serde_json::json;

use super::get;
use super::given;
use super::nation;
use super::robot;
use super::token;
use super::town;
use crate::store::texts;
use crate::town::Page;
use crate::town::Town;

async fn post(town: &Town, token: &str, headers: &[(&str, &str)], text: impl Into<Body>) -> Page {
    let path = "/api/v1/people/import?reason=from+the+old+portal";
    let mut request = Request::post(path).header("accept-language", "en");
    request = request.header("authorization", format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Page::read(path, town.send(request.body(text.into()).unwrap()).await).await
}

const LINES: (&str, &str) = ("content-type", "application/x-ndjson");
const TABLE: (&str, &str) = ("content-type", "text/csv");

fn line(name: &str) -> String {
    let hash = "$2b$06$abcdefghijklmnopqrstuu50eFBEC8vQwBnuFXMHE45jBnqvQ8xz.";
    format!("{}\n", json!({"user_name": name, "password_hash": hash}))
}

/// A piece that is sent again is done once: by what it says, and by its `Idempotency-Key`.
#[tokio::test]
async fn people_are_entered_piece_by_piece() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    town.apply(&robot("third")).await;
    given(&town, "third", Role::UnitAdministrator, "01").await;
    let (own, third) = (token(&town, "clerk", &[]).await, token(&town, "third", &[]).await);
    let piece = [line("p1"), line("p2"), "{\"user_name\": 7}\n".to_owned(), line("p3")].concat();
    assert_eq!(post(&town, &third, &[LINES], piece.clone()).await.status, StatusCode::FORBIDDEN);
    let key = [LINES, ("idempotency-key", "one")];
    let first = post(&town, &own, &key, piece.clone()).await;
    assert_eq!((first.status, first.json()["imported"].as_u64()), (StatusCode::OK, Some(3)), "{}", first.body);
    assert_eq!(first.json()["mistakes"][0]["line"], 3, "{}", first.body);
    assert_eq!(post(&town, &own, &key, piece.clone()).await.body, first.body, "answered again");
    let again = post(&town, &own, &[LINES], piece).await.json();
    assert_eq!((again["imported"].as_u64(), again["unchanged"].as_u64()), (Some(0), Some(3)), "{again}");
    let table = post(&town, &own, &[TABLE], "user_name,claims.name,password_hash\np4,An,x\n").await;
    assert_eq!(
        (table.status, table.json()["mistakes"][0]["line"].as_u64()),
        (StatusCode::OK, Some(2)),
        "{}",
        table.body
    );
    assert_eq!(post(&town, &own, &[TABLE], "colour\nred\n").await.status, StatusCode::BAD_REQUEST);
    let json = ("content-type", "application/json");
    assert_eq!(post(&town, &own, &[json], "{}").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(look::person(&town.app, "p2").await.unwrap().is_some());
    let sql = "SELECT actor || ': ' || reason || ': ' || detail FROM audit_events WHERE act = 'people_imported'";
    let trail = texts(&town.app.db, sql.into()).await;
    assert_eq!(trail, ["client:clerk: from the old portal: 3 people, lines 1 to 4"]);
    town.leave().await;
}

/// Everybody is written out as an import takes them, page by page and in the trail, without what they prove themselves with.
#[tokio::test]
async fn everybody_is_written_out_page_by_page() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    town.apply(&robot("third")).await;
    given(&town, "third", Role::UnitAdministrator, "01").await;
    let (own, third) = (token(&town, "clerk", &[]).await, token(&town, "third", &[]).await);
    let path = "/api/v1/people/export?reason=a+move&limit=1";
    assert_eq!(get(&town, &third, path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&town, &own, "/api/v1/people/export").await.status, StatusCode::BAD_REQUEST, "it says why");
    let (mut names, mut next): (Vec<Value>, Option<String>) = (Vec::new(), None);
    let mut pages = 0;
    loop {
        let more = next.map(|next| format!("&cursor={next}")).unwrap_or_default();
        let page = get(&town, &own, &format!("{path}{more}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(!page.body.contains("argon2") && !page.body.contains("password_hash"), "{}", page.body);
        let page = page.json();
        pages += 1;
        names.extend(page["items"].as_array().unwrap().iter().map(|person| person["user_name"].clone()));
        next = page["next"].as_str().map(str::to_owned);
        if next.is_none() {
            break;
        }
    }
    assert!(names.contains(&json!("an")) && names.contains(&json!("khai")), "{names:?}");
    assert_eq!(pages, names.len());
    let sql = "SELECT actor || ': ' || reason FROM audit_events WHERE act = 'people_exported'";
    assert_eq!(texts(&town.app.db, sql.into()).await, vec!["client:clerk: a move"; pages]);
    town.leave().await;
}
