//! Drops what has had its time: partitions on PostgreSQL, bounded batches elsewhere; never on a request's path.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::flows::registration::unused;
use crate::store::assertions;
use crate::store::audit;
use crate::store::cache;
use crate::store::grants;
use crate::store::outbox;
use crate::store::partitions;
use crate::store::sessions;

/// Rows of one batch.
const BATCH: i64 = 1000;
/// Clients of one batch: each is an event of the audit trail and an announcement.
const CLIENTS: i64 = 100;
/// Batches of one run: a backlog is worked off over several runs.
const BATCHES: usize = 20;
/// The same of what is used up, which every token request of some clients adds to: no steady load may outgrow it.
const USED_BATCHES: usize = 1000;
/// A session that is over is kept for a day, so that the person can see it.
const SESSIONS: Duration = Duration::from_secs(86_400);
/// What could not be told is kept for as long as operators may look into it.
const DEAD_LETTERS: Duration = Duration::from_secs(30 * 86_400);
/// By how much the clocks of replicas may differ.
const CLOCKS: Duration = Duration::from_secs(60);
/// An announcement is heard within seconds.
const ANNOUNCEMENTS: Duration = Duration::from_secs(300);

/// Cleans up once.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    let now = app.clock.now();
    let history = now - *app.config.tokens.history;
    partitions::tend(&app.db, now, history).await?;
    cache::drop_before(&app.db, now - ANNOUNCEMENTS).await?;
    drop_used(&app, now - CLOCKS).await?;
    for _ in 0..BATCHES {
        if !unused::remove(&app, CLIENTS, now).await? {
            break;
        }
    }
    let before = id::floor(history);
    for _ in 0..BATCHES {
        let dropped = [
            sessions::drop_before(&app.db, now - SESSIONS, BATCH).await?,
            grants::drop_before(&app.db, before, BATCH).await?,
            audit::drop_before(&app.db, before, BATCH).await?,
            outbox::drop_before(&app.db, now - DEAD_LETTERS, BATCH).await?,
        ];
        if dropped.iter().all(|rows| *rows == 0) {
            return Ok(());
        }
    }
    Ok(())
}

/// Drops the JWTs that nobody would have taken any more before `before`.
async fn drop_used(app: &App, before: Timestamp) -> Result<(), Fault> {
    for _ in 0..USED_BATCHES {
        let rows = assertions::drop_before(&app.db, before, BATCH).await?;
        if rows < BATCH.unsigned_abs() {
            break;
        }
    }
    Ok(())
}
