//! Text on its way into a page: escaped, shortened, dated.

use std::fmt;

use time::OffsetDateTime;
use time::macros::offset;

use crate::base::time::Timestamp;

/// Text that prints with everything escaped that means something in HTML, attributes in double quotes included.
pub struct Text<'a>(pub &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            c => fmt::Write::write_char(f, c),
        })
    }
}

/// The two ends of a long value: enough to compare it by eye.
pub fn short(value: &str) -> String {
    let length = value.chars().count();
    if length <= 16 {
        return value.to_owned();
    }
    let head: String = value.chars().take(8).collect();
    let tail: String = value.chars().skip(length - 4).collect();
    format!("{head}…{tail}")
}

/// The time of day where the country lies, UTC+7.
pub fn clock(at: Timestamp) -> String {
    let t = local(at);
    format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
}

/// Day and time where the country lies, UTC+7.
pub fn moment(at: Timestamp) -> String {
    let t = local(at);
    format!("{:02}/{:02}/{:04} {}", t.day(), u8::from(t.month()), t.year(), clock(at))
}

fn local(at: Timestamp) -> OffsetDateTime {
    let utc = OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    utc.checked_to_offset(offset!(+7)).unwrap_or(utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_means_something_in_html_comes_through() {
        assert_eq!(Text("<a href='x\">&").to_string(), "&lt;a href=&#39;x&quot;&gt;&amp;");
        assert_eq!(Text("Nguyễn Thị Ánh").to_string(), "Nguyễn Thị Ánh");
    }

    #[test]
    fn a_long_value_keeps_its_ends() {
        assert_eq!(short("0123456789abcdef"), "0123456789abcdef");
        assert_eq!(short("0123456789abcdefg"), "01234567…defg");
        assert_eq!(short("ăâđêôơưăâđêôơưăâđ"), "ăâđêôơưă…ưăâđ");
    }

    #[test]
    fn times_are_those_of_the_country() {
        let at = Timestamp::from_seconds(1_790_000_000);
        assert_eq!(moment(at), "21/09/2026 21:13:20");
        assert_eq!(clock(Timestamp::from_seconds(i64::MAX)).len(), 8);
    }
}
