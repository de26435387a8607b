//! What is fixed for an instance at its first start.

use super::db::Db;
use crate::base::fault::Fault;

/// The value of this name: `first`, where nothing was fixed before.
pub async fn fix(db: &Db, name: &str, first: &str) -> Result<String, Fault> {
    const FIX: &str = "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    const FIXED: &str = "SELECT value FROM instance WHERE name = $1";
    change!(db, c => sqlx::query(FIX).bind(name).bind(first).execute(c).await.map(|_| ()))?;
    on!(db.reads, c => sqlx::query_scalar(FIXED).bind(name).fetch_one(c).await)
}
