//! The members of a key: RFC 7517 §4, RFC 7518 §6, RFC 8037 §2.

use serde_json::Map;
use serde_json::Value;

use super::JwkError;
use super::Use;
use crate::base::secret::from_base64url;
use crate::jose::alg::check::check;
use crate::jose::material::Material;

/// The numbers themselves, checked.
pub(super) fn material(members: &Map<String, Value>) -> Result<Material, JwkError> {
    let material = match (kind(members)?, text(members, "crv")?) {
        ("EC", Some("P-256")) => Material::Ec { x: array(members, "x")?, y: array(members, "y")? },
        ("OKP", Some("Ed25519")) => Material::Ed25519 { x: array(members, "x")? },
        ("EC" | "OKP", None) => return Err(JwkError::Missing("crv")),
        ("RSA", _) => Material::Rsa { n: unsigned(members, "n")?, e: unsigned(members, "e")? },
        ("oct", _) => return Err(JwkError::Symmetric),
        _ => return Err(JwkError::UnknownType),
    };
    check(&material)?;
    Ok(material)
}

pub(super) fn kind(members: &Map<String, Value>) -> Result<&str, JwkError> {
    text(members, "kty")?.ok_or(JwkError::Missing("kty"))
}

pub(super) fn purpose(members: &Map<String, Value>) -> Result<Option<Use>, JwkError> {
    match text(members, "use")? {
        None => Ok(None),
        Some("sig") => Ok(Some(Use::Signature)),
        Some("enc") => Ok(Some(Use::Encryption)),
        Some(_) => Err(JwkError::Malformed("use")),
    }
}

/// RFC 7517 §4.3: "Duplicate key operation values MUST NOT be present".
pub(super) fn key_ops(members: &Map<String, Value>) -> Result<Option<Vec<String>>, JwkError> {
    const MALFORMED: JwkError = JwkError::Malformed("key_ops");
    let Some(value) = members.get("key_ops") else { return Ok(None) };
    let mut ops: Vec<String> = Vec::new();
    for op in value.as_array().ok_or(MALFORMED)? {
        let op = op.as_str().ok_or(MALFORMED)?;
        if ops.len() == 8 || ops.iter().any(|known| known == op) {
            return Err(MALFORMED);
        }
        ops.push(op.to_owned());
    }
    Ok(Some(ops))
}

pub(super) fn text<'a>(members: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>, JwkError> {
    members.get(name).map(|value| value.as_str().ok_or(JwkError::Malformed(name))).transpose()
}

fn bytes(members: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JwkError> {
    let text = text(members, name)?.ok_or(JwkError::Missing(name))?;
    from_base64url(text).ok_or(JwkError::Malformed(name))
}

fn array(members: &Map<String, Value>, name: &'static str) -> Result<[u8; 32], JwkError> {
    bytes(members, name)?.try_into().or(Err(JwkError::Malformed(name)))
}

/// A Base64urlUInt: as few octets as the number needs (RFC 7518 §2).
fn unsigned(members: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JwkError> {
    let bytes = bytes(members, name)?;
    if bytes.first().is_some_and(|first| *first != 0) { Ok(bytes) } else { Err(JwkError::Malformed(name)) }
}
