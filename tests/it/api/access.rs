//! Access tokens for the API: RFC 6750, RFC 8707, RFC 9728; how often may be asked.

use std::time::Duration;

use http::StatusCode;
use motcua::identity::authority::Role;

use super::API;
use super::asked;
use super::each;
use super::get;
use super::given;
use super::token;
use super::town;
use crate::store::texts;
use crate::town::Town;

/// RFC 9728 §5.1: whoever brings nothing learns where tokens come from, and reads it in their language.
#[tokio::test]
async fn without_a_token_one_learns_where_tokens_come_from() {
    let town = town().await;
    for (token, error) in [("", None), ("nonsense", Some("invalid_token"))] {
        let page = match token {
            "" => town.get("/api/v1/units").await,
            token => get(&town, token, "/api/v1/units").await,
        };
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert_eq!(page.header("content-type"), Some("application/problem+json"));
        let challenge = page.header("www-authenticate").unwrap();
        assert_eq!(challenge.contains("error=\""), error.is_some(), "{challenge}");
        let url = challenge.split("resource_metadata=\"").nth(1).unwrap().trim_end_matches('"');
        let metadata = town.get(url.strip_prefix("https://id.example").unwrap()).await.json();
        assert_eq!(metadata["resource"], API);
        assert!(metadata["scopes_supported"].as_array().unwrap().iter().any(|scope| scope == "api:units.look"));
        let lang = if token.is_empty() { "vi" } else { "en" };
        assert_eq!(page.header("content-language"), Some(lang));
    }
    town.leave().await;
}

