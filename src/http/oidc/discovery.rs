//! Provider metadata: OpenID Connect Discovery §4, RFC 8414 §3.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::http::Web;
use crate::http::extract::now::Now;
use crate::http::respond;

/// By GET.
pub async fn get(State(web): State<Arc<Web>>, Now(now): Now) -> Response {
    let text = web.metadata.text(&web.app, now).await;
    let mut response = respond::json_bytes(StatusCode::OK, Bytes::from_owner(text));
    let cache = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}
