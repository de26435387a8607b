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
use crate::http::extract::form;
use crate::http::respond;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: Request) -> Response {
    let mut response = answer(&web, request).await;
    // §5.1 wants both; the stack adds `Cache-Control: no-store`.
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

async fn answer(web: &Web, request: Request) -> Response {
    let mut headers = request.headers().get_all(header::AUTHORIZATION).iter();
    let (first, second) = (headers.next(), headers.next());
    if second.is_some() {
        let twice = OAuthError::invalid_request("the request has two Authorization headers");
        return error::oauth(&Error::Refused(twice));
    }
    let authorization = first.and_then(|value| value.to_str().ok()).map(str::to_owned);
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
