//! How often something happened in a window of time, on all replicas together.

use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::store::ephemeral::Ephemeral;

/// Counts once more under `what` in the present window. While Redis is away each process counts by itself, from
/// what it last knew.
pub async fn count(app: &App, what: &str, window: Duration, now: Timestamp) -> Result<u64, Fault> {
    let key = format!("{what}:{}", seconds(now) / window.as_secs().max(1));
    match app.ephemeral.count(&key, window * 2).await {
        Ok(count) => {
            app.fallback.raise(&key, count, window * 2);
            Ok(count)
        }
        Err(fault) => {
            tracing::debug!(%fault, "what strangers ask for is counted by this process alone");
            app.fallback.count(&key, window * 2).await
        }
    }
}

/// Takes back one that was counted in the present window.
pub async fn uncount(app: &App, what: &str, window: Duration, now: Timestamp) {
    let key = format!("{what}:{}", seconds(now) / window.as_secs().max(1));
    let _ = app.ephemeral.uncount(&key).await; // what stays counted expires by itself
    let _ = app.fallback.uncount(&key).await;
}

/// How often it was counted so far: it decides nothing that must be exact.
pub async fn so_far(app: &App, what: &str, window: Duration, now: Timestamp) -> u64 {
    let key = format!("{what}:{}", seconds(now) / window.as_secs().max(1));
    let seen = match app.ephemeral.get(&key).await {
        Ok(seen) => seen,
        Err(_) => app.fallback.get(&key).await.unwrap_or_default(),
    };
    seen.and_then(|text| String::from_utf8(text).ok()?.parse().ok()).unwrap_or_default()
}

/// How long the present window still lasts.
pub fn rest(window: Duration, now: Timestamp) -> Duration {
    let length = window.as_secs().max(1);
    Duration::from_secs(length - seconds(now) % length)
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.seconds()).unwrap_or_default()
}
