//! Proof Key for Code Exchange: RFC 7636. The only method is S256; `plain` is refused (RFC 9700 §2.1.1).

use serde::Deserialize;
use serde::Serialize;

use crate::base::secret::base64url;
use crate::base::secret::equal;
use crate::base::secret::sha256;
use crate::protocol::error::OAuthError;

/// A code challenge made by S256 (§4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Challenge(String);

impl Challenge {
    /// Reads `code_challenge` and `code_challenge_method` (§4.3, §4.4.1).
    pub fn parse(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, OAuthError> {
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(OAuthError::invalid_request("code_challenge_method without code_challenge")),
            (Some(text), Some("S256")) if text.len() == 43 && text.bytes().all(is_base64url) => {
                Ok(Some(Self(text.to_owned())))
            }
            (Some(_), Some("S256")) => {
                Err(OAuthError::invalid_request("code_challenge is not a SHA-256 digest in base64url"))
            }
            (Some(_), _) => Err(OAuthError::invalid_request("code_challenge_method must be S256")),
        }
    }

    /// Whether `verifier` is the one that the challenge was made from (§4.6).
    pub fn verify(&self, verifier: &str) -> bool {
        is_verifier(verifier) && equal(base64url(&sha256(verifier.as_bytes())).as_bytes(), self.0.as_bytes())
    }
}

/// Whether the text has the form of a code verifier: 43 to 128 unreserved characters (§4.1).
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|b| is_base64url(b) || matches!(b, b'.' | b'~'))
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_appendix_b_holds() {
        let challenge = Challenge::parse(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), Some("S256"));
        let challenge = challenge.unwrap().unwrap();
        assert!(challenge.verify("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!challenge.verify("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"));
    }

    #[test]
    fn plain_and_missing_methods_are_refused() {
        let text = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(Challenge::parse(Some(text), Some("plain")).is_err());
        assert!(Challenge::parse(Some(text), None).is_err());
        assert!(Challenge::parse(None, Some("S256")).is_err());
        assert!(Challenge::parse(Some("short"), Some("S256")).is_err());
    }
}
