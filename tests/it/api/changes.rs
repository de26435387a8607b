//! Changes through the API: versions (RFC 9110 §13), reasons, a second official.

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use motcua::identity::authority::Role;
use serde_json::Value;
use serde_json::json;

use super::each;
use super::get;
use super::given;
use super::send;
use super::token;
use super::town;
use crate::store::texts;
use crate::town::Page;

fn service(agency: &str, name: &str) -> Value {
    let text = json!({"vi": name, "en": name});
    json!({"agency": agency, "name": text, "purpose": text, "legal_basis": "consent"})
}

/// "Two officials who change one thing at once: one gets 412 with what changed."
#[tokio::test]
async fn a_change_rests_on_the_version_that_was_read() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "101").await;
    let token = token(&town, "clerk", &[]).await;
    let put = async |headers: &[(&str, &str)], name: &str| {
        let body = service("101-health", name);
        send(&town, &token, "PUT /api/v1/services/births?reason=a+decree", headers, Some(&body)).await
    };
    assert_eq!(put(&[], "One").await.status, StatusCode::PRECONDITION_REQUIRED);
    let page = put(&[("if-none-match", "*")], "One").await;
    assert_eq!((page.status, page.header("etag")), (StatusCode::OK, Some("\"1\"")), "{}", page.body);
    assert_eq!(put(&[("if-none-match", "*")], "Two").await.status, StatusCode::PRECONDITION_FAILED);
    let page = get(&town, &token, "/api/v1/services/births").await;
    assert_eq!((page.header("etag"), page.json()["name"]["en"].as_str()), (Some("\"1\""), Some("One")));
    assert_eq!(put(&[("if-match", "\"1\"")], "Two").await.header("etag"), Some("\"2\""));
    let page = put(&[("if-match", "\"1\"")], "Three").await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    let said = page.json()["detail"].as_str().unwrap().to_owned();
    assert!(said.contains("version 2 is there, and not 1") && said.contains("2 changed: name"), "{said}");
    assert_eq!(put(&[("if-match", "\"1\""), ("if-none-match", "*")], "Four").await.status, StatusCode::BAD_REQUEST);
    for odd in ["1", "W/\"1\"", "*", "\"0\"", "\"01\"", "\"+1\"", "\"x\""] {
        let page = put(&[("if-match", odd)], "Four").await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{odd}: {}", page.body);
    }
    assert_eq!(get(&town, &token, "/api/v1/services/births").await.json()["name"]["en"], "Two");
    let sql = "SELECT actor || ': ' || reason || ': ' || detail FROM audit_events WHERE detail LIKE '%births%' ORDER BY detail DESC";
    let trail = texts(&town.app.db, sql.to_owned()).await;
    assert_eq!(trail, ["created", "changed"].map(|verb| format!("client:clerk: a decree: {verb} service births")));
    town.leave().await;
}

/// A service is written by who may write for its agency, the former one and the next.
#[tokio::test]
async fn a_service_is_written_within_the_office_alone() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "101").await;
    given(&town, "other", Role::Registrar, "202").await;
    let (own, other) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let put = async |token: &str, agency: &str, header: (&str, &str)| {
        let body = service(agency, "Births");
        send(&town, token, "PUT /api/v1/services/births?reason=because", &[header], Some(&body)).await.status
    };
    let new = ("if-none-match", "*");
    assert_eq!(put(&own, "202-health", new).await, StatusCode::FORBIDDEN);
    assert_eq!(put(&own, "nobody", new).await, StatusCode::BAD_REQUEST);
    assert_eq!(put(&own, "101-health", new).await, StatusCode::OK);
    assert_eq!(put(&other, "202-health", ("if-match", "\"1\"")).await, StatusCode::FORBIDDEN);
    assert_eq!(put(&own, "202-health", ("if-match", "\"1\"")).await, StatusCode::FORBIDDEN);
    assert_eq!(get(&town, &other, "/api/v1/services/births").await.status, StatusCode::FORBIDDEN);
    assert_eq!(each(&get(&town, &other, "/api/v1/services").await.json(), "id"), [""; 0]);
    assert_eq!(each(&get(&town, &own, "/api/v1/services").await.json(), "id"), ["births"]);
    town.leave().await;
}

/// Bad input changes nothing, and says what is wrong.
#[tokio::test]
async fn what_makes_no_sense_changes_nothing() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "").await;
    let token = token(&town, "clerk", &[]).await;
    let good = service("101-health", "Births");
    let without = |member: &str| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        body
    };
    let with = |member: &str, value: Value| {
        let mut body = good.clone();
        body[member] = value;
        body
    };
    let new = [("if-none-match", "*")];
    for (path, body, said) in [
        ("births?reason=x", without("agency"), "agency"),
        ("births?reason=x", with("colour", json!("red")), "colour"),
        ("births?reason=x", with("legal_basis", json!("because")), "legal_basis"),
        ("births?reason=x", with("name", json!({"vi": "", "en": "x"})), "name.vi"),
        ("births?reason=x", with("name", json!({"vi": "a\nb", "en": "x"})), "name.vi"),
        ("births?reason=x", with("name", json!("x")), "name"),
        ("b%20irths?reason=x", good.clone(), "id"),
        ("births?reason=%20", good.clone(), "reason"),
        ("births", good.clone(), "reason"),
    ] {
        let page = send(&town, &token, &format!("PUT /api/v1/services/{path}"), &new, Some(&body)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path} {body}: {}", page.body);
        assert!(page.json()["detail"].as_str().unwrap().contains(said), "{said}: {}", page.body);
    }
    assert_eq!(each(&get(&town, &token, "/api/v1/services?agency=101-health").await.json(), "id"), [""; 0]);
    town.leave().await;
}

