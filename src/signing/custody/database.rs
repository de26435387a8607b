//! Custody of the database: every replica has the same keys.

use std::sync::Arc;

use super::generate;
use super::open;
use super::purpose;
use crate::base::fault::Fault;
use crate::base::random::Entropy;
use crate::base::sealed::SealingKeys;
use crate::base::time::Timestamp;
use crate::jose::jwa::KeyAlgorithm;
use crate::signing::Created;
use crate::signing::Custody;
use crate::signing::CustodyFuture;
use crate::signing::Private;
use crate::store::signing_keys::SigningKeyRow;

/// Keys sealed in the column `private_key`.
pub struct DatabaseCustody {
    kek: SealingKeys,
    entropy: Arc<dyn Entropy>,
}

impl DatabaseCustody {
    /// Sealing under `kek`.
    pub fn new(kek: SealingKeys, entropy: Arc<dyn Entropy>) -> Self {
        Self { kek, entropy }
    }
}

impl Custody for DatabaseCustody {
    fn name(&self) -> &'static str {
        "database"
    }

    fn create(&self, algorithm: KeyAlgorithm, now: Timestamp) -> CustodyFuture<'_, Created> {
        Box::pin(async move {
            let (public, pkcs8) = generate(algorithm).await?;
            let sealed = self.kek.seal(purpose(algorithm), pkcs8.expose(), now, &*self.entropy)?;
            Ok(Created { public, private_key: Some(sealed) })
        })
    }

    fn load<'a>(&'a self, row: &'a SigningKeyRow, algorithm: KeyAlgorithm) -> CustodyFuture<'a, Private> {
        let sealed = row.private_key.as_deref().ok_or_else(|| Fault::broken("a key has no private half"));
        Box::pin(std::future::ready(sealed.and_then(|sealed| open(&self.kek, sealed, algorithm, &self.entropy))))
    }

    fn destroy<'a>(&'a self, _kid: &'a str) -> CustodyFuture<'a, ()> {
        Box::pin(std::future::ready(Ok(()))) // revoking wiped the column
    }
}
