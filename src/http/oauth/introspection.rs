//! Token introspection: RFC 7662 §2, RFC 9701 §4.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use http::StatusCode;
use http::header;

use crate::flows::introspection;
use crate::flows::introspection::Format;
use crate::flows::introspection::IntrospectionResponse;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::client_form;
use crate::http::respond;
use crate::protocol::oauth::introspection::MEDIA_TYPE;

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: Request) -> Response {
    let format = format(request.headers());
    let form = match client_form::read(request).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let (authorization, now) = (form.authorization.as_deref(), web.app.clock.now());
    match introspection::answer(&web.app, authorization, &form.parameters, format, now).await {
        Ok(IntrospectionResponse::Json(found)) => respond::json(StatusCode::OK, &found),
        Ok(IntrospectionResponse::Jwt(jwt)) => respond::typed(StatusCode::OK, MEDIA_TYPE, jwt),
        Err(error) => error::oauth(&error),
    }
}

/// What `Accept` asks for (RFC 9701 §4).
fn format(headers: &HeaderMap) -> Format {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let named = |list: &str| {
        list.split(',')
            .any(|range| range.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case(MEDIA_TYPE)))
    };
    if accepted.any(named) { Format::Jwt } else { Format::Json }
}
