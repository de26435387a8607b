//! Where officials work, in a browser.

pub mod audit;
pub mod desk;
pub mod give;
pub mod helping;
mod once;
pub mod pending;
pub mod people;
pub mod rights;
pub mod seated;
mod trail;

use std::borrow::Cow;

use axum::response::Response;
use http::StatusCode;

use self::seated::Seated;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::listing;
use crate::flows::admin::listing::Wanted;
use crate::flows::admin::refusal::Refusal;
use crate::http::Web;
use crate::http::error;
use crate::http::interaction::keep_language;
use crate::http::pages::DeskList;
use crate::http::pages::Notice;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::i18n::Key;
use crate::i18n::key;
use crate::i18n::text;
use crate::protocol::oauth::parameters::Parameters;

/// Where the desk is.
pub const DESK: &str = "/office";

/// What came of a flow; a page that says why where an official may not, or we failed.
#[allow(clippy::result_large_err)] // as axum has it: a page is the answer instead
fn done<T>(web: &Web, seated: &Seated, outcome: Result<Result<T, Refusal>, Fault>) -> Result<T, Response> {
    let decided = outcome.map_err(error::as_page(web, &seated.reader))?;
    decided.map_err(|refusal| refused(web, seated, &refusal))
}

/// A page that says why something is not shown.
fn refused(web: &Web, seated: &Seated, refusal: &Refusal) -> Response {
    let (reader, lang) = (&seated.reader, seated.reader.lang);
    let status = match refusal {
        Refusal::May(_) | Refusal::Widens(_) => StatusCode::FORBIDDEN,
        Refusal::NotThere => StatusCode::NOT_FOUND,
        Refusal::There | Refusal::Changed(_) | Refusal::Stands(_) => StatusCode::CONFLICT,
        Refusal::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Mistake(_) => StatusCode::BAD_REQUEST,
    };
    let (heading, label) = (text(lang, key::DESK_REFUSAL), text(lang, key::DESK_BACK));
    let (lines, action) = (&[words(seated, refusal)], Some((&*label, DESK)));
    let view = Notice { frame: reader.frame(web, Some(DESK)), heading: &heading, lines, action };
    respond::page(status, view.render(), &Policy::default())
}

/// Why not, in the language of who reads it: what is said of what was sent is for programs.
fn words(seated: &Seated, refusal: &Refusal) -> String {
    let say = |key: Key| text(seated.reader.lang, key).into_owned();
    match refusal {
        Refusal::Changed(_) | Refusal::Stands(_) => say(key::DESK_CLOSED),
        Refusal::TooMany(_) => say(key::DESK_PEOPLE_TOO_MANY),
        Refusal::Mistake(_) => say(key::OFFICE_NOT_THERE),
        Refusal::May(_) | Refusal::Widens(_) | Refusal::NotThere | Refusal::There => refusal.words(seated.reader.lang),
    }
}

/// The page that is wanted of the list at `path`.
fn wanted<'a>(path: &'a str, parameters: &'a Parameters) -> Wanted<'a> {
    Wanted { list: path, cursor: parameters.get("cursor").filter(|cursor| !cursor.is_empty()), limit: listing::USUAL }
}

/// The address of the page that follows.
fn following(path: &str, next: Option<&str>) -> Option<String> {
    let joint = if path.contains('?') { '&' } else { '?' };
    next.map(|next| format!("{path}{joint}cursor={next}"))
}

/// A list.
fn listed(web: &Web, seated: &Seated, list: &DeskList<'_>) -> Response {
    keep_language(web, &seated.reader, respond::page(StatusCode::OK, list.render(), &Policy::default()))
}

/// A text in the language of who reads it.
fn say(seated: &Seated, key: Key) -> Cow<'static, str> {
    text(seated.reader.lang, key)
}

/// Facts that are known, each beneath its name.
fn known<const N: usize>(facts: [(Key, Option<String>); N]) -> Vec<(Key, String)> {
    facts.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// An instant by the clock of the deployment.
fn at(seated: &Seated, instant: Timestamp) -> String {
    seated.app.config.units.time_zone.moment(instant)
}
