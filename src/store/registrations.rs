//! Clients that registered themselves.

use sqlx::types::Json;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::protocol::oauth::client_metadata::ClientMetadata;

/// A registration.
pub struct Registration {
    /// SHA-256 of the token with which the client manages it.
    pub token: Vec<u8>,
    /// When it was made.
    pub registered_at: Timestamp,
}

/// What begins the names of sectors that registrations make. Their identifiers derive from these names, so that a sector
/// that comes again gives the same subject identifiers as before.
pub const OF_HOSTS: &str = "host:";
/// Likewise, for clients that share their subject identifiers with nobody.
pub const OF_ONE: &str = "registered:";

/// The registration of a client.
pub async fn find(db: &Db, client: &str) -> Result<Option<Registration>, Fault> {
    const FIND: &str = "SELECT token, registered_at FROM registrations WHERE client_id = $1";
    let row: Option<(Vec<u8>, i64)> = on!(db.reads, c => sqlx::query_as(FIND).bind(client).fetch_optional(c).await)?;
    Ok(row.map(|(token, at)| Registration { token, registered_at: Timestamp::from_micros(at) }))
}

/// Every client that registered itself, the oldest first.
pub async fn ids(db: &Db) -> Result<Vec<String>, Fault> {
    const IDS: &str = "SELECT client_id FROM registrations ORDER BY registered_at, client_id";
    on!(db.reads, c => sqlx::query_scalar(IDS).fetch_all(c).await)
}

/// Writes the registration of a client that was written before.
pub async fn insert(tx: &mut Tx, client: &str, token: &[u8], now: Timestamp) -> Result<(), Fault> {
    const INSERT: &str = "INSERT INTO registrations (client_id, token, registered_at) VALUES ($1, $2, $3)";
    in_tx!(tx, c => sqlx::query(INSERT).bind(client).bind(token).bind(now.micros()).execute(c).await.map(|_| ()))
}

/// Keeps the registration as it is until the transaction ends; `false` if it is no more.
pub async fn hold(tx: &mut Tx, client: &str) -> Result<bool, Fault> {
    const HOLD: &str = "UPDATE registrations SET registered_at = registered_at WHERE client_id = $1";
    in_tx!(tx, c => sqlx::query(HOLD).bind(client).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Ends the registration and keeps the client: from now on an operator manages it.
pub async fn adopt(tx: &mut Tx, client: &str) -> Result<bool, Fault> {
    const ADOPT: &str = "DELETE FROM registrations WHERE client_id = $1";
    in_tx!(tx, c => sqlx::query(ADOPT).bind(client).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Notes that somebody agreed to sign in at the client: from then on its times of creation and change differ.
pub async fn note_use(tx: &mut Tx, client: &str, now: Timestamp) -> Result<(), Fault> {
    const NOTE: &str = "UPDATE clients SET updated_at = $2 WHERE id = $1 AND updated_at = created_at";
    in_tx!(tx, c => sqlx::query(NOTE).bind(client).bind(now.micros()).execute(c).await.map(|_| ()))
}

/// Removes at most `limit` clients that registered themselves before `before` and were never used since;
/// returns them.
pub async fn remove_unused(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<Vec<String>, Fault> {
    const REMOVE: &str = "DELETE FROM clients WHERE updated_at = created_at AND id IN (SELECT client_id FROM registrations \
         JOIN clients AS c ON c.id = client_id WHERE registered_at < $1 AND c.updated_at = c.created_at \
         ORDER BY registered_at LIMIT $2) RETURNING id";
    in_tx!(tx, c => sqlx::query_scalar(REMOVE).bind(before.micros()).bind(limit).fetch_all(c).await)
}

/// Drops at most `limit` sectors that registrations made and no client is in any more.
pub async fn drop_empty_sectors(db: &Db, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM sectors WHERE name IN (SELECT name FROM sectors WHERE (substr(name, 1, 5) = 'host:' \
         OR substr(name, 1, 11) = 'registered:') AND NOT EXISTS (SELECT 1 FROM clients WHERE clients.sector = sectors.name) \
         AND NOT EXISTS (SELECT 1 FROM agencies WHERE agencies.sector = sectors.name) LIMIT $1)";
    change!(db, c => sqlx::query(DROP).bind(limit).execute(c).await.map(|done| done.rows_affected()))
}

/// At most `limit` clients whose ids come after `after`, by their ids.
pub async fn seen(db: &Db, after: &str, limit: i64) -> Result<Vec<Listed>, Fault> {
    const SEEN: &str = "SELECT id, service_id, metadata, created_at, updated_at, registered_at FROM clients \
         LEFT JOIN registrations ON registrations.client_id = clients.id WHERE id > $1 ORDER BY id LIMIT $2";
    let rows: Vec<Row> = on!(db.reads, c => sqlx::query_as(SEEN).bind(after).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(listed).collect())
}

/// The same of one service.
pub async fn seen_of_service(db: &Db, service: &str, after: &str, limit: i64) -> Result<Vec<Listed>, Fault> {
    const OF_SERVICE: &str = "SELECT id, service_id, metadata, created_at, updated_at, registered_at FROM clients \
         LEFT JOIN registrations ON registrations.client_id = clients.id \
         WHERE service_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    let rows: Vec<Row> =
        on!(db.reads, c => sqlx::query_as(OF_SERVICE).bind(service).bind(after).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(listed).collect())
}

/// A client as operators see it.
#[allow(missing_docs)] // as in clients::Client
pub struct Listed {
    pub id: String,
    pub service: Option<String>,
    pub metadata: ClientMetadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it registered itself, if it did.
    pub registered_at: Option<Timestamp>,
}

impl Listed {
    /// Whether it registered itself, and nobody signed in at it yet.
    pub fn is_unused(&self) -> bool {
        self.registered_at.is_some() && self.updated_at == self.created_at
    }
}

/// Every client by its id.
pub async fn list(db: &Db) -> Result<Vec<Listed>, Fault> {
    const LIST: &str = "SELECT id, service_id, metadata, created_at, updated_at, registered_at FROM clients \
         LEFT JOIN registrations ON registrations.client_id = clients.id ORDER BY id";
    let rows: Vec<Row> = on!(db.reads, c => sqlx::query_as(LIST).fetch_all(c).await)?;
    Ok(rows.into_iter().map(listed).collect())
}

/// One client.
pub async fn listed_one(db: &Db, id: &str) -> Result<Option<Listed>, Fault> {
    const ONE: &str = "SELECT id, service_id, metadata, created_at, updated_at, registered_at FROM clients \
         LEFT JOIN registrations ON registrations.client_id = clients.id WHERE id = $1";
    let row: Option<Row> = on!(db.reads, c => sqlx::query_as(ONE).bind(id).fetch_optional(c).await)?;
    Ok(row.map(listed))
}

type Row = (String, Option<String>, Json<ClientMetadata>, i64, i64, Option<i64>);

fn listed((id, service, Json(metadata), created, updated, registered): Row) -> Listed {
    Listed {
        id,
        service,
        metadata,
        created_at: Timestamp::from_micros(created),
        updated_at: Timestamp::from_micros(updated),
        registered_at: registered.map(Timestamp::from_micros),
    }
}
