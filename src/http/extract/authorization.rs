//! The `Authorization` header: RFC 9110 §11.6.2.

use http::HeaderMap;
use http::header;

use crate::protocol::error::OAuthError;

/// Its value, if the request has one; two headers are an error.
pub fn value(headers: &HeaderMap) -> Result<Option<&str>, OAuthError> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (first, second) = (all.next(), all.next());
    if second.is_some() {
        return Err(OAuthError::invalid_request("the request has two Authorization headers"));
    }
    Ok(first.and_then(|value| value.to_str().ok()))
}

/// The bearer token in it (RFC 6750 §2.1).
pub fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, OAuthError> {
    let pair = value(headers)?.and_then(|value| value.split_once(' '));
    let token = pair.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    Ok(token.filter(|token| !token.is_empty()))
}
