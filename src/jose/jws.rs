//! JSON Web Signatures in compact serialization: RFC 7515 §7.1. Embedded keys, certificates and key URLs are never
//! looked at: whoever verifies brings the key (RFC 8725 §3.1, §3.10).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Map;
use serde_json::Value;

use super::alg::KeyError;
use super::alg::PublicKey;
use super::json;
use super::jwa::Algorithm;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;

/// The protected header (RFC 7515 §4.1), as far as we make it and heed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// By what the signature was made (§4.1.1).
    pub alg: Algorithm,
    /// The name of the key (§4.1.4).
    pub kid: Option<String>,
    /// What the whole is (§4.1.9).
    pub typ: Option<String>,
    /// What the payload is (§4.1.10).
    pub cty: Option<String>,
}

/// A header in the form in which it is signed, made once for each key and kind of token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedHeader {
    text: String,
    room_for_signature: usize,
}

impl EncodedHeader {
    /// Encodes `header`.
    pub fn new(header: &Header) -> Self {
        let mut members = Map::new();
        members.insert("alg".to_owned(), header.alg.as_str().into());
        for (name, value) in [("kid", &header.kid), ("typ", &header.typ), ("cty", &header.cty)] {
            value.as_deref().map(|value| members.insert(name.to_owned(), value.into()));
        }
        let text = base64url(Value::Object(members).to_string().as_bytes());
        let room_for_signature = match header.alg {
            Algorithm::Es256 | Algorithm::EdDsa => 1 + 86,
            Algorithm::Ps256 | Algorithm::Rs256 => 1 + 342,
        };
        Self { text, room_for_signature }
    }
}

/// What is to be signed (§5.1), with room left for the signature.
pub fn signing_input(header: &EncodedHeader, payload: &[u8]) -> String {
    let length = header.text.len() + 1 + payload.len().div_ceil(3) * 4 + header.room_for_signature;
    let mut input = String::with_capacity(length);
    input.push_str(&header.text);
    input.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut input);
    input
}

/// The whole from what was signed and its signature (§7.1).
pub fn attach(signing_input: String, signature: &[u8]) -> String {
    let mut compact = signing_input;
    compact.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut compact);
    compact
}

/// Reads a compact serialization; nothing in it is to be believed yet.
pub fn decode(compact: &str) -> Result<Unverified<'_>, JwsError> {
    decode_within(compact, &Limits { compact: MAX_COMPACT, header: MAX_HEADER })
}

/// How long the whole and its header may be.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Limits {
    pub compact: usize,
    pub header: usize,
}

/// The same of what no stranger sent, which may be longer.
pub fn decode_within<'a>(compact: &'a str, limits: &Limits) -> Result<Unverified<'a>, JwsError> {
    if compact.len() > limits.compact {
        return Err(JwsError::TooLong);
    }
    let (signing_input, signature) = compact.rsplit_once('.').ok_or(JwsError::Malformed)?;
    let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Malformed)?;
    if header.len() > limits.header {
        return Err(JwsError::TooLong);
    }
    Ok(Unverified {
        header: Header::decode(header)?,
        signing_input,
        payload: from_base64url(payload).ok_or(JwsError::Malformed)?,
        signature: from_base64url(signature).ok_or(JwsError::Malformed)?,
    })
}

/// A well-formed JWS whose signature nobody has verified.
#[derive(Clone, Debug)]
pub struct Unverified<'a> {
    header: Header,
    signing_input: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl Unverified<'_> {
    /// The header, by which a key is chosen.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The payload, if the signature over it was made with `key`, by an algorithm that is both `allowed` and one for
    /// which the key is meant (RFC 8725 §3.1).
    pub fn verify(&self, key: &PublicKey, allowed: &[Algorithm]) -> Result<&[u8], JwsError> {
        if !allowed.contains(&self.header.alg) {
            return Err(JwsError::WrongAlgorithm);
        }
        match key.verify(self.header.alg, self.signing_input.as_bytes(), &self.signature) {
            Ok(()) => Ok(&self.payload),
            Err(KeyError::WrongAlgorithm) => Err(JwsError::WrongAlgorithm),
            Err(_) => Err(JwsError::BadSignature),
        }
    }

    /// The payload as anybody may have written it: for hints alone, such as whose keys to fetch.
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }
}

