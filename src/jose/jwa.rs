//! Algorithms: RFC 7518, RFC 8037 §3.1. Only what we make or take exists as a value: neither `none` nor a MAC, neither
//! passwords nor shared keys, and of RSA encryption OAEP alone.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// The signature algorithms that we make and take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256 (RFC 7518 §3.4).
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519 (RFC 8037 §3.1).
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// RSASSA-PSS with SHA-256 (RFC 7518 §3.5).
    #[serde(rename = "PS256")]
    Ps256,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
    #[serde(rename = "RS256")]
    Rs256,
}

impl Algorithm {
    /// Every algorithm, the preferred one first.
    pub const ALL: [Self; 4] = [Self::Es256, Self::EdDsa, Self::Ps256, Self::Rs256];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Ps256 => "PS256",
            Self::Rs256 => "RS256",
        }
    }
}

/// How the key that encrypts the content reaches its recipient (RFC 7518 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum KeyManagement {
    /// RSAES-OAEP with SHA-256 and MGF1 with SHA-256 (§4.3).
    #[serde(rename = "RSA-OAEP-256")]
    RsaOaep256,
    /// Agreed upon with an ephemeral key of P-256 (§4.6).
    #[serde(rename = "ECDH-ES")]
    EcdhEs,
    /// Wrapped under a key of 128 bits that was agreed upon (§4.6).
    #[serde(rename = "ECDH-ES+A128KW")]
    EcdhEsA128Kw,
    /// Wrapped under a key of 256 bits that was agreed upon (§4.6).
    #[serde(rename = "ECDH-ES+A256KW")]
    EcdhEsA256Kw,
}

impl KeyManagement {
    /// Every algorithm.
    pub const ALL: [Self; 4] = [Self::RsaOaep256, Self::EcdhEs, Self::EcdhEsA128Kw, Self::EcdhEsA256Kw];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA128Kw => "ECDH-ES+A128KW",
            Self::EcdhEsA256Kw => "ECDH-ES+A256KW",
        }
    }
}

/// The algorithm that a key is for, whatever it does with it (RFC 7517 §4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyAlgorithm {
    /// It signs or verifies.
    Signature(Algorithm),
    /// It is encrypted to, or decrypts.
    Encryption(KeyManagement),
}

impl KeyAlgorithm {
    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature(alg) => alg.as_str(),
            Self::Encryption(alg) => alg.as_str(),
        }
    }
}

impl From<Algorithm> for KeyAlgorithm {
    fn from(alg: Algorithm) -> Self {
        Self::Signature(alg)
    }
}

impl From<KeyManagement> for KeyAlgorithm {
    fn from(alg: KeyManagement) -> Self {
        Self::Encryption(alg)
    }
}

/// How the content is encrypted and authenticated (RFC 7518 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum ContentEncryption {
    /// AES of 128 bits in CBC mode with HMAC-SHA-256 (§5.2.3): what OpenID Connect takes where nothing is said.
    #[serde(rename = "A128CBC-HS256")]
    A128CbcHs256,
    /// AES of 256 bits in CBC mode with HMAC-SHA-512 (§5.2.5).
    #[serde(rename = "A256CBC-HS512")]
    A256CbcHs512,
    /// AES of 128 bits in Galois/Counter mode (§5.3).
    #[serde(rename = "A128GCM")]
    A128Gcm,
    /// AES of 256 bits in Galois/Counter mode (§5.3).
    #[serde(rename = "A256GCM")]
    A256Gcm,
}

impl ContentEncryption {
    /// Every algorithm.
    pub const ALL: [Self; 4] = [Self::A128CbcHs256, Self::A256CbcHs512, Self::A128Gcm, Self::A256Gcm];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A256CbcHs512 => "A256CBC-HS512",
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
        }
    }

    /// The bytes of its key; the composed algorithms split theirs into halves.
    pub const fn key_bytes(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A128CbcHs256 | Self::A256Gcm => 32,
            Self::A256CbcHs512 => 64,
        }
    }

    /// The bytes of its initialization vector.
    pub const fn iv_bytes(self) -> usize {
        match self {
            Self::A128CbcHs256 | Self::A256CbcHs512 => 16,
            Self::A128Gcm | Self::A256Gcm => 12,
        }
    }

    /// The bytes of its authentication tag.
    pub const fn tag_bytes(self) -> usize {
        match self {
            Self::A128CbcHs256 | Self::A128Gcm | Self::A256Gcm => 16,
            Self::A256CbcHs512 => 32,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Names are case-sensitive (RFC 7515 §4.1.1).
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name).ok_or(UnknownAlgorithm)
    }
}

impl fmt::Display for KeyManagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for KeyManagement {
    type Err = UnknownKeyManagement;

    /// Names are case-sensitive (RFC 7516 §4.1.1).
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name).ok_or(UnknownKeyManagement)
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for KeyAlgorithm {
    type Err = UnknownKeyAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let encryption = || name.parse().map(Self::Encryption);
        name.parse().map(Self::Signature).or_else(|_| encryption()).or(Err(UnknownKeyAlgorithm))
    }
}

impl fmt::Display for ContentEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ContentEncryption {
    type Err = UnknownContentEncryption;

    /// Names are case-sensitive (RFC 7516 §4.1.2).
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|enc| enc.as_str() == name).ok_or(UnknownContentEncryption)
    }
}

/// A name that stands for none of our signature algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the algorithm is not one of ES256, EdDSA, PS256, RS256")]
pub struct UnknownAlgorithm;

/// A name that stands for none of our ways to bring a key to its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the algorithm is not one of RSA-OAEP-256, ECDH-ES, ECDH-ES+A128KW, ECDH-ES+A256KW")]
pub struct UnknownKeyManagement;

/// A name that stands for nothing that a key of ours can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the algorithm is none that keys are kept for")]
pub struct UnknownKeyAlgorithm;

/// A name that stands for none of our ways to encrypt content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the algorithm is not one of A128CBC-HS256, A256CBC-HS512, A128GCM, A256GCM")]
pub struct UnknownContentEncryption;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_to_parse_print_and_serialize() {
        for alg in Algorithm::ALL {
            assert_eq!(alg.as_str().parse(), Ok(alg));
            assert_eq!(serde_json::to_string(&alg).unwrap(), format!("\"{alg}\""));
        }
        for name in ["none", "None", "HS256", "es256", "ES384", ""] {
            assert_eq!(name.parse::<Algorithm>(), Err(UnknownAlgorithm), "{name}");
        }
    }

    #[test]
    fn so_are_the_names_of_encryption() {
        for alg in KeyManagement::ALL {
            assert_eq!(alg.as_str().parse(), Ok(alg));
            assert_eq!(serde_json::to_string(&alg).unwrap(), format!("\"{alg}\""));
        }
        for enc in ContentEncryption::ALL {
            assert_eq!(enc.as_str().parse(), Ok(enc));
            assert_eq!(serde_json::to_string(&enc).unwrap(), format!("\"{enc}\""));
        }
        for name in ["RSA1_5", "RSA-OAEP", "dir", "A128KW", "A256GCMKW", "PBES2-HS256+A128KW", "ECDH-ES+A192KW", ""] {
            assert_eq!(name.parse::<KeyManagement>(), Err(UnknownKeyManagement), "{name}");
        }
        for name in ["A192GCM", "A192CBC-HS384", "A128CBC-H256", "a128gcm", ""] {
            assert_eq!(name.parse::<ContentEncryption>(), Err(UnknownContentEncryption), "{name}");
        }
    }
}
