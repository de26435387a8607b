//! The account: what people see of themselves, and what they end, look up and take along.

pub mod export;
pub mod history;
pub mod language;
pub mod overview;
pub mod sessions;

use axum::response::Response;

use crate::flows::authorize::by_oneself::Destination;
use crate::http::Web;
use crate::http::error;
use crate::http::error::Trouble;
use crate::http::extract::language::Reader;
use crate::http::pages::ErrorKind;

/// Where who is not signed in does so, and is led back.
const SIGN_IN: &str = Destination::Account.sign_in();

/// A form of the account that was made for another session.
pub(super) fn foreign(web: &Web, reader: &Reader) -> Response {
    let because = "the page of the account was not made for this session";
    error::page(web, reader, &Trouble { because, ..Trouble::of(ErrorKind::BadRequest) })
}
