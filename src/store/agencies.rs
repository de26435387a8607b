//! Agencies, their sectors, and their services.

use sqlx::types::Json;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::identity::agency::Agency;
use crate::identity::agency::Bilingual;
use crate::identity::agency::LegalBasis;
use crate::identity::agency::Service;

/// Every agency.
pub async fn all(db: &Db) -> Result<Vec<Agency>, Fault> {
    const ALL: &str = "SELECT id, name, sector FROM agencies ORDER BY id";
    let rows: Vec<(String, Json<Bilingual>, String)> = on!(db.reads, c => sqlx::query_as(ALL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, Json(name), sector)| Agency { id, name, sector }).collect())
}

/// The agency with this key, as the transaction sees it.
pub async fn find_in(tx: &mut Tx, id: &str) -> Result<Option<Agency>, Fault> {
    const FIND: &str = "SELECT id, name, sector FROM agencies WHERE id = $1";
    let row: Option<(String, Json<Bilingual>, String)> =
        in_tx!(tx, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(|(id, Json(name), sector)| Agency { id, name, sector }))
}

/// Every service.
pub async fn services(db: &Db) -> Result<Vec<Service>, Fault> {
    const ALL: &str = "SELECT id, agency_id, name, purpose, legal_basis FROM services ORDER BY id";
    let rows: Vec<ServiceRow> = on!(db.reads, c => sqlx::query_as(ALL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(read).collect())
}

/// At most `limit` services whose ids come after `after`, by their ids.
pub async fn services_after(db: &Db, after: &str, limit: i64) -> Result<Vec<Service>, Fault> {
    const AFTER: &str =
        "SELECT id, agency_id, name, purpose, legal_basis FROM services WHERE id > $1 ORDER BY id LIMIT $2";
    let rows: Vec<ServiceRow> = on!(db.reads, c => sqlx::query_as(AFTER).bind(after).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(read).collect())
}

/// The same of one agency.
pub async fn services_of_agency(db: &Db, agency: &str, after: &str, limit: i64) -> Result<Vec<Service>, Fault> {
    const OF_AGENCY: &str = "SELECT id, agency_id, name, purpose, legal_basis FROM services \
         WHERE agency_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    let rows: Vec<ServiceRow> = on!(db.reads, c => {
        sqlx::query_as(OF_AGENCY).bind(agency).bind(after).bind(limit).fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(read).collect())
}

static OFFERING: Batch =
    Batch::new("SELECT v.id FROM ", &["id"], " WHERE EXISTS (SELECT 1 FROM services WHERE services.agency_id = v.id)");

/// Those of some agencies that offer anything, in no order.
pub async fn offering(db: &Db, agencies: &[&str]) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> = OFFERING.read(db, agencies, ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

static USED: Batch = Batch::new(
    "SELECT services.agency_id, services.id FROM ",
    &["id"],
    " JOIN services ON services.agency_id = v.id \
     WHERE EXISTS (SELECT 1 FROM clients WHERE clients.service_id = services.id)",
);

/// The services of some agencies that have clients, each after its agency, in no order.
pub async fn used(db: &Db, agencies: &[&str]) -> Result<Vec<(String, String)>, Fault> {
    USED.read(db, agencies, ids).await
}

fn ids<'a>(agencies: &'a [&str]) -> Vec<Column<'a>> {
    vec![Column::texts(agencies.iter().copied())]
}

/// The service with this id.
pub async fn service(db: &Db, id: &str) -> Result<Option<Service>, Fault> {
    const FIND: &str = "SELECT id, agency_id, name, purpose, legal_basis FROM services WHERE id = $1";
    let row: Option<ServiceRow> = on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(read))
}

/// The service with this id, as the transaction sees it.
pub async fn service_in(tx: &mut Tx, id: &str) -> Result<Option<Service>, Fault> {
    const FIND: &str = "SELECT id, agency_id, name, purpose, legal_basis FROM services WHERE id = $1";
    let row: Option<ServiceRow> = in_tx!(tx, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(read))
}

type ServiceRow = (String, String, Json<Bilingual>, Json<Bilingual>, String);

fn read((id, agency, Json(name), Json(purpose), basis): ServiceRow) -> Service {
    Service { id, agency, name, purpose, legal_basis: basis_of(&basis) }
}

/// The agency that offers a service.
pub async fn agency_of(db: &Db, service: &str) -> Result<Option<String>, Fault> {
    const OF: &str = "SELECT agency_id FROM services WHERE id = $1";
    on!(db.reads, c => sqlx::query_scalar(OF).bind(service).fetch_optional(c).await)
}

/// What an agency offers, as the transaction sees it.
pub async fn services_of(tx: &mut Tx, agency: &str) -> Result<Vec<String>, Fault> {
    const OF_AGENCY: &str = "SELECT id FROM services WHERE agency_id = $1 ORDER BY id";
    in_tx!(tx, c => sqlx::query_scalar(OF_AGENCY).bind(agency).fetch_all(c).await)
}

/// The legal basis of this name; whatever is not a public task asks.
pub(super) fn basis_of(text: &str) -> LegalBasis {
    if text == LegalBasis::PublicTask.as_str() { LegalBasis::PublicTask } else { LegalBasis::Consent }
}

/// Gives the sector `name` its identifier, if it has none yet: `id` is used at most once. Until the transaction ends
/// nobody drops the sector.
pub async fn ensure_sector(tx: &mut Tx, name: &str, id: Uuid) -> Result<(), Fault> {
    const ENSURE: &str = "INSERT INTO sectors (name, id) VALUES ($1, $2) ON CONFLICT (name) \
         DO UPDATE SET name = excluded.name";
    in_tx!(tx, c => sqlx::query(ENSURE).bind(name).bind(id).execute(c).await.map(|_| ()))
}

/// Writes an agency, new or known.
pub async fn put(tx: &mut Tx, agency: &Agency) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO agencies (id, name, sector) VALUES ($1, $2, $3) \
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, sector = excluded.sector";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(&agency.id)
        .bind(Json(&agency.name))
        .bind(&agency.sector)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Writes a service, new or known.
pub async fn put_service(tx: &mut Tx, service: &Service) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO services (id, agency_id, name, purpose, legal_basis) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET agency_id = excluded.agency_id, name = excluded.name, \
         purpose = excluded.purpose, legal_basis = excluded.legal_basis";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(&service.id)
        .bind(&service.agency)
        .bind(Json(&service.name))
        .bind(Json(&service.purpose))
        .bind(service.legal_basis.as_str())
        .execute(c)
        .await
        .map(|_| ()))
}

/// Removes a service that no client belongs to any more.
pub async fn remove_service(tx: &mut Tx, id: &str) -> Result<(), Fault> {
    const REMOVE: &str = "DELETE FROM services WHERE id = $1";
    in_tx!(tx, c => sqlx::query(REMOVE).bind(id).execute(c).await.map(|_| ()))
}

/// Removes an agency that has no service any more. Its sector keeps its identifier.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<(), Fault> {
    const REMOVE: &str = "DELETE FROM agencies WHERE id = $1";
    in_tx!(tx, c => sqlx::query(REMOVE).bind(id).execute(c).await.map(|_| ()))
}
