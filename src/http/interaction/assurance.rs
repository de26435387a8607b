//! What each level of assurance is worth.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::keep_language;
use crate::http::Web;
use crate::http::compression;
use crate::http::extract::language::Reader;
use crate::http::pages::Assurance;
use crate::http::respond;
use crate::http::respond::Policy;

/// Shows it, to anybody.
pub async fn show(State(web): State<Arc<Web>>, reader: Reader) -> Response {
    let view = Assurance { frame: reader.frame(&web, Some("/assurance")) };
    let page = respond::page(StatusCode::OK, view.render(), &Policy::default());
    keep_language(&web, &reader, compression::open(page))
}
