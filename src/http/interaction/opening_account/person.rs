//! The third page: who the person is.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::Here;
use super::Looking;
use super::Sending;
use super::address;
use super::brought;
use crate::flows::opening_account::Reached;
use crate::flows::opening_account::Stage;
use crate::flows::opening_account::person;
use crate::flows::opening_account::person::Answer;
use crate::flows::opening_account::person::NoUserName;
use crate::flows::opening_account::person::Typed;
use crate::flows::opening_account::person::Wrong;
use crate::http::Web;
use crate::http::error;
use crate::http::interaction::keep_language;
use crate::http::pages::OpenPerson;
use crate::http::pages::OpenPersonAlert;
use crate::http::respond;
use crate::http::respond::Policy;

/// Shows it.
pub async fn show(State(web): State<Arc<Web>>, Looking(here): Looking) -> Result<Response, Response> {
    if here.opening().is_empty() {
        return Ok(respond::see_other(address::PATH)); // a bare address, typed or kept
    }
    let reached = brought(&web, &here).await?;
    Ok(keep_language(&web, &here.reader, render(&web, &here, &reached, Wrong::default(), None)))
}

/// Takes what the person says of themselves.
pub async fn submit(State(web): State<Arc<Web>>, Sending(here): Sending) -> Result<Response, Response> {
    let reached = brought::<Reached>(&web, &here).await?;
    let typed = typed(&here);
    let answer = person::describe(&web.app, &reached, typed, &here.visitor, here.now).await;
    Ok(match answer.map_err(error::as_page(&web, &here.reader))? {
        Answer::Described(opening) => respond::see_other(&format!("/open-account/key?opening={opening}")),
        Answer::Wrong(wrong) => render(&web, &here, &reached, wrong, None),
        Answer::Wait(wait) => render(&web, &here, &reached, Wrong::default(), Some(wait)),
    })
}

fn typed(here: &Here) -> Typed<'_> {
    Typed {
        name: here.parameters.get("name").unwrap_or_default(),
        user_name: here.parameters.get("username").unwrap_or_default(),
        number: here.parameters.get("number").unwrap_or_default(),
        lang: here.reader.lang,
    }
}

fn render(web: &Web, here: &Here, reached: &Reached, wrong: Wrong, wait: Option<Duration>) -> Response {
    let (opening, typed) = (here.opening(), typed(here));
    let alert = OpenPersonAlert {
        name: wrong.name,
        user_name_form: wrong.user_name == Some(NoUserName::Form),
        user_name_taken: wrong.user_name == Some(NoUserName::Taken),
        number: wrong.number,
        wait,
    };
    let view = OpenPerson {
        frame: here.reader.frame(web, Some(&format!("/open-account/person?opening={opening}"))),
        opening,
        name: typed.name,
        user_name: typed.user_name,
        number: typed.number,
        number_digits: web.app.config.people.identity_number_digits,
        afresh: &address::afresh(reached.thread()),
        alert,
    };
    let status = match (wrong == Wrong::default(), wait) {
        (_, Some(_)) => StatusCode::TOO_MANY_REQUESTS,
        (true, None) => StatusCode::OK,
        (false, None) => StatusCode::BAD_REQUEST,
    };
    respond::retry_after(respond::page(status, view.render(), &Policy::default()), wait)
}
