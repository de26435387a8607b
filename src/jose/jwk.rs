//! Public keys in JSON: RFC 7517, thumbprints of RFC 7638, Ed25519 of RFC 8037 §2. Private and symmetric keys do not
//! parse: whoever shows us one has lost it.

mod members;
mod set;

use serde::Serialize;
use serde::Serializer;
use serde_json::Map;
use serde_json::Value;

use self::members::key_ops;
use self::members::kind;
use self::members::material;
use self::members::purpose;
use self::members::text;
pub use self::set::JwkSet;
use super::json;
use super::jwa::Algorithm;
use super::jwa::KeyAlgorithm;
use super::jwa::KeyManagement;
pub use super::material::JwkError;
use super::material::Material;
use crate::base::secret::base64url;
use crate::base::secret::sha256;

/// A public key (RFC 7517 §4): on P-256, Ed25519, or RSA of 2048 to 8192 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    material: Material,
    kid: Option<String>,
    alg: Option<KeyAlgorithm>,
    purpose: Option<Use>,
    key_ops: Option<Vec<String>>,
}

/// What a key is for (RFC 7517 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// `sig`
    Signature,
    /// `enc`
    Encryption,
}

impl Jwk {
    /// Reads a key from text.
    pub fn parse(text: &str) -> Result<Self, JwkError> {
        if text.len() > MAX_TEXT {
            return Err(JwkError::TooLong);
        }
        Self::from_members(&json::object(text.as_bytes()).ok_or(JwkError::NotAnObject)?)
    }

    /// Reads a key from a JSON value.
    pub fn from_value(value: &Value) -> Result<Self, JwkError> {
        Self::from_members(value.as_object().ok_or(JwkError::NotAnObject)?)
    }

    /// The public half of one of our own keys that sign.
    pub(super) fn for_signatures(material: Material, alg: Algorithm, kid: &str) -> Self {
        let (alg, purpose) = (Some(KeyAlgorithm::Signature(alg)), Some(Use::Signature));
        Self { material, kid: Some(kid.to_owned()), alg, purpose, key_ops: None }
    }

    /// The public half of one of our own keys that decrypt: by `alg` alone, or by every algorithm that suits its kind.
    pub(super) fn for_encryption(material: Material, alg: Option<KeyManagement>, kid: &str) -> Self {
        let (alg, purpose) = (alg.map(KeyAlgorithm::Encryption), Some(Use::Encryption));
        Self { material, kid: Some(kid.to_owned()), alg, purpose, key_ops: None }
    }

    /// The public half of a key for one agreement (RFC 7518 §4.6.1.1).
    pub(super) fn ephemeral(material: Material) -> Self {
        Self { material, kid: None, alg: None, purpose: None, key_ops: None }
    }

    fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        if PRIVATE_MEMBERS.iter().any(|name| members.contains_key(*name)) {
            return Err(if kind(members) == Ok("oct") { JwkError::Symmetric } else { JwkError::Private });
        }
        let jwk = Self {
            material: material(members)?,
            kid: text(members, "kid")?.map(str::to_owned),
            alg: text(members, "alg")?.map(|name| name.parse().or(Err(JwkError::UnknownAlgorithm))).transpose()?,
            purpose: purpose(members)?,
            key_ops: key_ops(members)?,
        };
        if jwk.is_consistent() { Ok(jwk) } else { Err(JwkError::Contradictory) }
    }

    fn is_consistent(&self) -> bool {
        let ops = self.key_ops.as_deref();
        let signs = ops.is_some_and(|ops| ops.iter().any(|op| SIGNATURE_OPS.contains(&op.as_str())));
        let encrypts = ops.is_some_and(|ops| ops.iter().any(|op| !SIGNATURE_OPS.contains(&op.as_str())));
        let for_signatures = self.alg().is_some() || self.purpose == Some(Use::Signature);
        let for_encryption = self.key_management().is_some() || self.purpose == Some(Use::Encryption);
        self.alg().is_none_or(|alg| self.material.suits(alg))
            && self.key_management().is_none_or(|alg| self.material.suits_encryption(alg))
            && !(signs && encrypts)
            && !(for_signatures && (for_encryption || encrypts))
            && !(for_encryption && signs)
            && !(for_signatures && ops.is_some() && !self.may("verify"))
    }

    fn may(&self, operation: &str) -> bool {
        self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == operation))
    }

    /// Whether signatures by `alg` may be verified with this key: its type, `alg`, `use` and `key_ops` all agree.
    pub fn suits(&self, alg: Algorithm) -> bool {
        self.material.suits(alg)
            && self.alg.is_none_or(|own| own == KeyAlgorithm::Signature(alg))
            && self.purpose != Some(Use::Encryption)
            && self.may("verify")
    }

    /// Whether by `alg` something may be encrypted to this key: its type, `alg`, `use` and `key_ops` all agree. Of a
    /// public key for agreements `key_ops` is empty where the Web Cryptography API wrote it.
    pub fn suits_encryption(&self, alg: KeyManagement) -> bool {
        let may = match alg {
            KeyManagement::RsaOaep256 => self.may("encrypt") || self.may("wrapKey"),
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw | KeyManagement::EcdhEsA256Kw => {
                self.may("deriveKey") || self.may("deriveBits") || self.key_ops.as_ref().is_some_and(Vec::is_empty)
            }
        };
        self.material.suits_encryption(alg)
            && self.alg.is_none_or(|own| own == KeyAlgorithm::Encryption(alg))
            && self.purpose != Some(Use::Signature)
            && may
    }

    /// The key's name (RFC 7517 §4.5).
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The one signature algorithm that the key is for, if it says so (RFC 7517 §4.4).
    pub fn alg(&self) -> Option<Algorithm> {
        match self.alg {
            Some(KeyAlgorithm::Signature(alg)) => Some(alg),
            Some(KeyAlgorithm::Encryption(_)) | None => None,
        }
    }

    /// The one algorithm by which something is to be encrypted to the key, if it says so (RFC 7517 §4.4).
    pub fn key_management(&self) -> Option<KeyManagement> {
        match self.alg {
            Some(KeyAlgorithm::Encryption(alg)) => Some(alg),
            Some(KeyAlgorithm::Signature(_)) | None => None,
        }
    }

    /// What the key is for, if it says so (RFC 7517 §4.2).
    pub fn purpose(&self) -> Option<Use> {
        self.purpose
    }

    pub(super) fn material(&self) -> &Material {
        &self.material
    }

    /// SHA-256 over the required members, as base64url (RFC 7638 §3).
    pub fn thumbprint(&self) -> String {
        let canonical = match &self.material {
            Material::Ec { x, y } => {
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, base64url(x), base64url(y))
            }
            Material::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, base64url(e), base64url(n)),
            Material::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, base64url(x)),
        };
        base64url(&sha256(canonical.as_bytes()))
    }

    /// The public members, and nothing else that the key may have come with.
    pub fn to_value(&self) -> Value {
        let mut members = Map::new();
        let mut put = |name: &str, value: &str| members.insert(name.to_owned(), Value::from(value));
        match &self.material {
            Material::Ec { x, y } => {
                put("kty", "EC");
                put("crv", "P-256");
                put("x", &base64url(x));
                put("y", &base64url(y));
            }
            Material::Rsa { n, e } => {
                put("kty", "RSA");
                put("n", &base64url(n));
                put("e", &base64url(e));
            }
            Material::Ed25519 { x } => {
                put("kty", "OKP");
                put("crv", "Ed25519");
                put("x", &base64url(x));
            }
        }
        self.kid.as_deref().map(|kid| put("kid", kid));
        self.alg.map(|alg| put("alg", alg.as_str()));
        self.purpose.map(|purpose| put("use", purpose.as_str()));
        if let Some(ops) = &self.key_ops {
            members.insert("key_ops".to_owned(), Value::from(ops.clone()));
        }
        Value::Object(members)
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl Use {
    /// The registered value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "sig",
            Self::Encryption => "enc",
        }
    }
}

