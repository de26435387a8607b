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
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;

/// Where one looks at how one signs in.
const SECURITY: &str = "/sign-in?to=security";

/// Asks once more: programs that read letters for people follow links. What is over cannot be stopped.
pub async fn show(State(web): State<Arc<Web>>, reader: Reader, Query(parameters): Query) -> Result<Response, Response> {
    // A bare address, typed or kept: nothing is named here.
    let stop = parameters.get("stop").ok_or_else(|| respond::see_other("/"))?;
    let stage = stopping::look(&web.app, stop, web.app.clock.now()).await.map_err(error::as_page(&web, &reader))?;
    let page = match stage {
        None => return Err(unknown(&web, &reader)),
        Some(stage) => at(&web, &reader, stop, stage),
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
    let stage = stopping::stop(&web.app, stop, web.app.clock.now()).await.map_err(error::as_page(&web, &reader))?;
    stage.map(|stage| at(&web, &reader, stop, stage)).ok_or_else(|| unknown(&web, &reader))
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
        About::Address => (key::STOP_ADDRESS, key::STOP_ADDRESS_WHAT),
        About::Proofed => (key::STOP_PROOFED, key::STOP_PROOFED_WHAT),
    }
}

/// The page for what became of it. Only what was done is said to be; where nothing was, the page leads to what helps.
fn at(web: &Web, reader: &Reader, stop: &str, stage: Stage) -> Response {
    let say = |key| text(reader.lang, key).into_owned();
    let (back, home) = ((key::RECOVERY, "/recovery"), (key::SIGN_IN, SECURITY));
    let (heading, lines, (label, href)) = match stage {
        Stage::Open(about) => {
            let (heading, what) = words(about);
            let frame = reader.frame(web, Some(&here(stop)));
            return respond::page(StatusCode::OK, Stop { frame, stop, heading, what }.render(), &Policy::default());
        }
        Stage::Stopped(stopped) => {
            (key::STOPPED, done(web, reader, stopped), if leads_back(stopped) { back } else { home })
        }
        Stage::Before(Stopped { about: About::Recovery, .. }) => {
            (key::STOPPED_BEFORE, vec![say(key::STOPPED_RECOVERY)], home)
        }
        Stage::Before(stopped @ Stopped { recovery: Some(_), .. }) => {
            (key::STOPPED_BEFORE, done(web, reader, stopped), back)
        }
        Stage::Before(_) => (key::STOPPED_BEFORE, vec![say(key::STOPPED_BEFORE_WHAT)], back),
        Stage::Late(About::Recovery) => (key::STOP_LATE, vec![say(key::STOP_LATE_RECOVERY)], back),
        Stage::Late(_) => (key::STOP_LATE, vec![say(key::STOP_LATE_CHANGE)], back),
    };
    notice(web, reader, &here(stop), (&say(heading), &lines), Some((&say(label), href)))
}

/// Whoever was left without a password needs a way back in; everybody else looks at how they sign in.
const fn leads_back(Stopped { password, recovery, .. }: Stopped) -> bool {
    password || recovery.is_some()
}

fn done(web: &Web, reader: &Reader, Stopped { about, password, recovery }: Stopped) -> Vec<String> {
    let say = |key| text(reader.lang, key).into_owned();
    match (about, recovery) {
        (_, Some(at)) => vec![say(key::STOPPED_LAST), say::stopped_recovery_began(reader.lang, &web.zone().moment(at))],
        (About::Recovery, None) => vec![say(key::STOPPED_RECOVERY)],
        (_, None) if password => vec![say(key::STOPPED_PASSWORD)],
        (_, None) => vec![say(key::STOPPED_CHANGE)],
    }
}

fn unknown(web: &Web, reader: &Reader) -> Response {
    let because = "the link is not whole, or not ours";
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::NotFound) })
}
