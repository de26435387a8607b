//! What keys are made of, and why one is refused: the common ground of the JSON that carries keys and the code that
//! computes with them.

use super::jwa::Algorithm;
use super::jwa::KeyManagement;

/// The numbers themselves, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::jose) enum Material {
    /// A point on P-256 (RFC 7518 §6.2.1).
    Ec { x: [u8; 32], y: [u8; 32] },
    /// Modulus and exponent, without leading zeros (RFC 7518 §6.3.1).
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// An encoded point on Ed25519 (RFC 8037 §2).
    Ed25519 { x: [u8; 32] },
}

impl Material {
    pub(super) fn suits(&self, alg: Algorithm) -> bool {
        match self {
            Self::Ec { .. } => alg == Algorithm::Es256,
            Self::Ed25519 { .. } => alg == Algorithm::EdDsa,
            Self::Rsa { .. } => matches!(alg, Algorithm::Ps256 | Algorithm::Rs256),
        }
    }

    pub(super) fn suits_encryption(&self, alg: KeyManagement) -> bool {
        match self {
            Self::Ec { .. } => alg != KeyManagement::RsaOaep256,
            Self::Ed25519 { .. } => false,
            Self::Rsa { .. } => alg == KeyManagement::RsaOaep256,
        }
    }
}

/// Why a JWK or a JWK set is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Not a JSON object, or one whose member names repeat.
    #[error("not a JSON object without repeated member names")]
    NotAnObject,
    /// Longer than we read.
    #[error("the text is too long")]
    TooLong,
    /// More keys than we hold.
    #[error("a set holds at most 100 keys")]
    TooManyKeys,
    /// A member of a private key (RFC 7518 §6.2.2, §6.3.2).
    #[error("the key holds private members")]
    Private,
    /// A shared secret (RFC 7518 §6.4).
    #[error("symmetric keys are not taken")]
    Symmetric,
    /// A key type or curve that we do not know.
    #[error("the key is none of EC P-256, OKP Ed25519, RSA")]
    UnknownType,
    /// An algorithm that we do not know.
    #[error("the key is for an algorithm that is not offered")]
    UnknownAlgorithm,
    /// A member that must be there is not.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A member of the wrong shape.
    #[error("`{0}` is malformed")]
    Malformed(&'static str),
    /// Coordinates that belong to no point, or to one of small order.
    #[error("the point is not on the curve")]
    Point,
    /// A modulus under 2048 or over 8192 bits.
    #[error("the modulus has fewer than 2048 or more than 8192 bits")]
    ModulusSize,
    /// An even modulus, or one with the fingerprint of CVE-2017-15361.
    #[error("the modulus is weak")]
    WeakModulus,
    /// An exponent that is even, below 3 or over 32 bits.
    #[error("the exponent is even, below 3 or over 32 bits")]
    Exponent,
    /// `kty`, `alg`, `use` and `key_ops` that no one key can satisfy (RFC 7517 §4.3).
    #[error("`kty`, `alg`, `use` and `key_ops` contradict each other")]
    Contradictory,
}