const MAX_TEXT: usize = 16 * 1024;
const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
const SIGNATURE_OPS: [&str; 2] = ["sign", "verify"];

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;

    fn point(rest: &str) -> Result<Jwk, JwkError> {
        Jwk::parse(&format!("{{{POINT}{rest}}}"))
    }

    #[test]
    fn a_key_keeps_its_public_members_and_drops_what_it_does_not_know() {
        let members = r#","kid":"1","alg":"ES256","use":"sig","key_ops":["verify"]"#;
        let jwk = point(&format!(r#"{members},"x5t":"abc","n":7"#)).unwrap();
        assert_eq!(jwk.to_value(), serde_json::from_str::<Value>(&format!("{{{POINT}{members}}}")).unwrap());
        assert_eq!(Jwk::from_value(&jwk.to_value()), Ok(jwk));
    }

    #[test]
    fn a_private_or_symmetric_key_is_refused() {
        for name in PRIVATE_MEMBERS {
            assert_eq!(point(&format!(r#","{name}":"AQ""#)), Err(JwkError::Private), "{name}");
        }
        assert_eq!(Jwk::parse(r#"{"kty":"oct","k":"AAAA"}"#), Err(JwkError::Symmetric));
        assert_eq!(Jwk::parse(r#"{"kty":"oct"}"#), Err(JwkError::Symmetric));
    }

    #[test]
    fn members_that_no_one_key_can_satisfy_are_refused() {
        for rest in [
            r#","alg":"RS256""#,
            r#","alg":"ES256","use":"enc""#,
            r#","alg":"ES256","key_ops":["encrypt"]"#,
            r#","use":"sig","key_ops":["sign"]"#,
            r#","use":"sig","key_ops":[]"#,
            r#","use":"enc","key_ops":["verify"]"#,
            r#","key_ops":["verify","deriveKey"]"#,
            r#","alg":"RSA-OAEP-256""#,
            r#","alg":"ECDH-ES","use":"sig""#,
            r#","alg":"ECDH-ES+A128KW","key_ops":["verify"]"#,
        ] {
            assert_eq!(point(rest), Err(JwkError::Contradictory), "{rest}");
        }
        assert_eq!(point(r#","key_ops":["verify","verify"]"#), Err(JwkError::Malformed("key_ops")));
        assert_eq!(point(r#","use":"both""#), Err(JwkError::Malformed("use")));
        assert_eq!(point(r#","alg":"ES384""#), Err(JwkError::UnknownAlgorithm));
    }

    #[test]
    fn a_key_suits_only_the_algorithm_that_all_its_members_allow() {
        assert!(point("").unwrap().suits(Algorithm::Es256));
        assert!(!point("").unwrap().suits(Algorithm::EdDsa));
        assert!(!point(r#","use":"enc""#).unwrap().suits(Algorithm::Es256));
        assert!(!point(r#","key_ops":["deriveKey"]"#).unwrap().suits(Algorithm::Es256));
        assert!(!point(r#","alg":"ECDH-ES""#).unwrap().suits(Algorithm::Es256));
    }

    #[test]
    fn a_key_is_encrypted_to_only_by_an_algorithm_that_all_its_members_allow() {
        use KeyManagement::EcdhEs;
        use KeyManagement::EcdhEsA128Kw;
        for rest in ["", r#","use":"enc""#, r#","alg":"ECDH-ES""#, r#","key_ops":[]"#, r#","key_ops":["deriveBits"]"#] {
            assert!(point(rest).unwrap().suits_encryption(EcdhEs), "{rest}");
            assert!(!point(rest).unwrap().suits_encryption(KeyManagement::RsaOaep256), "{rest}");
        }
        for rest in [r#","use":"sig""#, r#","alg":"ES256""#, r#","key_ops":["verify"]"#, r#","key_ops":["wrapKey"]"#] {
            assert!(!point(rest).unwrap().suits_encryption(EcdhEs), "{rest}");
        }
        assert!(!point(r#","alg":"ECDH-ES""#).unwrap().suits_encryption(EcdhEsA128Kw));
        let jwk = point(r#","alg":"ECDH-ES+A128KW","use":"enc""#).unwrap();
        assert_eq!((jwk.alg(), jwk.key_management()), (None, Some(EcdhEsA128Kw)));
        assert_eq!(Jwk::from_value(&jwk.to_value()), Ok(jwk));
    }
}
