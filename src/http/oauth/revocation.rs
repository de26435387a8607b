//! Token revocation: RFC 7009 §2.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use http::StatusCode;

use crate::flows::revocation;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::client_form;

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: Request) -> Response {
    let form = match client_form::read(request).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    match revocation::request(&web.app, form.authorization.as_deref(), &form.parameters, web.app.clock.now()).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => error::oauth(&error),
    }
}
