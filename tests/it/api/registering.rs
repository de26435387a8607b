//! Clients are written and removed, and services and clients are again what they were.

use http::StatusCode;
use motcua::identity::authority::Role;
use serde_json::Value;
use serde_json::json;

use super::each;
use super::get;
use super::given;
use super::nation;
use super::send;
use super::token;
use super::town;
use crate::store::texts;
use crate::town::Page;
use crate::town::Town;

const SECRET: &str = "counter-secret-of-a-test-that-is-long-enough";
const NEW: (&str, &str) = ("if-none-match", "*");

fn client(service: Option<&str>) -> Value {
    let mut client = json!({"secrets": [SECRET], "grant_types": ["client_credentials"], "scope": "a"});
    if let Some(service) = service {
        client["service"] = service.into();
    }
    client
}

async fn with_service(town: &Town, token: &str, id: &str, agency: &str) {
    let text = json!({"vi": "Khai sinh", "en": "Births"});
    let body = json!({"agency": agency, "name": text, "purpose": text, "legal_basis": "consent"});
    let put = format!("PUT /api/v1/services/{id}?reason=a+decree");
    assert_eq!(send(town, token, &put, &[NEW], Some(&body)).await.status, StatusCode::OK);
}

async fn put(town: &Town, token: &str, id: &str, header: (&str, &str), body: &Value) -> Page {
    send(town, token, &format!("PUT /api/v1/clients/{id}?reason=a+decree"), &[header], Some(body)).await
}

