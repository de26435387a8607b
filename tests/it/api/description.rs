//! The description of the API is that of its routes: OpenAPI 3.1.

use std::collections::BTreeSet;

use motcua::http::routes::Caller;
use motcua::http::routes::ROUTES;

use crate::town::Town;

/// "OpenAPI 3.1 built from the routes": every route is described, and nothing else is.
#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    let town = Town::new().await;
    let document = town.get("/api/v1/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut described = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            described.insert(format!("{} {path}", method.to_uppercase()));
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            let scopes = operation["security"][0]["office"].as_array().unwrap();
            let known = motcua::http::admin::metadata::scopes();
            assert!(scopes.iter().all(|scope| known.iter().any(|one| scope == one)), "{method} {path}: {scopes:?}");
        }
    }
    let routes = ROUTES.iter().filter(|route| route.caller == Caller::Official);
    let routes: BTreeSet<String> = routes.map(|route| format!("{} {}", route.method, route.path)).collect();
    assert_eq!(described, routes);
    town.leave().await;
}
