//! JWT access tokens: RFC 9068.

use serde::Deserialize;
use serde::Serialize;

use super::scope::Scope;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;

/// `typ` of the header (§2.1).
pub const TYP: &str = "at+jwt";

/// The claims of an access token (§2.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // the members are the claims of the specification
pub struct AccessTokenClaims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub exp: i64,
    pub iat: i64,
    pub jti: String,
    pub client_id: String,
    #[serde(default, skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The office in which an official acts; ours (§2.2.3 allows further claims).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
}

impl AccessTokenClaims {
    /// Whether it speaks of the client itself (RFC 6749 §4.4): then no grant stands behind it.
    pub fn is_for_client(&self) -> bool {
        self.sub == self.client_id
    }
}

/// A `jti` of what stands behind the token, hidden from others by random bytes among others, and of those.
pub fn jti(behind: [u8; 16], random: [u8; 8]) -> String {
    let mut bytes = [0; 24];
    let (front, back) = bytes.split_at_mut(16);
    front.copy_from_slice(&behind);
    back.copy_from_slice(&random);
    base64url(&bytes)
}

/// What [`jti`] hid, and the random bytes.
pub fn behind(jti: &str) -> Option<([u8; 16], [u8; 8])> {
    let bytes = from_base64url(jti).filter(|bytes| bytes.len() == 24)?;
    bytes.first_chunk().copied().zip(bytes.last_chunk().copied())
}
