//! The pools that stretch: threads of their own with bounded queues, so that a flood of sign-ins cannot slow down tokens,
//! nor a flood of client secrets sign-ins.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::TrySendError;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use tokio::sync::oneshot;

use crate::app::App;
use crate::app::HashJob;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::config::passwords::Passwords;
use crate::identity::credential::password;
use crate::identity::credential::password::StoredPassword;
use crate::identity::credential::password::Verdict;
use crate::identity::credential::workspace::Workspace;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::metrics::Pool;

/// Client secrets that wait to be stretched by the one thread that does; each is stretched once, and then known.
const SECRETS: usize = 16;

/// How long a wrong password waits at most, whatever a machine that was busy needed for a hash: twice what the dearest costs
/// that is taken from another system.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Starts the pool for what people type; its threads end with the last handle to the queue.
pub fn for_passwords(config: &Passwords, metrics: &Arc<Metrics>) -> Result<SyncSender<HashJob>, Fault> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    start(Pool::Passwords, if config.threads == 0 { cores } else { config.threads }, config.queue, metrics)
}

/// Starts the pool for what clients send.
pub fn for_secrets(metrics: &Arc<Metrics>) -> Result<SyncSender<HashJob>, Fault> {
    start(Pool::Secrets, 1, SECRETS, metrics)
}

fn start(pool: Pool, threads: usize, queue: usize, metrics: &Arc<Metrics>) -> Result<SyncSender<HashJob>, Fault> {
    let (queue, jobs) = mpsc::sync_channel::<HashJob>(queue);
    let jobs = Arc::new(Mutex::new(jobs));
    for n in 0..threads {
        let (jobs, metrics) = (Arc::clone(&jobs), Arc::clone(metrics));
        let work = move || {
            let mut workspace = Workspace::default();
            loop {
                let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(job) = job else { return };
                let begun = Instant::now();
                job(&mut workspace);
                metrics.hashed(pool, begun.elapsed());
            }
        };
        thread::Builder::new().name(format!("{}-{n}", pool.name())).spawn(work).map_err(Fault::broken)?;
    }
    Ok(queue)
}

/// Compares a password with what is stored.
pub async fn verify(app: &App, password: Secret<String>, stored: StoredPassword) -> Result<Verdict, Fault> {
    compare(app, Pool::Passwords, password, stored).await
}

/// Compares what a stranger typed, and how long a wrong answer must still wait: hashes that another system or another cost
/// made take longer than nobody's, and the dearest of them so far decides for all.
pub async fn verify_evenly(
    app: &App,
    password: Secret<String>,
    stored: StoredPassword,
) -> Result<(Verdict, Duration), Fault> {
    let (cost, peppers) = (app.config.passwords.cost(), app.peppers.clone());
    let is_usual = stored.phc.starts_with(&cost.prefix());
    let work = move |workspace: &mut Workspace| {
        let begun = Instant::now();
        (password::verify(password.expose(), &stored, cost, &peppers, workspace), begun.elapsed())
    };
    let (verdict, took) = run(app, Pool::Passwords, work).await?;
    if !is_usual {
        let micros = u64::try_from(took.min(LONGEST_WAIT).as_micros()).unwrap_or_default();
        app.dearest_hash.fetch_max(micros, Ordering::Relaxed);
    }
    let dearest = Duration::from_micros(app.dearest_hash.load(Ordering::Relaxed));
    Ok((verdict, dearest.saturating_sub(took)))
}

/// Compares a client's secret with what is stored.
pub async fn verify_secret(app: &App, secret: Secret<String>, stored: StoredPassword) -> Result<Verdict, Fault> {
    compare(app, Pool::Secrets, secret, stored).await
}

async fn compare(app: &App, pool: Pool, secret: Secret<String>, stored: StoredPassword) -> Result<Verdict, Fault> {
    let (cost, peppers) = (app.config.passwords.cost(), app.peppers.clone());
    run(app, pool, move |workspace| password::verify(secret.expose(), &stored, cost, &peppers, workspace)).await
}

/// Hashes `secret` at the configured cost with the current pepper.
pub async fn hash(app: &App, secret: Secret<String>) -> Result<StoredPassword, Fault> {
    let (cost, salt) = (app.config.passwords.cost(), app.entropy.bytes());
    let pepper = app.peppers.first().cloned().ok_or_else(|| Fault::broken("there is no pepper"))?;
    run(app, Pool::Passwords, move |workspace| password::hash(secret.expose(), salt, cost, Some(&pepper), workspace))
        .await?
        .ok_or_else(|| Fault::broken("the configured password cost is impossible"))
}

async fn run<T: Send + 'static>(
    app: &App,
    pool: Pool,
    work: impl FnOnce(&mut Workspace) -> T + Send + 'static,
) -> Result<T, Fault> {
    let (reply, answer) = oneshot::channel();
    let job: HashJob = Box::new(move |workspace| {
        // Nobody waits any more: those who do are next.
        if !reply.is_closed() {
            let _ = reply.send(work(workspace));
        }
    });
    let queue = match pool {
        Pool::Passwords => &app.hashing,
        Pool::Secrets => &app.secret_hashing,
    };
    match queue.try_send(job) {
        Ok(()) => app.metrics.hash_queued(pool),
        Err(TrySendError::Full(_)) => {
            app.metrics.hash_refused(pool);
            return Err(Fault::unavailable(format!("the queue of the {} pool is full", pool.name())));
        }
        Err(TrySendError::Disconnected(_)) => {
            return Err(Fault::broken(format!("the {} pool has stopped", pool.name())));
        }
    }
    answer.await.map_err(|_| Fault::broken("what was to be stretched was not"))
}
