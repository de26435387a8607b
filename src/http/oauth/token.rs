//! The token endpoint: RFC 6749 §3.2.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::flows::token;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::client;
use crate::http::respond;

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: Request) -> Response {
    let mut response = answer(&web, request).await;
    // §5.1 wants both; the stack adds `Cache-Control: no-store`.
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

async fn answer(web: &Web, request: Request) -> Response {
    let sent = match client::read(request).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    match token::request(&web.app, sent.authorization.as_deref(), &sent.parameters, web.app.clock.now()).await {
        Ok(tokens) => respond::json(StatusCode::OK, &tokens),
        Err(error) => error::oauth(&error),
    }
}
