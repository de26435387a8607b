//! What changes bring: a body, a reason, the version on which they rest.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use http::HeaderMap;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use http::request::Parts;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::DeserializeOwned;
use serde::de::Error as _;
use utoipa::IntoParams;

use super::Official;
use super::problem::Kind;
use super::problem::Problem;
use crate::http::Web;
use crate::http::extract::form;
use crate::http::extract::form::Unread;
use crate::identity::audit::By;
use crate::parts::versions::How;

/// The body of a request, which has nothing that is not meant for it.
pub struct Sent<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<Web>> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let official = Official::from_request_parts(&mut parts, web).await?;
        let text = form::json(Request::from_parts(parts, body)).await;
        let wrong = |why: &str| official.problem(Kind::Invalid, why);
        let text = text.map_err(|unread| problem(&official, unread, form::LONGEST))?;
        let mut reader = serde_json::Deserializer::from_slice(&text);
        let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| wrong(&error.to_string()))?;
        reader.end().map_err(|error| wrong(&error.to_string()))?;
        Ok(Self(read))
    }
}

/// Why a body was not read.
pub fn problem(official: &Official, unread: Unread, longest: usize) -> Problem {
    if matches!(unread, Unread::TooLarge) {
        return official.problem(Kind::TooLarge, &format!("the body is longer than {} KiB", longest / 1024));
    }
    let kind = match unread {
        Unread::NotJson | Unread::Encoded => Kind::MediaType,
        Unread::Malformed(_) => Kind::Mistake, // a text that no schema forbids
        Unread::TooLarge | Unread::Broken | Unread::NotAForm | Unread::Foreign => Kind::Invalid,
    };
    official.problem(kind, &unread.error().description)
}

/// The longest file that is read, in bytes: thousands of services, or all units of a country.
const LONGEST_FILE: usize = 8 * 1024 * 1024;
/// Where files are sent.
const OF_FILES: [&str; 4] =
    ["/api/v1/declaration", "/api/v1/units/import", "/api/v1/units/succession", "/api/v1/people/import"];

/// The longest body that is read of a request, in bytes.
pub fn longest(parts: &Parts) -> usize {
    if OF_FILES.contains(&parts.uri.path()) { LONGEST_FILE } else { form::LONGEST }
}

/// Why something is done.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Reason {
    /// Why: it stands in the audit trail, with who did it and in which office.
    #[param(min_length = 1, max_length = 500, example = "Decision 123/QĐ-UBND")]
    pub reason: String,
}

impl Reason {
    /// The reason, which says something.
    pub fn given(&self, official: &Official) -> Result<&str, Problem> {
        let wrong = || official.problem(Kind::Invalid, "reason must be a text of 1 to 500 characters, on one line");
        By::reason(&self.reason).ok_or_else(wrong)
    }
}

/// A whole number, however it is written: to JSON Schema 1.0 is one (§4.2.3 of its core).
pub fn whole<'de, D: Deserializer<'de>>(reader: D) -> Result<u8, D::Error> {
    let number = f64::deserialize(reader)?;
    number.to_string().parse().map_err(|_| D::Error::custom("expected a whole number"))
}

/// On which version a change rests (RFC 9110 §13.1): `If-Match` with the ETag that was read, or `If-None-Match: *` for
/// what is not there yet.
pub struct Basis(pub How);

impl FromRequestParts<Arc<Web>> for Basis {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
        let official = Official::from_request_parts(parts, web).await?;
        let how = How::at(official.now);
        match (one(&parts.headers, &header::IF_MATCH), one(&parts.headers, &header::IF_NONE_MATCH)) {
            (Some(tag), None) => match version(tag) {
                Some(number) => Ok(Self(how.on(number))),
                None => Err(official.problem(Kind::Invalid, "If-Match must be the ETag that was read")),
            },
            // Each may be right; both never are.
            (Some(tag), Some("*")) if version(tag).is_some() => {
                Err(official.problem(Kind::Mistake, "If-Match is for what is there, If-None-Match for what is not"))
            }
            (None, Some("*")) => Ok(Self(how.on(0))),
            (None, None) => {
                let mend = "send the ETag that you read as If-Match, or If-None-Match: * for what is not there yet";
                Err(official.problem(Kind::VersionNeeded, mend))
            }
            _ => Err(official.problem(Kind::Invalid, "send If-Match, or If-None-Match: *")),
        }
    }
}

/// The status of what was written: new, where nothing was there (RFC 9110 §15.3.2).
pub fn written(how: How) -> StatusCode {
    if how.is_of_nothing() { StatusCode::CREATED } else { StatusCode::OK }
}

fn one<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

/// The version of an ETag: it was given in quotation marks, and begins with no zero.
fn version(tag: &str) -> Option<i64> {
    let digits = tag.strip_prefix('"')?.strip_suffix('"')?;
    let plain = !digits.starts_with('0') && digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

/// The ETag of a version (RFC 9110 §8.8.3).
pub fn etag(version: i64) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("\"{version}\"")).ok()
}
