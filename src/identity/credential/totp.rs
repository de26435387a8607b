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
