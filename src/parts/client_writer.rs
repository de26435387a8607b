//! The one way in which clients are written and removed, whoever asks: a declaration, a client itself, an operator, the
//! job that cleans up. What a client is goes with its row (origins, registration), and everybody reads it anew.

use uuid::Uuid;

use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::record::Change;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::store::agencies;
use crate::store::cache::Kind;
use crate::store::clients;
pub use crate::store::clients::Declared;
use crate::store::clients::StoredSecret;
use crate::store::registrations;

/// Writes a client as an operator declares it, new or known; one that had registered itself is the operator's from now on.
/// A sector that is new gets the identifier `sector`.
pub async fn declare(
    change: &mut Change<'_>,
    client: &Declared<'_>,
    sector: Uuid,
    now: Timestamp,
) -> Result<(), Fault> {
    put(change, client, sector, now).await?;
    registrations::adopt(&mut change.tx, client.id).await.map(|_| ())
}

/// Writes a client that registers itself and manages that with the token of this digest.
pub async fn register(
    change: &mut Change<'_>,
    client: &Declared<'_>,
    sector: Uuid,
    token: &[u8],
    now: Timestamp,
) -> Result<(), Fault> {
    put(change, client, sector, now).await?;
    registrations::insert(&mut change.tx, client.id, token, now).await
}

/// Replaces what a client that registered itself says of itself; `false` if its registration is no more.
pub async fn replace(
    change: &mut Change<'_>,
    id: &str,
    metadata: &ClientMetadata,
    secrets: &[StoredSecret],
) -> Result<bool, Fault> {
    if !registrations::hold(&mut change.tx, id).await? {
        return Ok(false);
    }
    clients::replace(&mut change.tx, id, metadata, secrets).await?;
    change.announce(Kind::Client, id);
    Ok(true)
}

/// Removes a client.
pub async fn remove(change: &mut Change<'_>, id: &str) -> Result<(), Fault> {
    clients::remove(&mut change.tx, id).await?;
    removed(change, id);
    Ok(())
}

/// Removes a client that registered itself; `false` if its registration is no more.
pub async fn remove_registered(change: &mut Change<'_>, id: &str) -> Result<bool, Fault> {
    if !registrations::hold(&mut change.tx, id).await? {
        return Ok(false);
    }
    remove(change, id).await?;
    Ok(true)
}

/// Removes at most `limit` clients that registered themselves before `before` and were never used since; returns them.
pub async fn remove_unused(change: &mut Change<'_>, before: Timestamp, limit: i64) -> Result<Vec<String>, Fault> {
    let ids = registrations::remove_unused(&mut change.tx, before, limit).await?;
    for id in &ids {
        removed(change, id);
    }
    Ok(ids)
}

async fn put(change: &mut Change<'_>, client: &Declared<'_>, sector: Uuid, now: Timestamp) -> Result<(), Fault> {
    agencies::ensure_sector(&mut change.tx, client.sector, sector).await?;
    clients::put(&mut change.tx, client, now).await?;
    change.announce(Kind::Client, client.id);
    Ok(())
}

/// What else ends with a client whose row is gone.
fn removed(change: &mut Change<'_>, id: &str) {
    change.announce(Kind::Client, id);
}