/// "every change of a service or client is a version": written, changed, removed, with `If-Match`.
#[tokio::test]
async fn a_client_is_written_and_removed() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "101").await;
    let token = token(&town, "clerk", &[]).await;
    with_service(&town, &token, "births", "101-health").await;
    let page = put(&town, &token, "counter", NEW, &client(Some("births"))).await;
    assert_eq!((page.status, page.header("etag")), (StatusCode::OK, Some("\"1\"")), "{}", page.body);
    assert!(!page.body.contains(SECRET) && !page.body.contains("sha256"), "a secret is never shown: {}", page.body);
    let signs_in = async || town.rp("counter").token(&[("grant_type", "client_credentials")]).await.status;
    assert_eq!(signs_in().await, StatusCode::OK);
    assert_eq!(
        put(&town, &token, "counter", NEW, &client(Some("births"))).await.status,
        StatusCode::PRECONDITION_FAILED
    );

    let mut odd = client(Some("births"));
    odd["client_name"] = "a\u{0}b".into();
    let page = put(&town, &token, "odd", NEW, &odd).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
    assert!(page.json()["detail"].as_str().unwrap().contains("U+0000"), "{}", page.body);

    // What was read is written again, and something else: the secret stays.
    let mut read = get(&town, &token, "/api/v1/clients/counter").await.json()["metadata"].clone();
    read["service"] = "births".into();
    read["scope"] = "a b".into();
    let page = put(&town, &token, "counter", ("if-match", "\"1\""), &read).await;
    assert_eq!((page.status, page.header("etag")), (StatusCode::OK, Some("\"2\"")), "{}", page.body);
    assert_eq!(signs_in().await, StatusCode::OK);
    let page = put(&town, &token, "counter", ("if-match", "\"1\""), &read).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    assert!(page.json()["detail"].as_str().unwrap().contains("2 changed: scope"), "{}", page.body);

    let remove = "DELETE /api/v1/clients/counter?reason=over";
    assert_eq!(send(&town, &token, remove, &[], None).await.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(
        send(&town, &token, remove, &[("if-match", "\"1\"")], None).await.status,
        StatusCode::PRECONDITION_FAILED
    );
    let kept = "DELETE /api/v1/services/births?reason=over";
    let page = send(&town, &token, kept, &[("if-match", "\"1\"")], None).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.body);
    assert_eq!(send(&town, &token, remove, &[("if-match", "\"2\"")], None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(send(&town, &token, remove, &[("if-match", "\"2\"")], None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(signs_in().await, StatusCode::UNAUTHORIZED);
    let page = get(&town, &token, "/api/v1/clients/counter/versions").await.json();
    assert_eq!(each(&page, "what"), ["removed", "changed", "created"], "{page}");
    assert_eq!(send(&town, &token, kept, &[("if-match", "\"1\"")], None).await.status, StatusCode::NO_CONTENT);
    let sql = "SELECT detail || ' because ' || reason FROM audit_events WHERE client_id = 'counter' \
               AND act = 'declaration_applied' ORDER BY detail";
    let trail = texts(&town.app.db, sql.to_owned()).await;
    let expected = [
        "changed client counter: scope because a decree",
        "created client counter because a decree",
        "removed client counter because over",
    ];
    assert_eq!(trail, expected);
    town.leave().await;
}

/// "a secret in what an official sends must never be read as a reference of the server", and nothing is written beyond the office.
#[tokio::test]
async fn a_client_is_written_within_the_office_and_reads_nothing_of_the_machine() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "101").await;
    given(&town, "other", Role::Registrar, "202").await;
    let (own, other) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    with_service(&town, &own, "births", "101-health").await;
    std::fs::write(town.keys_directory().join("batch.secret"), SECRET).unwrap();
    let absolute = town.keys_directory().join("batch.secret").display().to_string();
    for secret in [json!({"file": "batch.secret"}), json!({"file": absolute}), json!({"env": "HOME"})] {
        let mut body = client(Some("births"));
        body["secrets"] = json!([secret]);
        let page = put(&town, &own, "counter", NEW, &body).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
        assert!(page.json()["detail"].as_str().unwrap().contains("for nobody else"), "{}", page.body);
    }
    let with = |member: &str, value: Value| {
        let mut body = client(Some("births"));
        body[member] = value;
        body
    };
    for (body, said) in [
        (with("colour", json!("red")), "colour"),
        (with("secrets", json!([])), "secrets"),
        (with("secrets", json!(["short"])), "32 random"),
        (with("grant_types", json!("all")), "grant_types"),
        (with("service", json!("nothing")), "service"),
        (client(None), "service"),
    ] {
        let page = put(&town, &own, "counter", NEW, &body).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{body}: {}", page.body);
        assert!(page.json()["detail"].as_str().unwrap().contains(said), "{said}: {}", page.body);
    }
    assert_eq!(put(&town, &other, "counter", NEW, &client(Some("births"))).await.status, StatusCode::FORBIDDEN);
    assert_eq!(put(&town, &own, "counter", NEW, &client(Some("births"))).await.status, StatusCode::OK);
    let taken = put(&town, &other, "counter", ("if-match", "\"1\""), &client(Some("births"))).await;
    assert_eq!(taken.status, StatusCode::FORBIDDEN);
    // Of no agency: the whole country's.
    assert_eq!(
        put(&town, &own, "clerk", ("if-match", "\"1\""), &client(Some("births"))).await.status,
        StatusCode::FORBIDDEN
    );
    let remove = "DELETE /api/v1/clients/counter?reason=over";
    assert_eq!(send(&town, &other, remove, &[("if-match", "\"1\"")], None).await.status, StatusCode::FORBIDDEN);
    for path in ["versions", "versions/1", "versions/1/comparison?with=1"] {
        let page = get(&town, &other, &format!("/api/v1/clients/counter/{path}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(each(&get(&town, &own, "/api/v1/clients").await.json(), "client_id"), ["counter"]);
    assert_eq!(each(&get(&town, &own, "/api/v1/clients?service=births").await.json(), "client_id"), ["counter"]);
    assert_eq!(each(&get(&town, &other, "/api/v1/clients").await.json(), "client_id"), [""; 0]);
    assert_eq!(each(&get(&town, &other, "/api/v1/clients?service=births").await.json(), "client_id"), [""; 0]);
    town.leave().await;
}

/// "any version can be compared and restored".
#[tokio::test]
async fn any_version_is_compared_and_restored() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "101").await;
    let token = token(&town, "clerk", &[]).await;
    with_service(&town, &token, "births", "101-health").await;
    let text = json!({"vi": "Hai", "en": "Two"});
    let body = json!({"agency": "101-health", "name": text, "purpose": text, "legal_basis": "public-task"});
    let change = "PUT /api/v1/services/births?reason=again";
    assert_eq!(send(&town, &token, change, &[("if-match", "\"1\"")], Some(&body)).await.status, StatusCode::OK);
    let versions = "/api/v1/services/births/versions";
    let list = get(&town, &token, &format!("{versions}?limit=1")).await.json();
    assert_eq!((&list["items"][0]["version"], &list["items"][0]["by"]["reason"]), (&json!(2), &json!("again")));
    let rest =
        get(&town, &token, &format!("{versions}?limit=1&cursor={}", list["next"].as_str().unwrap())).await.json();
    assert_eq!((&rest["items"][0]["version"], rest.get("next")), (&json!(1), None), "{rest}");
    let one = get(&town, &token, &format!("{versions}/1")).await.json();
    assert_eq!(one["state"]["name"]["en"], "Births", "{one}");
    let differs = get(&town, &token, &format!("{versions}/1/comparison?with=2")).await.json();
    assert_eq!(each(&json!({"items": differs["members"]}), "member"), ["legal_basis", "name", "purpose"], "{differs}");

    let restore = "POST /api/v1/services/births/versions/1/restoration?reason=back";
    assert_eq!(send(&town, &token, restore, &[], None).await.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(
        send(&town, &token, restore, &[("if-match", "\"1\"")], None).await.status,
        StatusCode::PRECONDITION_FAILED
    );
    let page = send(&town, &token, restore, &[("if-match", "\"2\"")], None).await;
    assert_eq!((page.status, page.header("etag")), (StatusCode::OK, Some("\"3\"")), "{}", page.body);
    assert_eq!((&page.json()["restored"], &page.json()["by"]["actor"]), (&json!(1), &json!("client:clerk")));
    assert_eq!(get(&town, &token, "/api/v1/services/births").await.json()["name"]["en"], "Births");

    // What was removed has its versions still, and a service comes again.
    let remove = "DELETE /api/v1/services/births?reason=over";
    assert_eq!(send(&town, &token, remove, &[("if-match", "\"3\"")], None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&town, &token, versions).await.json()["items"][0]["what"], "removed");
    let removal = "POST /api/v1/services/births/versions/4/restoration?reason=back";
    assert_eq!(send(&town, &token, removal, &[NEW], None).await.status, StatusCode::CONFLICT);
    assert_eq!(send(&town, &token, restore, &[NEW], None).await.status, StatusCode::OK);
    for (path, status) in [("99", 404), ("0", 404), ("x", 404), ("1/comparison?with=99", 404), ("1/comparison", 400)] {
        assert_eq!(get(&town, &token, &format!("{versions}/{path}")).await.status, status, "{path}");
    }
    assert_eq!(get(&town, &token, "/api/v1/services/nothing/versions").await.status, StatusCode::NOT_FOUND);
    town.leave().await;
}

/// The same of a client, whose secrets are in no version and stay what they are.
#[tokio::test]
async fn a_client_is_again_what_it_was() {
    let town = town().await;
    given(&town, "clerk", Role::Registrar, "101").await;
    let token = token(&town, "clerk", &[]).await;
    with_service(&town, &token, "births", "101-health").await;
    put(&town, &token, "counter", NEW, &client(Some("births"))).await;
    let mut other = client(Some("births"));
    other["scope"] = "b".into();
    assert_eq!(put(&town, &token, "counter", ("if-match", "\"1\""), &other).await.status, StatusCode::OK);
    let differs = get(&town, &token, "/api/v1/clients/counter/versions/1/comparison?with=2").await.json();
    assert_eq!(differs, json!({"members": [{"member": "scope", "was": "a", "became": "b"}], "secrets": false}));
    let version = get(&town, &token, "/api/v1/clients/counter/versions/1").await;
    assert!(!version.body.contains("secrets"), "{}", version.body);
    let restore = "POST /api/v1/clients/counter/versions/1/restoration?reason=back";
    let page = send(&town, &token, restore, &[("if-match", "\"2\"")], None).await;
    assert_eq!((page.status, page.header("etag")), (StatusCode::OK, Some("\"3\"")), "{}", page.body);
    assert_eq!(get(&town, &token, "/api/v1/clients/counter").await.json()["metadata"]["scope"], "a");
    town.leave().await;
}

/// "Who leaves leaves nothing behind": what a client may ends with it.
#[tokio::test]
async fn a_client_that_is_removed_has_no_rights_any_more() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let token = token(&town, "clerk", &[]).await;
    with_service(&town, &token, "births", "101-health").await;
    assert_eq!(put(&town, &token, "counter", NEW, &client(Some("births"))).await.status, StatusCode::OK);
    given(&town, "counter", Role::Registrar, "101").await;
    let remove = "DELETE /api/v1/clients/counter?reason=over";
    assert_eq!(send(&town, &token, remove, &[("if-match", "\"1\"")], None).await.status, StatusCode::NO_CONTENT);
    let rights = get(&town, &token, "/api/v1/rights?holder=client:counter").await.json();
    assert_eq!(rights["items"], json!([]), "{rights}");
    assert_eq!(put(&town, &token, "counter", NEW, &client(Some("births"))).await.status, StatusCode::OK);
    town.leave().await;
}
