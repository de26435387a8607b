//! The digests that other systems stretched passwords with: to compare with what they left, never for anything new.

use std::num::NonZeroU32;

use ring::digest;
use ring::pbkdf2;

/// A member of the SHA family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// SHA-1 (FIPS 180-4 §6.1).
    Sha1,
    /// SHA-256 (§6.2).
    Sha256,
    /// SHA-512 (§6.4).
    Sha512,
}

impl Digest {
    /// Bytes of a digest.
    pub const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// The digest of `bytes`.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }

    /// Whether PBKDF2 with HMAC (RFC 8018 §5.2) makes `expected`, of any length, from `password`; compared in constant time.
    pub fn pbkdf2_makes(self, expected: &[u8], password: &[u8], salt: &[u8], iterations: NonZeroU32) -> bool {
        let algorithm = match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        };
        pbkdf2::verify(algorithm, iterations, salt, password, expected).is_ok()
    }
}
