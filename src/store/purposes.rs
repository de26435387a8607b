//! For what services said that they need people's data, and since when.

use sqlx::types::Json;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::agency::Bilingual;
use crate::identity::agency::Service;

/// What a service said, the latest first: each counts from its instant on.
pub async fn of(db: &Db, service: &str) -> Result<Vec<(Timestamp, Bilingual)>, Fault> {
    const OF: &str = "SELECT since, purpose FROM purposes WHERE service_id = $1 ORDER BY since DESC";
    let rows: Vec<(i64, Json<Bilingual>)> = on!(db.reads, c => sqlx::query_as(OF).bind(service).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(since, Json(purpose))| (Timestamp::from_micros(since), purpose)).collect())
}

/// Writes what a service says from now on, where that is something else.
pub async fn say(tx: &mut Tx, service: &Service, now: Timestamp) -> Result<(), Fault> {
    const SAY: &str = "INSERT INTO purposes (service_id, since, purpose) SELECT $1, $2, $3 WHERE NOT EXISTS \
         (SELECT 1 FROM (SELECT purpose FROM purposes WHERE service_id = $1 ORDER BY since DESC LIMIT 1) AS last \
         WHERE last.purpose = $3) ON CONFLICT (service_id, since) DO UPDATE SET purpose = excluded.purpose";
    in_tx!(tx, c => sqlx::query(SAY)
        .bind(&service.id)
        .bind(now.micros())
        .bind(Json(&service.purpose))
        .execute(c)
        .await
        .map(|_| ()))
}
