//! Challenges for passkeys, which the script of a sign-in page fetches.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use serde::Serialize;

use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::respond;
use crate::parts::authenticate::passkey;
use crate::parts::authenticate::passkey::Challenge;
use crate::parts::sessions::Visitor;

/// What a script is given.
pub(super) fn given(challenge: Option<&Challenge>) -> Response {
    match challenge {
        Some(challenge) => respond::json(StatusCode::OK, challenge),
        None => respond::text(StatusCode::NOT_FOUND, "Passkeys are not taken here.\n"),
    }
}

#[derive(Serialize)]
struct Related<'a> {
    origins: Vec<&'a str>,
}

/// The host names of this deployment, whose pages may use the same passkeys (WebAuthn Level 3 §5.11).
pub async fn related(State(web): State<Arc<Web>>) -> Response {
    let origins = web.app.config.origins().collect();
    let mut told = respond::json(StatusCode::OK, &Related { origins });
    told.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    told
}

/// Gives one, for this browser.
pub async fn challenge(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(_): OwnForm,
) -> Result<Response, Response> {
    let challenge = passkey::challenge(&web.app, &visitor, web.app.clock.now()).await;
    Ok(given(challenge.map_err(error::as_page(&web, &reader))?.as_ref()))
}
