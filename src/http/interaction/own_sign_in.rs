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
use crate::flows::authorize::by_oneself;
use crate::flows::authorize::by_oneself::Begun;
use crate::flows::authorize::by_oneself::Brought;
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
use crate::http::pages::showing_password;
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
    if login::signed_in_name(&web.app, &visitor, now).await.map_err(&failed)?.is_some() {
        return Ok(respond::see_other("/"));
    }
    let page = match sign_in_form::kept(&web, &parameters, &visitor, now) {
        Some(Kept { username, alert, .. }) => render(&web, &reader, visitor, now, Some((&username, alert))),
        None => render(&web, &reader, visitor, now, None),
    };
    Ok(keep_language(&web, &reader, page.map_err(&failed)?))
}

/// Takes what was typed.
pub async fn submit(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    page::OwnForm(parameters): page::OwnForm,
) -> Result<Response, Response> {
    let now = web.app.clock.now();
    let brought = by_oneself::brought(&web.app, parameters.get("login").unwrap_or_default(), &visitor, now);
    let begun = match brought {
        Brought::Alive(begun) => Some(begun),
        Brought::Expired => None,
        Brought::Foreign => return Err(foreign(&web, &reader)),
    };
    let answer = attempt(&web, &reader, visitor, &parameters, begun).await;
    answer.map_err(error::as_page(&web, &reader))
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
    let begun = begun.ok_or(SignInAlert::Expired);
    let alert = match begun.and_then(|begun| Ok((begun, sign_in_form::typed(parameters)?))) {
        Err(alert) => alert,
        Ok((begun, typed)) => match by_oneself::sign_in(&web.app, &begun, typed, &visitor, now).await {
            Ok(Ok(cookies)) => return Ok(sign_in_form::with_cookies(web, respond::see_other("/"), &cookies)),
            Ok(Err(check)) => sign_in_form::refused(&check),
            Err(fault) => sign_in_form::put_off(fault)?,
        },
    };
    render(web, reader, visitor, now, Some((&username, alert)))
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
    now: Timestamp,
    before: Option<(&str, SignInAlert)>,
) -> Result<Response, Fault> {
    let begun = by_oneself::begin(&web.app, &visitor, now)?;
    if begun.new_browser.is_some() {
        visitor.browser.clone_from(&begun.new_browser);
    }
    let form = Form {
        action: "/sign-in",
        login: &begun.login,
        here: "/sign-in",
        asker: None,
        again: None,
        alert: before.map(|(_, alert)| alert),
        username: before.map_or("", |(username, _)| username),
        policy: Policy::default().running(showing_password()),
    };
    let page = sign_in_form::page(web, reader, &visitor, &form)?;
    Ok(visitor::with_browser(web, page, begun.new_browser.as_deref()))
}
