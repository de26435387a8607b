//! Where private keys are kept: sealed under the key-encryption key, in the database or in files.

pub mod database;
pub mod file;

use std::sync::Arc;

use super::CustodyFuture;
use super::Decrypter;
use super::Private;
use super::Signer;
use crate::base::fault::Fault;
use crate::base::random::Entropy;
use crate::base::sealed::Purpose;
use crate::base::sealed::SealingKeys;
use crate::base::secret::Secret;
use crate::jose::alg::KeyError;
use crate::jose::alg::PrivateKey;
use crate::jose::alg::encryption::DecryptionKey;
use crate::jose::jwa::KeyAlgorithm;
use crate::jose::jwe::Encrypted;
use crate::jose::jwk::Jwk;

/// A key that was sealed to sign never opens to decrypt, nor the reverse.
const fn purpose(algorithm: KeyAlgorithm) -> Purpose {
    match algorithm {
        KeyAlgorithm::Signature(_) => Purpose("signing-key"),
        KeyAlgorithm::Encryption(_) => Purpose("decryption-key"),
    }
}

/// A key in our own memory answers at once.
struct Local(PrivateKey);

impl Signer for Local {
    fn sign<'a>(&'a self, input: &'a [u8]) -> CustodyFuture<'a, Vec<u8>> {
        Box::pin(std::future::ready(self.0.sign(input).map_err(Fault::broken)))
    }
}

/// The same of one that decrypts.
struct LocalDecrypter {
    key: DecryptionKey,
    entropy: Arc<dyn Entropy>,
}

impl Decrypter for LocalDecrypter {
    fn decrypt<'a>(&'a self, encrypted: &'a Encrypted<'a>) -> CustodyFuture<'a, Option<Vec<u8>>> {
        Box::pin(std::future::ready(Ok(encrypted.decrypt(&self.key, &*self.entropy).ok())))
    }
}

/// A fresh key: its public half, and its PKCS #8 form.
async fn generate(algorithm: KeyAlgorithm) -> Result<(Jwk, Secret<Vec<u8>>), Fault> {
    let made = tokio::task::spawn_blocking(move || make(algorithm)).await.map_err(Fault::broken)?;
    made.map_err(Fault::broken)
}

fn make(algorithm: KeyAlgorithm) -> Result<(Jwk, Secret<Vec<u8>>), KeyError> {
    match algorithm {
        KeyAlgorithm::Signature(algorithm) => {
            let (key, pkcs8) = PrivateKey::generate(algorithm)?;
            Ok((key.public_jwk(&key.public_jwk("").thumbprint()), pkcs8))
        }
        KeyAlgorithm::Encryption(algorithm) => {
            let (key, pkcs8) = DecryptionKey::generate(algorithm)?;
            Ok((key.public_jwk(&key.public_jwk("").thumbprint()), pkcs8))
        }
    }
}

fn open(
    kek: &SealingKeys,
    sealed: &[u8],
    algorithm: KeyAlgorithm,
    entropy: &Arc<dyn Entropy>,
) -> Result<Private, Fault> {
    let pkcs8 = kek
        .open(purpose(algorithm), sealed)
        .map(Secret::new)
        .ok_or_else(|| Fault::broken("a key does not open: another key-encryption key sealed it"))?;
    Ok(match algorithm {
        KeyAlgorithm::Signature(algorithm) => {
            let key = PrivateKey::from_pkcs8(algorithm, pkcs8.expose()).map_err(Fault::broken)?;
            Private::Signs(Arc::new(Local(key)))
        }
        KeyAlgorithm::Encryption(algorithm) => {
            let key = DecryptionKey::from_pkcs8(algorithm, pkcs8.expose()).map_err(Fault::broken)?;
            Private::Decrypts(Arc::new(LocalDecrypter { key, entropy: Arc::clone(entropy) }))
        }
    })
}
