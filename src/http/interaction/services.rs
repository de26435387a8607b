//! A sign-in that begins here: OpenID Connect Core §4, where we are the third party.

use std::sync::Arc;

use axum::extract::Path;
use axum::extract::State;
use axum::response::Response;

use crate::flows::services;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::pages::ErrorKind;
use crate::http::respond;

/// Leads to the address at which a service begins its sign-in.
pub async fn open(
    State(web): State<Arc<Web>>,
    Path(client_id): Path<String>,
    reader: Reader,
) -> Result<Response, Response> {
    let opening = services::opening(&web.app, &client_id).await.map_err(error::as_page(&web, &reader))?;
    let location = opening.ok_or_else(|| {
        let because = "no service that can be opened from here has this client";
        error::page(&web, &reader, &Trouble { because, ..Trouble::of(ErrorKind::NotFound) })
    })?;
    Ok(respond::see_other(&location))
}
