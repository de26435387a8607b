//! Since when a request is ours to answer: it has arrived, or its body has. While the body arrives it is not.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;
use tokio::time::sleep_until;

/// The arrival of one request, among its extensions.
#[derive(Clone)]
pub struct Arrival(Arc<Mutex<Option<Instant>>>);

/// A body that arrives, until it is dropped.
pub struct Arriving(Arrival);

impl Arrival {
    /// Of a request that is here.
    pub fn now() -> Self {
        Self(Arc::new(Mutex::new(Some(Instant::now()))))
    }

    /// Its body is awaited from its sender.
    pub fn body_arrives(&self) -> Arriving {
        self.set(None);
        Arriving(self.clone())
    }

    /// What it asks for takes its time, as long as what is returned is there.
    pub fn unhurried(&self) -> Arriving {
        self.body_arrives()
    }

    /// Returns when the request was ours for `span`.
    pub async fn ours_for(&self, span: Duration) {
        loop {
            let since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            // Whenever the body comes, it is not over before this.
            let over = since.unwrap_or(now) + span;
            if over <= now {
                return;
            }
            sleep_until(over).await;
        }
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.0.set(Some(Instant::now()));
    }
}