impl Header {
    fn decode(text: &str) -> Result<Self, JwsError> {
        let bytes = from_base64url(text).ok_or(JwsError::Malformed)?;
        let members = json::object(&bytes).ok_or(JwsError::Header)?;
        // §4.1.11: we understand no extension, so none may be critical; RFC 7797 §6 makes `b64` one that must be.
        if members.contains_key("crit") || members.contains_key("b64") {
            return Err(JwsError::Critical);
        }
        let alg = member(&members, "alg")?.ok_or(JwsError::Header)?;
        Ok(Self {
            alg: alg.parse().or(Err(JwsError::UnknownAlgorithm))?,
            kid: member(&members, "kid")?,
            typ: member(&members, "typ")?,
            cty: member(&members, "cty")?,
        })
    }
}

fn member(members: &Map<String, Value>, name: &str) -> Result<Option<String>, JwsError> {
    members.get(name).map(|value| value.as_str().map(str::to_owned).ok_or(JwsError::Header)).transpose()
}

const MAX_COMPACT: usize = 64 * 1024;
const MAX_HEADER: usize = 8 * 1024;

/// Why a JWS is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Over 64 KiB, or a header over 8 KiB, or whatever was allowed.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url without padding.
    #[error("the token is not a compact JWS")]
    Malformed,
    /// Not a JSON object without repeated names, or one whose members have the wrong types.
    #[error("the header is malformed")]
    Header,
    /// `crit` or `b64`.
    #[error("the header asks for an extension that is not offered")]
    Critical,
    /// `none`, a MAC, or anything else that we do not take.
    #[error("the algorithm is not offered")]
    UnknownAlgorithm,
    /// An algorithm that the caller or the key excludes.
    #[error("the algorithm is not allowed here")]
    WrongAlgorithm,
    /// Not signed with this key.
    #[error("the signature is not valid")]
    BadSignature,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::alg::PrivateKey;

    fn refusal(header: &str) -> JwsError {
        decode(&format!("{}.e30.AAAA", base64url(header.as_bytes()))).unwrap_err()
    }

    #[test]
    fn what_was_signed_is_what_is_read() {
        let (key, _) = PrivateKey::generate(Algorithm::Es256).unwrap();
        let public = PublicKey::from_jwk(&key.public_jwk("k")).unwrap();
        let header =
            Header { alg: Algorithm::Es256, kid: Some("k".into()), typ: Some("at+jwt".into()), cty: Some("x".into()) };
        let input = signing_input(&EncodedHeader::new(&header), b"payload");
        let room = input.capacity();
        let signature = key.sign(input.as_bytes()).unwrap();
        let compact = attach(input, &signature);
        assert_eq!(compact.capacity(), room);
        let token = decode(&compact).unwrap();
        assert_eq!(token.header(), &header);
        assert_eq!(token.verify(&public, &Algorithm::ALL), Ok(&b"payload"[..]));
        assert_eq!(token.verify(&public, &[Algorithm::EdDsa]), Err(JwsError::WrongAlgorithm));
    }

    #[test]
    fn a_header_that_is_odd_in_any_way_is_refused() {
        assert_eq!(refusal(r#"{"alg":"none"}"#), JwsError::UnknownAlgorithm);
        assert_eq!(refusal(r#"{"alg":"HS256"}"#), JwsError::UnknownAlgorithm);
        assert_eq!(refusal(r#"{"alg":"ES256","crit":["exp"],"exp":1}"#), JwsError::Critical);
        assert_eq!(refusal(r#"{"alg":"ES256","crit":[]}"#), JwsError::Critical);
        assert_eq!(refusal(r#"{"alg":"ES256","b64":false}"#), JwsError::Critical);
        for header in [
            r#"{"alg":"ES256","alg":"ES256"}"#,
            r#"{"alg":1}"#,
            r#"{"alg":"ES256","kid":1}"#,
            r#"{"alg":"ES256","typ":null}"#,
            "{}",
            "[]",
            "",
        ] {
            assert_eq!(refusal(header), JwsError::Header, "{header}");
        }
        let long = format!(r#"{{"alg":"ES256","kid":"{}"}}"#, "k".repeat(MAX_HEADER));
        assert_eq!(refusal(&long), JwsError::TooLong);
    }

    #[test]
    fn anything_but_three_parts_of_strict_base64url_is_refused() {
        let header = base64url(br#"{"alg":"ES256"}"#);
        for rest in ["", ".e30", ".e30=.AAAA", ".e3 0.AAAA", ".e31.AAAA", ".e30.AAAA.AAAA", ".e30.AA+A", ".e30.AAAA\n"]
        {
            assert_eq!(decode(&format!("{header}{rest}")).unwrap_err(), JwsError::Malformed, "{rest}");
        }
        let long = format!("{header}.{}.AAAA", "A".repeat(MAX_COMPACT));
        assert_eq!(decode(&long).unwrap_err(), JwsError::TooLong);
    }
}
