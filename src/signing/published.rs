//! What of our keys is published: the JWK set of `jwks_uri`.

use super::keyring::Keyring;
use crate::base::fault::Fault;
use crate::base::secret::base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::jose::jwk::JwkSet;

/// A JWK set as it is served.
pub struct Published {
    /// The JSON text.
    pub body: String,
    /// Its strong entity tag (RFC 9110 §8.8.3).
    pub etag: String,
}

/// The set of this moment, from memory.
pub fn jwks(keyring: &Keyring, now: Timestamp) -> Result<Published, Fault> {
    let set = JwkSet::from(keyring.published_jwks(now));
    let body = serde_json::to_string(&set).map_err(Fault::broken)?;
    let etag = format!("\"{}\"", base64url(sha256(body.as_bytes()).split_at(16).0));
    Ok(Published { body, etag })
}
