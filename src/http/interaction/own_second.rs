//! The page that asks for more than a password, of who came by themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::keep_language;
use super::own_sign_in;
use super::second_form;
use super::second_form::Form;
use crate::base::fault::Fault;
use crate::flows::authorize::by_oneself;
use crate::flows::authorize::by_oneself::Begun;
use crate::flows::authorize::by_oneself::SignedIn;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page::OwnForm;
use crate::http::extract::page::Query;
use crate::http::pages::SecondAlert;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// Shows the page.
pub async fn show(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
    Query(parameters): Query,
) -> Result<Response, Response> {
    // A bare address, typed or kept: nothing waits here.
    if parameters.get("login").is_none() {
        return Ok(respond::see_other("/"));
    }
    let Some(begun) = own_sign_in::alive(&web, &reader, &visitor, &parameters, now).map_err(|page| *page)? else {
        return Ok(respond::see_other("/sign-in"));
    };
    let page = render(&web, &reader, (&parameters, None), &begun, None).await;
    Ok(keep_language(&web, &reader, page.map_err(error::as_page(&web, &reader))?))
}

/// Takes what was presented.
pub async fn submit(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let now = web.app.clock.now();
    let Some(begun) = own_sign_in::alive(&web, &reader, &visitor, &parameters, now).map_err(|page| *page)? else {
        return Ok(respond::see_other("/sign-in"));
    };
    let answer = attempt(&web, &reader, &visitor, &parameters, begun).await;
    answer.map_err(error::as_page(&web, &reader))
}

async fn attempt(
    web: &Web,
    reader: &Reader,
    visitor: &Visitor,
    parameters: &Parameters,
    begun: Begun,
) -> Result<Response, Fault> {
    if second_form::asks_for_text(parameters) {
        let sent = by_oneself::send_text(&web.app, &begun, reader.lang, visitor, web.app.clock.now()).await?;
        let alert = sent.is_none().then_some(SecondAlert::NotSent);
        return render(web, reader, (parameters, sent.as_deref()), &begun, alert).await;
    }
    let presented = second_form::presented(parameters);
    let alert = match by_oneself::sign_in(&web.app, begun.clone(), presented, visitor, web.app.clock.now()).await {
        Ok(SignedIn::Again(refusal)) => second_form::refused(parameters, refusal),
        Ok(done) => return Ok(own_sign_in::onward(web, done)),
        Err(fault) => second_form::put_off(fault)?,
    };
    render(web, reader, (parameters, second_form::sent(parameters)), &begun, Some(alert)).await
}

async fn render(
    web: &Web,
    reader: &Reader,
    (parameters, sent): (&Parameters, Option<&str>),
    begun: &Begun,
    alert: Option<SecondAlert>,
) -> Result<Response, Fault> {
    let Some(ways) = by_oneself::ways(&web.app, begun, web.app.clock.now()).await? else {
        return Ok(respond::see_other("/sign-in"));
    };
    let form = Form {
        action: "/sign-in/code",
        login: parameters.get("login").unwrap_or_default(),
        asker: None,
        ways,
        sent,
        out: None,
        afresh: &begun.destination().sign_in_address(),
        alert,
        policy: Policy::default(),
    };
    Ok(second_form::page(web, reader, form))
}
