//! A session in memory.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::base::time::Timestamp;
use crate::store::sessions::Session;

/// A session in memory, with its last use.
pub struct LiveSession {
    /// The row.
    pub session: Session,
    pub(super) last_used: AtomicI64,
    pub(super) noted: AtomicI64,
    /// In the ticks of this process.
    pub(super) read_at: Duration,
}

impl LiveSession {
    /// Its last use, as far as this process knows.
    pub fn last_used(&self) -> Timestamp {
        Timestamp::from_micros(self.last_used.load(Ordering::Relaxed))
    }

    /// Notes a use. `true` where the database should learn of it: at most once in `interval`.
    pub fn used(&self, now: Timestamp, interval: Duration) -> bool {
        self.last_used.fetch_max(now.micros(), Ordering::Relaxed);
        let noted = self.noted.load(Ordering::Relaxed);
        let due = now >= Timestamp::from_micros(noted) + interval;
        due && self.noted.compare_exchange(noted, now.micros(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}
