//! Pushed authorization requests: RFC 9126.

use serde::Serialize;

/// What stands before the part of a request URI that nobody can guess (§2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// A successful answer (§2.2).
#[derive(Debug, Serialize)]
pub struct PushedResponse {
    /// By which the request is named at the authorization endpoint.
    pub request_uri: String,
    /// For how many seconds.
    pub expires_in: u64,
}

/// The request URI with this unguessable part.
pub fn request_uri(handle: &str) -> String {
    format!("{PREFIX}{handle}")
}

/// Whether a `request_uri` names a request that was pushed, not one that lies elsewhere.
pub fn is_ours(request_uri: &str) -> bool {
    request_uri.starts_with(PREFIX)
}
