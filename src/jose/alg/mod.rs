//! Keys that sign, verify, encrypt and decrypt, prepared once for many uses. The only place that names `ring` and
//! `aws-lc-rs` for signatures and encryption; one file for each family.

pub(in crate::jose) mod check;
pub(in crate::jose) mod content;
mod ec;
mod ecdh;
mod ed25519;
pub mod encryption;
mod rsa;
mod rsa_oaep;

use std::fmt;
use std::sync::LazyLock;

use ring::rand::SystemRandom;

use super::jwa::Algorithm;
use super::jwk::Jwk;
use super::material::Material;
use crate::base::secret::Secret;

/// A private key, bound to the one algorithm that it signs by.
pub struct PrivateKey(Signing);

enum Signing {
    Ec(ec::Signing),
    Ed25519(ed25519::Signing),
    Rsa(rsa::Signing),
}

/// A public key, ready to verify many signatures.
#[derive(Clone)]
pub struct PublicKey {
    verifying: Verifying,
    jwk: Jwk,
}

#[derive(Clone)]
enum Verifying {
    Ec(ec::Verifying),
    Ed25519(ed25519::Verifying),
    Rsa(rsa::Verifying),
}

/// Why a key could not be made or used, or a signature is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The library could not make a key.
    #[error("no key could be generated")]
    NotGenerated,
    /// The bytes or numbers are not a key of this kind.
    #[error("the key is malformed or of another kind")]
    Rejected,
    /// The library could not sign.
    #[error("the key did not sign")]
    NotSigned,
    /// The library could not encrypt.
    #[error("nothing was encrypted")]
    NotEncrypted,
    /// Not encrypted to this key, or changed since.
    #[error("nothing could be decrypted")]
    NotDecrypted,
    /// The key's type, `alg`, `use` or `key_ops` exclude the algorithm.
    #[error("the key is not for this algorithm")]
    WrongAlgorithm,
    /// The signature was not made over this input with this key.
    #[error("the signature is not valid")]
    BadSignature,
}

impl PrivateKey {
    /// A fresh key (P-256, Ed25519, or RSA of 2048 bits) and its PKCS #8 encoding, to be sealed and stored.
    pub fn generate(alg: Algorithm) -> Result<(Self, Secret<Vec<u8>>), KeyError> {
        let pkcs8 = match alg {
            Algorithm::Es256 => ec::generate(),
            Algorithm::EdDsa => ed25519::generate(),
            Algorithm::Ps256 | Algorithm::Rs256 => rsa::generate(),
        }?;
        Ok((Self::from_pkcs8(alg, pkcs8.expose())?, pkcs8))
    }

