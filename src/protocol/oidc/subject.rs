//! Subject identifiers: OpenID Connect Core §8.1.

use uuid::Uuid;

use crate::base::secret::base64url;
use crate::base::secret::hmac_sha256;

/// The subject of `person` in a sector: base64url(HMAC-SHA-256(key, sector ‖ person)).
pub fn pairwise(key: &[u8], sector: Uuid, person: Uuid) -> String {
    base64url(&hmac_sha256(key, &[sector.as_bytes(), person.as_bytes()]))
}

/// The subject of `person` for clients that are allowed public subjects: derived as well, so that our own identifiers
/// stay inside.
pub fn public(key: &[u8], person: Uuid) -> String {
    base64url(&hmac_sha256(key, &[b"public", person.as_bytes()]))
}
