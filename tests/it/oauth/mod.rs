//! OAuth 2.0: RFC 6749 and its extensions, one file for each specification or section.

mod access_token;
mod authorization_code;
mod authorization_endpoint;
mod bearer;
mod client_authentication;
mod client_credentials;
mod client_secrets;
mod error_bodies;
mod introspection;
mod issuer_identification;
pub mod jar;
mod native_apps;
mod par;
mod par_shares;
mod pkce;
mod private_key_jwt;
mod protected_resource;
mod redirect_uri;
mod refresh_token;
pub mod registration;
mod registration_limits;
mod registration_management;
mod resource_indicators;
mod revocation;
mod scope;
mod server_metadata;
mod software_statement;
mod token_endpoint;

use axum::body::Body;
use axum::extract::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header;

use crate::town::Page;
use crate::town::Town;

/// The code of an error that came by redirect to `redirect_uri`.
pub fn redirected(page: &Page, redirect_uri: &str) -> String {
    assert!(page.url.starts_with(redirect_uri), "not at {redirect_uri} but at {}: {}", page.url, page.body);
    page.parameter("error").unwrap_or_else(|| panic!("no error at {}", page.url))
}

/// Asserts the answer of RFC 6749 §5.2.
#[track_caller]
pub fn refused(page: &Page, status: u16, code: &str) {
    assert_eq!((page.status.as_u16(), page.json()["error"].as_str()), (status, Some(code)), "{}", page.body);
}

/// Asserts an error page that leads nowhere.
#[track_caller]
pub fn page_without_redirect(page: &Page) {
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{} {}", page.url, page.body);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.location(), None);
    assert!(page.body.contains("<h1"), "{}", page.body);
}

/// An `Authorization` header of two halves as they are given.
pub fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// A request with a body as it is given.
pub async fn post(town: &Town, target: &str, headers: &[(&str, &str)], body: &str) -> Page {
    let mut request = Request::post(target);
    let own_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if !own_type {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = town.send(request.body(Body::from(body.to_owned())).unwrap()).await;
    Page::read(target, response).await
}
