//! What is fixed for an instance at its first start.

use super::db::Db;
use crate::base::fault::Fault;

/// The value of this name: `first`, where nothing was fixed before.
pub async fn fix(db: &Db, name: &str, first: &str) -> Result<String, Fault> {
    const FIX: &str = "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    if let Some(fixed) = find(db, name).await? {
        return Ok(fixed);
    }
    change!(db, c => sqlx::query(FIX).bind(name).bind(first).execute(c).await.map(|_| ()))?;
    let fixed = find(db, name).await?;
    fixed.ok_or_else(|| Fault::broken("what was fixed for the instance is gone"))
}

async fn find(db: &Db, name: &str) -> Result<Option<String>, Fault> {
    const FIND: &str = "SELECT value FROM instance WHERE name = $1";
    on!(db.reads, c => sqlx::query_scalar(FIND).bind(name).fetch_optional(c).await)
}
