//! The pushed authorization request endpoint: RFC 9126 §2.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::flows::par;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::client_form;
use crate::http::extract::visitor;
use crate::http::respond;

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: Request) -> Response {
    let address = visitor::of(&web, &request).address;
    let form = match client_form::read(request).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let now = web.app.clock.now();
    match par::push(&web.app, form.authorization.as_deref(), &form.parameters, address, now).await {
        Ok(pushed) => respond::json(StatusCode::CREATED, &pushed),
        Err(error) => error::oauth(&error),
    }
}
