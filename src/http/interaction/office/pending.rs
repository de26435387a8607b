//! What waits for a second official, and how he decides.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::DESK;
use super::at;
use super::done;
use super::following;
use super::known;
use super::listed;
use super::once;
use super::say;
use super::seated::Seated;
use super::seated::Sent;
use super::wanted;
use crate::app::App;
use crate::base::fault::Fault;
use crate::flows::admin::refusal::Refusal;
use crate::flows::admin::rights::carrying::CarriedOut;
use crate::flows::admin::rights::desk;
use crate::flows::admin::rights::telling;
use crate::flows::admin::rights::telling::Waiting;
use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::page::Query;
use crate::http::interaction::keep_language;
use crate::http::pages::DeskForm;
use crate::http::pages::DeskList;
use crate::http::pages::DeskOne;
use crate::http::pages::DeskRow;
use crate::http::pages::Notice;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::say;
use crate::identity::authority::Act;
use crate::protocol::oauth::parameters::Parameters;

const LIST: &str = "/office/pending";

/// What a form brought back that was not done: the reason that was typed, the status, and why.
type Wrong<'a> = (&'a str, StatusCode, Option<Cow<'static, str>>);

/// Shows a page of it.
pub async fn list(State(web): State<Arc<Web>>, seated: Seated, Query(parameters): Query) -> Result<Response, Response> {
    let page = desk::pending(&seated.app, &wanted(LIST, &parameters), false, seated.now).await;
    let page = done(&web, &seated, page)?;
    let mut rows = Vec::new();
    for one in &page.items {
        let told = telling::waiting(&seated.app, seated.reader.lang, &one.row, seated.now).await;
        rows.push(row(&seated, &told.map_err(error::as_page(&web, &seated.reader))?));
    }
    Ok(show(&web, &seated, &rows, following(LIST, page.next.as_deref())))
}

fn show(web: &Web, seated: &Seated, rows: &[DeskRow], next: Option<String>) -> Response {
    let (frame, office, next) = (seated.reader.frame(web, Some(LIST)), seated.called.as_str(), next.as_deref());
    let (heading, none) = (key::DESK_PENDING, key::DESK_PENDING_NONE);
    listed(web, seated, &DeskList { frame, office, heading, none, rows, action: None, next })
}

fn row(seated: &Seated, waiting: &Waiting) -> DeskRow {
    let whom = waiting.whom.as_ref().map(|whom| format!(" → {whom}")).unwrap_or_default();
    DeskRow {
        what: waiting.what.clone(),
        lines: vec![format!("{}{whom}", waiting.asked_by), at(seated, waiting.asked_at)],
        href: Some(Destination::Pending(Some(waiting.id)).address()),
    }
}

/// Shows one.
pub async fn one(State(web): State<Arc<Web>>, seated: Seated, Query(parameters): Query) -> Result<Response, Response> {
    let id = parameters.get("id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let kept = match seated.is_fresh_for(Act::PendingDecide) {
        true => seated.kept(Destination::Pending(Some(id))).await,
        false => Parameters::default(), // there is no form to type in yet
    };
    let reason = kept.get("reason").unwrap_or_default();
    let page = render(&web, &seated, id, (reason, StatusCode::OK, None)).await?;
    Ok(keep_language(&web, &seated.reader, page))
}

/// Takes the decision. Who signed in too long ago does so once more, and comes back.
pub async fn decide(State(web): State<Arc<Web>>, sent: Sent) -> Result<Response, Response> {
    once::sent(web, sent, ("/office/pending/one", &["id", "reason", "decision"]), decided).await
}

