//! Who may look at which figures, "as of any date, before and after a reorganization".

use std::time::Duration;

use http::StatusCode;
use motcua::identity::authority::Role;
use motcua::parts::figures;
use motcua::parts::hierarchy;

use super::person;
use super::redeem;
use super::run;
use crate::api;
use crate::api::matrix::declared;
use crate::authority::country;
use crate::town::Town;

/// People of every line of an answer.
async fn people(town: &Town, token: &str, query: &str) -> Vec<u64> {
    let page = api::get(town, token, &format!("/api/v1/figures?{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.body);
    page.json()["items"].as_array().unwrap().iter().map(|item| item["people"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn figures_are_looked_at_as_far_as_an_office_reaches() {
    let town = api::town().await;
    town.apply(&["101-health", "102-justice", "202-health"].map(declared).concat()).await;
    api::given(&town, "clerk", Role::Auditor, "01").await;
    api::given(&town, "other", Role::Auditor, "").await;
    figures::begin(&town.app, town.app.clock.now()).await.unwrap();
    let day = |town: &Town| hierarchy::today(&town.app, town.app.clock.now());
    let before = day(&town);
    let both = person(&town.app);
    for client in ["c-101-health", "c-102-justice", "c-202-health"] {
        redeem(&town.app, client, both).await;
        redeem(&town.app, client, person(&town.app)).await;
    }
    town.clock.pass(Duration::from_secs(24 * 3600));
    run(&town.app).await;
    country::reform(&town.app.db, town.app.clock.now()).await;
    let after = day(&town);
    redeem(&town.app, "c-101-health", both).await;
    town.clock.pass(Duration::from_secs(180));
    run(&town.app).await;
    let (clerk, other) = (api::token(&town, "clerk", &[]).await, api::token(&town, "other", &[]).await);
    let whole = format!("by=whole&from={before}");
    for (query, expected) in [
        (format!("from={before}"), vec![3, 1]),
        (whole.clone(), vec![3]),
        (format!("{whole}&unit=district/101&to={before}"), vec![2]),
        (format!("{whole}&unit=103"), vec![1]),
        (format!("{whole}&unit=103&branch=health"), vec![1]),
        (format!("{whole}&unit=01"), vec![3]),
        (format!("{whole}&agency=102-justice"), vec![2]),
        (format!("{whole}&service=s-101-health"), vec![2]),
        (format!("{whole}&service=s-202-health"), vec![0]),
        (format!("to={before}&from={before}"), vec![3]),
    ] {
        assert_eq!(people(&town, &clerk, &query).await, expected, "{query}");
    }
    assert_eq!(people(&town, &other, &whole).await, [4]);
    assert_eq!(people(&town, &other, &format!("{whole}&branch=health")).await, [3]);
    assert_eq!(people(&town, &other, "").await.len(), 30);
    for (query, status) in [
        (format!("{whole}&unit=02"), StatusCode::FORBIDDEN),
        (format!("{whole}&branch=health"), StatusCode::FORBIDDEN),
        (format!("{whole}&agency=202-health"), StatusCode::FORBIDDEN),
        (format!("{whole}&agency=202-health&service=s-202-health"), StatusCode::FORBIDDEN),
        (format!("{whole}&unit=02&service=s-101-health"), StatusCode::FORBIDDEN),
        (format!("{whole}&unit=district/101"), StatusCode::BAD_REQUEST),
        ("branch=nothing".to_owned(), StatusCode::BAD_REQUEST),
        ("from=2020-01-01".to_owned(), StatusCode::BAD_REQUEST),
        (format!("from={after}&to={before}"), StatusCode::BAD_REQUEST),
        ("by=hour".to_owned(), StatusCode::BAD_REQUEST),
    ] {
        let page = api::get(&town, &clerk, &format!("/api/v1/figures?{query}")).await;
        assert_eq!(page.status, status, "{query}: {}", page.body);
    }
    let page = api::get(&town, &other, &format!("/api/v1/figures?{whole}&service=s-101-health")).await.json();
    assert_eq!(page["items"][0]["counts"]["sign_ins"], 3);
    assert_eq!(page["items"][0]["exact"], true);
    town.leave().await;
}
