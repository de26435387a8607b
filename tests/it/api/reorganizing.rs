//! Units that are entered and followed by others through the API.

use axum::body::Body;
use axum::extract::Request;
use http::StatusCode;
use motcua::identity::authority::Role;
use serde_json::json;

use super::get;
use super::given;
use super::nation;
use super::send;
use super::token;
use super::town;
use crate::store::texts;
use crate::town::Page;
use crate::town::Town;

const UNITS: &str = "level,code,name,parent\ncommune,00009,Mới,province/01\n";
const HEIRS: &str = "level,from,to,share\ncommune,00003,00001,all\n";

async fn post(town: &Town, token: &str, path: &str, kind: &str, text: impl Into<Body>) -> Page {
    let path = format!("/api/v1/units/{path}");
    let request = Request::post(&path).header("content-type", kind).header("accept-language", "en");
    let request = request.header("authorization", format!("Bearer {token}"));
    Page::read(&path, town.send(request.body(text.into()).unwrap()).await).await
}

/// "CSV and JSON … atomic, a report that counts what became of what": entered by one official of the whole country.
#[tokio::test]
async fn units_are_entered_through_the_api() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let own = token(&town, "clerk", &[]).await;
    let there = "SELECT code FROM units WHERE code = '00009'";
    let page = post(&town, &own, "import?reason=x&effective=2027-07-01&dry_run=true", "text/csv", UNITS).await;
    assert_eq!((page.status, page.json()["begun"].as_u64()), (StatusCode::OK, Some(1)), "{}", page.body);
    assert_eq!(texts(&town.app.db, there.into()).await, [""; 0], "it was only looked at");
    let import = "import?reason=decree+7&effective=2027-07-01";
    let page = post(&town, &own, import, "text/csv", UNITS).await;
    assert_eq!((page.status, page.json()["begun"].as_u64()), (StatusCode::OK, Some(1)), "{}", page.body);
    assert_eq!(texts(&town.app.db, there.into()).await, ["00009"]);
    let rows = json!([{"level": "commune", "code": "00009", "name": "Mới", "parent": "province/01"}]);
    let page = post(&town, &own, import, "application/json", rows.to_string()).await;
    assert_eq!((page.status, page.json()["unchanged"].as_u64()), (StatusCode::OK, Some(1)), "{}", page.body);
    let sql = "SELECT actor || ': ' || reason FROM audit_events WHERE act = 'units_imported'";
    assert_eq!(texts(&town.app.db, sql.into()).await, ["client:clerk: decree 7"]);
    town.leave().await;
}

/// "A file of 10,795 units with one mistake changes nothing", and is refused with the line and the mend.
#[tokio::test]
async fn a_mistake_in_a_file_of_units_names_its_line() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    town.apply(&super::robot("third")).await;
    given(&town, "third", Role::UnitAdministrator, "101").await;
    let (own, third) = (token(&town, "clerk", &[]).await, token(&town, "third", &[]).await);
    let import = "import?reason=x&effective=2027-07-01";
    let one = |number: usize| format!("commune,{number:05},{},district/101\n", "Một cái tên dài của một xã ".repeat(4));
    let many: String = (10_000..20_794).map(one).collect();
    let many = format!("level,code,name,parent\n{many}commune,99999,,district/101\n");
    assert!(many.len() > 1_000_000);
    let page = post(&town, &own, import, "text/csv", many).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.json()["detail"].as_str().unwrap().contains("line 10796: name: is missing"), "{}", page.body);
    assert_eq!(texts(&town.app.db, "SELECT code FROM units WHERE code = '10000'".into()).await, [""; 0]);
    let long = "#".repeat(8 * 1024 * 1024 + 1);
    let succession = "succession?reason=x&effective=2027-07-01";
    for path in [import, succession] {
        assert_eq!(post(&town, &own, path, "text/csv", "").await.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(post(&town, &own, path, "text/plain", UNITS).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(post(&town, &own, path, "text/csv", long.clone()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let odd = path.replace("2027-07-01", "tomorrow");
        assert_eq!(post(&town, &own, &odd, "text/csv", UNITS).await.status, StatusCode::BAD_REQUEST, "{path}");
        let beyond = post(&town, &third, path, "text/csv", if path == import { UNITS } else { HEIRS }).await;
        assert_eq!(beyond.status, StatusCode::FORBIDDEN, "{path}: {}", beyond.body);
    }
    let none = post(&town, &own, succession, "text/csv", HEIRS.replace("00001", "7\u{0}7")).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST, "{}", none.body);
    town.leave().await;
}

/// "Sensitive acts (… succession) need a second official: a pending act with what it will do".
#[tokio::test]
async fn what_becomes_of_units_needs_two() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let (asks, approves) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let succession = "succession?reason=law+1&effective=2027-07-01&legal_basis=Law+1";
    let page = post(&town, &asks, &format!("{succession}&dry_run=true"), "text/csv", HEIRS).await;
    assert_eq!((page.status, page.json()["merged"].as_u64()), (StatusCode::OK, Some(1)), "{}", page.body);
    assert_eq!(get(&town, &asks, "/api/v1/pending").await.json()["items"], json!([]), "nothing was asked for");
    let odd = post(&town, &asks, &format!("{succession}%00&dry_run=true"), "text/csv", HEIRS).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.body);
    let page = post(&town, &asks, succession, "text/csv", HEIRS).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "{}", page.body);
    let id = page.json()["pending"].as_str().unwrap().to_owned();
    let listed = get(&town, &approves, "/api/v1/pending").await.json()["items"][0].clone();
    assert!(listed["what"].as_str().unwrap().contains("1 units merge"), "{listed}");
    assert!(listed["deed"].get("file").is_none(), "a list holds no files: {listed}");
    let one = get(&town, &approves, &format!("/api/v1/pending/{id}")).await.json();
    assert_eq!(one["deed"]["file"], HEIRS, "{one}");
    let approval = format!("POST /api/v1/pending/{id}/approval?reason=fine");
    assert_eq!(send(&town, &asks, &approval, &[], None).await.status, StatusCode::CONFLICT, "whoever asked");
    assert_eq!(send(&town, &approves, &approval, &[], None).await.status, StatusCode::OK);
    let execution = format!("POST /api/v1/pending/{id}/execution?reason=now");
    let page = send(&town, &asks, &execution, &[], None).await;
    assert_eq!((page.status, page.json()["report"]["merged"].as_u64()), (StatusCode::OK, Some(1)), "{}", page.body);
    let kinds = texts(&town.app.db, "SELECT legal_basis FROM reorganizations WHERE effective = 20270701".into()).await;
    assert_eq!(kinds, ["Law 1"]);
    town.leave().await;
}

