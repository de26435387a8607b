//! Keys that are encrypted to and keys that decrypt: how a content encryption key travels (RFC 7516 §5.1, §5.2).

use std::fmt;

use super::KeyError;
use super::ecdh;
use super::rsa;
use super::rsa_oaep;
use crate::base::secret::Secret;
use crate::jose::jwa::ContentEncryption;
use crate::jose::jwa::KeyManagement;
use crate::jose::jwk::Jwk;
use crate::jose::material::Material;

/// A recipient's public key, ready to be encrypted to.
pub struct EncryptionKey {
    encrypting: Encrypting,
    jwk: Jwk,
}

enum Encrypting {
    Ec { x: [u8; 32], y: [u8; 32] },
    Rsa(rsa_oaep::Encrypting),
}

/// A private key that decrypts what was encrypted to it: by RSA-OAEP-256, or by each of the ECDH-ES algorithms.
pub struct DecryptionKey(Decrypting);

enum Decrypting {
    Ec(ecdh::Private),
    Rsa(rsa_oaep::Decrypting),
}

/// A content encryption key and what brings it to its recipient.
pub(in crate::jose) struct Sent {
    pub(in crate::jose) cek: Secret<Vec<u8>>,
    /// Empty where the key itself was agreed upon.
    pub(in crate::jose) encrypted_key: Vec<u8>,
    /// Our side of the agreement.
    pub(in crate::jose) epk: Option<Jwk>,
}

/// What of a message leads to its content encryption key.
pub(in crate::jose) struct Arrived<'a> {
    pub(in crate::jose) alg: KeyManagement,
    pub(in crate::jose) enc: ContentEncryption,
    pub(in crate::jose) encrypted_key: &'a [u8],
    pub(in crate::jose) epk: Option<&'a Jwk>,
    pub(in crate::jose) apu: &'a [u8],
    pub(in crate::jose) apv: &'a [u8],
}

impl EncryptionKey {
    /// Prepares a key; one that nothing may be encrypted to is refused.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        if !KeyManagement::ALL.into_iter().any(|alg| jwk.suits_encryption(alg)) {
            return Err(KeyError::WrongAlgorithm);
        }
        let encrypting = match jwk.material() {
            Material::Ec { x, y } => Encrypting::Ec { x: *x, y: *y },
            Material::Rsa { n, e } => Encrypting::Rsa(rsa_oaep::Encrypting::new(n, e)?),
            Material::Ed25519 { .. } => return Err(KeyError::WrongAlgorithm),
        };
        Ok(Self { encrypting, jwk: jwk.clone() })
    }

    /// The JWK that the key was made from.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Sends `fresh`, or where `alg` lets no key be chosen, the key that was agreed upon in its stead.
    pub(in crate::jose) fn send(
        &self,
        alg: KeyManagement,
        enc: ContentEncryption,
        fresh: Secret<Vec<u8>>,
    ) -> Result<Sent, KeyError> {
        if !self.jwk.suits_encryption(alg) {
            return Err(KeyError::WrongAlgorithm);
        }
        let (x, y) = match &self.encrypting {
            Encrypting::Ec { x, y } => (x, y),
            Encrypting::Rsa(key) => {
                return Ok(Sent { encrypted_key: key.encrypt(fresh.expose())?, cek: fresh, epk: None });
            }
        };
        let ephemeral = ecdh::Private::ephemeral()?;
        let agreed = ephemeral.agree((x, y), &ecdh::Context { alg, enc, apu: b"", apv: b"" })?;
        let epk = Some(Jwk::ephemeral(ephemeral.public()));
        if alg == KeyManagement::EcdhEs {
            return Ok(Sent { cek: agreed, encrypted_key: Vec::new(), epk });
        }
        Ok(Sent { encrypted_key: ecdh::wrap(agreed.expose(), fresh.expose())?, cek: fresh, epk })
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EncryptionKey").field(&self.jwk).finish()
    }
}

impl DecryptionKey {
    /// A fresh key for `alg` (P-256, or RSA of 2048 bits) and its PKCS #8 encoding, to be sealed and stored.
    pub fn generate(alg: KeyManagement) -> Result<(Self, Secret<Vec<u8>>), KeyError> {
        let pkcs8 = match alg {
            KeyManagement::RsaOaep256 => rsa::generate(),
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw | KeyManagement::EcdhEsA256Kw => ecdh::generate(),
        }?;
        Ok((Self::from_pkcs8(alg, pkcs8.expose())?, pkcs8))
    }

    /// The key that [`Self::generate`] made for `alg`, or one encoded likewise (RFC 5208).
    pub fn from_pkcs8(alg: KeyManagement, pkcs8: &[u8]) -> Result<Self, KeyError> {
        Ok(Self(match alg {
            KeyManagement::RsaOaep256 => Decrypting::Rsa(rsa_oaep::Decrypting::from_pkcs8(pkcs8)?),
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw | KeyManagement::EcdhEsA256Kw => {
                Decrypting::Ec(ecdh::Private::from_pkcs8(pkcs8)?)
            }
        }))
    }

    /// The public half under the name `kid`, with `use` = `enc`; it names an algorithm where it serves but one.
    pub fn public_jwk(&self, kid: &str) -> Jwk {
        match &self.0 {
            Decrypting::Ec(key) => Jwk::for_encryption(key.public(), None, kid),
            Decrypting::Rsa(key) => Jwk::for_encryption(key.public(), Some(KeyManagement::RsaOaep256), kid),
        }
    }

    /// The content encryption key that arrived. RFC 7516 §11.5: where RSA finds none, or one of a wrong length,
    /// `substitute` is taken for it, so that nobody learns which of the two it was, and when.
    pub(in crate::jose) fn receive(
        &self,
        arrived: &Arrived<'_>,
        substitute: Secret<Vec<u8>>,
    ) -> Result<Secret<Vec<u8>>, KeyError> {
        let Arrived { alg, enc, encrypted_key, epk, apu, apv } = *arrived;
        match (&self.0, alg, epk.map(Jwk::material)) {
            (Decrypting::Rsa(key), KeyManagement::RsaOaep256, None) => {
                let found = key.decrypt(encrypted_key).ok();
                Ok(found.filter(|cek| cek.expose().len() == enc.key_bytes()).unwrap_or(substitute))
            }
            (Decrypting::Ec(_), KeyManagement::RsaOaep256, _) | (Decrypting::Rsa(_), _, _) => {
                Err(KeyError::WrongAlgorithm)
            }
            (Decrypting::Ec(key), _, Some(Material::Ec { x, y })) => {
                let agreed = key.agree((x, y), &ecdh::Context { alg, enc, apu, apv })?;
                match alg {
                    KeyManagement::EcdhEs if encrypted_key.is_empty() => Ok(agreed),
                    KeyManagement::EcdhEs => Err(KeyError::NotDecrypted),
                    _ => ecdh::unwrap(agreed.expose(), encrypted_key),
                }
            }
            (Decrypting::Ec(_), _, _) => Err(KeyError::NotDecrypted),
        }
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
