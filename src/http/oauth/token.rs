//! The token endpoint: RFC 6749 §3.2.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::flows::token;
use crate::http::Web;
use crate::http::error;
use crate::http::respond;
use crate::parts::client_authentication::ClientRequest;

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: Result<ClientRequest, Response>) -> Result<Response, Response> {
    answer(&web, request).await.map(uncached).map_err(uncached)
}

async fn answer(web: &Web, request: Result<ClientRequest, Response>) -> Result<Response, Response> {
    let request = request?;
    let answered = token::request(&web.app, &request, web.app.clock.now()).await;
    Ok(respond::json(StatusCode::OK, &answered.map_err(error::to_client(&request))?))
}

/// §5.1 wants both; the stack adds `Cache-Control: no-store`.
fn uncached(mut response: Response) -> Response {
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
