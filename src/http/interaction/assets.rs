//! The style sheets.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::http::Web;
use crate::http::pages::STYLE_SHEET;
use crate::http::pages::style_path;
use crate::http::respond;

/// Serves ours for ever under the name that holds its digest, and the operator's for an hour.
pub async fn show(State(web): State<Arc<Web>>, Path(name): Path<String>) -> Response {
    let ours = style_path().strip_prefix("/assets/") == Some(name.as_str());
    match (ours, name.as_str(), &web.tokens) {
        (true, ..) => css(STYLE_SHEET.into(), "public, max-age=31536000, immutable"),
        (false, "tokens.css", Some(tokens)) => css(tokens.clone().into(), "public, max-age=3600"),
        _ => respond::text(StatusCode::NOT_FOUND, "There is no such file.\n"),
    }
}

fn css(body: Body, cache: &'static str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}
