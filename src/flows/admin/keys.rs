//! Keys that sign and decrypt: what operators do to them, recorded.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::jose::jwa::KeyAlgorithm;
use crate::parts::record;

/// Gives the current key of `algorithm` a successor; returns its `kid`.
pub async fn rotate(
    app: &App,
    algorithm: impl Into<KeyAlgorithm>,
    at_once: bool,
    now: Timestamp,
) -> Result<String, Fault> {
    let algorithm = algorithm.into();
    let kid = app.keyring.rotate(algorithm, at_once, now).await?;
    record::alone(app, Event::new(Act::KeyCreated).detail(format!("{algorithm} {kid}")), now).await?;
    Ok(kid)
}

/// Revokes a key; `false` if no live key has this `kid`.
pub async fn revoke(app: &App, kid: &str, now: Timestamp) -> Result<bool, Fault> {
    let revoked = app.keyring.revoke(kid, now).await?;
    if revoked {
        record::alone(app, Event::new(Act::KeyRevoked).detail(kid), now).await?;
    }
    Ok(revoked)
}
