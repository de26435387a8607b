//! Drops what has had its time: partitions on PostgreSQL, bounded batches elsewhere; never on a request's path. Each kind
//! is cleaned by itself, until nothing is left: no steady load outgrows it, and no failure of one keeps another from it.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::flows::admin::repeated;
use crate::flows::registration::unused;
use crate::identity::authorization::LONGEST_LOGIN;
use crate::protocol::oauth::client_metadata::LONGEST_TOKEN;
use crate::store::announcements;
use crate::store::assertions;
use crate::store::audit;
use crate::store::clients;
use crate::store::families;
use crate::store::grants;
use crate::store::history as histories;
use crate::store::kept_answers;
use crate::store::letters;
use crate::store::outbox;
use crate::store::partitions;
use crate::store::refusals;
use crate::store::sessions;
use crate::store::versions;

/// Rows of one batch.
const BATCH: i64 = 1000;
/// Clients of one batch: each is an event of the audit trail and an announcement.
const CLIENTS: i64 = 100;
/// A session that is over is kept for a day, so that the person can see it, and for longer than what it gave lives.
const SESSIONS: Duration = Duration::from_secs(86_400 + 600);
/// What could not be told is kept for as long as operators may look into it.
const DEAD_LETTERS: Duration = Duration::from_secs(30 * 86_400);
/// By how much the clocks of replicas may differ.
const CLOCKS: Duration = Duration::from_secs(60);
/// An announcement is heard within a second, or everything is forgotten.
const ANNOUNCEMENTS: Duration = Duration::from_secs(300);

/// Runs a bounded batch again and again.
macro_rules! until_none_left {
    ($batch:expr) => {
        async {
            while $batch.await? > 0 {}
            Ok(())
        }
        .await
    };
}

/// Cleans up once; the first failure is told when all had their turn. By a clock that is ahead of the database's nothing has had
/// its time: what is dropped does not come again.
pub async fn run(app: Arc<App>) -> Result<(), Fault> {
    if app.ledger.is_ahead() {
        return Err(Fault::unavailable("our clock is over a minute ahead of the database's: nothing is dropped"));
    }
    let (db, now) = (&app.db, app.clock.now());
    let history = now - *app.config.tokens.history;
    let before = id::floor(history);
    let outcomes = [
        partitions::tend(db, now, history).await,
        partitions::strays(db).await.map(|rows| app.metrics.strays(rows)),
        until_none_left!(announcements::drop_before(db, now - ANNOUNCEMENTS, BATCH)),
        until_none_left!(assertions::drop_before(db, now - CLOCKS, BATCH)),
        until_none_left!(sessions::drop_before(db, now - SESSIONS, BATCH)),
        until_none_left!(grants::drop_before(db, before, BATCH)),
        families(&app, now).await,
        until_none_left!(audit::drop_before(db, before, BATCH)),
        until_none_left!(histories::drop_before(db, history, BATCH)),
        until_none_left!(refusals::drop_before(db, history, BATCH)),
        until_none_left!(outbox::drop_before(db, now - DEAD_LETTERS, BATCH)),
        until_none_left!(letters::drop_before(db, now - DEAD_LETTERS, BATCH)),
        clients(&app, now).await,
        until_none_left!(versions::drop_gone(db, history, BATCH)),
        until_none_left!(kept_answers::drop_before(db, now - repeated::KEPT, BATCH)),
    ];
    outcomes.into_iter().collect()
}

/// Families whose refresh tokens are void, for whichever client, and whose access tokens are.
async fn families(app: &App, now: Timestamp) -> Result<(), Fault> {
    let longest = clients::longest_refresh(&app.db).await?.max(*app.config.tokens.refresh_absolute);
    let before = id::floor(now - (longest + LONGEST_TOKEN + LONGEST_LOGIN + CLOCKS));
    until_none_left!(families::drop_before(&app.db, before, BATCH))
}

async fn clients(app: &App, now: Timestamp) -> Result<(), Fault> {
    while unused::remove(app, CLIENTS, now).await? {}
    Ok(())
}
