//! Passwords that nobody may choose, because too many have them: NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 V6.2.4. The
//! commonest hundred thousand come with the program; an operator adds those that were found in breaches.

use common_passwords::analyzer::is_common_password;

use crate::base::digest::Digest;
use crate::identity::precis;

/// What is refused.
#[derive(Debug, Default)]
pub struct Blocklist {
    /// The first digits of SHA-1 digests, sorted.
    breached: Vec<u64>,
    /// How many hexadecimal digits they are.
    digits: usize,
}

/// Lines of an operator's list at most: they take 8 bytes each.
pub const MOST_LINES: usize = 10_000_000;
/// Hexadecimal digits of a line at least: with fewer, a list of [`MOST_LINES`] would refuse what is not on it.
const FEWEST_DIGITS: usize = 10;
/// Digits that count; no two passwords share so many.
const KEPT_DIGITS: usize = 16;
const SHA1_DIGITS: usize = 40;

impl Blocklist {
    /// Takes one line of an operator's list: a SHA-1 digest in hexadecimal, or its first ten digits or more, all lines
    /// alike, and maybe a colon and how often it was found. Empty lines count for nothing.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    pub fn add(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            return Ok(());
        }
        let (digest, count) = line.split_once(':').unwrap_or((line, "1"));
        let is_hex = digest.bytes().all(|b| b.is_ascii_hexdigit()) && count.bytes().all(|b| b.is_ascii_digit());
        if !is_hex || !(FEWEST_DIGITS..=SHA1_DIGITS).contains(&digest.len()) {
            return Err(format!(
                "expected {FEWEST_DIGITS} to {SHA1_DIGITS} hexadecimal digits of a SHA-1 digest, and maybe a colon and a count"
            ));
        }
        if !self.breached.is_empty() && self.digits != digest.len() {
            return Err(format!("expected {} digits, as in the lines before", self.digits));
        }
        if self.breached.len() == MOST_LINES {
            return Err(format!("expected {MOST_LINES} lines at most: take those that were found most often"));
        }
        self.digits = digest.len();
        self.breached.extend(kept(digest));
        Ok(())
    }

    /// The list, ready to be looked at.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.breached.sort_unstable();
        self.breached.dedup();
        self.breached.shrink_to_fit();
        self
    }

    /// How many an operator's list has.
    pub fn len(&self) -> usize {
        self.breached.len()
    }

    /// Whether there is no operator's list.
    pub fn is_empty(&self) -> bool {
        self.breached.is_empty()
    }

    /// Whether a password, in the form in which it is hashed, is refused: as it stands, in lower case, or without accents
    /// and what stands between its words.
    pub fn has(&self, password: &str) -> bool {
        let forms = [password.to_owned(), password.to_lowercase(), precis::folded(password)];
        self.is_breached(password) || forms.iter().any(is_common_password)
    }

    fn is_breached(&self, password: &str) -> bool {
        if self.breached.is_empty() {
            return false;
        }
        let hex: String = Digest::Sha1.of(password.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let digest = hex.get(..self.digits).and_then(kept);
        digest.is_some_and(|digest| self.breached.binary_search(&digest).is_ok())
    }
}

fn kept(digest: &str) -> Option<u64> {
    u64::from_str_radix(digest.get(..digest.len().min(KEPT_DIGITS))?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(lines: &[&str]) -> Result<Blocklist, String> {
        let mut list = Blocklist::default();
        lines.iter().try_for_each(|line| list.add(line))?;
        Ok(list.sorted())
    }

    /// ASVS 5.0 V6.2.4: "checked against an available set of, at least, the top 3000 passwords which match the application's
    /// password policy".
    #[test]
    fn the_commonest_are_refused_however_they_are_written() {
        let none = Blocklist::default();
        for common in [
            "password1",
            "12345678",
            "PassWord123",
            "anhyeuem",
            "Anh Yêu Em",
            "mật khẩu",
            "1234567890qwerty",
            "111-111-111",
        ] {
            assert!(none.has(common), "{common}");
        }
        for rare in ["correct horse battery", "con mèo thích ăn xoài", "acdf-hjkm-nprt-wxya", ""] {
            assert!(!none.has(rare), "{rare}");
        }
    }

    /// FIPS 180-4: SHA-1("abc") = a9993e36 4706816a ba3e2571 7850c26c 9cd0d89d.
    #[test]
    fn an_operators_list_refuses_what_is_on_it() {
        for line in
            ["a9993e3647", "A9993E364706816ABA3E25717850C26C9CD0D89D:24230577", "\u{feff}a9993e364706816a:1\r\n"]
        {
            let list = list(&["", line]).unwrap();
            assert!(list.has("abc") && !list.has("abd") && !list.has(""), "{line}");
            assert_eq!(list.len(), 1);
        }
        let sorted = list(&["ffffffffff", "a9993e3647", "0000000000", "a9993e3647:3"]).unwrap();
        assert!(sorted.has("abc") && sorted.len() == 3);
    }

    #[test]
    fn a_line_that_is_none_is_told() {
        let forty_one = "a".repeat(41);
        for line in
            ["a9993e364", &forty_one, "password", "a9993e3647:many", "a9993e3647;3", "a9993e36 47", "+9993e36470"]
        {
            assert!(list(&[line]).unwrap_err().contains("hexadecimal"), "{line}");
        }
        assert!(list(&["a9993e3647", "a9993e36470"]).unwrap_err().contains("10 digits"));
    }
}
