//! What holds for every route: headers, cookies, origins, limits, methods.

mod caching;
mod compression;
mod connections;
mod cookies;
mod cors;
mod deadline;
mod form_post;
mod headers;
mod limits;
mod metadata;
mod methods;
mod odd_input;
mod proxies;

use axum::body::Body;
use axum::extract::Request;
use http::Method;
use motcua::http::pages::style_path;

use crate::town::Page;
use crate::town::Town;

/// A town in which every route leads somewhere.
pub async fn everything_open() -> Town {
    Town::with_post(|config| config.accounts.open = true).await
}

/// Sends one request as it is given.
pub async fn ask(town: &Town, method: Method, target: &str, headers: &[(&str, &str)], body: &str) -> Page {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = town.send(request.body(Body::from(body.to_owned())).unwrap()).await;
    Page::read(target, response).await
}

/// A path that a route answers.
pub fn example_of(path: &'static str) -> &'static str {
    match path {
        "/assets/{name}" => style_path(),
        "/register/{client_id}" => "/register/portal",
        "/services/{client_id}/open" => "/services/portal/open",
        "/api/{tag}" => "/api/units",
        "/api/{tag}/{operation}" => "/api/units/listUnits",
        other => other,
    }
}

pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
