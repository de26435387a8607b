//! Clients, each with the service and the agency that stand behind it.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::agencies::basis_of;
use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::agency::Agency;
use crate::identity::agency::Backing;
use crate::identity::agency::Bilingual;
use crate::identity::agency::LegalBasis;
use crate::identity::agency::SectorId;
use crate::identity::agency::Service;
use crate::protocol::oauth::client_metadata::ClientMetadata;

/// A registered client.
#[derive(Clone, Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// What is known of it.
    pub metadata: ClientMetadata,
    /// What its secret is compared with; two live ones while one replaces the other.
    pub secrets: Vec<StoredSecret>,
    /// Who stands behind it.
    pub backing: Option<Backing>,
    /// Whether it registered itself: nobody answers for it.
    pub registered: bool,
    /// From which its people's pairwise subjects derive.
    pub sector: SectorId,
    /// Which incarnation of its id it is: one that was removed and declared again is another. Compared by equality.
    pub epoch: i64,
}

/// A client secret as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredSecret {
    /// SHA-256 in base64url: enough for a random secret.
    Sha256(String),
    /// An argon2id PHC string.
    Phc(String),
}

impl Client {
    /// Why it may receive data. A client without a service rests on consent.
    pub fn legal_basis(&self) -> LegalBasis {
        self.backing.as_ref().map_or(LegalBasis::Consent, |backing| backing.service.legal_basis)
    }

    /// To whom consent is given: this incarnation, for its service of its agency, and not whoever bears the name.
    pub fn holder(&self) -> String {
        let of = |name: fn(&Backing) -> &str| self.backing.as_ref().map_or("-", name);
        format!("{} {} {}", self.epoch, of(|backing| &backing.service.id), of(|backing| &backing.agency.id))
    }
}

#[derive(FromRow)]
struct Row {
    id: String,
    metadata: Json<ClientMetadata>,
    secrets: Json<Vec<StoredSecret>>,
    sector_id: Uuid,
    created_at: i64,
    service_id: Option<String>,
    service_name: Option<Json<Bilingual>>,
    purpose: Option<Json<Bilingual>>,
    legal_basis: Option<String>,
    agency_id: Option<String>,
    agency_name: Option<Json<Bilingual>>,
    agency_sector: Option<String>,
    registered: bool,
}

impl Row {
    fn client(self) -> Client {
        let backing = self.service_id.zip(self.agency_id).map(|(service, agency)| Backing {
            service: Service {
                id: service,
                agency: agency.clone(),
                name: self.service_name.unwrap_or_default().0,
                purpose: self.purpose.unwrap_or_default().0,
                legal_basis: self.legal_basis.as_deref().map(basis_of).unwrap_or_default(),
            },
            agency: Agency {
                id: agency,
                name: self.agency_name.unwrap_or_default().0,
                sector: self.agency_sector.unwrap_or_default(),
            },
        });
        Client {
            id: self.id,
            metadata: self.metadata.0,
            secrets: self.secrets.0,
            backing,
            registered: self.registered,
            sector: SectorId(self.sector_id),
            epoch: self.created_at,
        }
    }
}

/// The client with this id.
pub async fn find(db: &Db, id: &str) -> Result<Option<Client>, Fault> {
    const FIND: &str = "SELECT clients.id, metadata, secrets, sectors.id AS sector_id, clients.created_at, services.id AS service_id, \
         services.name AS service_name, purpose, legal_basis, agencies.id AS agency_id, agencies.name AS agency_name, \
         agencies.sector AS agency_sector, \
         EXISTS (SELECT 1 FROM registrations WHERE client_id = clients.id) AS registered FROM clients JOIN sectors ON sectors.name = clients.sector \
         LEFT JOIN services ON services.id = clients.service_id \
         LEFT JOIN agencies ON agencies.id = services.agency_id WHERE clients.id = $1";
    let row: Option<Row> = on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Row::client))
}

/// Every client's id, as the transaction sees them.
pub async fn ids_in(tx: &mut Tx) -> Result<Vec<String>, Fault> {
    const IDS: &str = "SELECT id FROM clients ORDER BY id";
    in_tx!(tx, c => sqlx::query_scalar(IDS).fetch_all(c).await)
}

/// The clients of services that say where people begin or what their home page is, in the order of the services; `most` of
/// them.
pub async fn ids_of_open(db: &Db, most: i64) -> Result<Vec<String>, Fault> {
    const OPEN: &str = "SELECT clients.id FROM clients JOIN services ON services.id = clients.service_id \
         WHERE metadata ->> 'initiate_login_uri' IS NOT NULL OR metadata ->> 'client_uri' IS NOT NULL \
         ORDER BY services.agency_id, services.id, clients.id LIMIT $1";
    on!(db.reads, c => sqlx::query_scalar(OPEN).bind(most).fetch_all(c).await)
}

/// How long the refresh tokens of any client live at most, as far as clients say so themselves.
pub async fn longest_refresh(db: &Db) -> Result<Duration, Fault> {
    const LONGEST: &str =
        "SELECT MAX(CAST(metadata -> 'lifetimes' ->> 'refresh_absolute' AS BIGINT)) AS longest FROM clients";
    let longest: Option<i64> = on!(db.reads, c => sqlx::query_scalar(LONGEST).fetch_one(c).await)?;
    Ok(Duration::from_secs(longest.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or_default()))
}

