//! Whether what is remembered counts, and since when it does again.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use crate::base::time::Clock;
use crate::base::time::Timestamp;

/// For how long what was heard is believed.
pub const BELIEVED: Duration = Duration::from_secs(1);
/// Before a process began, nobody knows for how long a former one had not been able to answer.
const BEFORE_THE_START: Duration = Duration::from_secs(60);

/// A moment of this process: in ticks, and by the clock on the wall, which goes on while a machine sleeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) ticks: Duration,
    wall: Timestamp,
}

/// What this process may believe.
pub(super) struct Belief {
    clock: Arc<dyn Clock>,
    heard: Mutex<Heard>,
}

#[derive(Clone, Copy, Default)]
struct Heard {
    /// When what was heard last was asked for.
    at: Option<Moment>,
    gap: Option<Gap>,
}

/// A time in which nothing was heard.
#[derive(Clone, Copy)]
struct Gap {
    ended_at: Duration,
    length: Duration,
}

impl Belief {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, heard: Mutex::default() }
    }

    pub(super) fn moment(&self) -> Moment {
        Moment { ticks: self.clock.ticks(), wall: self.clock.now() }
    }

    /// What was asked for at this moment is believed from it on; `missed` ends a time of not hearing.
    pub(super) fn begin(&self, at: Moment, missed: bool) {
        let now = self.clock.ticks();
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if missed {
            heard.gap = Some(heard.gap_until(now));
        }
        heard.at = Some(at);
    }

    pub(super) fn holds(&self) -> bool {
        self.heard().holds(self.moment())
    }

    pub(super) fn may_be_untold(&self, age: Duration, grace: Duration) -> bool {
        let (heard, now) = (self.heard(), self.moment());
        let gap = if heard.holds(now) { heard.gap } else { Some(heard.gap_until(now.ticks)) };
        gap.is_some_and(|gap| {
            let since = now.ticks.saturating_sub(gap.ended_at);
            since <= grace && age <= grace + gap.length + since
        })
    }

    fn heard(&self) -> Heard {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heard {
    fn holds(&self, now: Moment) -> bool {
        self.at.is_some_and(|at| now.ticks <= at.ticks + BELIEVED && now.wall <= at.wall + BELIEVED)
    }

    fn gap_until(&self, ticks: Duration) -> Gap {
        let length = self.at.map_or(BEFORE_THE_START, |at| ticks.saturating_sub(at.ticks));
        Gap { ended_at: ticks, length }
    }
}
