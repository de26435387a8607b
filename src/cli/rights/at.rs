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
                let begin = app.config.units.time_zone.begin(day);
                let noon = begin.map(|begin| begin + std::time::Duration::from_secs(43_200));
                noon.ok_or_else(|| Failure(format!("{day} lies beyond the calendar")))
            }
        }
    }
}

pub(super) fn instant(text: &str) -> Result<At, String> {
    if let Some(day) = Day::parse(text) {
        return Ok(At::Day(day));
    }
    let instant = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok();
    let micros = instant.and_then(|at| i64::try_from(at.unix_timestamp_nanos() / 1000).ok());
    let at = micros.map(|micros| At::Instant(Timestamp::from_micros(micros)));
    at.ok_or_else(|| "expected a day (2025-06-30) or an instant (2025-06-30T09:00:00Z)".to_owned())
}
