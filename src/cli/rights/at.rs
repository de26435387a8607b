//! When something is asked about rights.

use std::fmt;

use super::Failure;
use crate::app::App;
use crate::base::day::Day;
use crate::base::time::Timestamp;

/// An instant, or a day, as of whose noon it is asked.
#[derive(Clone, Copy)]
pub(super) enum At {
    Day(Day),
    Instant(Timestamp),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Instant(at) => at.fmt(f),
        }
    }
}

impl At {
    pub(super) fn of(at: Option<Self>, app: &App) -> Result<Timestamp, Failure> {
        match at {
            None => Ok(app.clock.now()),
            Some(Self::Instant(at)) => Ok(at),
            Some(Self::Day(day)) => {
                let noon = app.config.units.time_zone.noon(day);
                noon.ok_or_else(|| Failure(format!("{day} lies beyond the calendar")))
            }
        }
    }
}

pub(super) fn instant(text: &str) -> Result<At, String> {
    if let Some(day) = Day::parse(text) {
        return Ok(At::Day(day));
    }
    let at = Timestamp::parse(text).map(At::Instant);
    at.ok_or_else(|| "expected a day (2025-06-30) or an instant (2025-06-30T09:00:00Z)".to_owned())
}
