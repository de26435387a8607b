//! Where the link of a letter leads that stops what somebody did not do.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::keep_language;
use super::notice;
use crate::flows::stopping;
use crate::flows::stopping::About;
use crate::flows::stopping::Stage;
use crate::flows::stopping::Stopped;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::extract::page::OwnForm;
use crate::http::extract::page::Query;
use crate::http::pages::ErrorKind;
use crate::http::pages::Stop;
use crate::http::pages::moment_of;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;

/// Asks once more: programs that read letters for people follow links. What is over cannot be stopped.
pub async fn show(State(web): State<Arc<Web>>, reader: Reader, Query(parameters): Query) -> Result<Response, Response> {
    // A bare address, typed or kept: nothing is named here.
    let stop = parameters.get("stop").ok_or_else(|| respond::see_other("/"))?;
    let stage = stopping::look(&web.app, stop, web.app.clock.now()).await.map_err(error::as_page(&web, &reader))?;
    let page = match stage {
        None => return Err(unknown(&web, &reader)),
        Some(Stage::Over(over)) => stopped(&web, &reader, stop, over),
        Some(Stage::Open(about)) => {
            let (heading, what) = words(about);
            let frame = reader.frame(&web, Some(&here(stop)));
            respond::page(StatusCode::OK, Stop { frame, stop, heading, what }.render(), &Policy::default())
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
    let stop = parameters.get("stop").ok_or_else(|| respond::see_other("/"))?;
    let over = stopping::stop(&web.app, stop, web.app.clock.now()).await.map_err(error::as_page(&web, &reader))?;
    over.map(|over| stopped(&web, &reader, stop, over)).ok_or_else(|| unknown(&web, &reader))
}

fn here(stop: &str) -> String {
    format!("/stop?stop={stop}")
}

const fn words(about: About) -> (crate::i18n::Key, crate::i18n::Key) {
    match about {
        About::Recovery => (key::STOP_RECOVERY, key::STOP_RECOVERY_WHAT),
        About::Added => (key::STOP_ADDED, key::STOP_ADDED_WHAT),
        About::Removed => (key::STOP_REMOVED, key::STOP_REMOVED_WHAT),
        About::Password => (key::STOP_PASSWORD, key::STOP_PASSWORD_WHAT),
    }
}

/// Whoever was left without a way in is told of the way back that began; everybody else looks at how they sign in.
fn stopped(web: &Web, reader: &Reader, stop: &str, Stopped { about, recovery }: Stopped) -> Response {
    let say = |key| text(reader.lang, key).into_owned();
    let back = (say(key::RECOVERY), "/recovery");
    let home = (say(key::SIGN_IN), "/sign-in?to=security");
    let (lines, (label, href)) = match (about, recovery) {
        (_, Some(at)) => (vec![say(key::STOPPED_LAST), say::stopped_recovery_began(reader.lang, &moment_of(at))], back),
        (About::Password, None) => (vec![say(key::STOPPED_PASSWORD)], back),
        (About::Recovery, None) => (vec![say(key::STOPPED_RECOVERY)], home),
        (About::Added | About::Removed, None) => (vec![say(key::STOPPED_CHANGE)], home),
    };
    notice(web, reader, &here(stop), (&say(key::STOPPED), &lines), Some((&label, href)))
}

fn unknown(web: &Web, reader: &Reader) -> Response {
    let because = "the link is not whole, or not ours";
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::NotFound) })
}
