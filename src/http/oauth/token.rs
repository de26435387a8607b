//! The token endpoint: RFC 6749 §3.2.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header;

use crate::flows::token;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::form;
use crate::http::respond;
use crate::protocol::error::Error;

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: Request) -> Response {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let authorization = header.map(str::to_owned);
    let parameters = match form::body(request).await {
        Ok(parameters) => parameters,
        Err(unread) => {
            let status = unread.status();
            let mut response = error::oauth(&Error::Refused(unread.error()));
            *response.status_mut() = status;
            return response;
        }
    };
    match token::request(&web.app, authorization.as_deref(), &parameters, web.app.clock.now()).await {
        Ok(tokens) => respond::json(StatusCode::OK, &tokens),
        Err(error) => error::oauth(&error),
    }
}
