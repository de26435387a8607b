//! ID tokens: OpenID Connect Core §2, §3.1.3.6.

use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::base::secret::base64url;
use crate::base::secret::sha256;
use crate::base::secret::sha512;
pub use crate::jose::jwa::Algorithm;

/// The claims of an ID token.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the claims of the specification
pub struct IdTokenClaims<'a> {
    pub iss: &'a str,
    pub sub: &'a str,
    pub aud: &'a str,
    pub exp: i64,
    pub iat: i64,
    pub auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    pub acr: &'a str,
    pub amr: Vec<&'a str>,
    pub sid: &'a str,
    pub at_hash: &'a str,
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// `at_hash` (§3.1.3.6): the left half of the digest that belongs to the ID token's algorithm.
pub fn at_hash(access_token: &str, algorithm: Algorithm) -> String {
    let bytes = access_token.as_bytes();
    match algorithm {
        Algorithm::Es256 | Algorithm::Ps256 | Algorithm::Rs256 => left_half(&sha256(bytes)),
        Algorithm::EdDsa => left_half(&sha512(bytes)), // Ed25519 hashes with SHA-512 (RFC 8032 §5.1)
    }
}

fn left_half(digest: &[u8]) -> String {
    base64url(digest.split_at(digest.len() / 2).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_core_appendix_a3_holds() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(at_hash(token, Algorithm::Rs256), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
