//! A person's passkeys: added, named, removed.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::security;
use super::security::Changing;
use super::security::OwnPasskey;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::sealed::Purpose;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::credential::passkey::StoredPasskey;
use crate::parts::authenticate;
use crate::parts::authenticate::new_passkey;
use crate::parts::authenticate::new_passkey::NewPasskey;
use crate::parts::authenticate::new_passkey::NotTaken;
use crate::parts::authenticate::passkey;
use crate::parts::authenticate::passkey::Challenge;
use crate::parts::epoch;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::sealed::Sealed;
use crate::store::authenticators;
use crate::store::authenticators::Kind;
use crate::store::authenticators::NewAuthenticator;
use crate::store::cache::LiveSession;

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is done, or was before.
    Done,
    /// The challenge is too old, or was made for another session.
    Stale,
    /// Something was removed since it was made, this passkey perhaps.
    Past,
    /// What came from the device does not verify.
    Refused,
    /// The device did not show that it is of a model that is taken here.
    OtherModel,
    /// The passkey is somebody's already.
    Known,
    /// It is the last way in.
    Last,
    /// There are as many as anybody may have.
    TooMany,
    /// There is no such passkey.
    Nothing,
}

/// What travels while a passkey is made.
#[derive(Serialize, Deserialize)]
struct Making {
    session: Uuid,
    at: Timestamp,
    handle: Uuid,
    state: Value,
    #[serde(default)]
    epoch: Option<String>,
    #[serde(default)]
    removals: i64,
}

impl Sealed for Making {
    const PURPOSE: Purpose = Purpose("passkey-making");
}

/// Nobody needs more.
const MOST: usize = 20;
/// Of the name of a passkey, in characters.
pub const LONGEST_NAME: usize = 60;

/// A challenge to make one.
pub async fn begin(app: &App, live: &LiveSession, now: Timestamp) -> Result<Option<Challenge>, Fault> {
    let (person, session) = (live.session.person_id, live.session.id);
    let Some(data) = people::find(app, person).await? else { return Ok(None) };
    let own: Vec<StoredPasskey> = passkey::of(app, person).await?.into_iter().map(|(_, stored)| stored).collect();
    let handle = own.first().map_or_else(|| passkey::new_handle(app), |first| first.handle);
    let name = data.user_name.as_deref().unwrap_or_else(|| data.display_name());
    let Some(begun) = new_passkey::begin(app, handle, (name, data.display_name()), &own)? else { return Ok(None) };
    let epoch = Some(epoch::present(app).await?);
    let removals = authenticators::removals(&app.db, person).await?;
    let ceremony = Making { session, at: now, handle, state: begun.state, epoch, removals }.seal(app, now)?;
    Ok(Some(Challenge { options: begun.options, ceremony }))
}

/// Adds what a device made.
pub async fn add(
    app: &App,
    live: &LiveSession,
    answer: &passkey::Answer,
    name: &str,
    now: Timestamp,
) -> Result<Changed, Fault> {
    let (person, session) = (live.session.person_id, live.session.id);
    let making = Making::open(app, &answer.ceremony);
    let making = making.filter(|making| making.session == session && making.at + passkey::LIFETIME > now);
    let Some(making) = making else { return Ok(Changed::Stale) };
    if passkey::came_before(app, answer, making.epoch.as_deref()).await?.is_none() {
        return Ok(Changed::Stale);
    }
    let NewPasskey { passkey, lookup, model } =
        match new_passkey::finish(app, person, &answer.response, &making.state, now).await? {
            Ok(new) => new,
            Err(NotTaken::Unverified) => return Ok(Changed::Refused),
            Err(NotTaken::OtherModel) => return Ok(Changed::OtherModel),
        };
    // The same form once more finds what it made.
    let id = id::derived(person, making.at, &sha256(&lookup));
    let stored = StoredPasskey { passkey, handle: making.handle, name: shortened(name) };
    let sealed = passkey::seal(app, &stored, now)?;
    let Some(mut changing) = Changing::begin(app, live, now).await? else { return Ok(Changed::Stale) };
    if changing.of_kind(Kind::Passkey).any(|own| own == id) {
        return Ok(Changed::Done);
    }
    if changing.is_past(making.removals) {
        return Ok(Changed::Past);
    }
    if changing.of_kind(Kind::Passkey).count() >= MOST {
        return Ok(Changed::TooMany);
    }
    let (kind, lookup) = (Kind::Passkey, Some(lookup.as_slice()));
    let new = NewAuthenticator { id, person, kind, secret: &sealed, lookup, counter: 0, model };
    if !authenticators::insert(&mut changing.change.tx, &new, now).await? {
        return Ok(Changed::Known);
    }
    changing.added(kind, Some(stored.name)).await?;
    Ok(Changed::Done)
}

/// The one with this id.
pub async fn one(app: &App, live: &LiveSession, id: Uuid) -> Result<Option<OwnPasskey>, Fault> {
    let own = passkey::of(app, live.session.person_id).await?;
    Ok(own.into_iter().find(|(row, _)| row.id == id).map(security::seen))
}

/// Gives one another name.
pub async fn rename(app: &App, live: &LiveSession, id: Uuid, name: &str, now: Timestamp) -> Result<Changed, Fault> {
    let person = live.session.person_id;
    let own = passkey::of(app, person).await?.into_iter().find(|(row, _)| row.id == id);
    let Some((row, stored)) = own else { return Ok(Changed::Nothing) };
    let sealed = passkey::seal(app, &StoredPasskey { name: shortened(name), ..stored }, now)?;
    let mut change = Change::begin(app).await?;
    let done = authenticators::put_secret(&mut change.tx, person, id, &row.secret, &sealed).await?;
    change.commit().await?;
    Ok(if done { Changed::Done } else { Changed::Nothing })
}

/// Removes one, unless its person could not sign in any more: a password that opens nothing after too many tries is no way in.
pub async fn remove(app: &App, live: &LiveSession, id: Uuid, now: Timestamp) -> Result<Changed, Fault> {
    let person = live.session.person_id;
    let name = one(app, live, id).await?.map(|own| own.name);
    let Some(mut changing) = Changing::begin(app, live, now).await? else { return Ok(Changed::Stale) };
    if !changing.of_kind(Kind::Passkey).any(|own| own == id) {
        return Ok(Changed::Done);
    }
    authenticators::remove(&mut changing.change.tx, person, id).await?;
    if !authenticate::is_left_a_way(&mut changing.change.tx, person).await? {
        return Ok(Changed::Last); // nothing is removed
    }
    changing.removed(Kind::Passkey, name).await?;
    Ok(Changed::Done)
}

fn shortened(name: &str) -> String {
    let shown = name.trim().chars().filter(|c| !c.is_control());
    shown.take(LONGEST_NAME).collect()
}
