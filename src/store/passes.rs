//! What goes over everybody once, batch by batch: how far it has come.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;

/// How far a pass has come.
#[derive(Clone, Copy, Debug, Default, FromRow)]
pub struct Pass {
    /// The last one that it came to; nil before the first.
    pub reached: Uuid,
    ended_at: Option<i64>,
}

impl Pass {
    /// Whether it is over.
    pub const fn is_over(&self) -> bool {
        self.ended_at.is_some()
    }
}

/// How far the pass `name` has come.
pub async fn look(db: &Db, name: &str) -> Result<Pass, Fault> {
    const LOOK: &str = "SELECT reached, ended_at FROM passes WHERE name = $1";
    let found: Option<Pass> = on!(db.reads, c => sqlx::query_as(LOOK).bind(name).fetch_optional(c).await)?;
    Ok(found.unwrap_or_default())
}

/// It has come as far as `reached`, and is over where `ended_at` says when. Another replica may be further.
pub async fn advance(tx: &mut Tx, name: &str, reached: Uuid, ended_at: Option<Timestamp>) -> Result<(), Fault> {
    const ADVANCE: &str = "INSERT INTO passes (name, reached, ended_at) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET reached = CASE WHEN passes.reached > excluded.reached THEN passes.reached \
         ELSE excluded.reached END, ended_at = COALESCE(passes.ended_at, excluded.ended_at)";
    let ended_at = ended_at.map(Timestamp::micros);
    in_tx!(tx, c => sqlx::query(ADVANCE).bind(name).bind(reached).bind(ended_at).execute(c).await.map(|_| ()))
}
