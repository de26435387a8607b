//! The style sheets, and the emblem.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::http::Web;
use crate::http::compression;
use crate::http::pages::style_path;
use crate::http::pages::style_sheet;
use crate::http::respond;

/// Serves ours for ever under the name that holds its digest, and the operator's for an hour.
pub async fn show(State(web): State<Arc<Web>>, Path(name): Path<String>) -> Response {
    let ours = style_path().strip_prefix("/assets/") == Some(name.as_str());
    match (ours, name.as_str(), &web.tokens) {
        (true, ..) => file(CSS, style_sheet().into(), "public, max-age=31536000, immutable"),
        (false, "tokens.css", Some(tokens)) => file(CSS, tokens.clone().into(), "public, max-age=3600"),
        _ => respond::text(StatusCode::NOT_FOUND, "There is no such file.\n"),
    }
}

/// The emblem, where browsers look for it unasked; they take a picture of any type that they know.
pub async fn icon(State(web): State<Arc<Web>>) -> Response {
    file("image/svg+xml", web.icon.clone().into(), "public, max-age=86400")
}

const CSS: &str = "text/css; charset=utf-8";

fn file(content_type: &'static str, body: Body, cache: &'static str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    compression::open(response)
}
