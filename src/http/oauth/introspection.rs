//! Token introspection: RFC 7662 §2, RFC 9701 §4.

use std::sync::Arc;

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
use crate::http::respond;
use crate::parts::client_authentication::ClientRequest;
use crate::protocol::oauth::introspection::MEDIA_TYPE;

/// By POST.
pub async fn post(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    request: ClientRequest,
) -> Result<Response, Response> {
    let answered = introspection::answer(&web.app, &request, format(&headers), web.app.clock.now()).await;
    Ok(match answered.map_err(error::to_client(&request))? {
        IntrospectionResponse::Json(found) => respond::json(StatusCode::OK, &found),
        IntrospectionResponse::Jwt(jwt) => respond::typed(StatusCode::OK, MEDIA_TYPE, jwt),
    })
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
