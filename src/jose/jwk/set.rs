//! Sets of public keys: RFC 7517 §5.

use serde::Serialize;
use serde::Serializer;
use serde_json::Map;
use serde_json::Value;

use super::Jwk;
use super::JwkError;
use super::Use;
use crate::jose::json;
use crate::jose::jwa::Algorithm;
use crate::jose::jwa::KeyManagement;

/// A JWK set (RFC 7517 §5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JwkSet {
    keys: Vec<Jwk>,
    skipped: Vec<JwkError>,
}

impl JwkSet {
    /// Reads a set from text.
    pub fn parse(text: &str) -> Result<Self, JwkError> {
        if text.len() > MAX_TEXT {
            return Err(JwkError::TooLong);
        }
        Self::from_members(&json::object(text.as_bytes()).ok_or(JwkError::NotAnObject)?)
    }

    /// Reads a set from a JSON value.
    pub fn from_value(value: &Value) -> Result<Self, JwkError> {
        Self::from_members(value.as_object().ok_or(JwkError::NotAnObject)?)
    }

    /// RFC 7517 §5: keys of unknown types, without required members or out of the supported ranges are ignored.
    fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        let list = members.get("keys").ok_or(JwkError::Missing("keys"))?;
        let list = list.as_array().ok_or(JwkError::Malformed("keys"))?;
        if list.len() > MAX_KEYS {
            return Err(JwkError::TooManyKeys);
        }
        let mut set = Self::default();
        for member in list {
            match Jwk::from_value(member) {
                Ok(jwk) => set.keys.push(jwk),
                Err(fatal @ (JwkError::Private | JwkError::Symmetric | JwkError::NotAnObject)) => return Err(fatal),
                Err(reason) => set.skipped.push(reason),
            }
        }
        Ok(set)
    }

    /// The keys that may verify a signature by `alg`: those named `kid`, or all where the signature names none.
    pub fn find<'a>(&'a self, kid: Option<&'a str>, alg: Algorithm) -> impl Iterator<Item = &'a Jwk> {
        self.keys.iter().filter(move |jwk| jwk.suits(alg) && kid.is_none_or(|kid| jwk.kid() == Some(kid)))
    }

    /// The key to which the set's owner wants things encrypted by `alg`: rather one that names the algorithm, is for
    /// encryption alone, and has a name to be found by (OpenID Connect Core §10.2).
    pub fn recipient(&self, alg: KeyManagement) -> Option<&Jwk> {
        let preference = |jwk: &&Jwk| {
            let names_it = jwk.key_management().is_some();
            (names_it, jwk.purpose() == Some(Use::Encryption), jwk.kid().is_some())
        };
        self.keys.iter().rev().filter(|jwk| jwk.suits_encryption(alg)).max_by_key(preference)
    }

    /// The keys that were understood.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// Why each of the other keys was passed over.
    pub fn skipped(&self) -> &[JwkError] {
        &self.skipped
    }
}

impl From<Vec<Jwk>> for JwkSet {
    fn from(keys: Vec<Jwk>) -> Self {
        Self { keys, skipped: Vec::new() }
    }
}

impl Serialize for JwkSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("keys", &self.keys)])
    }
}

const MAX_TEXT: usize = 256 * 1024;
const MAX_KEYS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn unknown_keys_are_passed_over_and_private_ones_are_an_error() {
        let set = JwkSet::parse(&format!(r#"{{"keys":[{{"kty":"new"}},{ED25519},{{"kty":"EC","crv":"P-384"}}]}}"#));
        let set = set.unwrap();
        assert_eq!((set.keys().len(), set.skipped()), (1, &[JwkError::UnknownType, JwkError::UnknownType][..]));
        let secret = format!(r#"{{"keys":[{ED25519},{{"kty":"new","d":"AQ"}}]}}"#);
        assert_eq!(JwkSet::parse(&secret), Err(JwkError::Private));
        let shared = format!(r#"{{"keys":[{ED25519},{{"kty":"oct"}}]}}"#);
        assert_eq!(JwkSet::parse(&shared), Err(JwkError::Symmetric));
    }

    #[test]
    fn a_set_is_bounded() {
        let keys = |n| format!(r#"{{"keys":[{}]}}"#, vec![ED25519; n].join(","));
        assert_eq!(JwkSet::parse(&keys(MAX_KEYS)).map(|set| set.keys().len()), Ok(MAX_KEYS));
        assert_eq!(JwkSet::parse(&keys(MAX_KEYS + 1)), Err(JwkError::TooManyKeys));
    }

    #[test]
    fn a_named_key_is_found_by_its_name_alone() {
        let named = ED25519.replace('}', r#","kid":"1"}"#);
        let set = JwkSet::parse(&format!(r#"{{"keys":[{ED25519},{named}]}}"#)).unwrap();
        assert_eq!(set.find(Some("1"), Algorithm::EdDsa).count(), 1);
        assert_eq!(set.find(Some("2"), Algorithm::EdDsa).count(), 0);
        assert_eq!(set.find(None, Algorithm::EdDsa).count(), 2);
        assert_eq!(set.find(None, Algorithm::Es256).count(), 0);
    }

    #[test]
    fn a_recipients_key_is_the_first_of_those_that_say_most_clearly_that_they_are_meant() {
        let point = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;
        let keys = [
            r#""kid":"sig","use":"sig""#,
            r#""kid":"any""#,
            r#""use":"enc""#,
            r#""kid":"enc","use":"enc""#,
            r#""kid":"later","use":"enc""#,
            r#""kid":"wrap","alg":"ECDH-ES+A128KW""#,
        ];
        let set = |keys: &[&str]| {
            let keys: Vec<_> = keys.iter().map(|rest| format!("{{{point},{rest}}}")).collect();
            JwkSet::parse(&format!(r#"{{"keys":[{ED25519},{}]}}"#, keys.join(","))).unwrap()
        };
        let chosen = |keys: &[&str], alg| set(keys).recipient(alg).map(|jwk| jwk.kid().unwrap_or("").to_owned());
        assert_eq!(chosen(&keys, KeyManagement::EcdhEs).as_deref(), Some("enc"));
        assert_eq!(chosen(&keys, KeyManagement::EcdhEsA128Kw).as_deref(), Some("wrap"));
        assert_eq!(chosen(&keys, KeyManagement::RsaOaep256), None);
        assert_eq!(chosen(&keys[..3], KeyManagement::EcdhEs).as_deref(), Some(""));
        assert_eq!(chosen(&keys[..2], KeyManagement::EcdhEs).as_deref(), Some("any"));
        assert_eq!(chosen(&keys[..1], KeyManagement::EcdhEs), None);
    }
}