/// RFC 8707 §2: a token for another resource, and one without, is none for the API.
#[tokio::test]
async fn a_token_for_anything_else_opens_nothing() {
    let town = town().await;
    given(&town, "clerk", Role::Auditor, "").await;
    let page = town.rp("clerk").token(&[("grant_type", "client_credentials")]).await;
    let elsewhere = page.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(get(&town, &elsewhere, "/api/v1/units").await.status, StatusCode::UNAUTHORIZED);
    let tokens = town.rp("portal").tokens(&mut town.browser(), &[]).await;
    assert_eq!(get(&town, tokens.access_token(), "/api/v1/units").await.status, StatusCode::UNAUTHORIZED);
    let own = token(&town, "clerk", &[]).await;
    assert_eq!(town.rp("clerk").userinfo(&own).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// The token names the office; who has none gets no token, and who has several says which.
#[tokio::test]
async fn a_token_is_for_one_office() {
    let town = town().await;
    let refused = async |more: &[(&str, &str)]| {
        let page = asked(&town, "clerk", more).await;
        assert_eq!((page.status, page.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_target")));
    };
    refused(&[]).await;
    given(&town, "clerk", Role::Auditor, "101").await;
    let first = token(&town, "clerk", &[]).await;
    given(&town, "clerk", Role::Auditor, "202").await;
    refused(&[]).await;
    refused(&[("office", "everywhere")]).await;
    refused(&[("office", "nonsense")]).await;
    let office = format!("unit:{}", crate::authority::country::unit("202").0);
    let second = token(&town, "clerk", &[("office", &office)]).await;
    for (token, unit, sibling) in [(&first, "101", "202"), (&second, "202", "101")] {
        let page = get(&town, token, "/api/v1/units?level=district").await.json();
        assert_eq!(each(&page, "code"), [unit]);
        assert_eq!(get(&town, token, &format!("/api/v1/units/district/{unit}")).await.status, StatusCode::OK);
        let page = get(&town, token, &format!("/api/v1/units/district/{sibling}")).await;
        assert_eq!(
            (page.status, page.json()["type"].as_str()),
            (StatusCode::FORBIDDEN, Some("urn:motcua:problem:not-allowed"))
        );
    }
    town.leave().await;
}

/// A scope of the token is needed for each act; that of a first word covers all acts of it.
#[tokio::test]
async fn a_token_does_no_more_than_its_scope() {
    let town = town().await;
    given(&town, "clerk", Role::Auditor, "").await;
    let narrow = token(&town, "clerk", &[("scope", "api:branches")]).await;
    assert_eq!(get(&town, &narrow, "/api/v1/branches").await.status, StatusCode::OK);
    let page = get(&town, &narrow, "/api/v1/units").await;
    assert_eq!(page.json()["type"], "urn:motcua:problem:insufficient-scope");
    assert!(page.json()["detail"].as_str().unwrap().contains("api:units.look"), "{}", page.body);
    town.leave().await;
}

/// "nothing is shown, nothing changes, each try is in the trail": of a right that ended a second ago, and of a former office.
#[tokio::test]
async fn a_right_that_ended_shows_nothing_and_each_try_is_in_the_trail() {
    let town = town().await;
    let right = given(&town, "clerk", Role::Auditor, "101").await;
    let token = token(&town, "clerk", &[]).await;
    assert_eq!(get(&town, &token, "/api/v1/agencies").await.status, StatusCode::OK);
    let by = motcua::identity::audit::By::machine();
    let now = town.app.clock.now();
    assert!(motcua::flows::admin::rights::revoke(&town.app, &by, right, now).await.unwrap().is_ok());
    given(&town, "clerk", Role::Auditor, "202").await;
    for path in ["/api/v1/agencies", "/api/v1/agencies/101-health", "/api/v1/units/district/101"] {
        assert_eq!(get(&town, &token, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let trail = tries(&town).await;
    let unit = crate::authority::country::unit("101").0;
    let office = format!("client:clerk unit:{unit}");
    let expected = ["agencies.look agency:101-health", "agencies.look country", &format!("units.look unit:{unit}")];
    assert_eq!(trail, expected.map(|what| format!("{office} {what}")));
    town.leave().await;
}

/// Every try that came to nothing, as the trail has it.
async fn tries(town: &Town) -> Vec<String> {
    let sql = "SELECT actor || ' ' || office || ' ' || detail FROM audit_events WHERE act = 'official_refused' ORDER BY detail";
    texts(&town.app.db, sql.to_owned()).await
}

/// A cursor of somebody else, or of another list, shows nothing.
#[tokio::test]
async fn a_cursor_is_of_one_list_and_of_who_began_it() {
    let town = town().await;
    for client in ["clerk", "other"] {
        given(&town, client, Role::Auditor, "").await;
    }
    let (own, other) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let page = get(&town, &own, "/api/v1/units?limit=2").await.json();
    let next = page["next"].as_str().unwrap();
    assert_eq!(get(&town, &own, &format!("/api/v1/units?limit=5&cursor={next}")).await.status, StatusCode::OK);
    for (token, path) in [
        (&other, format!("/api/v1/units?cursor={next}")),
        (&own, format!("/api/v1/units?level=district&cursor={next}")),
        (&own, format!("/api/v1/branches?cursor={next}")),
        (&own, "/api/v1/units?cursor=nonsense".to_owned()),
    ] {
        let page = get(&town, token, &path).await;
        assert_eq!(
            (page.status, page.json()["type"].as_str()),
            (StatusCode::BAD_REQUEST, Some("urn:motcua:problem:mistake")),
            "{path}"
        );
    }
    assert_eq!(tries(&town).await, ["client:other everywhere a cursor of somebody else"]);
    town.leave().await;
}

/// draft-ietf-httpapi-ratelimit-headers: how often may be asked is told, and counted for each caller.
#[tokio::test]
async fn who_asks_too_often_waits_and_nobody_else_does() {
    let town = Town::with(|config| config.officials.requests = 3).await;
    crate::authority::country::found(&town.app.db).await;
    town.apply(&["clerk", "other"].map(super::robot).concat()).await;
    for client in ["clerk", "other"] {
        given(&town, client, Role::Auditor, "").await;
    }
    let (own, other) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    for left in [2, 1, 0] {
        let page = get(&town, &own, "/api/v1/branches").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("ratelimit-policy"), Some("\"minute\";q=3;w=60"));
        assert!(page.header("ratelimit").unwrap().starts_with(&format!("\"minute\";r={left};t=")));
    }
    let page = get(&town, &own, "/api/v1/branches").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = page.header("retry-after").unwrap().parse().unwrap();
    assert_eq!(get(&town, &other, "/api/v1/branches").await.status, StatusCode::OK);
    town.clock.pass(Duration::from_secs(wait));
    assert_eq!(get(&town, &own, "/api/v1/branches").await.status, StatusCode::OK);
    town.leave().await;
}

/// In a server nobody acts before a token says who: what asks nobody's rights is a fault, and shows nothing.
#[tokio::test]
async fn where_nobody_acts_nothing_is_shown() {
    let town = town().await;
    let now = town.app.clock.now();
    assert!(motcua::flows::admin::units::look::unit(&town.app, "province/01", None, now).await.is_err());
    town.leave().await;
}
