//! Whether the instance can do its work.

use std::time::Duration;

use crate::app::App;
use crate::signing::keyring::Stage;

/// What keeps an instance from its work.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    /// The database does not answer.
    #[error("the database does not answer")]
    Database,
    /// The private halves of these keys cannot be read.
    #[error("keys cannot be read: {0}")]
    Keys(String),
    /// What this instance makes would lie in days to come, which the others refuse, or before what it follows.
    #[error("the clock is over five seconds off the database's")]
    Clock,
}

const PATIENCE: Duration = Duration::from_secs(1);

/// Whether what every sign-in needs is there: the database answers, every key that is in use can be, and the clock tells
/// the right day. Redis away slows nobody down but those who guess.
pub async fn ready(app: &App) -> Result<(), Unready> {
    let answer = look(app).await;
    app.metrics.ready(answer.is_ok());
    answer
}

/// Sets the metrics that say how things are at the moment.
pub async fn measure(app: &App) {
    let _ = ready(app).await; // the metric says what is true now
    app.db.pools().into_iter().for_each(|size| app.metrics.surroundings.database_connections(size));
    let now = app.clock.now();
    let current = app.keyring.list(now).into_iter().filter(|(_, stage)| *stage == Stage::Current);
    app.metrics.surroundings.key_ages(current.map(|(key, _)| {
        let age = now.since(key.active_at());
        (key.alg, key.kid, age)
    }));
    app.metrics.surroundings.redis_up(app.ephemeral.ping().await.is_ok());
}

async fn look(app: &App) -> Result<(), Unready> {
    let unreadable = app.keyring.unreadable();
    app.metrics.keys_unreadable(unreadable.len());
    if let Err(fault) = app.db.ping(PATIENCE).await {
        tracing::warn!(target: "motcua::fault", %fault, "not ready");
        return Err(Unready::Database);
    }
    if app.keyring.is_crippled(app.clock.now()) {
        return Err(Unready::Keys(unreadable.join(", ")));
    }
    if app.ledger.is_off() { Err(Unready::Clock) } else { Ok(()) }
}
