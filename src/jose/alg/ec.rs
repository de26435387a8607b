//! ECDSA on P-256 with SHA-256: RFC 7518 §3.4, §6.2.

use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED;
use aws_lc_rs::signature::ParsedPublicKey;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;

use super::KeyError;
use super::RANDOM;
use crate::base::secret::Secret;
use crate::jose::material::Material;

pub(super) fn generate() -> Result<Secret<Vec<u8>>, KeyError> {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &*RANDOM);
    pkcs8.map(|pkcs8| Secret::new(pkcs8.as_ref().to_vec())).or(Err(KeyError::NotGenerated))
}

pub(super) struct Signing {
    pair: EcdsaKeyPair,
    x: [u8; 32],
    y: [u8; 32],
}

impl Signing {
    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &*RANDOM);
        let pair = pair.or(Err(KeyError::Rejected))?;
        let (x, y) = coordinates(pair.public_key().as_ref()).ok_or(KeyError::Rejected)?;
        Ok(Self { pair, x, y })
    }

    pub(super) fn sign(&self, input: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.pair.sign(&*RANDOM, input).map(|signature| signature.as_ref().to_vec()).or(Err(KeyError::NotSigned))
    }

    pub(super) fn public(&self) -> Material {
        Material::Ec { x: self.x, y: self.y }
    }
}

/// Of an uncompressed point (SEC 1 §2.3.3): `04 ‖ x ‖ y`.
pub(super) fn coordinates(point: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    let (x, y) = point.strip_prefix(&[4])?.split_first_chunk()?;
    Some((*x, y.try_into().ok()?))
}

#[derive(Clone)]
pub(super) struct Verifying(ParsedPublicKey);

impl Verifying {
    /// Refuses a pair of coordinates that is no point of the curve.
    pub(super) fn new(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        let point = [&[4], x.as_slice(), y.as_slice()].concat();
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map(Self).or(Err(KeyError::Rejected))
    }

    pub(super) fn verify(&self, input: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(input, signature).is_ok()
    }
}
