//! The keyring as it is now.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::signing::keyring::Keyring;

/// The keyring, read anew where nothing was heard for a while: a key may have come, gone, or been revoked.
pub async fn current(app: &App, now: Timestamp) -> Result<&Keyring, Fault> {
    if !app.cache.is_believed(now) {
        app.keyring.reload().await?;
    }
    Ok(&app.keyring)
}
