//! Parameters from a query or from a form: RFC 6749 appendix B.

use std::time::Duration;

use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use http::HeaderMap;
use http::HeaderValue;
use http::StatusCode;
use http::Uri;
use http::header;
use http::request::Parts;

use super::arrival::Arrival;
use crate::base::nul;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::parameters::Parameters;

/// The longest body that is read, in bytes.
pub const LONGEST: usize = 64 * 1024;
/// A body that takes longer to arrive is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a body was not read.
pub enum Unread {
    /// Longer than [`LONGEST`].
    TooLarge,
    /// It did not arrive whole, or in time.
    Broken,
    /// Not a form.
    NotAForm,
    /// Not JSON.
    NotJson,
    /// Compressed.
    Encoded,
    /// Another site's page sent it.
    Foreign,
    /// A form, a query or JSON that is not well-formed.
    Malformed(OAuthError),
}

impl Unread {
    /// Its status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken => StatusCode::REQUEST_TIMEOUT,
            Self::NotAForm | Self::NotJson | Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// What a developer reads.
    pub fn error(self) -> OAuthError {
        match self {
            Self::TooLarge => OAuthError::invalid_request("the body is longer than 64 KiB"),
            Self::Broken => OAuthError::invalid_request("the body did not arrive"),
            Self::NotAForm => OAuthError::invalid_request("the content type must be application/x-www-form-urlencoded"),
            Self::NotJson => OAuthError::invalid_request("the content type must be application/json"),
            Self::Encoded => OAuthError::invalid_request("the body must not be compressed"),
            Self::Foreign => OAuthError::invalid_request("the form was sent by a page of another site"),
            Self::Malformed(error) => error,
        }
    }
}

/// The parameters of a form in the body.
pub async fn body(request: Request) -> Result<Parameters, Unread> {
    let (parts, body) = request.into_parts();
    let raw = raw(&parts, body).await?;
    Parameters::parse(&raw).map_err(Unread::Malformed)
}

/// The text of a form in the body.
pub async fn raw(parts: &Parts, body: Body) -> Result<Vec<u8>, Unread> {
    if !is(&parts.headers, "application/x-www-form-urlencoded") {
        return Err(Unread::NotAForm);
    }
    whole(parts, body).await
}

/// The text of JSON in the body.
pub async fn json(request: Request) -> Result<Vec<u8>, Unread> {
    let (parts, body) = request.into_parts();
    if !is(&parts.headers, "application/json") {
        return Err(Unread::NotJson);
    }
    let text = whole(&parts, body).await?;
    match nul::escaped_in(&text) {
        None => Ok(text),
        Some(_) => Err(Unread::Malformed(OAuthError::invalid_request("the body has U+0000, which no text may have"))),
    }
}

async fn whole(parts: &Parts, body: Body) -> Result<Vec<u8>, Unread> {
    bytes(parts, body, LONGEST).await
}

/// A whole body, of whatever kind. The time that it takes to arrive is the sender's, and not counted as ours.
pub async fn bytes(parts: &Parts, body: Body, longest: usize) -> Result<Vec<u8>, Unread> {
    let encoding = parts.headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
    if encoding.is_some_and(|encoding| !encoding.trim_ascii().eq_ignore_ascii_case(b"identity")) {
        return Err(Unread::Encoded);
    }
    let announced =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > longest) {
        return Err(Unread::TooLarge);
    }
    let _arriving = parts.extensions.get::<Arrival>().map(Arrival::body_arrives);
    match tokio::time::timeout(PATIENCE, to_bytes(body, longest)).await {
        Ok(Ok(bytes)) => Ok(bytes.to_vec()),
        Ok(Err(error))
            if std::error::Error::source(&error).is_some_and(|e| e.is::<http_body_util::LengthLimitError>()) =>
        {
            Err(Unread::TooLarge)
        }
        Ok(Err(_)) | Err(_) => Err(Unread::Broken),
    }
}

/// Whether a page of another site sent this request, as far as the browser says: Fetch Metadata §2.3, Fetch §3.2. A browser
/// that says nothing, or hides it (`null`), is judged by the sealed value that its form carries. Whoever says no more than an
/// origin is heard where that is one of the deployment's.
pub fn is_foreign(headers: &HeaderMap, is_own: impl Fn(&[u8]) -> bool) -> bool {
    let said = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => !matches!(site, b"same-origin" | b"none"),
        (None, Some(origin)) => origin != b"null" && !is_own(origin),
        (None, None) => false,
    }
}

/// The parameters of the query.
pub fn query(uri: &Uri) -> Result<Parameters, OAuthError> {
    Parameters::parse(uri.query().unwrap_or_default().as_bytes())
}

/// Whether the body is of this media type.
pub fn is(headers: &HeaderMap, expected: &str) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(expected)
}
