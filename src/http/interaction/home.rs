//! What the issuer's own address says, and what stands where nothing is.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::keep_language;
use crate::flows::authorize::interaction;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::visitor;
use crate::http::pages::ErrorKind;
use crate::http::pages::Home;
use crate::http::respond;
use crate::http::respond::Policy;

/// Says whose door this is, and who is signed in.
pub async fn show(State(web): State<Arc<Web>>, request: Request) -> Response {
    let reader = Reader::of(&request);
    let visitor = visitor::of(&web, &request);
    match interaction::signed_in_name(&web.app, &visitor, web.app.clock.now()).await {
        Ok(name) => {
            let view = Home { frame: reader.frame(&web, Some("/")), signed_in_as: name.as_deref() };
            keep_language(&web, &reader, respond::page(StatusCode::OK, view.render(), &Policy::default()))
        }
        Err(fault) => error::failed_page(&web, &reader, &fault),
    }
}

/// Nothing is here.
pub async fn not_found(State(web): State<Arc<Web>>, request: Request) -> Response {
    let trouble = Trouble { kind: ErrorKind::NotFound, detail: None, because: "no such path" };
    error::page(&web, &Reader::of(&request), &trouble)
}

/// Something is here, but not by this method.
pub async fn method_not_allowed(State(web): State<Arc<Web>>, request: Request) -> Response {
    let trouble = Trouble { kind: ErrorKind::MethodNotAllowed, detail: None, because: "no such method" };
    error::page(&web, &Reader::of(&request), &trouble)
}
