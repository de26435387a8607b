//! Token revocation: RFC 7009 §2.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use http::StatusCode;

use crate::flows::revocation;
use crate::http::Web;
use crate::http::error;
use crate::parts::client_authentication::ClientRequest;

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: ClientRequest) -> Result<Response, Response> {
    let answered = revocation::request(&web.app, &request, web.app.clock.now()).await;
    answered.map(|()| StatusCode::OK.into_response()).map_err(error::to_client(&request))
}
