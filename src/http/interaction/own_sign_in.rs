//! The sign-in page of who came by themselves: it begins on the start page, and leads back there.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::keep_language;
use super::sign_in_form;
use super::sign_in_form::Form;
use super::sign_in_form::Kept;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::account::fresh;
use crate::flows::admin::seat;
use crate::flows::admin::seat::Came;
use crate::flows::authorize::by_oneself;
use crate::flows::authorize::by_oneself::Begun;
use crate::flows::authorize::by_oneself::Brought;
use crate::flows::authorize::by_oneself::Destination;
use crate::flows::authorize::by_oneself::SignedIn;
use crate::flows::authorize::login;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page;
use crate::http::extract::page::Query;
use crate::http::extract::visitor;
use crate::http::pages::ErrorKind;
use crate::http::pages::SignInAlert;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// Shows the page. Who is signed in is there already.
pub async fn show(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
    Query(parameters): Query,
) -> Result<Response, Response> {
    let failed = error::as_page(&web, &reader);
    let to = destination(&parameters);
    if is_there(&web, &visitor, to, now).await.map_err(&failed)? {
        return Ok(respond::see_other(&to.address()));
    }
    let page = match sign_in_form::kept(&web, &parameters, &visitor, now) {
        Some(Kept { username, alert, .. }) => render(&web, &reader, visitor, to, Some((&username, alert))),
        None => render(&web, &reader, visitor, to, None),
    };
    Ok(keep_language(&web, &reader, page.map_err(&failed)?))
}

/// Whether the visitor is signed in as well as the destination needs.
async fn is_there(web: &Web, visitor: &Visitor, to: Destination, now: Timestamp) -> Result<bool, Fault> {
    Ok(match to {
        Destination::Home | Destination::Account => login::signed_in_name(&web.app, visitor, now).await?.is_some(),
        Destination::Security | Destination::Closing | Destination::Export => {
            fresh::present(&web.app, visitor, now).await?.is_some()
        }
        Destination::Office => matches!(seat::come(&web.app, visitor, now).await?, Came::Surely(_)),
        Destination::Give | Destination::People | Destination::Pending(_) => {
            let came = seat::come(&web.app, visitor, now).await?;
            matches!(came, Came::Surely(live) if seat::is_fresh(&web.app, &live, now))
        }
    })
}

/// Where the sign-in leads.
pub fn destination(parameters: &Parameters) -> Destination {
    Destination::named(parameters.get("to"), parameters.get("id"))
}

/// Takes what was typed.
pub async fn submit(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    page::OwnForm(parameters): page::OwnForm,
) -> Result<Response, Response> {
    let begun = alive(&web, &reader, &visitor, &parameters, web.app.clock.now()).map_err(|page| *page)?;
    let answer = attempt(&web, &reader, visitor, &parameters, begun).await;
    answer.map_err(error::as_page(&web, &reader))
}

/// The sign-in that a page of this browser brought back; none where the page stood open for too long.
pub fn alive(
    web: &Web,
    reader: &Reader,
    visitor: &Visitor,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Option<Begun>, Box<Response>> {
    match by_oneself::brought(&web.app, parameters.get("login").unwrap_or_default(), visitor, now) {
        Brought::Alive(begun) => Ok(Some(begun)),
        Brought::Expired => Ok(None),
        Brought::Foreign => Err(Box::new(foreign(web, reader))),
    }
}

/// Where a step leads that did not fail.
pub fn onward(web: &Web, done: SignedIn) -> Response {
    match done {
        SignedIn::Done(cookies, to) => {
            sign_in_form::with_cookies(web, respond::see_other(&to.address()), Some(&cookies))
        }
        SignedIn::Lead(cookies, to) => {
            let lead = respond::see_other(&format!("/sign-in/lead?to={}", to.name()));
            sign_in_form::with_cookies(web, lead, Some(&cookies))
        }
        SignedIn::Second(login) => respond::see_other(&format!("/sign-in/code?login={login}")),
        SignedIn::Again(_) => respond::see_other("/sign-in"),
    }
}

/// `begun` is none where the page stood open for too long.
async fn attempt(
    web: &Web,
    reader: &Reader,
    visitor: Visitor,
    parameters: &Parameters,
    begun: Option<Begun>,
) -> Result<Response, Fault> {
    let (now, username) = (web.app.clock.now(), sign_in_form::username(parameters));
    let to = begun.as_ref().map_or_else(|| destination(parameters), Begun::destination);
    let begun = begun.ok_or(SignInAlert::Expired);
    let alert = match begun.and_then(|begun| Ok((begun, sign_in_form::presented(parameters)?))) {
        Err(alert) => alert,
        Ok((begun, presented)) => match by_oneself::sign_in(&web.app, begun, presented, &visitor, now).await {
            Ok(SignedIn::Again(refusal)) => sign_in_form::refused(parameters, refusal),
            Ok(done) => return Ok(onward(web, done)),
            Err(fault) => sign_in_form::put_off(fault)?,
        },
    };
    render(web, reader, visitor, to, Some((&username, alert)))
}

fn foreign(web: &Web, reader: &Reader) -> Response {
    let because = "the sealed sign-in does not open, or was begun in another browser";
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::WrongBrowser) })
}

/// The page begins the sign-in anew, whatever came before.
fn render(
    web: &Web,
    reader: &Reader,
    mut visitor: Visitor,
    to: Destination,
    before: Option<(&str, SignInAlert)>,
) -> Result<Response, Fault> {
    let begun = by_oneself::begin(&web.app, &visitor, to, web.app.clock.now())?;
    if begun.new_browser.is_some() {
        visitor.browser.clone_from(&begun.new_browser);
    }
    let form = Form {
        action: "/sign-in",
        login: &begun.login,
        here: &to.sign_in_address(),
        asker: None,
        again: None,
        alert: before.map(|(_, alert)| alert),
        username: before.map_or("", |(username, _)| username),
        policy: Policy::default(),
    };
    let page = sign_in_form::page(web, reader, &visitor, form)?;
    Ok(visitor::with_browser(web, page, begun.new_browser.as_deref()))
}
