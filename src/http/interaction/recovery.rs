//! The pages of the way back in.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::keep_language;
use super::late;
use super::notice;
use super::sign_in_form;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::flows::recovery;
use crate::flows::recovery::Asking;
use crate::flows::recovery::Proven;
use crate::flows::recovery::Proving;
use crate::flows::recovery::Reach;
use crate::flows::recovery::Way;
use crate::flows::recovery::completing;
use crate::flows::recovery::completing::Completed;
use crate::flows::recovery::completing::Stage;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::extract::page::Query;
use crate::http::extract::visitor;
use crate::http::pages::ErrorKind;
use crate::http::pages::Late;
use crate::http::pages::Recovery;
use crate::http::pages::RecoveryAlert;
use crate::http::pages::RecoveryCode;
use crate::http::pages::RecoveryPassword;
use crate::http::pages::RecoveryWait;
use crate::http::pages::ShownWay;
use crate::http::pages::reasons;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::key;
use crate::i18n::text;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// Asks whose account it is.
pub async fn show(State(web): State<Arc<Web>>, reader: Reader) -> Response {
    keep_language(&web, &reader, ask(&web, &reader, &Parameters::default(), None))
}

/// Takes the name, and leads to the page of the code, whoever has it.
pub async fn submit(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let name = sign_in_form::username(&parameters);
    let Some(way) = chosen(&web, &parameters).filter(|_| !name.trim().is_empty()) else {
        return Ok(ask(&web, &reader, &parameters, Some(RecoveryAlert::Incomplete)));
    };
    let asking = recovery::ask(&web.app, (&name, way), reader.lang, &visitor, web.app.clock.now()).await;
    Ok(match asking.map_err(error::as_page(&web, &reader))? {
        Asking::Wait(wait) => ask(&web, &reader, &parameters, Some(RecoveryAlert::TooManyTries { wait })),
        Asking::Asked(sealed, new_browser) => {
            let next = respond::see_other(&format!("/recovery/code?recovery={sealed}"));
            visitor::with_browser(&web, next, new_browser.as_deref())
        }
    })
}

/// Asks for the code.
pub async fn show_code(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Query(parameters): Query,
) -> Result<Response, Response> {
    let sealed = parameters.get("recovery").unwrap_or_default();
    let asked = recovery::asked(&web.app, sealed, &visitor).ok_or_else(|| foreign(&web, &reader))?;
    Ok(keep_language(&web, &reader, code(&web, &reader, (sealed, asked.way()), None)))
}

/// Takes it.
pub async fn submit_code(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let sealed = parameters.get("recovery").unwrap_or_default();
    let asked = recovery::asked(&web.app, sealed, &visitor).ok_or_else(|| foreign(&web, &reader))?;
    let typed = Secret::new(parameters.get("otp").unwrap_or_default().to_owned());
    let proving = recovery::prove(&web.app, &asked, &typed, &visitor, web.app.clock.now()).await;
    let again = |alert| code(&web, &reader, (sealed, asked.way()), Some(alert));
    Ok(match proving.map_err(error::as_page(&web, &reader))? {
        Proving::Proven(proven) => respond::see_other(&format!("/recovery/password?proven={proven}")),
        Proving::Wrong => again(RecoveryAlert::Wrong),
        Proving::Over => again(RecoveryAlert::Over),
        Proving::Wait(wait) => again(RecoveryAlert::TooManyTries { wait }),
    })
}

/// Says until when to wait, or asks for another password.
pub async fn show_password(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Query(parameters): Query,
) -> Result<Response, Response> {
    let (sealed, now) = (parameters.get("proven").unwrap_or_default(), web.app.clock.now());
    let Some(proven) = recovery::proven(&web.app, sealed, &visitor, now) else { return Err(over(&web, &reader)) };
    let failed = error::as_page(&web, &reader);
    let stage = completing::look(&web.app, &proven, now).await.map_err(&failed)?;
    let page = match stage {
        Stage::Waiting(until) => waiting(&web, &reader, sealed, Some(until)),
        Stage::Untold => waiting(&web, &reader, sealed, None),
        Stage::Ready => password(&web, &reader, (sealed, &proven), &[]).await.map_err(failed)?,
        Stage::Over => over(&web, &reader),
    };
    Ok(keep_language(&web, &reader, page))
}

