//! The second page: the code that was sent.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::Here;
use super::Looking;
use super::Sending;
use super::address;
use super::brought;
use crate::base::secret::Secret;
use crate::flows::opening_account::Asked;
use crate::flows::opening_account::Stage;
use crate::flows::opening_account::code;
use crate::flows::opening_account::code::Answer;
use crate::http::Web;
use crate::http::error;
use crate::http::interaction::keep_language;
use crate::http::interaction::late;
use crate::http::pages::OpenCode;
use crate::http::pages::OpenCodeAlert;
use crate::http::respond;
use crate::http::respond::Policy;

/// Shows it.
pub async fn show(State(web): State<Arc<Web>>, Looking(here): Looking) -> Result<Response, Response> {
    if here.opening().is_empty() {
        return Ok(respond::see_other(address::PATH)); // a bare address, typed or kept
    }
    let asked = brought::<Asked>(&web, &here).await?;
    Ok(keep_language(&web, &here.reader, render(&web, &here, &asked, None)))
}

/// Takes the code.
pub async fn submit(State(web): State<Arc<Web>>, Sending(here): Sending) -> Result<Response, Response> {
    let asked = brought::<Asked>(&web, &here).await?;
    let typed = Secret::new(here.parameters.get("otp").unwrap_or_default().to_owned());
    let answer = code::check(&web.app, &asked, &typed, here.now).await;
    let alert = match answer.map_err(error::as_page(&web, &here.reader))? {
        Answer::Right(opening) => {
            return Ok(respond::see_other(&format!("/open-account/person?opening={opening}")));
        }
        Answer::Wrong => OpenCodeAlert::Wrong,
        Answer::Over => OpenCodeAlert::Over,
    };
    Ok(render(&web, &here, &asked, Some(alert)))
}

fn render(web: &Web, here: &Here, asked: &Asked, alert: Option<OpenCodeAlert>) -> Response {
    let (opening, thread) = (here.opening(), asked.thread());
    let view = OpenCode {
        frame: here.reader.frame(web, Some(&format!("/open-account/code?opening={opening}"))),
        opening,
        address: thread.address.as_str(),
        afresh: &address::afresh(thread),
        late: late::of(web, &[thread.address.channel()]),
        alert,
    };
    let status = if alert.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    respond::page(status, view.render(), &Policy::default())
}
