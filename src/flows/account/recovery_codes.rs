//! Ten recovery codes of a person, shown once: we keep digests.

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::security::Changing;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::sealed::Purpose;
use crate::base::secret::Secret;
use crate::base::secret::base64url;
use crate::base::secret::from_base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::credential::recovery_code;
use crate::parts::sealed::Sealed;
use crate::store::authenticators;
use crate::store::authenticators::Kind;
use crate::store::authenticators::NewAuthenticator;
use crate::store::cache::LiveSession;

/// What travels until the codes are asked for: the same form once more shows the same codes.
#[derive(Serialize, Deserialize)]
struct Making {
    session: Uuid,
    at: Timestamp,
    seed: String,
    #[serde(default)]
    removals: i64,
}

impl Sealed for Making {
    const PURPOSE: Purpose = Purpose("recovery-codes-making");
}

const LIFETIME: std::time::Duration = std::time::Duration::from_secs(1800);

/// What the page carries.
pub async fn offer(app: &App, live: &LiveSession, now: Timestamp) -> Result<String, Fault> {
    let seed = base64url(&app.entropy.bytes::<32>());
    let removals = authenticators::removals(&app.db, live.session.person_id).await?;
    Making { session: live.session.id, at: now, seed, removals }.seal(app, now)
}

/// Whether the person has what codes stand in for: alone they would be asked for at every sign-in until none is left.
pub async fn stand_in(app: &App, live: &LiveSession) -> Result<bool, Fault> {
    let kinds = authenticators::kinds(&app.db, live.session.person_id).await?;
    Ok(kinds.totp || kinds.text || kinds.passkey)
}

/// What came of new codes.
pub enum Replaced {
    /// They are these.
    Done(Vec<Secret<String>>),
    /// The page is too old, or was made for another session.
    Stale,
    /// Something was removed since it was made: others took the place of those that were there then, of these perhaps.
    Past,
    /// There is nothing that they would stand in for.
    Alone,
}

/// Replaces the codes of a person.
pub async fn replace(app: &App, live: &LiveSession, offer: &str, now: Timestamp) -> Result<Replaced, Fault> {
    let (person, session) = (live.session.person_id, live.session.id);
    let making = Making::open(app, offer).filter(|making| making.session == session && making.at + LIFETIME > now);
    let Some(making) = making else { return Ok(Replaced::Stale) };
    let (at, Some(seed)) = (making.at, from_base64url(&making.seed)) else { return Ok(Replaced::Stale) };
    let codes = recovery_code::derive(&seed);
    let digests = codes.iter().map(|code| recovery_code::digest(app.data_keys.lookup.expose(), code.expose()));
    let rows: Vec<(Uuid, [u8; 32])> =
        digests.map(|digest| (id::derived(person, at, &sha256(&digest)), digest)).collect();
    let Some(mut changing) = Changing::begin(app, live, now).await? else { return Ok(Replaced::Stale) };
    if changing.of_kind(Kind::RecoveryCode).any(|own| rows.iter().any(|(id, _)| own == *id)) {
        return Ok(Replaced::Done(codes));
    }
    if changing.is_past(making.removals) {
        return Ok(Replaced::Past);
    }
    if !changing.has_factor() {
        return Ok(Replaced::Alone);
    }
    let (tx, kind) = (&mut changing.change.tx, Kind::RecoveryCode);
    authenticators::remove_all(tx, person, Some(kind)).await?;
    for (id, digest) in &rows {
        let new = NewAuthenticator { id: *id, person, kind, secret: digest, lookup: None, counter: 0, model: None };
        authenticators::insert(tx, &new, now).await?;
    }
    changing.added(kind, None).await?;
    Ok(Replaced::Done(codes))
}
