//! The API of officials, described page by page.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Path;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::home;
use super::keep_language;
use crate::http::Web;
use crate::http::admin::openapi;
use crate::http::admin::outline;
use crate::http::compression;
use crate::http::extract::language::Reader;
use crate::http::pages::ApiIndex;
use crate::http::pages::ApiOne;
use crate::http::pages::ApiOperation;
use crate::http::pages::ApiTag;
use crate::http::respond;
use crate::http::respond::Policy;

/// Says what there is.
pub async fn show(State(web): State<Arc<Web>>, reader: Reader) -> Response {
    let tags: Vec<(String, usize)> = described(&web).into_iter().map(|(tag, all)| (tag, all.len())).collect();
    let view = ApiIndex { frame: reader.frame(&web, Some("/api")), tags: &tags };
    page(&web, &reader, view.render())
}

/// Says what can be asked about something.
pub async fn tag(State(web): State<Arc<Web>>, reader: Reader, Path(tag): Path<String>) -> Response {
    let Some(operations) = described(&web).remove(&tag) else { return home::not_found(State(web), reader).await };
    let here = format!("/api/{tag}");
    let view = ApiTag { frame: reader.frame(&web, Some(&here)), tag: &tag, operations: &operations };
    page(&web, &reader, view.render())
}

/// Says how one thing is asked.
pub async fn operation(
    State(web): State<Arc<Web>>,
    reader: Reader,
    Path((tag, id)): Path<(String, String)>,
) -> Response {
    let operations = described(&web).remove(&tag).unwrap_or_default();
    let Some(operation) = operations.iter().find(|one| one.id == id) else {
        return home::not_found(State(web), reader).await;
    };
    let here = format!("/api/{tag}/{id}");
    let view = ApiOne { frame: reader.frame(&web, Some(&here)), tag: &tag, operation };
    page(&web, &reader, view.render())
}

fn described(web: &Web) -> BTreeMap<String, Vec<ApiOperation>> {
    let document = serde_json::to_value(openapi::document(&web.app.config.server.issuer));
    outline::of(&document.unwrap_or_default())
}

fn page(web: &Web, reader: &Reader, html: String) -> Response {
    let page = respond::page(StatusCode::OK, html, &Policy::default());
    keep_language(web, reader, compression::open(page))
}
