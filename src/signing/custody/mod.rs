//! Where private keys are kept: sealed under the key-encryption key, in the database or in files.

pub mod database;
pub mod file;

use std::sync::Arc;

use super::Answer;
use super::Signer;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::sealed::SealingKeys;
use crate::jose::alg::PrivateKey;
use crate::jose::jwa::Algorithm;
use crate::jose::jwk::Jwk;

const PURPOSE: Purpose = Purpose("signing-key");

/// A key in our own memory answers at once.
struct Local(PrivateKey);

impl Signer for Local {
    fn sign<'a>(&'a self, input: &'a [u8]) -> Answer<'a, Vec<u8>> {
        Box::pin(std::future::ready(self.0.sign(input).map_err(Fault::broken)))
    }
}

/// A fresh key: its public half, and its PKCS #8 form.
async fn generate(algorithm: Algorithm) -> Result<(Jwk, crate::base::secret::Secret<Vec<u8>>), Fault> {
    let made = tokio::task::spawn_blocking(move || PrivateKey::generate(algorithm)).await.map_err(Fault::broken)?;
    let (key, pkcs8) = made.map_err(Fault::broken)?;
    let kid = key.public_jwk("").thumbprint();
    Ok((key.public_jwk(&kid), pkcs8))
}

fn open(kek: &SealingKeys, sealed: &[u8], algorithm: Algorithm) -> Result<Arc<dyn Signer>, Fault> {
    let pkcs8 = kek
        .open(PURPOSE, sealed)
        .ok_or_else(|| Fault::broken("a signing key does not open: another key-encryption key sealed it"))?;
    let pkcs8 = crate::base::secret::Secret::new(pkcs8);
    Ok(Arc::new(Local(PrivateKey::from_pkcs8(algorithm, pkcs8.expose()).map_err(Fault::broken)?)))
}
