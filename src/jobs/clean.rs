//! Drops what has had its time: partitions on PostgreSQL, bounded batches elsewhere; never on a request's path.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::flows::registration::unused;
use crate::store::audit;
use crate::store::cache;
use crate::store::grants;
use crate::store::partitions;
use crate::store::sessions;

/// Rows of one batch.
const BATCH: i64 = 1000;
/// Clients of one run.
const CLIENTS: i64 = 100;
/// Batches of one run: a backlog is worked off over several runs.
const BATCHES: usize = 20;
/// A session that is over is kept for a day, so that the person can see it.
const SESSIONS: Duration = Duration::from_secs(86_400);
/// An announcement is heard within seconds.
const ANNOUNCEMENTS: Duration = Duration::from_secs(300);

/// Cleans up once.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    let now = app.clock.now();
    let history = now - *app.config.tokens.history;
    partitions::tend(&app.db, now, history).await?;
    cache::drop_before(&app.db, now - ANNOUNCEMENTS).await?;
    unused::remove(&app, CLIENTS, now).await?;
    let before = id::floor(history);
    for _ in 0..BATCHES {
        let dropped = [
            sessions::drop_before(&app.db, now - SESSIONS, BATCH).await?,
            grants::drop_before(&app.db, before, BATCH).await?,
            audit::drop_before(&app.db, before, BATCH).await?,
        ];
        if dropped.iter().all(|rows| *rows == 0) {
            return Ok(());
        }
    }
    Ok(())
}
