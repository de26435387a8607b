//! The pages of signing out.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header;

use super::asker;
use super::keep_language;
use super::unreadable;
use crate::base::fault::Fault;
use crate::flows::logout;
use crate::flows::logout::Confirmation;
use crate::flows::logout::Decided;
use crate::flows::logout::Decision;
use crate::flows::logout::Next;
use crate::flows::logout::Question;
use crate::flows::logout::front_channel::Farewell;
use crate::flows::logout::rp_initiated;
use crate::flows::logout::rp_initiated::Asked;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::form;
use crate::http::extract::form::Unread;
use crate::http::extract::language::Reader;
use crate::http::extract::visitor;
use crate::http::extract::visitor::Name;
use crate::http::pages::Ending;
use crate::http::pages::ErrorKind;
use crate::http::pages::LogoutConfirm;
use crate::http::pages::SignedOut;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::clients::Client;
use crate::parts::sealed::Sealed;

/// Asks whether the person means it, and which services are left.
pub async fn show(State(web): State<Arc<Web>>, request: Request) -> Response {
    let (reader, visitor) = (Reader::of(&request), visitor::of(&web, &request));
    let sealed = match form::query(&request) {
        Ok(parameters) => parameters.get("logout").map(str::to_owned),
        Err(error) => return unreadable(&web, &reader, Unread::Malformed(error)),
    };
    drop(request); // its body cannot be shared between threads
    let asked = match sealed.as_deref().map(|sealed| Asked::open(&web.app, sealed)) {
        None => Asked::default(),
        Some(Some(asked)) => asked,
        Some(None) => return refused(&web, &reader, "the sealed logout request does not open"),
    };
    let reader = reader.told_by(asked.ui_locales.as_deref());
    match logout::question(&web.app, &visitor, asked, web.app.clock.now()).await {
        Ok(Question::Confirm(confirmation)) => {
            keep_language(&web, &reader, confirm(&web, &reader, &confirmation, sealed.as_deref()))
        }
        Ok(Question::Onward(location)) => respond::see_other(&location),
        Ok(Question::Nobody(onward)) => {
            let here = here(sealed.as_deref());
            let view = SignedOut::nobody(reader.frame(&web, Some(&here)), onward.as_deref());
            keep_language(&web, &reader, respond::page(StatusCode::OK, view.render(), &Policy::default()))
        }
        Err(fault) => error::failed_page(&web, &reader, &fault),
    }
}

/// Does what the person decided.
pub async fn submit(State(web): State<Arc<Web>>, request: Request) -> Response {
    let (reader, visitor) = (Reader::of(&request), visitor::of(&web, &request));
    let parameters = match form::body(request).await {
        Ok(parameters) => parameters,
        Err(unread) => return unreadable(&web, &reader, unread),
    };
    let leaves = |at: usize| parameters.get(&format!("leave-{at}")).is_some();
    let decision = Decision { confirm: parameters.get("confirm").unwrap_or_default(), leaves: &leaves };
    match logout::decided(&web.app, &visitor, &decision, web.app.clock.now()).await {
        Ok(Some(outcome)) => go(&web, &outcome),
        Ok(None) => refused(&web, &reader, "the confirmation was not made for this session"),
        Err(fault) => error::failed_page(&web, &reader, &fault),
    }
}

/// The end: tells services by frames, and leads back to the one that asked.
pub async fn done(State(web): State<Arc<Web>>, request: Request) -> Response {
    let (reader, visitor) = (Reader::of(&request), visitor::of(&web, &request));
    let sealed = form::query(&request).ok().and_then(|parameters| parameters.get("farewell").map(str::to_owned));
    drop(request); // its body cannot be shared between threads
    let Some(sealed) = sealed else { return respond::see_other("/logout/confirm") };
    let Some(farewell) = Farewell::open_in(&visitor, &web.app, &sealed) else {
        return refused(&web, &reader, "the sealed farewell does not open, or was made for another browser");
    };
    let reader = reader.told_by(farewell.asked.ui_locales.as_deref());
    match last_page(&web, &reader, &farewell, &sealed).await {
        Ok(response) => keep_language(&web, &reader, response),
        Err(fault) => error::failed_page(&web, &reader, &fault),
    }
}

async fn last_page(web: &Web, reader: &Reader, farewell: &Farewell, sealed: &str) -> Result<Response, Fault> {
    let frames = farewell.frames(&web.app).await?;
    let onward = rp_initiated::location(&web.app, &farewell.asked).await?;
    let view = SignedOut {
        frame: reader.frame(web, Some(&format!("/logout/done?farewell={sealed}"))),
        ending: if farewell.stays { Ending::Partly } else { Ending::Out },
        frames: &frames,
        onward: onward.as_deref(),
    };
    Ok(respond::page(StatusCode::OK, view.render(), &Policy::default().framing(&frames)))
}

fn confirm(web: &Web, reader: &Reader, confirmation: &Confirmation, sealed: Option<&str>) -> Response {
    let name = |client: &Client| {
        let uri = client.metadata.redirect_uris.first().map_or("", String::as_str);
        asker(web, client, uri, reader.lang).service
    };
    let offered: Vec<String> = confirmation.offered.iter().map(|client| name(client)).collect();
    let asked_by = confirmation.asker.as_deref().map(name);
    let here = here(sealed);
    let view = LogoutConfirm {
        frame: reader.frame(web, Some(&here)),
        form_action: "/logout/confirm",
        confirm: &confirmation.confirm,
        signed_in_as: &confirmation.name,
        asked_by: asked_by.as_deref(),
        offered: &offered,
    };
    let policy = confirmation.leads_to.as_deref().map(Policy::posting_to).unwrap_or_default();
    respond::page(StatusCode::OK, view.render(), &policy)
}

fn here(sealed: Option<&str>) -> String {
    sealed.map_or_else(|| "/logout/confirm".to_owned(), |sealed| format!("/logout/confirm?logout={sealed}"))
}

fn go(web: &Web, outcome: &Decided) -> Response {
    let mut response = match &outcome.next {
        Next::Service(location) => respond::see_other(location),
        Next::Farewell(sealed) => respond::see_other(&format!("/logout/done?farewell={sealed}")),
        Next::Nobody => respond::see_other("/logout/confirm"),
        Next::Home => respond::see_other("/"),
    };
    if let Some(line) = visitor::set(web, Name::Session, "", Some(0)).filter(|_| outcome.signed_out) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

fn refused(web: &Web, reader: &Reader, because: &str) -> Response {
    error::page(web, reader, &Trouble { kind: ErrorKind::Logout, detail: None, because })
}