/// A client without what stands behind it, as the transaction sees it.
pub struct Held {
    /// Its service.
    pub service: Option<String>,
    /// The name of its sector.
    pub sector: String,
    /// What is known of it.
    pub metadata: ClientMetadata,
    /// What its secret is compared with.
    pub secrets: Vec<StoredSecret>,
    /// Which incarnation of its id it is.
    pub epoch: i64,
    /// Whether it registered itself.
    pub registered: bool,
}

/// The client with this id.
pub async fn find_in(tx: &mut Tx, id: &str) -> Result<Option<Held>, Fault> {
    const FIND: &str = "SELECT service_id, sector, metadata, secrets, created_at, \
         EXISTS (SELECT 1 FROM registrations WHERE client_id = clients.id) FROM clients WHERE id = $1";
    let row: Option<HeldRow> = in_tx!(tx, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(held))
}

type HeldRow = (Option<String>, String, Json<ClientMetadata>, Json<Vec<StoredSecret>>, i64, bool);

fn held((service, sector, Json(metadata), Json(secrets), epoch, registered): HeldRow) -> Held {
    Held { service, sector, metadata, secrets, epoch, registered }
}

/// At most `limit` clients whose ids come after `after`, by their ids.
pub async fn page(db: &Db, after: &str, limit: i64) -> Result<Vec<(String, Held)>, Fault> {
    const PAGE: &str = "SELECT id, service_id, sector, metadata, secrets, created_at, \
         EXISTS (SELECT 1 FROM registrations WHERE client_id = clients.id) FROM clients WHERE id > $1 ORDER BY id LIMIT $2";
    type Row = (String, Option<String>, String, Json<ClientMetadata>, Json<Vec<StoredSecret>>, i64, bool);
    let rows: Vec<Row> = on!(db.reads, c => sqlx::query_as(PAGE).bind(after).bind(limit).fetch_all(c).await)?;
    let one = |(id, service, sector, metadata, secrets, epoch, registered): Row| {
        (id, held((service, sector, metadata, secrets, epoch, registered)))
    };
    Ok(rows.into_iter().map(one).collect())
}

/// The clients of a service, as the transaction sees them.
pub async fn ids_of_service(tx: &mut Tx, service: &str) -> Result<Vec<String>, Fault> {
    const IDS: &str = "SELECT id FROM clients WHERE service_id = $1 ORDER BY id";
    in_tx!(tx, c => sqlx::query_scalar(IDS).bind(service).fetch_all(c).await)
}

/// Writes a client, new or known. A known one keeps its sector: subject identifiers must not change because an office
/// moved.
pub async fn put(tx: &mut Tx, client: &Declared<'_>, now: Timestamp) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO clients (id, service_id, sector, metadata, secrets, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (id) DO UPDATE SET service_id = excluded.service_id, \
         metadata = excluded.metadata, secrets = excluded.secrets, \
         updated_at = excluded.updated_at";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(client.id)
        .bind(client.service)
        .bind(client.sector)
        .bind(Json(client.metadata))
        .bind(Json(client.secrets))
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    put_origins(tx, client.id, &client.metadata.origins).await
}

/// Replaces what a client says of itself. Its time of change stays: that says whether it was used.
pub async fn replace(tx: &mut Tx, id: &str, data: &ClientMetadata, secrets: &[StoredSecret]) -> Result<(), Fault> {
    const REPLACE: &str = "UPDATE clients SET metadata = $2, secrets = $3 WHERE id = $1";
    in_tx!(tx, c => sqlx::query(REPLACE).bind(id).bind(Json(data)).bind(Json(secrets)).execute(c).await.map(|_| ()))?;
    put_origins(tx, id, &data.origins).await
}

async fn put_origins(tx: &mut Tx, id: &str, origins: &[String]) -> Result<(), Fault> {
    const FORGET: &str = "DELETE FROM client_origins WHERE client_id = $1";
    const PUT: &str = "INSERT INTO client_origins (origin, client_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    in_tx!(tx, c => sqlx::query(FORGET).bind(id).execute(c).await.map(|_| ()))?;
    for origin in origins {
        in_tx!(tx, c => sqlx::query(PUT).bind(origin).bind(id).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Whether some client registered this origin.
pub async fn any_with_origin(db: &Db, origin: &str) -> Result<bool, Fault> {
    const ANY: &str = "SELECT COUNT(*) FROM client_origins WHERE origin = $1";
    let count: i64 = on!(db.reads, c => sqlx::query_scalar(ANY).bind(origin).fetch_one(c).await)?;
    Ok(count > 0)
}

/// A client as it is to be.
#[allow(missing_docs)] // as in Client
pub struct Declared<'a> {
    pub id: &'a str,
    pub service: Option<&'a str>,
    pub sector: &'a str,
    pub metadata: &'a ClientMetadata,
    pub secrets: &'a [StoredSecret],
}

/// Removes a client and what people allowed it. What it was granted dies with its incarnation; so do the consents that one
/// transaction cannot drop in time.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<(), Fault> {
    const CONSENTS: &str = "DELETE FROM consents WHERE client_id = $1 AND person_id IN \
         (SELECT person_id FROM consents WHERE client_id = $1 LIMIT 10000)";
    in_tx!(tx, c => sqlx::query(CONSENTS).bind(id).execute(c).await.map(|_| ()))?;
    const REMOVE: &str = "DELETE FROM clients WHERE id = $1";
    in_tx!(tx, c => sqlx::query(REMOVE).bind(id).execute(c).await.map(|_| ()))
}
