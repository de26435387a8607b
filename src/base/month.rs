//! Months of the country's calendar, whose clock is seven hours ahead of UTC all year.

use std::fmt;

use time::Date;
use time::Month as Name;
use time::OffsetDateTime;
use time::PrimitiveDateTime;
use time::Time;
use time::UtcOffset;

use super::time::Timestamp;

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

/// What the country's clock says at an instant; `None` beyond the calendar.
pub fn local(at: Timestamp) -> Option<OffsetDateTime> {
    Some(OffsetDateTime::from_unix_timestamp(at.seconds()).ok()?.to_offset(offset()?))
}

fn offset() -> Option<UtcOffset> {
    UtcOffset::from_hms(7, 0, 0).ok()
}

impl Month {
    /// The month in which an instant lies.
    pub fn of(at: Timestamp) -> Option<Self> {
        local(at)?.date().replace_day(1).ok().map(Self)
    }

    /// As a form sends it, `2026-11`, or as people write it, `11/2026`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (year, month) = text.split_once('-').or_else(|| text.split_once('/').map(|(month, year)| (year, month)))?;
        let is_number = |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(year) || !is_number(month) {
            return None;
        }
        let name = Name::try_from(month.parse::<u8>().ok()?).ok()?;
        Date::from_calendar_date(year.parse().ok()?, name, 1).ok().map(Self)
    }

    /// The month before.
    pub fn before(self) -> Option<Self> {
        self.0.previous_day()?.replace_day(1).ok().map(Self)
    }

    /// Its first instant, and the first after it.
    pub fn bounds(self) -> Option<[Timestamp; 2]> {
        let length = self.0.month().length(self.0.year());
        let next = self.0.checked_add(time::Duration::days(i64::from(length)))?;
        Some([midnight(self.0)?, midnight(next)?])
    }
}

/// When a day begins.
pub(super) fn midnight(day: Date) -> Option<Timestamp> {
    let begins = PrimitiveDateTime::new(day, Time::MIDNIGHT).assume_offset(offset()?);
    Some(Timestamp::from_seconds(begins.unix_timestamp()))
}

impl fmt::Display for Month {
    /// As a form takes it: `2026-11`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), u8::from(self.0.month()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_and_ends_at_the_countrys_midnight() {
        let month = Month::parse("2026-11").unwrap();
        assert_eq!(month.bounds().unwrap().map(|at| at.to_string()), ["2026-10-31T17:00:00Z", "2026-11-30T17:00:00Z"]);
        assert_eq!(Month::of(Timestamp::from_seconds(1_795_489_200)), Some(month));
        let [begin, end] = month.bounds().unwrap();
        assert_eq!((Month::of(begin), Month::of(end)), (Some(month), Month::parse("12/2026")));
        assert_eq!(Month::parse("2027-01").unwrap().before().unwrap().to_string(), "2026-12");
    }

    #[test]
    fn what_is_no_month_is_none() {
        for text in
            ["", "-", "2026", "2026-13", "2026-0", "13/2026", "2026-11-01", "+2026-1", "20260-11", "x-y", "2026-"]
        {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }
}
