//! The logout endpoint: OpenID Connect RP-Initiated Logout §2, by GET and by POST. It never asks itself: the page that does
//! has an address of its own, which the browser opens with its cookies even if another site's form led here.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;

use crate::flows::logout::rp_initiated;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::form;
use crate::http::extract::form::Unread;
use crate::http::extract::language::Reader;
use crate::http::interaction::unreadable;
use crate::http::pages::ErrorKind;
use crate::http::respond;
use crate::protocol::error::Error;
use crate::protocol::oauth::parameters::Parameters;

/// By GET.
pub async fn get(State(web): State<Arc<Web>>, request: Request) -> Response {
    let (reader, parameters) = (Reader::of(&request), form::query(&request));
    drop(request); // its body cannot be shared between threads
    match parameters {
        Ok(parameters) => answer(&web, reader, &parameters).await,
        Err(error) => unreadable(&web, &reader, Unread::Malformed(error)),
    }
}

/// By POST.
pub async fn post(State(web): State<Arc<Web>>, request: Request) -> Response {
    let reader = Reader::of(&request);
    match form::body(request).await {
        Ok(parameters) => answer(&web, reader, &parameters).await,
        Err(unread) => unreadable(&web, &reader, unread),
    }
}

async fn answer(web: &Web, reader: Reader, parameters: &Parameters) -> Response {
    let now = web.app.clock.now();
    let reader = reader.told_by(parameters.get("ui_locales"));
    let sealed = match rp_initiated::read(&web.app, parameters, now).await {
        Ok(asked) => asked.seal_if_any(&web.app, now),
        Err(Error::Refused(refusal)) => {
            let (detail, because) = (Some(refusal.description.as_ref()), refusal.to_string());
            return error::page(web, &reader, &Trouble { kind: ErrorKind::Logout, detail, because: &because });
        }
        Err(Error::Failed(fault)) => Err(fault),
    };
    match sealed {
        Ok(Some(asked)) => respond::see_other(&format!("/logout/confirm?logout={asked}")),
        Ok(None) => respond::see_other("/logout/confirm"),
        Err(fault) => error::failed_page(web, &reader, &fault),
    }
}
