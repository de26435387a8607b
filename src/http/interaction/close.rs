//! Closing the account: asked, decided, and told.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::account;
use super::keep_language;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::account::closing;
use crate::flows::account::closing::Decided;
use crate::flows::account::closing::Decision;
use crate::flows::account::fresh;
use crate::flows::account::fresh::LiveSession;
use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page::OwnForm;
use crate::http::pages::CloseAccount;
use crate::http::pages::ClosedAccount;
use crate::http::pages::ClosingAccount;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

const SIGN_IN: &str = Destination::Closing.sign_in();
const HERE: &str = Destination::Closing.path();

/// Asks, or says when it closes. Who did not sign in of late does so first.
pub async fn show(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let present = fresh::present(&web.app, &visitor, now).await.map_err(&failed)?;
    let Some(live) = present else { return Ok(respond::see_other(SIGN_IN)) };
    Ok(keep_language(&web, &reader, render(&web, &reader, &live, now).map_err(failed)?))
}

/// Takes the decision.
pub async fn decide(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let Some(decision) = decision(&parameters) else { return Ok(respond::see_other(HERE)) };
    let sent = (parameters.get("confirm").unwrap_or_default(), decision);
    let decided = closing::decide(&web.app, &visitor, sent, web.app.clock.now()).await;
    Ok(match decided.map_err(error::as_page(&web, &reader))? {
        Decided::Closes(on) => closed(&web, &reader, on),
        Decided::Kept => respond::see_other(Destination::Account.path()),
        Decided::Nobody => respond::see_other(SIGN_IN),
        Decided::Foreign => account::foreign(&web, &reader),
    })
}

fn decision(parameters: &Parameters) -> Option<Decision> {
    match parameters.get("decision") {
        Some("close") => Some(Decision::Close),
        Some("keep") => Some(Decision::Keep),
        _ => None,
    }
}

fn render(web: &Web, reader: &Reader, live: &LiveSession, now: Timestamp) -> Result<Response, Fault> {
    const DAY: u64 = 86_400;
    let (confirm, frame) = (fresh::confirm(&web.app, live, now)?, reader.frame(web, Some(HERE)));
    let config = &web.app.config;
    let page = match live.session.closes_at() {
        None => {
            let (days, years) = (config.people.closing.as_secs() / DAY, config.tokens.history.as_secs() / (365 * DAY));
            CloseAccount { frame, confirm: &confirm, days, years }.render()
        }
        Some(on) => {
            let (carried, day) = (("confirm", confirm.as_str()), web.zone().date(on));
            ClosingAccount { frame, form_action: HERE, carried, day: &day }.render()
        }
    };
    Ok(respond::page(StatusCode::OK, page, &Policy::default()))
}

fn closed(web: &Web, reader: &Reader, on: Timestamp) -> Response {
    let view = ClosedAccount { frame: reader.frame(web, None), day: &web.zone().date(on) };
    respond::page(StatusCode::OK, view.render(), &Policy::default())
}
