//! The declaration through the API: what `motcua export` writes and `motcua apply` reads, by an official.

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use motcua::flows::admin::declaration::export;
use motcua::flows::admin::declaration::export::People;
use motcua::identity::authority::Role;
use serde_json::Value;

use super::get;
use super::given;
use super::nation;
use super::send;
use super::token;
use super::town;
use crate::store::texts;
use crate::town::Page;
use crate::town::Town;

async fn post(town: &Town, token: &str, query: &str, kind: &str, text: impl Into<Body>) -> Page {
    let path = format!("/api/v1/declaration?{query}");
    let request = Request::post(&path).header("content-type", kind).header("accept-language", "en");
    let request = request.header("authorization", format!("Bearer {token}"));
    Page::read(&path, town.send(request.body(text.into()).unwrap()).await).await
}

const TOML: &str = "application/toml";

fn services(count: usize) -> String {
    let one = |number: usize| {
        format!(
            "[[services]]\nid = \"bulk-{number}\"\nagency = \"101-health\"\nname = {{ vi = \"Dịch vụ {number}\", en = \"Service \
             {number}\" }}\npurpose = {{ vi = \"làm\", en = \"do it\" }}\nlegal_basis = \"consent\"\n"
        )
    };
    (0..count).map(one).collect()
}

/// "bulk where 2,900 services need it": one text, one transaction, a report; sent again it changes nothing.
#[tokio::test]
async fn many_services_are_written_at_once() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let token = token(&town, "clerk", &[]).await;
    let text = services(2900);
    let page = post(&town, &token, "reason=a+decree&dry_run=true", TOML, text.clone()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(page.json()["changes"].as_array().unwrap().len(), 2900);
    assert_eq!(texts(&town.app.db, "SELECT id FROM services WHERE id LIKE 'bulk-%'".into()).await, [""; 0]);
    let page = post(&town, &token, "reason=a+decree", TOML, text.clone()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let page = post(&town, &token, "reason=a+decree", TOML, text).await;
    assert_eq!(page.json()["changes"], Value::Array(Vec::new()), "{}", page.body);
    let sql = "SELECT COUNT(*) || ' ' || actor || ': ' || reason FROM audit_events WHERE detail LIKE 'created service bulk-%' \
               GROUP BY actor, reason";
    assert_eq!(texts(&town.app.db, sql.into()).await, ["2900 client:clerk: a decree"]);
    town.leave().await;
}

/// Services alone are no change of the hierarchy: a succession that waits stays what its asker saw.
#[tokio::test]
async fn services_alone_change_no_hierarchy() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let token = token(&town, "clerk", &[]).await;
    let before = motcua::store::hierarchy::revision(&town.app.db).await.unwrap();
    assert_eq!(post(&town, &token, "reason=x", TOML, services(2)).await.status, StatusCode::OK);
    assert_eq!(motcua::store::hierarchy::revision(&town.app.db).await.unwrap(), before);
    let agency = "[[agencies]]\nid = \"new\"\nname = { vi = \"Mới\", en = \"New\" }\n";
    assert_eq!(post(&town, &token, "reason=x", TOML, agency).await.status, StatusCode::OK);
    assert_ne!(motcua::store::hierarchy::revision(&town.app.db).await.unwrap(), before);
    town.leave().await;
}

/// What is read is taken back and changes nothing, in both notations, and no secret is in it.
#[tokio::test]
async fn what_is_read_changes_nothing_when_it_is_sent_back() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let token = token(&town, "clerk", &[]).await;
    for (format, kind) in [("toml", TOML), ("json", "application/json")] {
        let page = get(&town, &token, &format!("/api/v1/declaration?format={format}")).await;
        assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, Some(kind)));
        assert!(page.body.contains("portal") && !page.body.contains("sha256") && !page.body.contains("argon2"));
        let page = post(&town, &token, "reason=back", kind, page.body).await;
        assert_eq!(
            (page.status, page.json()["changes"].clone()),
            (StatusCode::OK, Value::Array(Vec::new())),
            "{}",
            page.body
        );
    }
    assert_eq!(town.rp("machine").token(&[("grant_type", "client_credentials")]).await.status, StatusCode::OK);
    town.leave().await;
}

