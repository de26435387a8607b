//! Ends sign-ins somewhere else than here.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::SIGN_IN;
use super::foreign;
use crate::flows::account::sessions;
use crate::flows::account::sessions::Done;
use crate::flows::account::sessions::Target;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::extract::visitor;
use crate::http::respond;
use crate::parts::sessions::Visitor;

/// Ends what the form names, and shows what is left. What it names in no way we know ends nothing.
pub async fn end(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let target = match parameters.get("end") {
        Some("others") => Target::Others,
        other => Target::One(other.and_then(|id| id.parse().ok()).unwrap_or_default()),
    };
    let (confirm, now) = (parameters.get("confirm").unwrap_or_default(), web.app.clock.now());
    let done = sessions::end(&web.app, &visitor, confirm, &target, now).await;
    match done.map_err(error::as_page(&web, &reader))? {
        Done::Done(device) => Ok(visitor::with_device(&web, respond::see_other("/account"), device.as_deref())),
        Done::Nobody => Ok(respond::see_other(SIGN_IN)),
        Done::Foreign => Err(foreign(&web, &reader)),
    }
}
