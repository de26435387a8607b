//! The keyring as it is now.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::jose::jwa::KeyAlgorithm;
use crate::signing::decryption;
use crate::signing::keyring::Keyring;

/// The keyring, read anew where nothing was heard for a while: a key may have come, gone, or been revoked.
pub async fn current(app: &App, now: Timestamp) -> Result<&Keyring, Fault> {
    if !app.cache.is_believed(now) {
        app.keyring.reload().await?;
    }
    Ok(&app.keyring)
}

/// What our keys are for: the operator's choice of signatures, and all decryption that is offered.
pub fn algorithms(app: &App) -> Vec<KeyAlgorithm> {
    let signatures = app.config.keys.algorithms.iter().copied().map(KeyAlgorithm::Signature);
    signatures.chain(decryption::ALGORITHMS.map(KeyAlgorithm::Encryption)).collect()
}
