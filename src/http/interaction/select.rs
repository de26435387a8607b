//! The choice between the person who is signed in and another.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::ByForm;
use super::ByQuery;
use super::asker;
use super::go;
use super::keep_language;
use crate::flows::authorize::login;
use crate::http::Web;
use crate::http::error;
use crate::http::pages::Select;
use crate::http::respond;
use crate::http::respond::Policy;

/// Shows the page. Where nobody is signed in any more there is nothing to choose.
pub async fn show(State(web): State<Arc<Web>>, ByQuery(visit): ByQuery) -> Response {
    let name = match login::signed_in_name(&web.app, &visit.visitor, visit.now).await {
        Ok(Some(name)) => name,
        Ok(None) => return respond::see_other(&format!("/login?login={}", visit.login)),
        Err(fault) => return error::failed_page(&web, &visit.reader, &fault),
    };
    let redirect_uri = &visit.resumed.login.request.redirect_uri;
    let asker = asker(&web, &visit.resumed.client, redirect_uri, visit.reader.lang);
    let view = Select {
        frame: visit.reader.frame(&web, Some(&format!("/login/select?login={}", visit.login))),
        asker: Some(&asker),
        form_action: "/login/select",
        login: &visit.login,
        signed_in_as: &name,
    };
    let policy = Policy::posting_to(redirect_uri).showing(asker.logo.as_deref());
    keep_language(&web, &visit.reader, respond::page(StatusCode::OK, view.render(), &policy))
}

/// Takes the choice.
pub async fn submit(State(web): State<Arc<Web>>, ByForm(visit): ByForm) -> Response {
    let go_on = visit.parameters.get("choice") == Some("continue");
    match login::select(&web.app, visit.resumed, go_on, &visit.visitor, visit.now).await {
        Ok(step) => go(&web, &visit.reader, step),
        Err(fault) => error::failed_page(&web, &visit.reader, &fault),
    }
}
