//! TOTP (RFC 6238): six digits that change every thirty seconds, of a secret that an app on a phone shares with us.

use totp_rs::Builder;
use totp_rs::Secret;
use totp_rs::Totp as Generator;

use crate::base::time::Timestamp;

/// One person's: SHA-1, six digits, thirty seconds, which every app knows.
pub struct Totp {
    generator: Generator,
    text: String,
}

impl Totp {
    /// Of this secret, which is 16 bytes at least (RFC 4226 §4, R6). `issuer` and `account` are what an app shows.
    pub fn of(secret: &[u8], issuer: &str, account: &str) -> Option<Self> {
        let secret = Secret::from(secret.to_vec());
        let text = secret.to_base32();
        let plain = |name: &str| name.replace(':', " ");
        let builder = Builder::new().with_secret(secret).with_issuer(Some(plain(issuer)));
        let generator = builder.with_account_name(plain(account)).build().ok()?;
        Some(Self { generator, text })
    }

    /// The time step of a code, if it is that of the present step or of a neighbour (RFC 6238 §5.2), and not before `least`.
    pub fn step(&self, code: &str, least: i64, now: Timestamp) -> Option<i64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let step = self.generator.check(&digits, u64::try_from(now.seconds()).ok()?)?;
        i64::try_from(step).ok().filter(|step| *step >= least)
    }

    /// Of a secret as people type it, in base32: letters in any case, spaces anywhere.
    pub fn typed(text: &str) -> Option<Self> {
        let letters: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        Self::of(Secret::try_from_base32(letters).ok()?.as_bytes(), "", "")
    }

    /// The code that an app shows now, and for how many seconds more.
    pub fn code(&self, now: Timestamp) -> Option<(String, u64)> {
        let seconds = u64::try_from(now.seconds()).ok()?;
        Some((self.generator.generate(seconds).to_string(), self.generator.next_step(seconds).saturating_sub(seconds)))
    }

    /// The secret as people type it: base32 in groups of four.
    pub fn base32(&self) -> String {
        let letters: Vec<char> = self.text.chars().collect();
        letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// What apps read: the Key URI Format.
    pub fn otpauth_url(&self) -> String {
        self.generator.to_url().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The secret of RFC 4226, appendix D, and of RFC 6238, appendix B, for HMAC-SHA-1.
    const RFC: &[u8] = b"12345678901234567890";

    fn step(code: &str, least: i64, seconds: i64) -> Option<i64> {
        Totp::of(RFC, "", "").unwrap().step(code, least, Timestamp::from_seconds(seconds))
    }

    /// RFC 4226, appendix D: the values of the counters 0 to 9.
    #[test]
    fn the_codes_are_those_of_rfc_4226() {
        let codes =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (counter, code) in (0..).zip(codes) {
            assert_eq!(step(code, 0, counter * 30 + 29), Some(counter), "{code}");
        }
    }

    /// RFC 6238, appendix B, of which an app shows the last six digits.
    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        let another = Totp::of(&[1; 20], "", "").unwrap();
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(step(&code[2..], 0, seconds), Some(seconds / 30), "{code}");
            assert_eq!(step(code, 0, seconds), None, "eight digits");
            assert_eq!(another.step(&code[2..], 0, Timestamp::from_seconds(seconds)), None, "another secret");
        }
    }

    /// RFC 6238 §5.2: "at most one time step is allowed as the network delay"; no older code after a later one.
    #[test]
    fn a_code_counts_in_its_step_and_its_neighbours_and_not_before_the_last() {
        for (seconds, counts) in [(119, None), (120, Some(5)), (150, Some(5)), (209, Some(5)), (210, None)] {
            assert_eq!(step("254676", 0, seconds), counts, "{seconds}");
        }
        assert_eq!((step("254676", 5, 150), step("254676", 6, 150)), (Some(5), None));
        assert_eq!((step("755224", 0, -1), step("755224", 0, 0)), (None, Some(0)), "before 1970");
    }

    /// RFC 6238, appendix B, with the secret as a page shows it.
    #[test]
    fn an_app_that_was_given_the_secret_by_hand_shows_the_codes() {
        let app = Totp::typed("gezd GNBV gy3t qojq GEZD gnbv gy3t\tqojq ").unwrap();
        assert_eq!(app.code(Timestamp::from_seconds(59)), Some(("287082".to_owned(), 1)));
        assert_eq!(app.code(Timestamp::from_seconds(1_111_111_110)), Some(("050471".to_owned(), 30)));
        assert!(Totp::typed("GEZD 1NBV").is_none() && Totp::typed("GEZD GNBV").is_none(), "no base32; too short");
    }

    /// RFC 4226 §4, R6: "The length of the shared secret MUST be at least 128 bits". Colons part issuer and account.
    #[test]
    fn what_an_app_is_told_is_what_it_expects() {
        let totp = Totp::of(RFC, "Một Cửa", "khai@songlam.example").unwrap();
        assert_eq!(totp.base32(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            totp.otpauth_url(),
            "otpauth://totp/M%E1%BB%99t%20C%E1%BB%ADa:khai%40songlam.example?\
             secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=M%E1%BB%99t%20C%E1%BB%ADa"
        );
        assert!(Totp::of(RFC, "a:b", "c:d").unwrap().otpauth_url().starts_with("otpauth://totp/a%20b:c%20d?"));
        assert!(Totp::of(&RFC[..15], "a", "b").is_none() && Totp::of(&RFC[..16], "a", "b").is_some());
    }

    proptest! {
        /// Apps show `254 676`; people copy what stands around it. Nothing else is a code.
        #[test]
        fn spaces_are_passed_over(gaps in proptest::collection::vec("[ \u{a0}\u{2009}\t]{0,2}", 7)) {
            let digits = ["2", "5", "4", "6", "7", "6", ""];
            let typed: String = gaps.iter().zip(digits).flat_map(|(gap, digit)| [gap.as_str(), digit]).collect();
            prop_assert_eq!(step(&typed, 0, 150), Some(5));
        }

        #[test]
        fn nothing_but_six_ascii_digits_is_a_code(
            typed in "\\PC{0,8}|[+-]25467|25467[a-f]|[0-9]{0,5}|[0-9]{7,9}|２５４６７６",
        ) {
            let digits: Vec<char> = typed.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assume!(digits.len() != 6 || !digits.iter().all(char::is_ascii_digit));
            prop_assert_eq!(step(&typed, 0, 150), None);
        }
    }
}
