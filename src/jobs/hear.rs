//! Hears what other processes changed: at each nudge, and at least twice a second.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::data_keys;
use crate::store::announcements;
use crate::store::announcements::Kind;

/// A heartbeat; what was heard a second ago is not believed any more.
const HEARTBEAT: Duration = Duration::from_millis(400);
/// However often it is nudged, it hears no more often than this.
const BREATH: Duration = Duration::from_millis(20);

/// Hears for ever.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let nudge = app.ephemeral.subscribe();
    loop {
        let next = Instant::now() + HEARTBEAT;
        if let Err(fault) = once(&app).await {
            tracing::warn!(target: "motcua::jobs", %fault, "changes were not heard; everything is read anew meanwhile");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(BREATH) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = nudge.notified() => {}
            () = tokio::time::sleep_until(next) => {}
        }
    }
}

/// Hears what changed since the last time. It is believed when the keys are known as well: a revocation that could not be
/// read is heard again.
pub async fn once(app: &App) -> Result<(), Fault> {
    let heard = app.cache.hear(&app.db).await?;
    if heard.missed {
        app.metrics.announcement_gap();
    }
    let changed = heard.missed || heard.changes.iter().any(|(kind, _)| *kind == Kind::Key);
    if changed {
        app.keyring.outdate();
    }
    if app.keyring.is_outdated() {
        app.keyring.reload().await?;
    }
    if changed {
        data_keys::refresh(app).await?;
    }
    app.cache.believe(&heard);
    Ok(())
}

/// PostgreSQL's notifications nudge as well, where there is no Redis.
pub async fn listen(app: Arc<App>, stop: CancellationToken) {
    let nudge: Arc<Notify> = app.ephemeral.subscribe();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            ended = announcements::listen(&app.db, &nudge) => {
                if let Err(fault) = ended {
                    tracing::warn!(target: "motcua::jobs", %fault, "the database nudges nobody for a while");
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}
