//! Keys that sign and decrypt: what operators do to them.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::keyring;
use crate::signing::keyring::LineId;

/// Gives the current key of a line a successor, unless one waits already; returns its `kid`.
pub async fn rotate(app: &App, line: impl Into<LineId>, at_once: bool, now: Timestamp) -> Result<String, Fault> {
    keyring::rotate(app, line.into(), at_once, now).await
}

/// Revokes a key; `false` if no live key has this `kid`.
pub async fn revoke(app: &App, kid: &str, now: Timestamp) -> Result<bool, Fault> {
    keyring::revoke(app, kid, now).await
}
