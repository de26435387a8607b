//! Which services may receive what of the person, and the way to withdraw what was agreed to.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::keep_language;
use super::received;
use crate::flows::account::consents;
use crate::flows::account::consents::Given;
use crate::flows::account::consents::Held;
use crate::flows::account::consents::Withdrawn;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::now::Now;
use crate::http::extract::page::OwnForm;
use crate::http::pages::Consents;
use crate::http::pages::ErrorKind;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::sessions::Visitor;

/// Shows it. Who is not signed in signs in first.
pub async fn show(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    Now(now): Now,
) -> Result<Response, Response> {
    let given = consents::given(&web.app, &visitor, now).await.map_err(error::as_page(&web, &reader))?;
    let Some(given) = given else { return Ok(respond::see_other("/sign-in")) };
    Ok(keep_language(&web, &reader, render(&web, &reader, &given)))
}

/// Withdraws, and shows what is left.
pub async fn withdraw(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let (confirm, client) = (parameters.get("confirm").unwrap_or_default(), parameters.get("client"));
    let now = web.app.clock.now();
    let done = consents::withdraw(&web.app, &visitor, confirm, client.unwrap_or_default(), now).await;
    match done.map_err(error::as_page(&web, &reader))? {
        Withdrawn::Done => Ok(respond::see_other("/consents")),
        Withdrawn::Nobody => Ok(respond::see_other("/sign-in")),
        Withdrawn::Foreign => {
            let because = "the page of consents was not made for this session";
            Err(error::page(&web, &reader, &Trouble { because, ..Trouble::of(ErrorKind::BadRequest) }))
        }
    }
}

fn render(web: &Web, reader: &Reader, given: &Given) -> Response {
    let (agreed, by_law): (Vec<&Held>, Vec<&Held>) = given.to.iter().partition(|held| held.agreed.is_some());
    let all = |held: Vec<&Held>| held.into_iter().map(|one| received::shown(web, one, reader.lang)).collect::<Vec<_>>();
    let view = Consents {
        frame: reader.frame(web, Some("/consents")),
        form_action: "/consents",
        confirm: &given.confirm,
        services: &all(agreed),
        by_law: &all(by_law),
    };
    respond::page(StatusCode::OK, view.render(), &Policy::default())
}
