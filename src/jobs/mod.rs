//! What the clock wakes.

pub mod births;
pub mod canonical_names;
pub mod clean;
pub mod clock;
pub mod closing;
pub mod durability;
pub mod figures;
pub mod hear;
pub mod letters;
pub mod outbox;
pub mod reseal;
pub mod rotate_keys;
pub mod verified_phones;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::letters::Channel;

/// Starts every job; they end with `stop`.
pub fn start(app: &Arc<App>, stop: &CancellationToken) -> TaskTracker {
    let jobs = TaskTracker::new();
    jobs.spawn(hear::run(Arc::clone(app), stop.clone()));
    jobs.spawn(hear::listen(Arc::clone(app), stop.clone()));
    jobs.spawn(every(Duration::from_secs(60), "rotate_keys", Arc::clone(app), stop.clone(), rotate_keys::run));
    jobs.spawn(every(Duration::from_secs(5), "outbox", Arc::clone(app), stop.clone(), outbox::run));
    for channel in Channel::ALL {
        jobs.spawn(letters::run(Arc::clone(app), channel, stop.clone()));
    }
    jobs.spawn(every(Duration::from_secs(10), "clock", Arc::clone(app), stop.clone(), clock::run));
    jobs.spawn(every(Duration::from_secs(3600), "durability", Arc::clone(app), stop.clone(), durability::run));
    jobs.spawn(every(Duration::from_secs(300), "clean", Arc::clone(app), stop.clone(), clean_up));
    jobs.spawn(every(Duration::from_secs(10), "reseal", Arc::clone(app), stop.clone(), reseal::run));
    jobs.spawn(every(Duration::from_secs(60), "closing", Arc::clone(app), stop.clone(), close));
    jobs.spawn(every(Duration::from_secs(60), "canonical_names", Arc::clone(app), stop.clone(), canonical_names::run));
    jobs.spawn(every(Duration::from_secs(60), "figures", Arc::clone(app), stop.clone(), count));
    jobs.spawn(every(Duration::from_secs(60), "births", Arc::clone(app), stop.clone(), births::run));
    jobs.spawn(every(Duration::from_secs(60), "verified_phones", Arc::clone(app), stop.clone(), verified_phones::run));
    jobs.close();
    jobs
}

/// Cleans up by a clock that was compared in this moment.
async fn clean_up(app: Arc<App>) -> Result<(), Fault> {
    clock::run(Arc::clone(&app)).await?;
    clean::run(app).await
}

/// Closes accounts by such a clock.
async fn close(app: Arc<App>) -> Result<(), Fault> {
    clock::run(Arc::clone(&app)).await?;
    closing::run(app).await
}

/// Counts by such a clock.
async fn count(app: Arc<App>) -> Result<(), Fault> {
    clock::run(Arc::clone(&app)).await?;
    figures::run(app).await
}

/// Runs `job` now and then after each `interval`; a failure is left to the next time.
async fn every<F>(
    interval: Duration,
    name: &'static str,
    app: Arc<App>,
    stop: CancellationToken,
    job: fn(Arc<App>) -> F,
) where
    F: Future<Output = Result<(), Fault>>,
{
    loop {
        if let Err(fault) = job(Arc::clone(&app)).await {
            tracing::warn!(target: "motcua::jobs", name, %fault, "a job failed");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(interval) => {}
        }
    }
}