/// "whoever asked cannot approve": a right is asked for, and another official of the office above approves it.
#[tokio::test]
async fn a_right_waits_for_a_second_official() {
    let town = town().await;
    town.apply(&super::robot("third")).await;
    for client in ["clerk", "other"] {
        given(&town, client, Role::UnitAdministrator, "01").await;
    }
    given(&town, "third", Role::UnitAdministrator, "02").await;
    let (asks, approves) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let stranger = token(&town, "third", &[]).await;
    let right = json!({"holder": "client:third", "role": "registrar", "unit": "district/101"});
    let page = send(&town, &asks, "POST /api/v1/rights?reason=help", &[], Some(&right)).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "{}", page.body);
    let id = page.json()["pending"][0].as_str().unwrap().to_owned();
    let waits = |page: Value| each(&page, "id").contains(&&*id);
    assert!(waits(get(&town, &approves, "/api/v1/pending").await.json()));
    assert!(!waits(get(&town, &stranger, "/api/v1/pending?every=true").await.json()));
    assert_eq!(get(&town, &stranger, &format!("/api/v1/pending/{id}")).await.status, StatusCode::FORBIDDEN);
    let approval = format!("POST /api/v1/pending/{id}/approval?reason=fine");
    assert_eq!(send(&town, &asks, &approval, &[], None).await.status, StatusCode::CONFLICT);
    assert_eq!(send(&town, &stranger, &approval, &[], None).await.status, StatusCode::FORBIDDEN);
    let page = send(&town, &approves, &approval, &[], None).await;
    assert_eq!((page.status, page.json()["state"].as_str()), (StatusCode::OK, Some("approved")), "{}", page.body);
    assert_eq!(send(&town, &approves, &approval, &[], None).await.status, StatusCode::CONFLICT);
    let rights = get(&town, &asks, "/api/v1/rights?holder=client:third").await.json();
    assert_eq!(each(&rights, "bounds"), ["unit district/101"], "{rights}");
    let taken = format!("DELETE /api/v1/rights/{}?reason=over", rights["items"][0]["id"].as_str().unwrap());
    assert_eq!(send(&town, &approves, &taken, &[], None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(send(&town, &approves, &taken, &[], None).await.status, StatusCode::NOT_FOUND);
    town.leave().await;
}

/// "delegation only narrows": more than one's own, and elsewhere than one's own, is refused, and in the trail.
#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    let town = town().await;
    given(&town, "clerk", Role::UnitAdministrator, "101").await;
    let token = token(&town, "clerk", &[]).await;
    for (right, status) in [
        (json!({"holder": "client:other", "role": "registrar", "unit": "district/202"}), 403),
        (json!({"holder": "client:other", "role": "national-operator"}), 400),
        (json!({"holder": "client:other", "role": "unit-administrator"}), 403),
        (json!({"holder": "client:other", "role": "king"}), 400),
        (json!({"holder": "other", "role": "registrar"}), 400),
        (json!({"holder": "client:other", "role": "registrar", "unit": "district/999"}), 400),
        (json!({"holder": "client:other", "role": "registrar", "unit": "district/101", "from": "soon"}), 400),
    ] {
        let page = send(&town, &token, "POST /api/v1/rights?reason=help", &[], Some(&right)).await;
        assert_eq!(page.status, status, "{right}: {}", page.body);
    }
    let sql = "SELECT detail FROM audit_events WHERE act = 'official_refused' ORDER BY id";
    assert_eq!(texts(&town.app.db, sql.to_owned()).await, ["rights.grant", "rights.grant"]);
    town.leave().await;
}

/// RFC 9110 §15.5.14, §15.5.16: a body is JSON, of at most 64 KiB.
#[tokio::test]
async fn a_body_is_json_and_not_too_long() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "").await;
    let token = token(&town, "clerk", &[]).await;
    let put = async |content_type: &str, body: String| {
        let request = Request::put("/api/v1/services/births?reason=x").header("content-type", content_type);
        let request = request.header("authorization", format!("Bearer {token}")).header("if-none-match", "*");
        Page::read("/", town.send(request.body(Body::from(body)).unwrap()).await).await
    };
    let good = service("101-health", "Births").to_string();
    for (content_type, body, status) in [
        ("text/plain", good.clone(), 415),
        ("application/x-www-form-urlencoded", "a=b".to_owned(), 415),
        ("application/json", " ".repeat(64 * 1024 + 1), 413),
        ("application/json", "{".to_owned(), 400),
        ("application/json", format!("{good}{good}"), 400),
        ("application/json", "{\"agency\":\"\u{0}\"}".to_owned(), 400),
    ] {
        let page = put(content_type, body).await;
        assert_eq!(page.status, status, "{}", page.body);
        assert_eq!(page.header("content-type"), Some("application/problem+json"));
    }
    assert_eq!(put("application/json; charset=utf-8", good).await.status, StatusCode::OK);
    town.leave().await;
}
