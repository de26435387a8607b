//! The one way in which clients are written and removed, whoever asks: a declaration, a client itself, an operator, the
//! job that cleans up. What a client is goes with its row (origins, registration), everybody reads it anew, and each change
//! is a version.

use uuid::Uuid;

use super::versions;
use super::versions::ClientState;
use super::versions::Conflict;
use super::versions::How;
use super::versions::Kind as Of;
use super::versions::State;
use super::versions::Subject;
use super::versions::Turn;
use super::versions::Version;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::By;
use crate::identity::authority::Actor;
use crate::identity::authority::Holder;
use crate::parts::record::Change;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::store::agencies;
use crate::store::cache::Kind;
use crate::store::clients;
pub use crate::store::clients::Declared;
use crate::store::clients::Held;
use crate::store::clients::StoredSecret;
use crate::store::registrations;
use crate::store::versions as store;

/// Of a client that writes itself so many versions are kept, the latest: strangers do not fill the database.
const OWN: i64 = 100;

/// Writes a client as an operator declares it, new or known; one that had registered itself is the operator's from now on.
/// A sector that is new gets the identifier `sector`. Returns the number of the version that is there from now on.
pub async fn declare(
    change: &mut Change<'_>,
    client: &Declared<'_>,
    sector: Uuid,
    how: How,
) -> Result<Result<i64, Conflict>, Fault> {
    let subject = versions::hold(change, Of::Client, client.id).await?;
    if let Err(conflict) = subject.check(change, how).await? {
        return Ok(Err(conflict));
    }
    let before = clients::find_in(&mut change.tx, client.id).await?;
    put(change, client, sector, how.now).await?;
    registrations::adopt(&mut change.tx, client.id).await?;
    wrote(change, subject, before, (how, By::machine())).await.map(Ok)
}

/// Writes a client that registers itself and manages that with the token of this digest.
pub async fn register(
    change: &mut Change<'_>,
    client: &Declared<'_>,
    sector: Uuid,
    token: &[u8],
    now: Timestamp,
) -> Result<(), Fault> {
    let subject = versions::hold(change, Of::Client, client.id).await?;
    put(change, client, sector, now).await?;
    registrations::insert(&mut change.tx, client.id, token, now).await?;
    wrote(change, subject, None, (How::at(now), itself(client.id))).await.map(|_| ())
}

/// Replaces what a client that registered itself says of itself; `None` if its registration is no more.
pub async fn replace(
    change: &mut Change<'_>,
    id: &str,
    metadata: &ClientMetadata,
    secrets: &[StoredSecret],
    how: How,
) -> Result<Option<Result<i64, Conflict>>, Fault> {
    let subject = versions::hold(change, Of::Client, id).await?;
    if !registrations::hold(&mut change.tx, id).await? {
        return Ok(None);
    }
    if let Err(conflict) = subject.check(change, how).await? {
        return Ok(Some(Err(conflict)));
    }
    let before = clients::find_in(&mut change.tx, id).await?;
    clients::replace(&mut change.tx, id, metadata, secrets).await?;
    change.announce(Kind::Client, id);
    let number = wrote(change, subject, before, (how, itself(id))).await?;
    store::forget_until(&mut change.tx, Of::Client, id, number - OWN).await?;
    Ok(Some(Ok(number)))
}

/// Why a client does not become what it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Unfit {
    /// It is another version that is there.
    Conflict(Conflict),
    /// There is no such client.
    Gone,
    /// It was another client, which bore the same id and was removed.
    Another,
    /// Its people would have other subject identifiers.
    Sector,
    /// It would need a secret, and has none.
    Secret,
}

