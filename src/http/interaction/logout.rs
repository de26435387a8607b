//! The pages of signing out.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header;
use http::request::Parts;

use super::asker;
use super::keep_language;
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
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page::OwnForm;
use crate::http::extract::page::Query;
use crate::http::extract::visitor;
use crate::http::extract::visitor::Name;
use crate::http::pages::Ending;
use crate::http::pages::ErrorKind;
use crate::http::pages::LogoutConfirm;
use crate::http::pages::SignedOut;
use crate::http::pages::moving_on;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::clients::Client;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;

/// Asks whether the person means it, and which services are left.
pub async fn show(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Now(now): Now,
    Asking { sealed, asked, reader }: Asking,
) -> Result<Response, Response> {
    let question = logout::question(&web.app, &visitor, asked, now).await.map_err(error::as_page(&web, &reader))?;
    let here = address(sealed.as_deref());
    let page = match question {
        Question::Confirm(confirmation) => confirm(&web, &reader, &confirmation, &here),
        Question::Nobody(onward) => nobody(&web, &reader, onward.as_deref(), &here),
        Question::Onward(location) => return Ok(respond::see_other(&location)),
    };
    Ok(keep_language(&web, &reader, page))
}

/// Does what the person decided.
pub async fn submit(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let leaves = |at: usize| parameters.get(&format!("stay-{at}")).is_none();
    let decision = Decision { confirm: parameters.get("confirm").unwrap_or_default(), leaves: &leaves };
    let decided = logout::decided(&web.app, &visitor, &decision, web.app.clock.now()).await;
    let decided = decided.map_err(error::as_page(&web, &reader))?;
    let foreign = || refused(&web, &reader, "the confirmation was not made for this session");
    Ok(go(&web, &decided.ok_or_else(foreign)?))
}

/// The end: tells services by frames, and leads back to the one that asked.
pub async fn done(
    State(web): State<Arc<Web>>,
    Leaving { sealed, farewell, reader }: Leaving,
) -> Result<Response, Response> {
    let page = last_page(&web, &reader, &farewell, &sealed).await.map_err(error::as_page(&web, &reader))?;
    Ok(keep_language(&web, &reader, page))
}

/// What a service asked for, which the address of the page that asks the person carries.
pub struct Asking {
    sealed: Option<String>,
    asked: Asked,
    reader: Reader,
}

impl FromRequestParts<Arc<Web>> for Asking {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let Query(parameters) = Query::from_request_parts(parts, web).await?;
        let reader = Reader::read(&parts.uri, &parts.headers);
        let sealed = parameters.get("logout").map(str::to_owned);
        let asked = sealed.as_deref().map_or_else(|| Some(Asked::default()), |sealed| Asked::open(&web.app, sealed));
        let asked = asked.ok_or_else(|| refused(web, &reader, "the sealed logout request does not open"))?;
        let reader = reader.told_by(asked.ui_locales.as_deref());
        Ok(Self { sealed, asked, reader })
    }
}

/// The farewell that the address of the last page carries. Without one there may be something left to sign out of.
pub struct Leaving {
    sealed: String,
    farewell: Farewell,
    reader: Reader,
}

impl FromRequestParts<Arc<Web>> for Leaving {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let parameters = form::query(&parts.uri).ok();
        let sealed = parameters.and_then(|parameters| parameters.get("farewell").map(str::to_owned));
        let sealed = sealed.ok_or_else(|| respond::see_other(&address(None)))?;
        let reader = Reader::read(&parts.uri, &parts.headers);
        let visitor = visitor::read(web, &parts.headers, &parts.extensions);
        let farewell = Farewell::open_in(&visitor, &web.app, &sealed);
        let because = "the sealed farewell does not open, or was made for another browser";
        let farewell = farewell.ok_or_else(|| refused(web, &reader, because))?;
        let reader = reader.told_by(farewell.asked.ui_locales.as_deref());
        Ok(Self { sealed, farewell, reader })
    }
}

/// Where the person is asked, for a service whose request is sealed.
pub fn address(sealed: Option<&str>) -> String {
    sealed.map_or_else(|| "/logout/confirm".to_owned(), |sealed| format!("/logout/confirm?logout={sealed}"))
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
    let policy = Policy::default().framing(&frames);
    let policy = if view.moves_on().is_some() { policy.running(moving_on()) } else { policy };
    Ok(respond::page(StatusCode::OK, view.render(), &policy))
}

fn confirm(web: &Web, reader: &Reader, confirmation: &Confirmation, here: &str) -> Response {
    let name = |client: &Client| {
        let uri = client.metadata.redirect_uris.first().map_or("", String::as_str);
        asker(web, client, uri, reader.lang).service
    };
    let offered: Vec<String> = confirmation.offered.iter().map(|client| name(client)).collect();
    let asked_by = confirmation.asker.as_deref().map(name);
    let view = LogoutConfirm {
        frame: reader.frame(web, Some(here)),
        form_action: "/logout/confirm",
        confirm: &confirmation.confirm,
        signed_in_as: &confirmation.name,
        asked_by: asked_by.as_deref(),
        offered: &offered,
    };
    let policy = if confirmation.leads_away { Policy::leading_away() } else { Policy::default() };
    respond::page(StatusCode::OK, view.render(), &policy)
}

fn nobody(web: &Web, reader: &Reader, onward: Option<&str>, here: &str) -> Response {
    let view = SignedOut::nobody(reader.frame(web, Some(here)), onward);
    respond::page(StatusCode::OK, view.render(), &Policy::default())
}

fn go(web: &Web, decided: &Decided) -> Response {
    let mut response = match &decided.next {
        Next::Service(location) => respond::see_other(location),
        Next::Farewell(sealed) => respond::see_other(&format!("/logout/done?farewell={sealed}")),
        Next::Nobody => respond::see_other(&address(None)),
        Next::Home => respond::see_other("/"),
    };
    if let Some(line) = visitor::set(web, Name::Session, "", Some(0)).filter(|_| decided.signed_out) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

fn refused(web: &Web, reader: &Reader, because: &str) -> Response {
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::Logout) })
}
