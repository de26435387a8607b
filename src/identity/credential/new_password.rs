//! What a password must be that somebody chooses: NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 V6.2, RFC 8265 §4. It may be of
//! any characters: no kind of them is asked for, and none but a longer one after a time.

mod own;

use std::fmt;

pub use self::own::Own;
use super::blocklist::Blocklist;
use crate::base::secret::Secret;
use crate::identity::precis;

/// A password that keeps the rules, as it was typed.
#[derive(Clone, Debug)]
pub struct Acceptable(Secret<String>);

impl Acceptable {
    /// To be hashed.
    pub fn into_secret(self) -> Secret<String> {
        self.0
    }
}

/// What stands beside the password when its owner signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing: whoever knows it is in.
    Alone,
    /// A second factor.
    WithSecondFactor,
}

impl Standing {
    /// Characters of such a password at least: "a minimum of 15 characters … when used as a single factor", 8 otherwise.
    pub const fn least(self) -> usize {
        match self {
            Self::Alone => 15,
            Self::WithSecondFactor => 8,
        }
    }
}

/// Characters at most.
pub const MOST: usize = 256;

/// Why a password is none to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has fewer characters than these.
    Short(usize),
    /// It has more characters than [`MOST`].
    Long,
    /// It has a character that nobody can type again.
    Unseen,
    /// Too many have it.
    Common,
    /// It is made of what others know of the person.
    Own,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short(least) => write!(f, "expected at least {least} characters"),
            Self::Long => write!(f, "expected at most {MOST} characters"),
            Self::Unseen => {
                f.write_str("expected no control character, and none without width: nobody types that again")
            }
            Self::Common => f.write_str("expected none that many people have: it is among the first that are guessed"),
            Self::Own => f.write_str("expected none made of the person's own names, numbers, dates and address"),
        }
    }
}

/// Whether a person of whom `own` is known may choose the password that was `typed`; else every reason why not. Characters
/// are code points, after the mappings of RFC 8265 §4.2.2.
pub fn check(typed: &str, own: &Own, standing: Standing, blocklist: &Blocklist) -> Result<Acceptable, Vec<Refusal>> {
    if is_endless(typed) {
        return Err(vec![Refusal::Long]);
    }
    let password = precis::password(typed);
    let length = password.chars().count();
    let refusals = [
        (length < standing.least(), Refusal::Short(standing.least())),
        (length > MOST, Refusal::Long),
        (length > 0 && !precis::is_opaque(&password), Refusal::Unseen),
        (blocklist.has(&password), Refusal::Common),
        (own.makes(&password), Refusal::Own),
    ];
    let refusals: Vec<Refusal> = refusals.into_iter().filter_map(|(refused, why)| refused.then_some(why)).collect();
    if refusals.is_empty() { Ok(Acceptable(Secret::new(typed.to_owned()))) } else { Err(refusals) }
}

/// The characters of a password, as [`check`] counts them; of an endless one more than anybody may choose.
pub fn characters(typed: &str) -> usize {
    if is_endless(typed) { MOST + 1 } else { precis::password(typed).chars().count() }
}

/// No more than four code points become one by NFC.
fn is_endless(typed: &str) -> bool {
    typed.chars().nth(4 * MOST).is_some()
}

/// Reasons why not in one sentence, for an operator.
pub fn told(refusals: &[Refusal]) -> String {
    let reasons: Vec<String> = refusals.iter().map(Refusal::to_string).collect();
    format!("password: {}", reasons.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(typed: &str, standing: Standing) -> Vec<Refusal> {
        check(typed, &Own::default(), standing, &Blocklist::default()).err().unwrap_or_default()
    }

    /// NIST SP 800-63B-4 §3.1.1.2: "Verifiers … SHALL require passwords that are used as a single-factor authentication
    /// mechanism to be a minimum of 15 characters in length. Verifiers MAY allow passwords that are only used as part of
    /// multi-factor authentication processes to be shorter but SHALL require them to be a minimum of eight characters".
    #[test]
    fn fifteen_characters_alone_and_eight_beside_a_second_factor() {
        use Standing::Alone;
        use Standing::WithSecondFactor;
        for (typed, standing, least) in [
            ("kx3 vw7 qp9 zt", Alone, Some(15)),
            ("kx3 vw7 qp9 zt5", Alone, None),
            ("kx3 vw7", WithSecondFactor, Some(8)),
            ("kx3 vw7q", WithSecondFactor, None),
            ("", WithSecondFactor, Some(8)),
        ] {
            assert_eq!(refused(typed, standing), least.map(Refusal::Short).into_iter().collect::<Vec<_>>(), "{typed}");
        }
    }

    /// The same: "Each Unicode code point SHALL be counted as a single character"; RFC 8265 §4.2.2 maps first.
    #[test]
    fn characters_are_code_points_of_the_form_that_is_hashed() {
        let eight = "\u{1ead}\u{1ec7}\u{1ed9}\u{1f600}\u{1f601}\u{1f602}\u{4e2d}\u{6587}";
        assert_eq!(refused(eight, Standing::WithSecondFactor), []);
        let seven = "a\u{323}\u{302}e\u{323}\u{302}o\u{323}\u{302}zt7q";
        assert_eq!(refused(seven, Standing::WithSecondFactor), [Refusal::Short(8)], "{} typed", seven.chars().count());
        assert_eq!(refused(&"\u{1f98b}k".repeat(128), Standing::Alone), []);
        assert_eq!(refused(&"a\u{323}\u{302}k".repeat(128), Standing::Alone), [], "512 typed, 256 hashed");
        assert_eq!(refused(&"xk".repeat(129), Standing::Alone), [Refusal::Long]);
        assert_eq!(refused(&"xk".repeat(1_000_000), Standing::Alone), [Refusal::Long]);
    }

    /// The same: "Verifiers … SHALL NOT impose other composition rules"; "SHOULD accept all printing ASCII characters and
    /// the space character", "SHOULD accept Unicode".
    #[test]
    fn no_kind_of_character_is_asked_for_and_none_that_prints_is_refused() {
        for typed in [
            "zzyzxroadinnevadais",
            "8317 4492 6650 1298",
            "con mèo thích ăn xoài",
            "~`!#$%^&*()={}[]|<>?\"'\\",
            "\u{2764}\u{fe0f}\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} yêu cả nhà mình",
        ] {
            assert_eq!(refused(typed, Standing::Alone), [], "{typed}");
        }
        assert_eq!(refused("a tab\tin between them", Standing::Alone), [Refusal::Unseen]);
    }

    #[test]
    fn every_reason_is_told_at_once() {
        assert_eq!(refused("Password", Standing::Alone), [Refusal::Short(15), Refusal::Common]);
        let said = told(&[Refusal::Short(15), Refusal::Common]);
        assert!(said.starts_with("password: expected at least 15 characters; expected none that"), "{said}");
    }
}
