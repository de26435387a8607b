//! Bearer tokens in the `Authorization` header: RFC 6750 §2.1.

use http::HeaderMap;
use http::header;

use crate::protocol::error::OAuthError;

/// The token, if the request brings one; two headers are an error.
pub fn token(headers: &HeaderMap) -> Result<Option<&str>, OAuthError> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (first, second) = (all.next(), all.next());
    if second.is_some() {
        return Err(OAuthError::invalid_request("the request has two Authorization headers"));
    }
    let pair = first.and_then(|value| value.to_str().ok()?.split_once(' '));
    let token = pair.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    Ok(token.filter(|token| !token.is_empty()))
}