/// Sets it.
pub async fn submit_password(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let (sealed, now) = (parameters.get("proven").unwrap_or_default(), web.app.clock.now());
    let Some(proven) = recovery::proven(&web.app, sealed, &visitor, now) else { return Err(over(&web, &reader)) };
    let new = Secret::new(parameters.get("new").unwrap_or_default().to_owned());
    let failed = error::as_page(&web, &reader);
    Ok(match completing::complete(&web.app, &proven, &new, &visitor, now).await.map_err(&failed)? {
        Completed::Done => respond::see_other("/recovery/done"),
        Completed::Over => over(&web, &reader),
        Completed::Refused(refusals) => {
            let why_not = reasons(reader.lang, refusals);
            password(&web, &reader, (sealed, &proven), &why_not).await.map_err(failed)?
        }
    })
}

/// Says that the account is theirs again.
pub async fn done(State(web): State<Arc<Web>>, reader: Reader) -> Response {
    let (heading, lines) =
        (text(reader.lang, key::RECOVERY_DONE), [text(reader.lang, key::RECOVERY_DONE_WHAT).into_owned()]);
    let sign_in = text(reader.lang, key::SIGN_IN);
    let page = notice(&web, &reader, "/recovery/done", (&heading, &lines), Some((&sign_in, "/sign-in?to=security")));
    keep_language(&web, &reader, page)
}

/// Until an instant, or until every letter is brought.
fn waiting(web: &Web, reader: &Reader, proven: &str, until: Option<Timestamp>) -> Response {
    let until = until.map(|until| web.zone().moment(until));
    let frame = reader.frame(web, Some(&format!("/recovery/password?proven={proven}")));
    let view = RecoveryWait { frame, until: until.as_deref() };
    respond::page(StatusCode::OK, view.render(), &Policy::default())
}

fn over(web: &Web, reader: &Reader) -> Response {
    ask(web, reader, &Parameters::default(), Some(RecoveryAlert::Over))
}

fn foreign(web: &Web, reader: &Reader) -> Response {
    let because = "the sealed recovery does not open, or was begun in another browser";
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::WrongBrowser) })
}

/// The way that was chosen, among those that there are.
fn chosen(web: &Web, parameters: &Parameters) -> Option<Way> {
    let there_is = |way: &Way| way.reach(&web.app) != Reach::Absent;
    Way::ALL.into_iter().filter(there_is).find(|way| parameters.get("way") == Some(way.as_str()))
}

fn late_by(web: &Web, way: Way) -> Late {
    way.channel().map(|channel| late::of(web, &[channel])).unwrap_or_default()
}

fn ask(web: &Web, reader: &Reader, parameters: &Parameters, alert: Option<RecoveryAlert>) -> Response {
    let chosen = parameters.get("way");
    let shown = |way: Way| {
        let value = way.as_str();
        let shown = ShownWay { value, chosen: chosen == Some(value), late: late_by(web, way) };
        (way.reach(&web.app) != Reach::Absent).then_some(shown)
    };
    let mut ways: Vec<ShownWay> = Way::ALL.into_iter().filter_map(shown).collect();
    // The first by which messages come: an official needs none.
    if let Some(first) = ways.iter_mut().find(|way| way.late == Late::default()).filter(|_| chosen.is_none()) {
        first.chosen = true;
    }
    let username = sign_in_form::username(parameters);
    let view = Recovery { frame: reader.frame(web, Some("/recovery")), username: &username, ways: &ways, alert };
    page(view.render(), alert)
}

fn code(web: &Web, reader: &Reader, (recovery, way): (&str, Way), alert: Option<RecoveryAlert>) -> Response {
    let frame = reader.frame(web, Some(&format!("/recovery/code?recovery={recovery}")));
    let (official, late) = (way == Way::Official, late_by(web, way));
    page(RecoveryCode { frame, recovery, official, late, alert }.render(), alert)
}

async fn password(
    web: &Web,
    reader: &Reader,
    (sealed, proven): (&str, &Proven),
    why_not: &[String],
) -> Result<Response, Fault> {
    let username = &completing::sign_in_name(&web.app, proven).await?;
    let frame = reader.frame(web, Some(&format!("/recovery/password?proven={sealed}")));
    let status = if why_not.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let view = RecoveryPassword { frame, proven: sealed, username, why_not };
    Ok(respond::page(status, view.render(), &Policy::default()))
}

fn page(html: String, alert: Option<RecoveryAlert>) -> Response {
    let (status, wait) = match alert {
        None | Some(RecoveryAlert::Wrong | RecoveryAlert::Over) => (StatusCode::OK, None),
        Some(RecoveryAlert::Incomplete) => (StatusCode::BAD_REQUEST, None),
        Some(RecoveryAlert::TooManyTries { wait }) => (StatusCode::TOO_MANY_REQUESTS, Some(wait)),
    };
    respond::retry_after(respond::page(status, html, &Policy::default()), wait)
}
