//! Time zones: when a day of a country begins, which no fixed distance from UTC says for every country and year.

use std::fmt;

use jiff::civil;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::Serialize;

use super::day::Day;
use super::time::Timestamp;

/// A time zone of the IANA database, by its name: `Asia/Ho_Chi_Minh`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        let rules = TimeZone::get(name).ok()?;
        Some(Self { name: name.to_owned(), rules })
    }

    /// The day that its calendars show at an instant; beyond the calendar, its last one.
    pub fn day(&self, at: Timestamp) -> Day {
        let day = self.local(at).and_then(|at| {
            let date = at.date();
            Day::of(i32::from(date.year()), u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?)
        });
        day.unwrap_or_default()
    }

    /// What its clocks show at an instant; `None` beyond the calendar.
    pub fn local(&self, at: Timestamp) -> Option<civil::DateTime> {
        Some(self.rules.to_datetime(jiff::Timestamp::from_microsecond(at.micros()).ok()?))
    }

    /// How far its clocks are ahead of UTC at an instant, as people write it: `UTC+7`, `UTC-3:30`.
    pub fn offset(&self, at: Timestamp) -> String {
        let at = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
        let minutes = self.rules.to_offset(at).seconds() / 60;
        let (sign, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
        match (minutes / 60, minutes % 60) {
            (0, 0) => "UTC".to_owned(),
            (hours, 0) => format!("UTC{sign}{hours}"),
            (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
        }
    }

    /// The first instant of a day.
    pub fn begin(&self, day: Day) -> Option<Timestamp> {
        self.first_of(date_of(day)?)
    }

    /// The first instant after a day.
    pub fn end(&self, day: Day) -> Option<Timestamp> {
        self.first_of(date_of(day)?.tomorrow().ok()?)
    }

    fn first_of(&self, date: civil::Date) -> Option<Timestamp> {
        let begun = self.rules.to_timestamp(date.to_datetime(civil::Time::midnight())).ok()?;
        Some(Timestamp::from_micros(begun.as_microsecond()))
    }
}

fn date_of(day: Day) -> Option<civil::Date> {
    let number = day.number();
    let part = |divisor: i64| i8::try_from(number / divisor % 100).ok();
    civil::Date::new(i16::try_from(number / 10_000).ok()?, part(100)?, part(1)?).ok()
}

impl Default for Zone {
    /// Vietnam's.
    fn default() -> Self {
        const NAME: &str = "Asia/Ho_Chi_Minh";
        Self::named(NAME).unwrap_or_else(|| Self { name: NAME.to_owned(), rules: TimeZone::fixed(jiff::tz::offset(7)) })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::named(&name).ok_or_else(|| format!("{name:?} is no time zone"))
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_day_begins_at_midnight_of_its_zone() {
        let (zone, midnight) = (Zone::default(), Timestamp::from_seconds(1_751_302_800)); // 2025-06-30T17:00:00Z
        assert_eq!(zone.day(midnight), day("2025-07-01"));
        assert_eq!(zone.day(Timestamp::from_micros(midnight.micros() - 1)), day("2025-06-30"));
        assert_eq!([zone.end(day("2025-06-30")), zone.begin(day("2025-07-01"))], [Some(midnight); 2]);
        let paris = Zone::named("Europe/Paris").unwrap();
        assert_eq!(paris.day(Timestamp::from_seconds(1_751_320_799)), day("2025-06-30"), "summer: 23:59:59");
        assert_eq!(paris.day(Timestamp::from_seconds(1_751_320_800)), day("2025-07-01"));
        assert_eq!(Zone::named("Asia/Nowhere"), None);
        for (name, offset) in [
            ("Asia/Ho_Chi_Minh", "UTC+7"),
            ("America/St_Johns", "UTC-3:30"),
            ("Asia/Kathmandu", "UTC+5:45"),
            ("UTC", "UTC"),
        ] {
            assert_eq!(Zone::named(name).unwrap().offset(Timestamp::from_seconds(1_767_225_600)), offset);
        }
    }
}
