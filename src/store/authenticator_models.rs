//! Models of authenticators, as the operator imported them last.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::credential::attestation::Model;
use crate::protocol::fido::metadata;

/// What was imported last.
#[derive(Clone, Debug, FromRow)]
pub struct Imported {
    /// The serial number of the file.
    pub serial: i64,
    next_update: String,
    imported_at: i64,
}

impl Imported {
    /// The last day until which the next file is there.
    pub fn next_update(&self) -> Option<Day> {
        Day::parse(&self.next_update)
    }

    /// When it was imported.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.imported_at)
    }
}

/// What was imported, if anything was.
pub async fn imported(db: &Db) -> Result<Option<Imported>, Fault> {
    const IMPORTED: &str = "SELECT serial, next_update, imported_at FROM authenticator_metadata WHERE id = 1";
    on!(db.reads, c => sqlx::query_as(IMPORTED).fetch_optional(c).await)
}

/// Another file is imported; `false` where a later one was.
pub async fn advance(tx: &mut Tx, serial: i64, next_update: Day, now: Timestamp) -> Result<bool, Fault> {
    const ADVANCE: &str = "INSERT INTO authenticator_metadata (id, serial, next_update, imported_at) VALUES (1, $1, $2, $3) \
         ON CONFLICT (id) DO UPDATE SET serial = excluded.serial, next_update = excluded.next_update, \
         imported_at = excluded.imported_at WHERE authenticator_metadata.serial <= excluded.serial";
    in_tx!(tx, c => sqlx::query(ADVANCE)
        .bind(serial)
        .bind(next_update.to_string())
        .bind(now.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// Nothing is known of any model.
pub async fn clear(tx: &mut Tx) -> Result<(), Fault> {
    const CLEAR: &str = "DELETE FROM authenticator_models";
    in_tx!(tx, c => sqlx::query(CLEAR).execute(c).await.map(drop))
}

/// This is known of one.
pub async fn insert(tx: &mut Tx, model: &metadata::Model) -> Result<(), Fault> {
    const INSERT: &str =
        "INSERT INTO authenticator_models (aaguid, description, statuses, anchors) VALUES ($1, $2, $3, $4)";
    let anchors: Vec<String> = model.anchors.iter().map(|der| STANDARD.encode(der)).collect();
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(model.aaguid)
        .bind(&model.description)
        .bind(Json(&model.statuses))
        .bind(Json(&anchors))
        .execute(c)
        .await
        .map(drop))
}

/// What is known of one.
pub async fn find(db: &Db, aaguid: Uuid) -> Result<Option<Model>, Fault> {
    const FIND: &str = "SELECT description, statuses, anchors FROM authenticator_models WHERE aaguid = $1";
    type Row = (String, Json<Vec<String>>, Json<Vec<String>>);
    let row: Option<Row> = on!(db.reads, c => sqlx::query_as(FIND).bind(aaguid).fetch_optional(c).await)?;
    Ok(row.map(|(description, Json(statuses), Json(anchors))| Model {
        description,
        statuses,
        anchors: anchors.iter().filter_map(|text| STANDARD.decode(text).ok()).collect(),
    }))
}

/// How many are known.
pub async fn count(db: &Db) -> Result<i64, Fault> {
    const COUNT: &str = "SELECT COUNT(*) FROM authenticator_models";
    on!(db.reads, c => sqlx::query_scalar(COUNT).fetch_one(c).await)
}
