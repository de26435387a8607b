//! The authorization endpoint: RFC 6749 §3.1. It never shows a sign-in form itself.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::header;

use crate::flows::authorize;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::form;
use crate::http::extract::form::Unread;
use crate::http::extract::language::Reader;
use crate::http::extract::visitor;
use crate::http::extract::visitor::Name;
use crate::http::interaction::go;
use crate::http::interaction::unreadable;
use crate::http::respond;
use crate::parts::sessions::Visitor;

/// By GET.
pub async fn get(State(web): State<Arc<Web>>, reader: Reader, visitor: Visitor, request: Request) -> Response {
    let parameters = match form::query(&request) {
        Ok(parameters) => parameters,
        Err(error) => return unreadable(&web, &reader, Unread::Malformed(error)),
    };
    drop(request); // its body cannot be shared between threads
    let reader = reader.told_by(parameters.get("ui_locales"));
    match authorize::request(&web.app, &parameters, &visitor, web.app.clock.now()).await {
        Ok(outcome) => {
            let mut response = go(&web, &reader, outcome.step);
            let cookie = outcome.new_browser.and_then(|value| visitor::set(&web, Name::Browser, &value, None));
            if let Some(line) = cookie {
                response.headers_mut().append(header::SET_COOKIE, line);
            }
            response
        }
        Err(fault) => error::failed_page(&web, &reader, &fault),
    }
}

/// By POST: answered with 303 to the GET, since a browser keeps `SameSite=Lax` cookies from another site's POST.
pub async fn post(State(web): State<Arc<Web>>, request: Request) -> Response {
    let reader = Reader::of(&request);
    let (parts, body) = request.into_parts();
    let raw = match form::raw(&parts, body).await {
        Ok(raw) => raw,
        Err(unread) => return unreadable(&web, &reader, unread),
    };
    match String::from_utf8(raw) {
        Ok(query) if query.len() <= 12 * 1024 && query.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'#') => {
            respond::see_other(&format!("/authorize?{query}"))
        }
        Ok(query) if query.len() > 12 * 1024 => unreadable(&web, &reader, Unread::TooLarge),
        _ => {
            let error = crate::protocol::error::OAuthError::invalid_request("the form is not percent-encoded");
            unreadable(&web, &reader, Unread::Malformed(error))
        }
    }
}
