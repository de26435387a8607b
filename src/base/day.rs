//! Days of a calendar; when one begins and ends, a zone says.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use time::Date;
use time::Month;

/// A day, as ISO 8601 writes it: `2027-06-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    date: Date,
}

/// Of a year that is written with four digits.
const FIRST: Date = time::macros::date!(0001 - 01 - 01);

impl Day {
    /// The first that there is: what always was so was so on it.
    pub const FIRST: Self = Self { date: FIRST };

    /// The one that is written so.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-').map(|part| part.bytes().all(|b| b.is_ascii_digit()).then_some(part));
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if parts.next().is_some() || [year, month, day].map(str::len) != [4, 2, 2] {
            return None;
        }
        Self::of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The one with these numbers.
    pub fn of(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        date.next_day().map(|_| Self { date })
    }

    /// The one that has this number, as [`Day::number`] gives it.
    pub fn numbered(number: i64) -> Option<Self> {
        let part = |divisor: i64| u8::try_from(number / divisor % 100).ok();
        Self::of(i32::try_from(number / 10_000).ok()?, part(100)?, part(1)?)
    }

    /// Its year, month and day in one number, which grows from day to day: 20270630.
    pub fn number(self) -> i64 {
        i64::from(self.date.year()) * 10_000 + i64::from(u8::from(self.date.month())) * 100 + i64::from(self.date.day())
    }

    /// The day before.
    pub fn eve(self) -> Option<Self> {
        self.date.previous_day().map(|date| Self { date })
    }

    /// The Monday of its week.
    pub fn monday(self) -> Self {
        let back = self.date.weekday().number_days_from_monday();
        std::iter::successors(Some(self), |day| day.eve()).nth(usize::from(back)).unwrap_or(self)
    }

    /// The first day of its year.
    pub fn new_year(self) -> Self {
        Self::of(self.date.year(), 1, 1).unwrap_or(self)
    }
}

impl Default for Day {
    /// The last one that there is.
    fn default() -> Self {
        Self { date: Date::MAX }
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
    fn a_day_has_a_number_that_leads_back_to_it() {
        let day = Day::parse("2028-03-01").unwrap();
        assert_eq!((day.number(), Day::numbered(20_280_301)), (20_280_301, Some(day)));
        assert_eq!(day.eve(), Day::parse("2028-02-29"));
        assert_eq!(day.to_string(), "2028-03-01");
        assert_eq!(
            ["0", "-20280301", "20280230", "99991231"].map(|text| Day::numbered(text.parse().unwrap())),
            [None; 4]
        );
    }

    #[test]
    fn a_day_lies_in_a_week_and_a_year() {
        let [day, monday, new_year] = ["2027-01-02", "2026-12-28", "2027-01-01"].map(|text| Day::parse(text).unwrap());
        assert_eq!([day.monday(), day.new_year()], [monday, new_year]);
        assert_eq!(monday.monday(), monday);
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