/// Makes a client what it was in `version`, whose state is `state`. Its secrets and its registration are what they are now.
pub async fn restore(
    change: &mut Change<'_>,
    id: &str,
    version: &Version,
    state: &ClientState,
    how: How,
) -> Result<Result<i64, Unfit>, Fault> {
    let subject = versions::hold(change, Of::Client, id).await?;
    if let Err(conflict) = subject.check(change, how).await? {
        return Ok(Err(Unfit::Conflict(conflict)));
    }
    let Some(before) = clients::find_in(&mut change.tx, id).await? else { return Ok(Err(Unfit::Gone)) };
    let ClientState { service, sector, metadata, .. } = state;
    let needs_secret = metadata.token_endpoint_auth_method.is_secret();
    let unfit = [
        (version.epoch != Some(before.epoch), Unfit::Another),
        (*sector != before.sector, Unfit::Sector),
        (needs_secret && before.secrets.is_empty(), Unfit::Secret),
    ];
    if let Some((_, why)) = unfit.into_iter().find(|(is_so, _)| *is_so) {
        return Ok(Err(why));
    }
    let secrets = if needs_secret { before.secrets.clone() } else { Vec::new() };
    if before.registered {
        clients::replace(&mut change.tx, id, metadata, &secrets).await?;
    } else {
        let client = Declared { id, service: service.as_deref(), sector, metadata, secrets: &secrets };
        clients::put(&mut change.tx, &client, how.now).await?;
    }
    change.announce(Kind::Client, id);
    wrote(change, subject, Some(before), (how.restoring(version.number), By::machine())).await.map(Ok)
}

/// Removes a client.
pub async fn remove(change: &mut Change<'_>, id: &str, how: How) -> Result<Result<(), Conflict>, Fault> {
    let subject = versions::hold(change, Of::Client, id).await?;
    if let Err(conflict) = subject.check(change, how).await? {
        return Ok(Err(conflict));
    }
    go(change, subject, id, (how.now, By::machine())).await.map(Ok)
}

/// Removes a client that registered itself; `false` if its registration is no more.
pub async fn remove_registered(change: &mut Change<'_>, id: &str, now: Timestamp) -> Result<bool, Fault> {
    let subject = versions::hold(change, Of::Client, id).await?;
    if !registrations::hold(&mut change.tx, id).await? {
        return Ok(false);
    }
    go(change, subject, id, (now, itself(id))).await.map(|()| true)
}

/// Removes at most `limit` clients that registered themselves before `before` and were never used since; returns them. Their
/// versions go with them, or strangers would fill the database with those.
pub async fn remove_unused(change: &mut Change<'_>, before: Timestamp, limit: i64) -> Result<Vec<String>, Fault> {
    let ids = registrations::remove_unused(&mut change.tx, before, limit).await?;
    for id in &ids {
        store::forget_client(&mut change.tx, id).await?;
        change.announce(Kind::Client, id);
    }
    Ok(ids)
}

async fn put(change: &mut Change<'_>, client: &Declared<'_>, sector: Uuid, now: Timestamp) -> Result<(), Fault> {
    agencies::ensure_sector(&mut change.tx, client.sector, sector).await?;
    clients::put(&mut change.tx, client, now).await?;
    change.announce(Kind::Client, client.id);
    Ok(())
}

async fn go(change: &mut Change<'_>, subject: Subject<'_>, id: &str, (now, by): (Timestamp, By)) -> Result<(), Fault> {
    let before = clients::find_in(&mut change.tx, id).await?;
    clients::remove(&mut change.tx, id).await?;
    change.announce(Kind::Client, id);
    let turn = Turn { before: before.as_ref().map(state), after: None, secrets: false };
    subject.write(change, turn, How::at(now), by).await.map(|_| ())
}

/// The version of what was written.
async fn wrote(
    change: &mut Change<'_>,
    subject: Subject<'_>,
    before: Option<Held>,
    (how, by): (How, By),
) -> Result<i64, Fault> {
    let after = clients::find_in(&mut change.tx, subject.id()).await?;
    let secrets = |held: &Option<Held>| held.as_ref().map(|held| held.secrets.clone()).unwrap_or_default();
    let secrets = secrets(&before) != secrets(&after);
    let turn = Turn { before: before.as_ref().map(state), after: after.as_ref().map(state), secrets };
    subject.write(change, turn, how, by).await
}

fn state(held: &Held) -> (State, Option<i64>) {
    (State::Client(Box::new(ClientState::of(held))), Some(held.epoch))
}

/// The client, with the token of its registration.
fn itself(id: &str) -> By {
    By { actor: Actor::Official(Holder::Client(id.to_owned())), office: None, reason: None }
}
