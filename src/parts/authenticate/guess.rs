//! The hundredth wrong try in a row is the last ([`MOST_FAILURES`]): each counts before anything is compared, so that of many at
//! once no more are compared than are left.
//!
//! The database counts one that was wrong. Nobody waits for that with the answer to a password, for it takes longer where there
//! is a row to change, which would tell that there is somebody. So a guess counts in the shared store, which takes as long for
//! nobody, until it was right or the database has counted it.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::credential::MOST_FAILURES;
use crate::parts::throttle;
use crate::parts::throttle::By;
use crate::store::ephemeral::Ephemeral;

/// Seconds: what began in a span counts in it and in the next one. No guess takes longer.
const SPAN: i64 = 60;
const TTL: Duration = Duration::from_secs(180);
/// While the shared store is away each replica hears its part of those that are left: so many replicas hear no more than these.
const REPLICAS: i64 = 16;

/// What is guessed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    Password,
    Code,
}

/// One that has begun.
pub(super) struct Guess {
    key: String,
    begun: i64,
    by: By,
}

impl Guess {
    /// Counts one. How often guesses were wrong is read afterwards: what the database has not counted then is counted here.
    pub async fn begin(app: &App, of: Of, person: Uuid, now: Timestamp) -> Self {
        let name = match of {
            Of::Password => "password",
            Of::Code => "code",
        };
        let span = now.seconds() / SPAN;
        let [key, former] = [span, span - 1].map(|span| format!("guesses:{name}:{person}:{span}"));
        if let Ok(begun) = count(By::All.store(app), &key, &former).await {
            return Self { key, begun, by: By::All };
        }
        let begun = count(By::Alone.store(app), &key, &former).await.unwrap_or(MOST_FAILURES);
        Self { key, begun, by: By::Alone }
    }

    /// Whether this one may be compared, after so many that were wrong.
    pub const fn is_heard(&self, failures: i64) -> bool {
        let weight = match self.by {
            By::All => 1,
            By::Alone => REPLICAS,
        };
        failures.saturating_add(self.begun.saturating_mul(weight)) <= MOST_FAILURES
    }

    /// It was right, was not compared, or is counted in the database.
    pub async fn end(self, app: &App) {
        let _ = self.by.store(app).uncount(&self.key).await; // what stays counted expires by itself
    }
}

async fn count(store: &dyn Ephemeral, key: &str, former: &str) -> Result<i64, Fault> {
    let begun = store.count(key, TTL).await?;
    let former = throttle::number(store, former).await?.unwrap_or(0);
    Ok(i64::try_from(begun.saturating_add(former)).unwrap_or(i64::MAX))
}
