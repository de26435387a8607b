//! Protected resource metadata of the API: RFC 9728 §3.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::http::Web;
use crate::http::oauth::protected_resource;
use crate::identity::authority::Act;
use crate::protocol::oauth::protected_resource::ProtectedResourceMetadata;

/// By GET.
pub async fn get(State(web): State<Arc<Web>>) -> Response {
    protected_resource::answer(&ProtectedResourceMetadata::api(&web.app.config.server.issuer, scopes()))
}

/// Every scope value that the API knows, by name.
pub fn scopes() -> Vec<String> {
    let all: BTreeSet<String> = Act::ALL.into_iter().flat_map(Act::scopes).collect();
    all.into_iter().collect()
}
