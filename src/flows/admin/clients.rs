//! Clients as operators see them.

use crate::base::fault::Fault;
use crate::store::db::Db;
use crate::store::registrations;
pub use crate::store::registrations::Listed;

/// Every client by its id.
pub async fn list(db: &Db) -> Result<Vec<Listed>, Fault> {
    registrations::list(db).await
}
