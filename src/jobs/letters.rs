//! Brings letters, each way by itself: one that is slow or down holds up no other.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::parts::letters;
use crate::parts::letters::Channel;

/// A letter of another replica's, or a try whose pause is over, is seen after so long at most.
const INTERVAL: Duration = Duration::from_secs(5);

/// Begins what is due as soon as it is written and there is a place. What is under way at the end is waited for.
pub async fn run(app: Arc<App>, channel: Channel, stop: CancellationToken) {
    let mut written = app.letters_written.subscribe();
    let mut under_way = JoinSet::new();
    loop {
        if let Err(fault) = letters::begin_due(&app, channel, &mut under_way).await {
            tracing::warn!(target: "motcua::jobs", name = "letters", %fault, "a job failed");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let is_full = under_way.len() >= letters::at_once(&app, channel);
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = under_way.join_next() => {}
            _ = written.changed(), if !is_full => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
    while under_way.join_next().await.is_some() {}
}
