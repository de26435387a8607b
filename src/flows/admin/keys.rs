//! Keys that sign and decrypt: what operators do to them.

use super::listing;
use super::listing::Page;
use super::listing::Wanted;
use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Act;
use crate::jose::jwa::Algorithm;
use crate::parts::data_keys;
pub use crate::parts::data_keys::Rotated;
use crate::parts::keyring;
use crate::signing::keyring::LineId;

/// A key that is not revoked, without what is private of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its identifier.
    pub kid: String,
    /// Its algorithm.
    pub algorithm: String,
    /// Whether it signs; else it decrypts.
    pub signs: bool,
    /// Where it stands: next, current, retired or gone.
    pub stage: String,
    /// Since when it signs or decrypts.
    pub active_at: Timestamp,
}

/// Every key that signs and decrypts, by algorithm and age.
pub async fn page(app: &App, wanted: &Wanted<'_>, now: Timestamp) -> Result<Result<Page<Seen>, Refusal>, Fault> {
    let after = match listing::begin(app, Act::KeysLook, wanted, now).await? {
        Ok((_, after)) => after,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let all = keyring::current(app).await?.list(now).into_iter().map(|(row, stage)| Seen {
        signs: row.alg.parse::<Algorithm>().is_ok(),
        stage: format!("{stage:?}").to_lowercase(),
        active_at: row.active_at(),
        kid: row.kid,
        algorithm: row.alg,
    });
    let key = |seen: &Seen| format!("{} {:020} {}", seen.algorithm, seen.active_at.micros(), seen.kid);
    let found = listing::sorted(all.collect(), key, after.as_deref(), wanted.limit);
    listing::page(app, wanted, found, key, now).map(Ok)
}

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
