//! Sign out everywhere of this browser.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header;

use super::keep_language;
use super::unreadable;
use crate::flows::logout;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::form;
use crate::http::extract::language::Reader;
use crate::http::extract::visitor;
use crate::http::extract::visitor::Name;
use crate::http::pages::ErrorKind;
use crate::http::pages::LogoutConfirm;
use crate::http::pages::SignedOut;
use crate::http::respond;
use crate::http::respond::Policy;

/// Leads to the confirmation.
pub async fn begin() -> Response {
    respond::see_other("/logout/confirm")
}

/// Asks whether the person means it.
pub async fn show(State(web): State<Arc<Web>>, request: Request) -> Response {
    let reader = Reader::of(&request);
    let visitor = visitor::of(&web, &request);
    match logout::confirmation(&web.app, &visitor, web.app.clock.now()).await {
        Ok(Some(confirmation)) => {
            let view = LogoutConfirm {
                frame: reader.frame(&web, Some("/logout/confirm")),
                form_action: "/logout/confirm",
                confirm: &confirmation.confirm,
                signed_in_as: &confirmation.name,
            };
            keep_language(&reader, respond::page(StatusCode::OK, view.render(), &Policy::default()))
        }
        Ok(None) => keep_language(&reader, signed_out(&web, &reader, "/logout/confirm", false)),
        Err(fault) => error::failed_page(&web, &reader, &fault),
    }
}

/// Ends the session.
pub async fn submit(State(web): State<Arc<Web>>, request: Request) -> Response {
    let reader = Reader::of(&request);
    let visitor = visitor::of(&web, &request);
    let parameters = match form::body(request).await {
        Ok(parameters) => parameters,
        Err(unread) => return unreadable(&web, &reader, unread),
    };
    let confirm = parameters.get("confirm").unwrap_or_default();
    match logout::confirmed(&web.app, &visitor, confirm, web.app.clock.now()).await {
        Ok(true) => {
            let mut response = respond::see_other("/logout/done");
            if let Some(line) = visitor::set(&web, Name::Session, "", Some(0)) {
                response.headers_mut().append(header::SET_COOKIE, line);
            }
            response
        }
        Ok(false) => {
            let because = "the confirmation was not made for this session";
            error::page(&web, &reader, &Trouble { kind: ErrorKind::WrongBrowser, detail: None, because })
        }
        Err(fault) => error::failed_page(&web, &reader, &fault),
    }
}

/// The end.
pub async fn done(State(web): State<Arc<Web>>, request: Request) -> Response {
    let reader = Reader::of(&request);
    keep_language(&reader, signed_out(&web, &reader, "/logout/done", true))
}

fn signed_out(web: &Web, reader: &Reader, here: &str, somebody_was: bool) -> Response {
    let view = SignedOut { frame: reader.frame(web, Some(here)), somebody_was };
    respond::page(StatusCode::OK, view.render(), &Policy::default())
}
