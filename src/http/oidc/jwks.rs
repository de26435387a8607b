//! The JWK set: RFC 7517 §5, OpenID Connect Discovery §3 (`jwks_uri`).

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderMap;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::flows::discovery;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::now::Now;
use crate::http::respond;

/// By GET; a copy that is still right is confirmed by 304 (RFC 9110 §13.1.2).
pub async fn get(State(web): State<Arc<Web>>, Now(now): Now, asked: HeaderMap) -> Result<Response, Response> {
    let published = discovery::jwks(&web.app, now).await.map_err(|fault| error::failed(&fault))?;
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let current = |tag: &str| tag.trim().trim_start_matches("W/") == published.etag || tag.trim() == "*";
    let mut response = if known.is_some_and(|tags| tags.split(',').any(current)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        respond::json_bytes(StatusCode::OK, published.body.into_bytes())
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    if let Ok(etag) = HeaderValue::from_str(&published.etag) {
        headers.insert(header::ETAG, etag);
    }
    Ok(response)
}
