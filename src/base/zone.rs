//! Time zones: when a day of a country begins, which no fixed distance from UTC says for every country and year.

use std::fmt;
use std::time::Duration;

use jiff::civil;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::Serialize;

use super::day::Day;
use super::month::Month;
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

    /// The day of an instant as people write it, `30/11/2026`; nothing beyond the calendar.
    pub fn date(&self, at: Timestamp) -> String {
        let at = self.local(at);
        at.map(|at| format!("{:02}/{:02}/{:04}", at.day(), at.month(), at.year())).unwrap_or_default()
    }

    /// What its clocks show, `09:05`; nothing beyond the calendar.
    pub fn clock(&self, at: Timestamp) -> String {
        self.local(at).map(|at| format!("{:02}:{:02}", at.hour(), at.minute())).unwrap_or_default()
    }

    /// An instant to the minute: `09:05 30/11/2026`.
    pub fn moment(&self, at: Timestamp) -> String {
        format!("{} {}", self.clock(at), self.date(at)).trim().to_owned()
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

    /// Twelve hours after the first instant of a day: as of when a day is asked about.
    pub fn noon(&self, day: Day) -> Option<Timestamp> {
        Some(self.begin(day)? + Duration::from_secs(43_200))
    }

    /// The first instant after a day.
    pub fn end(&self, day: Day) -> Option<Timestamp> {
        self.first_of(date_of(day)?.tomorrow().ok()?)
    }

    /// The first instant of a month, and the first after it.
    pub fn span(&self, month: Month) -> Option<[Timestamp; 2]> {
        Some([self.begin(month.first())?, self.begin(month.after()?.first())?])
    }

    /// The same of the month in which an instant lies.
    pub fn month_around(&self, at: Timestamp) -> Option<[Timestamp; 2]> {
        self.span(Month::of(self.day(at))?)
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
    fn a_month_begins_and_ends_at_midnight_of_its_zone_in_summer_as_in_winter() {
        let spans = |zone: &str, month: &str| {
            let zone = Zone::named(zone).unwrap();
            let span = zone.span(Month::parse(month).unwrap()).unwrap();
            let inside = [span[0], Timestamp::from_micros(span[1].micros() - 1)];
            assert_eq!(inside.map(|at| zone.month_around(at)), [Some(span); 2]);
            span.map(|at| at.to_string())
        };
        assert_eq!(spans("Asia/Ho_Chi_Minh", "2026-11"), ["2026-10-31T17:00:00Z", "2026-11-30T17:00:00Z"]);
        assert_eq!(spans("Europe/Paris", "2026-10"), ["2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"]);
        // On 6 September 2026 the clocks of Chile pass from 23:59 to 01:00.
        assert_eq!(spans("America/Santiago", "2026-09"), ["2026-09-01T04:00:00Z", "2026-10-01T03:00:00Z"]);
        let santiago = Zone::named("America/Santiago").unwrap();
        assert_eq!(
            santiago.begin(day("2026-09-06")).map(|at| santiago.moment(at)).as_deref(),
            Some("01:00 06/09/2026")
        );
    }

    #[test]
    fn an_instant_stands_as_people_of_its_zone_write_it() {
        let at = Timestamp::from_seconds(1_793_000_000); // 2026-10-26T07:33:20Z
        let written = |zone: &str| Zone::named(zone).unwrap().moment(at);
        assert_eq!(written("Asia/Ho_Chi_Minh"), "14:33 26/10/2026");
        assert_eq!(written("America/Anchorage"), "23:33 25/10/2026");
        assert_eq!(Zone::default().moment(Timestamp::from_micros(i64::MAX)), "");
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