    /// The key that [`Self::generate`] made for `alg`, or one encoded likewise (RFC 5208, RFC 8410).
    pub fn from_pkcs8(alg: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyError> {
        Ok(Self(match alg {
            Algorithm::Es256 => Signing::Ec(ec::Signing::from_pkcs8(pkcs8)?),
            Algorithm::EdDsa => Signing::Ed25519(ed25519::Signing::from_pkcs8(pkcs8)?),
            Algorithm::Ps256 => Signing::Rsa(rsa::Signing::from_pkcs8(rsa::Padding::Pss, pkcs8)?),
            Algorithm::Rs256 => Signing::Rsa(rsa::Signing::from_pkcs8(rsa::Padding::Pkcs1, pkcs8)?),
        }))
    }

    /// The signature over `input` as JWS carries it (RFC 7518 §3.3 to §3.5, RFC 8037 §3.1).
    pub fn sign(&self, input: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.0 {
            Signing::Ec(key) => key.sign(input),
            Signing::Ed25519(key) => Ok(key.sign(input)),
            Signing::Rsa(key) => key.sign(input),
        }
    }

    /// The algorithm that the key signs by.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Signing::Ec(_) => Algorithm::Es256,
            Signing::Ed25519(_) => Algorithm::EdDsa,
            Signing::Rsa(key) => match key.padding() {
                rsa::Padding::Pss => Algorithm::Ps256,
                rsa::Padding::Pkcs1 => Algorithm::Rs256,
            },
        }
    }

    /// The public half under the name `kid`, with its `alg` and `use` = `sig`.
    pub fn public_jwk(&self, kid: &str) -> Jwk {
        let material = match &self.0 {
            Signing::Ec(key) => key.public(),
            Signing::Ed25519(key) => key.public(),
            Signing::Rsa(key) => key.public(),
        };
        Jwk::for_signatures(material, self.algorithm(), kid)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PublicKey {
    /// Prepares a key for verification; one that suits no signature algorithm is refused.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        if !Algorithm::ALL.into_iter().any(|alg| jwk.suits(alg)) {
            return Err(KeyError::WrongAlgorithm);
        }
        let verifying = match jwk.material() {
            Material::Ec { x, y } => Verifying::Ec(ec::Verifying::new(x, y)?),
            Material::Ed25519 { x } => Verifying::Ed25519(ed25519::Verifying::new(*x)),
            Material::Rsa { n, e } => Verifying::Rsa(rsa::Verifying::new(n, e)?),
        };
        Ok(Self { verifying, jwk: jwk.clone() })
    }

    /// The JWK that the key was made from.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Verifies a signature by `alg` over `input`, if the key's type, `alg`, `use` and `key_ops` allow it.
    pub fn verify(&self, alg: Algorithm, input: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        if !self.jwk.suits(alg) {
            return Err(KeyError::WrongAlgorithm);
        }
        let valid = match (&self.verifying, alg) {
            (Verifying::Ec(key), Algorithm::Es256) => key.verify(input, signature),
            (Verifying::Ed25519(key), Algorithm::EdDsa) => key.verify(input, signature),
            (Verifying::Rsa(key), Algorithm::Ps256) => key.verify(rsa::Padding::Pss, input, signature),
            (Verifying::Rsa(key), Algorithm::Rs256) => key.verify(rsa::Padding::Pkcs1, input, signature),
            (Verifying::Ec(_) | Verifying::Ed25519(_) | Verifying::Rsa(_), _) => return Err(KeyError::WrongAlgorithm),
        };
        if valid { Ok(()) } else { Err(KeyError::BadSignature) }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKey").field(&self.jwk).finish()
    }
}

/// `ring`'s generator for keys and for the nonces of signatures.
#[allow(clippy::disallowed_methods)] // signatures with nonces keep the library's own generator
static RANDOM: LazyLock<SystemRandom> = LazyLock::new(SystemRandom::new);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_signs_and_verifies_by_its_own_algorithm_alone() {
        for alg in Algorithm::ALL {
            let (key, pkcs8) = PrivateKey::generate(alg).unwrap();
            let stored = PrivateKey::from_pkcs8(alg, pkcs8.expose()).unwrap();
            let public = PublicKey::from_jwk(&key.public_jwk("1")).unwrap();
            let signature = stored.sign(b"input").unwrap();
            assert_eq!(format!("{key:?}"), "***");
            for other in Algorithm::ALL {
                let expected = if other == alg { Ok(()) } else { Err(KeyError::WrongAlgorithm) };
                assert_eq!(public.verify(other, b"input", &signature), expected, "{alg} as {other}");
            }
            assert_eq!(public.verify(alg, b"other", &signature), Err(KeyError::BadSignature));
            assert_eq!(public.verify(alg, b"input", &[]), Err(KeyError::BadSignature));
        }
    }

    #[test]
    fn a_private_key_of_another_kind_is_refused() {
        let (_, ec) = PrivateKey::generate(Algorithm::Es256).unwrap();
        let (_, ed25519) = PrivateKey::generate(Algorithm::EdDsa).unwrap();
        for alg in [Algorithm::EdDsa, Algorithm::Ps256, Algorithm::Rs256] {
            assert!(PrivateKey::from_pkcs8(alg, ec.expose()).is_err(), "{alg}");
        }
        assert!(PrivateKey::from_pkcs8(Algorithm::Es256, ed25519.expose()).is_err());
        assert!(PrivateKey::from_pkcs8(Algorithm::Es256, &[]).is_err());
    }

    #[test]
    fn an_encryption_key_verifies_nothing() {
        let (key, _) = PrivateKey::generate(Algorithm::EdDsa).unwrap();
        let mut members = key.public_jwk("1").to_value();
        members["use"] = "enc".into();
        members.as_object_mut().unwrap().remove("alg");
        let jwk = Jwk::from_value(&members).unwrap();
        assert_eq!(PublicKey::from_jwk(&jwk).unwrap_err(), KeyError::WrongAlgorithm);
    }
}
