//! Subject identifiers: OpenID Connect Core §8.1.

use uuid::Uuid;

use crate::base::secret::base64url;
use crate::base::secret::hmac_sha256;

/// The subject of `person` in a sector: base64url(HMAC-SHA-256(key, sector ‖ person)).
pub fn pairwise(key: &[u8], sector: Uuid, person: Uuid) -> String {
    base64url(&hmac_sha256(key, &[sector.as_bytes(), person.as_bytes()]))
}

/// The identifier of `session` in a sector (OpenID Connect Back-Channel Logout §2.1), derived as subjects are: two services
/// of different sectors cannot join people by it.
pub fn session(key: &[u8], sector: Uuid, session: Uuid) -> String {
    base64url(&hmac_sha256(key, &[b"sid", sector.as_bytes(), session.as_bytes()]))
}

/// The subject of `person` for clients that are allowed public subjects: derived as well, so that our own identifiers
/// stay inside.
pub fn public(key: &[u8], person: Uuid) -> String {
    base64url(&hmac_sha256(key, &[b"public", person.as_bytes()]))
}

/// The identifier of the sector that registered clients of this name share: derived, so that it is the same again after
/// nobody was in it for a while.
pub fn sector(key: &[u8], name: &str) -> Uuid {
    let own = hmac_sha256(key, &[b"sectors of clients that registered themselves"]);
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = hmac_sha256(&own, &[name.as_bytes()]);
    Uuid::from_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
}
