//! Keys that sign and decrypt: what operators do to them.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::jose::jwa::KeyAlgorithm;
use crate::parts::keyring;

/// Gives the current key of `algorithm` a successor, unless one waits already; returns its `kid`.
pub async fn rotate(
    app: &App,
    algorithm: impl Into<KeyAlgorithm>,
    at_once: bool,
    now: Timestamp,
) -> Result<String, Fault> {
    keyring::rotate(app, algorithm.into(), at_once, now).await
}

/// Revokes a key; `false` if no live key has this `kid`.
pub async fn revoke(app: &App, kid: &str, now: Timestamp) -> Result<bool, Fault> {
    keyring::revoke(app, kid, now).await
}
