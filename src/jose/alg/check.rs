//! Which numbers are keys.

use super::ec;
use super::ed25519;
use super::rsa;
use crate::jose::material::JwkError;
use crate::jose::material::Material;

/// Whether the numbers are a key that could ever verify, and not a weak one.
pub(in crate::jose) fn check(material: &Material) -> Result<(), JwkError> {
    match material {
        Material::Ec { x, y } => ec::Verifying::new(x, y).map(|_| ()).or(Err(JwkError::Point)),
        Material::Ed25519 { x } => ed25519::check(x),
        Material::Rsa { n, e } => rsa::check(n, e),
    }
}
