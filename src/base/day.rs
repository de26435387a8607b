//! Days of the country's calendar.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use time::Date;
use time::Month;

use super::month::midnight;
use super::time::Timestamp;

/// A day, as ISO 8601 writes it: `2027-06-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    date: Date,
    end: Timestamp,
}

impl Day {
    /// The one that is written so.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-').map(|part| part.bytes().all(|b| b.is_ascii_digit()).then_some(part));
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if parts.next().is_some() || [year, month, day].map(str::len) != [4, 2, 2] {
            return None;
        }
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
        Some(Self { date, end: midnight(date.next_day()?)? })
    }

    /// The first instant after it.
    pub const fn end(self) -> Timestamp {
        self.end
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.date.year(), u8::from(self.date.month()), self.date.day())
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no day: write 2027-06-30"))
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_of_the_country() {
        let day = Day::parse("2027-06-30").unwrap();
        assert_eq!(day.end().to_string(), "2027-06-30T17:00:00Z");
        assert_eq!(day.to_string(), "2027-06-30");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "2027-06",
            "2027-6-30",
            "2027-02-30",
            "30/06/2027",
            "2027-06-30T00:00:00Z",
            "2027-06-30-1",
            "+027-06-30",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
