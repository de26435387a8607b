//! Where the link of a letter leads that stops a recovery.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::keep_language;
use super::recovery::notice;
use crate::flows::recovery::stopping;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::extract::page::Query;
use crate::http::pages::ErrorKind;
use crate::http::pages::StopRecovery;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::key;
use crate::i18n::text;

/// Asks once more; what is over cannot be stopped.
pub async fn show(State(web): State<Arc<Web>>, reader: Reader, Query(parameters): Query) -> Result<Response, Response> {
    let stop = parameters.get("stop").unwrap_or_default();
    let open = stopping::is_open(&web.app, stop, web.app.clock.now()).await.map_err(error::as_page(&web, &reader))?;
    let here = format!("/recovery/stop?stop={stop}");
    let page = match open {
        None => return Err(unknown(&web, &reader)),
        Some(false) => stopped(&web, &reader, &here),
        Some(true) => {
            let view = StopRecovery { frame: reader.frame(&web, Some(&here)), stop };
            respond::page(StatusCode::OK, view.render(), &Policy::default())
        }
    };
    Ok(keep_language(&web, &reader, page))
}

/// Stops it.
pub async fn submit(
    State(web): State<Arc<Web>>,
    reader: Reader,
    OwnForm(parameters): OwnForm,
) -> Result<Response, Response> {
    let stop = parameters.get("stop").unwrap_or_default();
    match stopping::stop(&web.app, stop).await.map_err(error::as_page(&web, &reader))? {
        Some(()) => Ok(respond::see_other(&format!("/recovery/stop?stop={stop}"))),
        None => Err(unknown(&web, &reader)),
    }
}

fn stopped(web: &Web, reader: &Reader, here: &str) -> Response {
    let say = |key| text(reader.lang, key).into_owned();
    let (heading, lines) = (say(key::RECOVERY_STOPPED), [say(key::RECOVERY_STOPPED_WHAT)]);
    notice(web, reader, here, (&heading, &lines), Some((&say(key::SIGN_IN), "/sign-in?to=security")))
}

fn unknown(web: &Web, reader: &Reader) -> Response {
    let because = "the link is not whole, or not ours";
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::NotFound) })
}
