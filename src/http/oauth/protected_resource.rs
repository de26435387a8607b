//! Protected resource metadata of UserInfo: RFC 9728 §3.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::http::Web;
use crate::http::respond;
use crate::protocol::oauth::protected_resource::ProtectedResourceMetadata;

/// By GET.
pub async fn get(State(web): State<Arc<Web>>) -> Response {
    answer(&ProtectedResourceMetadata::userinfo(&web.app.config.server.issuer))
}

/// Metadata, which seldom change.
pub fn answer(metadata: &ProtectedResourceMetadata) -> Response {
    let mut response = respond::json(StatusCode::OK, metadata);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}
