//! Third-party-initiated login: OpenID Connect Core §4.

use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use crate::oauth::refused;
use crate::oauth::registration::open_town;
use crate::oauth::registration::register;
use crate::oauth::registration::registered;
use crate::oauth::registration::with;
use crate::town::ISSUER;
use crate::town::Town;

const OPEN: &str = "/services/portal/open";

/// §4: `iss`: "REQUIRED. Issuer Identifier for the OP that the RP is to send the Authentication Request to. Its value MUST be a URL
/// using the https scheme."
#[tokio::test]
async fn opening_a_service_leads_to_its_registered_address_with_the_issuer() {
    let town = Town::new().await;
    let page = town.get(OPEN).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.location().unwrap(), "https://portal.example/begin?from=door&iss=https%3A%2F%2Fid.example");
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    town.leave().await;
}

/// §4: the address is registered, and nothing in a request of ours changes where it leads or says who the person is.
#[tokio::test]
async fn nothing_in_the_request_changes_where_it_leads() {
    let town = Town::new().await;
    let plain = town.get(OPEN).await.location();
    for query in ["?target_link_uri=https://evil.example/", "?iss=https://evil.example", "?login_hint=khai"] {
        assert_eq!(town.get(&format!("{OPEN}{query}")).await.location(), plain, "{query}");
    }
    town.leave().await;
}

/// §4 and RFC 9700 §4.11: a client without the address, or without an agency behind it, is not opened: our address would lead
/// wherever a stranger likes.
#[tokio::test]
async fn a_client_that_no_agency_stands_behind_is_not_opened() {
    let town = open_town().await;
    let told = registered(&town, &with(&json!({"initiate_login_uri": "https://rp.example/begin"}))).await;
    let own = format!("/services/{}/open", told["client_id"].as_str().unwrap());
    for target in [&*own, "/services/clinic/open", "/services/nobody/open", "/services/%00/open"] {
        let page = town.get(target).await;
        assert_eq!((page.status, page.location()), (StatusCode::NOT_FOUND, None), "{target}");
    }
    town.leave().await;
}

/// Registration §2: `initiate_login_uri`: "URI using the https scheme", told back when it is registered and when it is read.
/// An operator may declare a loopback address of plain http, as for a redirect URI (RFC 8252 §8.3).
#[tokio::test]
async fn the_address_is_registered_by_https_alone_and_told_back() {
    let town = open_town().await;
    let told = registered(&town, &with(&json!({"initiate_login_uri": "https://rp.example/begin"}))).await;
    assert_eq!(told["initiate_login_uri"], "https://rp.example/begin");
    let token = told["registration_access_token"].as_str();
    let read = town.send_json("GET", told["registration_client_uri"].as_str().unwrap(), token, &Value::Null).await;
    assert_eq!(read.json()["initiate_login_uri"], "https://rp.example/begin");
    for uri in ["http://localhost:8081/begin", "http://127.0.0.1/begin", "http://[::1]:1/begin"] {
        let page = register(&town, &with(&json!({"initiate_login_uri": uri}))).await;
        refused(&page, 400, "invalid_client_metadata");
        town.apply(&super::client("trial", "licences", &format!("initiate_login_uri = \"{uri}\""))).await;
        assert!(town.get("/services/trial/open").await.location().is_some_and(|to| to.starts_with(uri)), "{uri}");
    }
    for uri in ["http://rp.example/begin", "http://localhost.evil.example/", "rp.example", "https://rp.example/begin#x"]
    {
        let page = register(&town, &with(&json!({"initiate_login_uri": uri}))).await;
        refused(&page, 400, "invalid_client_metadata");
    }
    town.leave().await;
}

/// A service that names its home page alone (`client_uri`, Registration §2) is opened there: who opens it wants to be on it.
#[tokio::test]
async fn a_service_without_the_address_is_opened_on_its_home_page() {
    let town = Town::new().await;
    town.apply(&super::client("library", "licences", "client_uri = \"https://library.example/welcome\"")).await;
    let page = town.get("/services/library/open").await;
    assert_eq!(page.location().as_deref(), Some("https://library.example/welcome"));
    town.leave().await;
}

/// §4: "a login initiated by a third party": the start page of a person who is signed in begins with the services that she used
/// of late.
#[tokio::test]
async fn the_start_page_leads_to_the_services_that_were_used_of_late() {
    let town = Town::new().await;
    let mut browser = town.browser();
    town.rp("portal").tokens(&mut browser, &[]).await;
    town.rp("clinic").tokens(&mut browser, &[]).await;
    let page = browser.open("/").await;
    assert!(page.body.contains(&format!("href=\"{OPEN}\"")), "{}", page.body);
    assert!(page.body.contains("Cổng dịch vụ công tỉnh Sông Lam") && page.body.contains("Dịch vụ bạn mở gần đây"));
    assert_eq!(page.body.matches(OPEN).count(), 1, "once");
    assert!(!page.body.contains("clinic"), "it has no such address");
    assert!(!town.browser().open("/").await.body.contains("Dịch vụ bạn mở gần đây"));
    let arrived = browser.open(OPEN).await;
    assert!(arrived.url.starts_with("https://portal.example/begin"), "{}", arrived.url);
    assert_eq!(arrived.parameter("iss").as_deref(), Some(ISSUER));
    town.leave().await;
}
