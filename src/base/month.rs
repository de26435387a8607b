//! Months of a calendar; when one begins and ends, a zone says.

use std::fmt;

use super::day::Day;

/// A month of a year, by its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Day);

impl Month {
    /// The month in which a day lies.
    pub fn of(day: Day) -> Option<Self> {
        Day::numbered(day.number() / 100 * 100 + 1).map(Self)
    }

    /// As a form sends it, `2026-11`, or as people write it, `11/2026`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (year, month) = text.split_once('-').or_else(|| text.split_once('/').map(|(month, year)| (year, month)))?;
        let is_number = |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(year) || !is_number(month) {
            return None;
        }
        Day::of(year.parse().ok()?, month.parse().ok()?, 1).map(Self)
    }

    /// The month before.
    pub fn before(self) -> Option<Self> {
        Self::of(self.0.eve()?)
    }

    /// The month after.
    pub fn after(self) -> Option<Self> {
        let (year, month) = (self.0.number() / 10_000, self.0.number() / 100 % 100);
        let first = if month == 12 { (year + 1) * 10_000 + 101 } else { self.0.number() + 100 };
        Day::numbered(first).map(Self)
    }

    /// Its first day.
    pub const fn first(self) -> Day {
        self.0
    }
}

impl fmt::Display for Month {
    /// As a form takes it: `2026-11`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.number() / 10_000, self.0.number() / 100 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_stands_between_two() {
        let month = |text| Month::parse(text).unwrap();
        assert_eq!(month("2027-01").before().unwrap().to_string(), "2026-12");
        assert_eq!(month("12/2026").after(), Some(month("2027-01")));
        assert_eq!(month("2026-11").after(), Some(month("2026-12")));
        assert_eq!(Month::of(Day::parse("2028-02-29").unwrap()), Some(month("2028-02")));
        assert_eq!(Month::of(Day::parse("2027-01-02").unwrap()).map(Month::first), Day::parse("2027-01-01"));
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