/// "Two officials who change one thing at once: one gets 412 with what changed"; an agency goes from where whoever moves it has
/// power to where he has it as well, and nowhere else.
#[tokio::test]
async fn an_agency_is_moved_within_the_office_alone() {
    let town = town().await;
    given(&town, "clerk", Role::UnitAdministrator, "01").await;
    given(&town, "other", Role::Registrar, "01").await;
    let (own, registrar) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let page = get(&town, &own, "/api/v1/agencies/101-health").await;
    let tag = page.header("etag").unwrap().to_owned();
    let relocate = async |token: &str, id: &str, tag: &str, body: serde_json::Value| {
        let what = format!("POST /api/v1/agencies/{id}/move?reason=decree");
        send(&town, token, &what, &[("if-match", tag)], Some(&body)).await
    };
    let to = json!({"unit": "district/102"});
    let none = send(&town, &own, "POST /api/v1/agencies/101-health/move?reason=x", &[], Some(&to)).await;
    assert_eq!(none.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(relocate(&registrar, "101-health", &tag, to.clone()).await.status, StatusCode::FORBIDDEN);
    let abroad = relocate(&own, "101-health", &tag, json!({"unit": "district/201"})).await;
    assert_eq!(abroad.status, StatusCode::FORBIDDEN, "{}", abroad.body);
    assert_eq!(relocate(&own, "201-health", &tag, to.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(relocate(&own, "nobody", &tag, to.clone()).await.status, StatusCode::NOT_FOUND);
    let page = relocate(&own, "101-health", &tag, json!({"unit": "nowhere"})).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
    // From the reform on it stands elsewhere already, and what lies ahead is not overtaken.
    let page = relocate(&own, "101-health", &tag, to).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
    let free = get(&town, &own, "/api/v1/agencies/00001-health").await;
    let tag = free.header("etag").unwrap().to_owned();
    let page = relocate(&own, "00001-health", &tag, json!({"unit": "district/102"})).await;
    assert_eq!((page.status, page.json()["unit"]["code"].as_str()), (StatusCode::OK, Some("102")), "{}", page.body);
    assert_ne!(page.header("etag"), Some(tag.as_str()));
    let late = relocate(&own, "00001-health", &tag, json!({"unit": "district/101"})).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    assert!(late.json()["detail"].as_str().unwrap().contains("district/102"), "{}", late.body);
    let tag = page.header("etag").unwrap().to_owned();
    let end = json!({"effective": "2098-01-01"});
    let what = "POST /api/v1/agencies/00001-health/end?reason=decree";
    let page = send(&town, &own, what, &[("if-match", &tag)], Some(&end)).await;
    assert_eq!((page.status, page.json()["valid_to"].as_str()), (StatusCode::OK, Some("2098-01-01")), "{}", page.body);
    let sql = "SELECT act || ' ' || actor || ': ' || reason FROM audit_events WHERE act LIKE 'agency_%' ORDER BY act";
    let trail = texts(&town.app.db, sql.into()).await;
    assert_eq!(trail, ["agency_ended client:clerk: decree", "agency_moved client:clerk: decree"]);
    town.leave().await;
}
