//! Keys that sign and decrypt: what operators do to them.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::data_keys;
pub use crate::parts::data_keys::Rotated;
use crate::parts::keyring;
use crate::signing::keyring::LineId;

/// Gives the current key of a line a successor, unless one waits already; returns its `kid`.
pub async fn rotate(app: &App, line: impl Into<LineId>, at_once: bool, now: Timestamp) -> Result<String, Fault> {
    keyring::rotate(app, line.into(), at_once, now).await
}

/// Gives the data key a successor, under which everything is sealed anew while the server runs.
pub async fn rotate_data(app: &App, now: Timestamp) -> Result<Rotated, Fault> {
    data_keys::rotate(app, now).await
}

/// Revokes a key; `false` if no live key has this `kid`.
pub async fn revoke(app: &App, kid: &str, now: Timestamp) -> Result<bool, Fault> {
    keyring::revoke(app, kid, now).await
}