/// Bad input changes nothing and names its line; nothing of the machine is read, and nothing is given that needs two.
#[tokio::test]
async fn a_mistake_names_its_line_and_nothing_of_the_machine_is_read() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    town.apply(&super::robot("third")).await;
    given(&town, "third", Role::UnitAdministrator, "101").await;
    let (own, third) = (token(&town, "clerk", &[]).await, token(&town, "third", &[]).await);
    let client = |secret: &str| {
        format!(
            "[[clients]]\nclient_id = \"x\"\ngrant_types = [\"client_credentials\"]\nscope = \"a\"\nsecrets = [{secret}]\n"
        )
    };
    for (text, said) in [
        (client("{ env = \"HOME\" }"), "line 2: client \"x\": secrets: a file or a variable of this machine"),
        (client("{ file = \"/etc/hostname\" }"), "line 2: client \"x\": secrets: a file or a variable of this machine"),
        (services(2).replace("101-health", "nobody"), "line 2: service \"bulk-0\""),
        (format!("{}{}", services(1), services(1)), "declared twice"),
        ("[[service]]\n".to_owned(), "service"),
        ("[[people]]\nuser_name = \"lan\"\n".to_owned(), "line 2: person \"lan\": could never sign in"),
        ("[[rights]]\nclient = \"nobody\"\nrole = \"auditor\"\n".to_owned(), "is neither here nor in the database"),
    ] {
        let page = post(&town, &own, "reason=x", TOML, text.clone()).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{text}: {}", page.body);
        assert!(page.json()["detail"].as_str().unwrap().contains(said), "{said}: {}", page.body);
    }
    assert_eq!(post(&town, &own, "reason=x", "text/plain", "").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(post(&town, &own, "", TOML, "").await.status, StatusCode::BAD_REQUEST);
    let long = "#".repeat(8 * 1024 * 1024 + 1);
    assert_eq!(post(&town, &own, "reason=x", TOML, long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(post(&town, &third, "reason=x", TOML, services(1)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&town, &third, "/api/v1/declaration").await.status, StatusCode::FORBIDDEN);
    town.leave().await;
}

/// "`motcua export` writes what `apply` would take": what officials gave too.
#[tokio::test]
async fn rights_that_officials_gave_are_exported() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    town.apply(&super::robot("third")).await;
    let (asks, approves) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let right = serde_json::json!({"holder": "client:third", "role": "registrar", "unit": "district/101"});
    let page = send(&town, &asks, "POST /api/v1/rights?reason=help", &[], Some(&right)).await;
    let approval = format!("POST /api/v1/pending/{}/approval?reason=fine", page.json()["pending"][0].as_str().unwrap());
    assert_eq!(send(&town, &approves, &approval, &[], None).await.status, StatusCode::OK);
    let exported = export::export(&town.app, People::Without).await.unwrap().toml().unwrap();
    assert!(exported.contains("client = \"third\"\nrole = \"registrar\"\nunit = \"district/101\""), "{exported}");
    assert_eq!(town.apply(&exported).await.changes, [""; 0]);
    town.leave().await;
}

/// "The declaration (`apply`) knows … rights and people": what is there already changes nothing, people are entered, and a right
/// waits for a second official, once.
#[tokio::test]
async fn rights_and_people_of_a_declaration() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    town.apply(&super::robot("third")).await;
    let (own, other) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let whole = get(&town, &own, "/api/v1/declaration?people=true&reason=a+copy").await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.body);
    assert!(whole.body.contains("[[people]]") && whole.body.contains("person = \"khai\""), "{}", whole.body);
    assert!(!whole.body.contains("argon2") && !whole.body.contains("password_hash"), "{}", whole.body);
    assert_eq!(
        get(&town, &own, "/api/v1/declaration?people=true").await.status,
        StatusCode::BAD_REQUEST,
        "it says why"
    );
    let back = post(&town, &own, "reason=back", TOML, whole.body).await;
    assert_eq!((back.status, back.json()["changes"].clone()), (StatusCode::OK, serde_json::json!([])), "{}", back.body);
    let few = token(&town, "clerk", &[("scope", "api:declaration")]).await;
    let without = get(&town, &few, "/api/v1/declaration").await;
    assert!(!without.body.contains("[[rights]]"), "{}", without.body);
    assert_eq!(
        get(&town, &few, "/api/v1/declaration?people=true&reason=x").await.status,
        StatusCode::FORBIDDEN,
        "the token does not allow it"
    );

    let text = "[[people]]\nuser_name = \"lan\"\npassword = \"correct horse battery staple\"\n\
                [[rights]]\nclient = \"third\"\nrole = \"registrar\"\nunit = \"district/101\"\n\
                [[rights]]\nperson = \"lan\"\nrole = \"auditor\"\n";
    let dry = post(&town, &own, "reason=x&dry_run=true", TOML, text).await.json();
    assert_eq!(dry["changes"].as_array().unwrap().len(), 3, "{dry}");
    assert_eq!(get(&town, &own, "/api/v1/pending").await.json()["items"], serde_json::json!([]));
    assert_eq!(post(&town, &few, "reason=x", TOML, text).await.status, StatusCode::BAD_REQUEST, "people");
    let page = post(&town, &own, "reason=x", TOML, text).await;
    assert_eq!(page.json()["changes"].as_array().map(Vec::len), Some(3), "{}", page.body);
    let waiting = get(&town, &other, "/api/v1/pending").await.json();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2, "{waiting}");
    let again = post(&town, &own, "reason=x", TOML, text).await.json();
    assert_eq!(again["changes"], serde_json::json!([]), "it waits already: {again}");
    assert!(again["warnings"].to_string().contains("no official sets another's password"), "{again}");
    for id in super::each(&waiting, "id") {
        let approval = format!("POST /api/v1/pending/{id}/approval?reason=fine");
        assert_eq!(send(&town, &other, &approval, &[], None).await.status, StatusCode::OK);
    }
    let again = post(&town, &own, "reason=x", TOML, text).await.json();
    assert_eq!(again["changes"], serde_json::json!([]), "it is there: {again}");
    town.leave().await;
}
