//! Codes that became grants, as they are counted.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Db;
use super::partitions;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::assurance::Acr;
use crate::identity::assurance::Amr;

/// A code that became a grant.
#[derive(Clone, Debug, FromRow)]
pub struct Redemption {
    /// The grant.
    pub id: Uuid,
    /// The attempt that won.
    pub redemption_id: Uuid,
    /// By which client.
    pub client_id: String,
    /// Whose sign-in it was.
    pub person_id: Uuid,
    acr: String,
    amr: String,
}

impl Redemption {
    /// How surely the person signed in.
    pub fn acr(&self) -> Acr {
        Acr::stored(&self.acr)
    }

    /// By which methods.
    pub fn amr(&self) -> Amr {
        Amr::parse(&self.amr)
    }
}

/// Those of interactions that began between two instants, if they were redeemed since a third.
pub async fn of_interactions(
    db: &Db,
    [from, until]: [Timestamp; 2],
    since: Timestamp,
) -> Result<Vec<Redemption>, Fault> {
    const BETWEEN: &str = "SELECT id, redemption_id, client_id, person_id, acr, amr FROM \
         (SELECT id, redemption_id, client_id, person_id, acr, amr FROM grants AS g \
         WHERE id >= $1 AND id < $2 AND created_at >= $3) AS h ORDER BY id";
    let sql = || partitions::over(db, BETWEEN, from, until);
    on!(db.reads, c => {
        sqlx::query_as(sql()).bind(id::floor(from)).bind(id::floor(until)).bind(since.micros()).fetch_all(c).await
    })
}
