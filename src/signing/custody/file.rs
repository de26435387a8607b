//! Custody of files: `signing/KID.key` beside the root secrets, sealed, readable by their owner alone.

use std::path::PathBuf;
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
use crate::signing::roots;
use crate::store::signing_keys::SigningKeyRow;

/// Keys sealed in files.
pub struct FileCustody {
    directory: PathBuf,
    kek: SealingKeys,
    entropy: Arc<dyn Entropy>,
}

impl FileCustody {
    /// In `directory`, sealing under `kek`.
    pub fn new(directory: PathBuf, kek: SealingKeys, entropy: Arc<dyn Entropy>) -> Self {
        Self { directory, kek, entropy }
    }

    fn path(&self, kid: &str) -> PathBuf {
        self.directory.join(format!("{kid}.key"))
    }
}

impl Custody for FileCustody {
    fn name(&self) -> &'static str {
        "file"
    }

    fn create(&self, algorithm: KeyAlgorithm, now: Timestamp) -> CustodyFuture<'_, Created> {
        Box::pin(async move {
            let (public, pkcs8) = generate(algorithm).await?;
            let sealed = self.kek.seal(purpose(algorithm), pkcs8.expose(), now, &*self.entropy)?;
            roots::write_new(&self.path(public.kid().unwrap_or_default()), &sealed)?;
            Ok(Created { public, private_key: None })
        })
    }

    fn load<'a>(&'a self, row: &'a SigningKeyRow, algorithm: KeyAlgorithm) -> CustodyFuture<'a, Private> {
        Box::pin(async move {
            let path = self.path(&row.kid);
            let sealed =
                tokio::fs::read(&path).await.map_err(|error| Fault::broken(format!("{}: {error}", path.display())))?;
            open(&self.kek, &sealed, algorithm, &self.entropy)
        })
    }

    fn destroy<'a>(&'a self, kid: &'a str) -> CustodyFuture<'a, ()> {
        Box::pin(async move {
            let path = self.path(kid);
            match tokio::fs::remove_file(&path).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(Fault::broken(format!("{}: {error}", path.display())))
                }
                _ => Ok(()),
            }
        })
    }
}
