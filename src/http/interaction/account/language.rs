//! In which language the person is written to.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::SIGN_IN;
use super::foreign;
use crate::flows::account::language;
use crate::flows::account::language::Chosen;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::respond;
use crate::i18n::Lang;
use crate::parts::sessions::Visitor;

/// Takes the choice, and shows it. A language that we do not speak changes nothing.
pub async fn choose(
    State(web): State<Arc<Web>>,
    reader: Reader,
    visitor: Visitor,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let (confirm, now) = (parameters.get("confirm").unwrap_or_default(), web.app.clock.now());
    let Some(lang) = parameters.get("letters").and_then(Lang::from_tag) else {
        return Ok(respond::see_other("/account"));
    };
    let chosen = language::choose(&web.app, &visitor, (confirm, lang), now).await;
    match chosen.map_err(error::as_page(&web, &reader))? {
        Chosen::Done => Ok(respond::see_other("/account")),
        Chosen::Nobody => Ok(respond::see_other(SIGN_IN)),
        Chosen::Foreign => Err(foreign(&web, &reader)),
    }
}
