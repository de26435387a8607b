//! An instant until which something holds, as the operator writes it: a date, or a date and a time (RFC 3339).

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use time::Date;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::base::time::Timestamp;

/// When something ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Until {
    instant: Timestamp,
    written: String,
}

impl Until {
    /// As it is written. A date ends with its last second in UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok();
        let instant = match date {
            Some(date) => date.next_day()?.midnight().assume_utc(),
            None => OffsetDateTime::parse(text, &Rfc3339).ok()?,
        };
        let instant = Timestamp::from_seconds(instant.unix_timestamp());
        Some(Self { instant, written: text.to_owned() })
    }

    /// The first instant at which it does not hold.
    pub const fn instant(&self) -> Timestamp {
        self.instant
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl<'de> Deserialize<'de> for Until {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("is neither a date nor a date and a time"))
    }
}

impl Serialize for Until {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Until {
    fn schema_name() -> Cow<'static, str> {
        "Until".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3339 §5.6: full-date, date-time.
    #[test]
    fn a_date_holds_to_its_end_and_an_instant_to_itself() {
        let instant = |text: &str| Until::parse(text).map(|until| until.instant().to_string());
        assert_eq!(instant("2027-06-30").as_deref(), Some("2027-07-01T00:00:00Z"));
        assert_eq!(instant(" 2027-07-01T00:00:00+07:00").as_deref(), Some("2027-06-30T17:00:00Z"));
        for text in ["", "soon", "2027-02-30", "30/06/2027", "2027-06", "2027-06-30T00:00:00", "9999-12-31"] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