async fn decided(web: Arc<Web>, Sent { seated, parameters }: Sent) -> Result<Response, Response> {
    let id = parameters.get("id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let here = Destination::Pending(Some(id));
    if !seated.does_freshly(&web, Act::PendingDecide).await? {
        return Ok(seated.once_more(here, &parameters, &["reason"]).await);
    }
    let reason = parameters.get("reason").unwrap_or_default();
    let Some(app) = seated.because(reason) else {
        return render(&web, &seated, id, lacks_reason(&seated, reason)).await;
    };
    if parameters.get("decision") == Some("carry-out") {
        return carry_out(&web, &seated, &app, id).await;
    }
    let decided = desk::decide(&app, id, parameters.get("decision") == Some("approve"), seated.now).await;
    match decided.map_err(error::as_page(&web, &seated.reader))? {
        Err(Refusal::Stands(_)) => render(&web, &seated, id, stands(&seated, reason)).await,
        decided => done(&web, &seated, Ok(decided)).map(|_| seated.onward(&web, &here.address())),
    }
}

/// Whoever asked carries it out. A code that it gives is shown this once.
async fn carry_out(web: &Web, seated: &Seated, app: &App, id: Uuid) -> Result<Response, Response> {
    let done = match desk::carry_out(app, id, seated.now).await.map_err(error::as_page(web, &seated.reader))? {
        Err(Refusal::Stands(_)) => return render(web, seated, id, stands(seated, "")).await,
        decided => done(web, seated, Ok(decided))?,
    };
    let CarriedOut::Code(code, until) = done else {
        return Ok(seated.onward(web, &Destination::Pending(Some(id)).address()));
    };
    let (heading, label) = (say(seated, key::DESK_CODE), say(seated, key::DESK_BACK));
    let lines = [code.expose().clone(), say::desk_code_what(seated.reader.lang, &web.zone().moment(until))];
    let view = Notice {
        frame: seated.reader.frame(web, None),
        heading: &heading,
        lines: &lines,
        action: Some((&*label, DESK)),
    };
    Ok(respond::page(StatusCode::OK, view.render(), &Policy::default()))
}

fn lacks_reason<'a>(seated: &Seated, reason: &'a str) -> Wrong<'a> {
    (reason, StatusCode::BAD_REQUEST, Some(say(seated, key::DESK_WRONG_REASON)))
}

fn stands<'a>(seated: &Seated, reason: &'a str) -> Wrong<'a> {
    (reason, StatusCode::CONFLICT, Some(say(seated, key::DESK_CLOSED)))
}

async fn render(web: &Web, seated: &Seated, id: Uuid, wrong: Wrong<'_>) -> Result<Response, Response> {
    let shown = done(web, seated, desk::pending_one(&seated.app, id, seated.now).await)?;
    let failed = error::as_page(web, &seated.reader);
    let told = telling::waiting(&seated.app, seated.reader.lang, &shown.row, seated.now).await.map_err(&failed)?;
    page(web, seated, &told, wrong).map_err(failed)
}

fn page(web: &Web, seated: &Seated, waiting: &Waiting, (reason, status, alert): Wrong<'_>) -> Result<Response, Fault> {
    let here = Destination::Pending(Some(waiting.id));
    let (id, confirm, again) = (waiting.id.to_string(), seated.confirm()?, here.sign_in_address());
    let is_fresh = seated.is_fresh_for(Act::PendingDecide);
    let carries_out = waiting.is_own && waiting.is_approved;
    let is_open = waiting.is_open || carries_out;
    let buttons: &[(&str, Key)] = match waiting.is_own {
        true if carries_out => &[("carry-out", key::DESK_CARRY_OUT)],
        true => &[("refuse", key::DESK_WITHDRAW)],
        false => &[("approve", key::DESK_APPROVE), ("refuse", key::DESK_REFUSE)],
    };
    let form = DeskForm { action: "/office/pending/one", confirm: &confirm, id: &id, reason, buttons };
    let line = match (is_open, is_fresh, waiting.is_own) {
        (true, true, true) if carries_out => Some(key::DESK_CARRY_OUT_WHAT),
        (true, false, _) => Some(key::DESK_AGAIN_WHAT),
        (true, true, true) => Some(key::DESK_OWN),
        (true, true, false) | (false, ..) => None,
    };
    let view = DeskOne {
        frame: seated.reader.frame(web, Some(&here.address())),
        office: &seated.called,
        heading: key::DESK_PENDING_ONE,
        alert,
        facts: &facts(seated, waiting),
        line: line.map(|key| say(seated, key)),
        form: Some(form).filter(|_| is_open && is_fresh),
        first: Some((key::DESK_AGAIN, again.as_str())).filter(|_| is_open && !is_fresh),
        back: (key::DESK_PENDING, LIST),
    };
    Ok(respond::page(status, view.render(), &Policy::default()))
}

fn facts(seated: &Seated, waiting: &Waiting) -> Vec<(Key, String)> {
    let (by, on) = waiting.decided.clone().map(|(by, on)| (by, at(seated, on))).unzip();
    known([
        (key::DESK_WHAT, Some(waiting.what.clone())),
        (key::DESK_WHOM, waiting.whom.clone()),
        (key::DESK_ASKED_BY, Some(waiting.asked_by.clone())),
        (key::DESK_IN_OFFICE, waiting.office.clone()),
        (key::DESK_REASON, Some(waiting.reason.clone())),
        (key::DESK_ASKED_AT, Some(at(seated, waiting.asked_at))),
        (key::DESK_DECIDE_UNTIL, waiting.is_open.then(|| at(seated, waiting.until))),
        (key::DESK_STATE, Some(waiting.state.clone())),
        (key::DESK_DECIDED_BY, by),
        (key::DESK_DECIDED_AT, on),
        (key::DESK_WHY, waiting.why.clone()),
    ])
}
