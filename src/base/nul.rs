//! U+0000: PostgreSQL stores it in no text, so that it is in none of ours.

/// Where a text of JSON or TOML has it, escaped.
pub fn escaped_in(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let at = from + rest.iter().position(|byte| *byte == b'\\')?;
        let escape = text.get(at + 1..).unwrap_or_default();
        if escape.starts_with(b"u0000") || escape.starts_with(b"U00000000") {
            return Some(at);
        }
        from = at + 2; // an escaped backslash escapes nothing
    }
    None
}

/// In which line.
pub fn line_of(text: &str) -> Option<usize> {
    let before = text.as_bytes().get(..escaped_in(text.as_bytes())?)?;
    Some(before.iter().filter(|byte| **byte == b'\n').count() + 1)
}

/// Whether an address has it.
pub fn is_in_address(address: &str) -> bool {
    address.contains("%00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_where_it_is_escaped_and_not_where_it_is_spelled() {
        for (text, at) in [
            (r#"{"a":"b\u0000"}"#, Some(7)),
            (r#"a = "\U00000000""#, Some(5)),
            (r#"{"a":"\\\u0000"}"#, Some(8)),
            (r#"{"a":"\\u0000"}"#, None),
            (r#"{"a":"\u0001 u0000"}"#, None),
            (r"\", None),
            ("", None),
        ] {
            assert_eq!(escaped_in(text.as_bytes()), at, "{text}");
        }
        assert!(is_in_address("/a?b=%00") && !is_in_address("/a?b=%2500"));
    }
}
