//! The pushed authorization request endpoint: RFC 9126 §2.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::flows::par;
use crate::http::Web;
use crate::http::error;
use crate::http::respond;
use crate::parts::client_authentication::ClientRequest;

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: ClientRequest) -> Result<Response, Response> {
    let answered = par::push(&web.app, &request, web.app.clock.now()).await;
    Ok(respond::json(StatusCode::CREATED, &answered.map_err(error::to_client(&request))?))
}
