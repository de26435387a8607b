//! What a connection has done, and until when it may do nothing. The library waits for the version of HTTP, for the rest
//! of HTTP/2's preface and for an HTTP/2 request without an end.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;
use tokio::time::sleep_until;

/// How long a peer may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For its handshake; then for the first request, from the first byte to the end of its head; then for the head of
    /// each further request on HTTP/1, the wait for it included.
    pub head: Duration,
    /// Between two requests, for whatever else is sent or not read meanwhile.
    pub idle: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), idle: Duration::from_secs(60) }
    }
}

/// The pace of one connection.
pub struct Pace {
    patience: Patience,
    doing: Mutex<Doing>,
}

struct Doing {
    running: u32,
    asked: bool,
    since: Instant,
}

/// A request that is being answered, until it is dropped.
pub struct Running(Arc<Pace>);

impl Pace {
    /// Of a connection that may speak from now on.
    pub fn new(patience: Patience) -> Arc<Self> {
        let doing = Doing { running: 0, asked: false, since: Instant::now() };
        Arc::new(Self { patience, doing: Mutex::new(doing) })
    }

    /// The head of a request has arrived.
    pub fn begin(self: &Arc<Self>) -> Running {
        self.with(|doing| {
            doing.running += 1;
            doing.asked = true;
        });
        Running(Arc::clone(self))
    }

    /// Returns when the peer has taken too long. Requests wake nobody: it looks again when the time would be over.
    pub async fn too_slow(&self) {
        loop {
            let (over, running) = self.with(|doing| {
                let patience = if doing.asked { self.patience.idle } else { self.patience.head };
                (doing.since + patience, doing.running > 0)
            });
            let now = Instant::now();
            match (running, over <= now) {
                (true, _) => sleep_until(now + self.patience.idle).await,
                (false, false) => sleep_until(over).await,
                (false, true) => return,
            }
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Doing) -> T) -> T {
        act(&mut self.doing.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.with(|doing| {
            doing.running = doing.running.saturating_sub(1);
            doing.since = Instant::now();
        });
    }
}
