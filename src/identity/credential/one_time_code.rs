//! Codes that are sent by mail or SMS: six random digits (NIST SP 800-63B-4 §3.1.3.2), for one browser and one purpose. How
//! long and for how many tries one counts is for whoever keeps its digest.

use crate::base::secret::Secret;
use crate::base::secret::equal;
use crate::base::secret::hmac_sha256;

/// Six digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeCode(Secret<String>);

const DIGITS: usize = 6;
const CODES: u32 = 1_000_000;

impl OneTimeCode {
    /// A code from random bytes, of which more are drawn where they would favour some codes.
    pub fn draw(mut random: impl FnMut() -> [u8; 4]) -> Self {
        loop {
            let number = u32::from_be_bytes(random());
            if number < u32::MAX - u32::MAX % CODES {
                return Self(Secret::new(format!("{:06}", number % CODES)));
            }
        }
    }

    /// The code that was typed, with or without spaces; `None` for what is none.
    pub fn parse(typed: &str) -> Option<Self> {
        let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let is_code = code.len() == DIGITS && code.bytes().all(|b| b.is_ascii_digit());
        is_code.then(|| Self(Secret::new(code)))
    }

    /// The digits, to be sent.
    pub fn text(&self) -> &str {
        self.0.expose()
    }

    /// What is kept of a code that was sent: `bound` says for which browser and purpose.
    pub fn digest(&self, key: &[u8], bound: &[u8]) -> [u8; 32] {
        // The digits come first: they are always as many.
        hmac_sha256(key, &[b"one-time-code", self.0.expose().as_bytes(), bound])
    }

    /// Whether this is the code of which `digest` was kept, in time that does not depend on it.
    pub fn is(&self, digest: &[u8], key: &[u8], bound: &[u8]) -> bool {
        equal(&self.digest(key, bound), digest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(numbers: &[u32]) -> (OneTimeCode, usize) {
        let mut used = 0;
        let code = OneTimeCode::draw(|| {
            used += 1;
            numbers[used - 1].to_be_bytes()
        });
        (code, used)
    }

    /// NIST SP 800-63B-4 §3.1.3.2: "at least six decimal digits … generated using an approved random bit generator"; 2^32 is
    /// no multiple of a million, and what is left over is drawn anew.
    #[test]
    fn no_code_is_favoured() {
        for (numbers, code, used) in [
            (&[0][..], "000000", 1),
            (&[42], "000042", 1),
            (&[4_293_999_999], "999999", 1),
            (&[4_294_000_000, 7], "000007", 2),
            (&[u32::MAX, 4_294_967_294, 1_000_001], "000001", 3),
        ] {
            let (drawn, times) = drawn(numbers);
            assert_eq!((drawn.text(), times), (code, used));
        }
    }

    /// "bound to the browser that asked"
    #[test]
    fn a_code_counts_where_it_was_asked_for() {
        let (code, _) = drawn(&[123_456]);
        let digest = code.digest(b"key", b"browser");
        let typed = OneTimeCode::parse("123 456").unwrap();
        assert!(typed.is(&digest, b"key", b"browser"));
        assert!(!typed.is(&digest, b"key", b"another") && !typed.is(&digest, b"other", b"browser"));
        assert!(!typed.is(&digest[..31], b"key", b"browser") && !typed.is(&[], b"key", b"browser"));
        assert!(!OneTimeCode::parse("123457").unwrap().is(&digest, b"key", b"browser"));
        assert_eq!(format!("{code:?}"), "OneTimeCode(***)");
    }

    proptest! {
        #[test]
        fn spaces_are_passed_over(code in "[0-9]{6}", at in 0_usize..=6, gap in "[ \u{a0}\t]{1,3}") {
            let typed = [&code[..at], &gap, &code[at..]].concat();
            let parsed = OneTimeCode::parse(&typed).unwrap();
            prop_assert_eq!(parsed.text(), code);
        }

        #[test]
        fn nothing_else_is_a_code(typed in "\\PC{0,8}|[+-][0-9]{5}|[0-9]{0,5}|[0-9]{7,9}|[٠-٩]{6}") {
            let digits: Vec<char> = typed.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assume!(digits.len() != 6 || !digits.iter().all(char::is_ascii_digit));
            prop_assert_eq!(OneTimeCode::parse(&typed), None);
        }
    }
}
