//! The password pool: threads of its own with a bounded queue, so that a flood of sign-ins cannot slow down tokens.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::TrySendError;
use std::thread;

use tokio::sync::oneshot;

use crate::app::App;
use crate::app::HashJob;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::config::passwords::Passwords;
use crate::identity::credential::password;
use crate::identity::credential::password::StoredPassword;
use crate::identity::credential::password::Verdict;
use crate::identity::credential::password::Workspace;
use crate::telemetry::metrics::Metrics;

/// Starts the threads; they end with the last handle to the queue.
pub fn start(config: &Passwords, metrics: &Arc<Metrics>) -> Result<SyncSender<HashJob>, Fault> {
    let (queue, jobs) = mpsc::sync_channel::<HashJob>(config.queue);
    let jobs = Arc::new(Mutex::new(jobs));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    for n in 0..if config.threads == 0 { cores } else { config.threads } {
        let (jobs, metrics) = (Arc::clone(&jobs), Arc::clone(metrics));
        let work = move || {
            let mut workspace = Workspace::default();
            loop {
                let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(job) = job else { return };
                let begun = std::time::Instant::now();
                job(&mut workspace);
                metrics.hashed(begun.elapsed());
            }
        };
        thread::Builder::new().name(format!("password-{n}")).spawn(work).map_err(Fault::broken)?;
    }
    Ok(queue)
}

/// Compares `secret` with what is stored.
pub async fn verify(app: &App, secret: Secret<String>, stored: StoredPassword) -> Result<Verdict, Fault> {
    let (cost, peppers) = (app.config.passwords.cost(), app.peppers.clone());
    run(app, move |workspace| password::verify(secret.expose().as_bytes(), &stored, cost, &peppers, workspace)).await
}

/// Hashes `secret` at the configured cost with the current pepper.
pub async fn hash(app: &App, secret: Secret<String>) -> Result<StoredPassword, Fault> {
    let (cost, salt) = (app.config.passwords.cost(), app.entropy.bytes());
    let pepper = app.peppers.first().cloned().ok_or_else(|| Fault::broken("there is no pepper"))?;
    run(app, move |workspace| password::hash(secret.expose().as_bytes(), salt, cost, &pepper, workspace))
        .await?
        .ok_or_else(|| Fault::broken("the configured password cost is impossible"))
}

async fn run<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&mut Workspace) -> T + Send + 'static,
) -> Result<T, Fault> {
    let (reply, answer) = oneshot::channel();
    let job: HashJob = Box::new(move |workspace| {
        let _ = reply.send(work(workspace));
    });
    match app.hashing.try_send(job) {
        Ok(()) => app.metrics.hash_queued(),
        Err(TrySendError::Full(_)) => {
            app.metrics.hash_refused();
            return Err(Fault::unavailable("the password queue is full"));
        }
        Err(TrySendError::Disconnected(_)) => return Err(Fault::broken("the password pool has stopped")),
    }
    answer.await.map_err(|_| Fault::broken("a password was not hashed"))
}
