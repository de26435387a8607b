//! The keyring as it is now, and every change of it, recorded: keys that are made, put to use, and revoked.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::jose::jwa::Algorithm;
use crate::jose::jwa::KeyAlgorithm;
use crate::parts::record::Change;
use crate::signing::decryption;
use crate::signing::keyring::Keyring;
use crate::signing::keyring::LineId;
use crate::signing::keyring::Step;
use crate::signing::keyring::Typ;
use crate::store::cache::Kind;
use crate::store::signing_keys;

/// The keyring, read anew where nothing was heard for a while: a key may have come, gone, or been revoked.
pub async fn current(app: &App) -> Result<&Keyring, Fault> {
    if !app.cache.is_believed() {
        app.keyring.reload().await?;
    }
    Ok(&app.keyring)
}

/// What our keys are for: the operator's choice of signatures, and all decryption that is offered.
pub fn algorithms(app: &App) -> Vec<KeyAlgorithm> {
    let signatures = app.config.keys.algorithms.iter().copied().map(KeyAlgorithm::Signature);
    signatures.chain(decryption::ALGORITHMS.map(KeyAlgorithm::Encryption)).collect()
}

/// Signs `payload` with the current key of `algorithm`, which is made when it is first needed: the compact JWS.
pub async fn sign(app: &App, algorithm: Algorithm, typ: Typ, payload: &[u8], now: Timestamp) -> Result<String, Fault> {
    let keyring = current(app).await?;
    if let Some(signed) = keyring.sign(algorithm, typ, payload, now).await? {
        return Ok(signed);
    }
    ensure(app, algorithm.into(), now).await?;
    let signed = keyring.sign(algorithm, typ, payload, now).await?;
    signed.ok_or_else(|| Fault::unavailable("another replica is making a key"))
}

/// Sees to it that a line has a current key.
pub async fn ensure(app: &App, line: LineId, now: Timestamp) -> Result<(), Fault> {
    let _one = app.keyring.one_at_a_time().await;
    app.keyring.reload().await?;
    match app.keyring.wants_current(line, now)? {
        Some(step) => act(app, line, step, now).await,
        None => Ok(()),
    }
}

/// Gives the current key of a line a successor; it signs after the lead time, or at once. Returns its `kid`.
pub async fn rotate(app: &App, line: LineId, at_once: bool, now: Timestamp) -> Result<String, Fault> {
    let _one = app.keyring.one_at_a_time().await;
    app.keyring.reload().await?;
    if let Some(step) = app.keyring.wants_successor(line, at_once, now) {
        act(app, line, step, now).await?;
    }
    app.keyring.newest(line).ok_or_else(|| Fault::unavailable("another replica is making a key"))
}

/// Revokes a key in an emergency: nothing that it signed or that was encrypted to it is accepted any more, and a
/// successor follows at once. `false` if the key is unknown or was revoked before.
pub async fn revoke(app: &App, kid: &str, now: Timestamp) -> Result<bool, Fault> {
    let rows = signing_keys::all(&app.db).await?;
    let Some(row) = rows.into_iter().find(|row| row.kid == kid) else { return Ok(false) };
    let mut change = Change::begin(app).await?;
    let revoked = signing_keys::revoke(&mut change.tx, kid, now).await?;
    if revoked {
        change.act(Event::new(Act::KeyRevoked).detail(format!("{} {kid}", row.alg)));
        change.announce(Kind::Key, kid);
    }
    change.commit().await?;
    // Its private half goes, the first time or again; what else must follow does not wait for that.
    let destroyed = app.keyring.destroy(&row).await;
    app.keyring.reload().await?;
    if let Ok(algorithm) = row.alg.parse::<KeyAlgorithm>() {
        ensure(app, algorithm.into(), now).await?;
    }
    destroyed.map(|()| revoked)
}

/// Gives a first key to each line that has none, and a successor to each key whose time has come. One line's
/// failure keeps no other from it.
pub async fn tend(app: &App, now: Timestamp) -> Result<(), Fault> {
    let mut outcome = Ok(());
    for line in algorithms(app).into_iter().map(LineId::from) {
        if !app.keyring.has_current(line, now) {
            outcome = outcome.and(ensure(app, line, now).await);
        }
    }
    for line in app.keyring.due(now) {
        outcome = outcome.and(rotate(app, line, false, now).await.map(drop));
    }
    outcome
}

async fn act(app: &App, line: LineId, step: Step, now: Timestamp) -> Result<(), Fault> {
    match step {
        Step::Activate(kid) => {
            let mut change = Change::begin(app).await?;
            if signing_keys::activate(&mut change.tx, &kid, now).await? {
                change.act(Event::new(Act::KeyActivated).detail(format!("{line} {kid}")));
                change.announce(Kind::Key, kid);
            }
            change.commit().await?;
        }
        Step::Make { active_at } => {
            let row = app.keyring.make(line, active_at, now).await?;
            let mut change = Change::begin(app).await?;
            if signing_keys::insert(&mut change.tx, &row).await? {
                change.act(Event::new(Act::KeyCreated).detail(format!("{line} {}", row.kid)));
                change.announce(Kind::Key, &*row.kid);
                change.commit().await?;
            } else {
                drop(change); // another replica was faster: its key serves
                app.keyring.destroy(&row).await?;
            }
        }
    }
    app.keyring.reload().await
}
