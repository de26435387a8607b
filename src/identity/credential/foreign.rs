//! Passwords that other systems hashed, in the notations in which they export them. Each is compared once: whoever signs in
//! with the right password is stored as argon2id from then on.
//!
//! A hash says itself what it costs. What would hold a thread for longer than two or three seconds (a wrong password waits as
//! long as the dearest), or take more memory than a server can spare for one of many, is refused where it is read.

mod keycloak;
mod notation;

use std::num::NonZeroU32;

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Version;
use password_hash::PasswordVerifier;
use sha_crypt::ShaCrypt;
use zeroize::Zeroizing;

use super::workspace::MAX_MEMORY_KIB;
use super::workspace::Workspace;
use crate::base::digest::Digest;
use crate::base::secret::equal;

/// Memory times passes of argon2 in KiB at most.
const MEMORY_PASSES_KIB: u64 = 4 * 1024 * 1024;
/// Memory of one scrypt hash in bytes at most (128·N·r).
const SCRYPT_MEMORY: u64 = 256 * 1024 * 1024;
/// The same times the lanes (p), at most: one after the other goes through the memory.
const SCRYPT_PASSES: u64 = 1024 * 1024 * 1024;
/// The cost of bcrypt at most: 2^15 rounds are two seconds.
const BCRYPT_COST: u32 = 15;
/// Iterations of PBKDF2 at most.
const PBKDF2_ITERATIONS: u64 = 4_000_000;
/// Rounds of sha-crypt, at most and at least; those of [SHA-crypt](https://akkadia.org/drepper/SHA-crypt.txt) are 5000.
const CRYPT_ROUNDS: std::ops::RangeInclusive<u64> = 1000..=2_000_000;
/// Bytes of a derived key: a shorter one would be met by other passwords, a longer one multiplies the work.
const KEY: std::ops::RangeInclusive<usize> = 16..=128;
/// Bytes that anybody's password has at most: rounds of sha-crypt grow with it.
const LONGEST: usize = 1024;

/// What another system stored of a password.
#[derive(Debug)]
pub enum Foreign {
    /// RFC 9106.
    Argon2(Box<Argon2<'static>>, Kept),
    /// The string of 60 characters.
    Bcrypt(String),
    /// RFC 8018 §5.2 with HMAC.
    Pbkdf2(Digest, NonZeroU32, Kept),
    /// RFC 7914.
    Scrypt(scrypt::Params, Kept),
    /// The string of crypt(3) with `$5$` or `$6$`.
    ShaCrypt(String),
    /// One digest, of what the parts make together.
    Salted(Digest, Vec<Part>, Kept),
}

/// The salt and what came out.
#[derive(Debug)]
pub struct Kept {
    salt: Vec<u8>,
    key: Vec<u8>,
}

/// A part of what was digested.
#[derive(Debug, PartialEq, Eq)]
pub enum Part {
    /// What the person types.
    Password,
    /// The salt.
    Salt,
    /// Bytes that stand between them.
    Bytes(Vec<u8>),
}

impl Foreign {
    /// Reads `text` in any notation that is known; else what is wrong with it.
    ///
    /// # Errors
    ///
    /// A sentence for the operator, without the hash: an unknown notation, a part that is malformed, or a cost that is too
    /// high.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with('{') && text.ends_with('}') { keycloak::parse(text) } else { notation::parse(text) }
    }

    /// Whether `password` is the one.
    pub fn is_made_from(&self, password: &[u8], workspace: &mut Workspace) -> bool {
        if password.len() > LONGEST {
            return false;
        }
        match self {
            Self::Argon2(argon2, kept) => {
                let mut key = vec![0; kept.key.len()];
                let memory = workspace.of(argon2.params());
                let done = argon2.hash_password_into_with_memory(password, &kept.salt, &mut key, memory);
                done.is_ok() && equal(&key, &kept.key)
            }
            Self::Bcrypt(text) => bcrypt::verify(password, text).unwrap_or(false),
            Self::Pbkdf2(digest, iterations, kept) => digest.pbkdf2_makes(&kept.key, password, &kept.salt, *iterations),
            Self::Scrypt(params, kept) => {
                let mut key = vec![0; kept.key.len()];
                scrypt::scrypt(password, &kept.salt, params, &mut key).is_ok() && equal(&key, &kept.key)
            }
            Self::ShaCrypt(text) => ShaCrypt::default().verify_password(password, text.as_str()).is_ok(),
            Self::Salted(digest, parts, kept) => {
                let mut bytes = Zeroizing::new(Vec::new());
                for part in parts {
                    bytes.extend_from_slice(match part {
                        Part::Password => password,
                        Part::Salt => &kept.salt,
                        Part::Bytes(own) => own,
                    });
                }
                equal(&digest.of(&bytes), &kept.key)
            }
        }
    }

    fn argon2(
        algorithm: Algorithm,
        version: Version,
        (memory, iterations, lanes): (u32, u32, u32),
        kept: Kept,
    ) -> Result<Self, String> {
        if memory > MAX_MEMORY_KIB || u64::from(memory) * u64::from(iterations) > MEMORY_PASSES_KIB {
            return Err(format!(
                "costs too much: argon2 with m={memory}, t={iterations}; expected m up to {MAX_MEMORY_KIB} and m·t up to \
                 {MEMORY_PASSES_KIB}"
            ));
        }
        let kept = kept.checked()?;
        let params = argon2::Params::new(memory, iterations, lanes, Some(kept.key.len()))
            .map_err(|error| format!("argon2: {error}"))?;
        if kept.salt.len() < argon2::MIN_SALT_LEN {
            return Err(format!("argon2: expected a salt of {} bytes or more", argon2::MIN_SALT_LEN));
        }
        Ok(Self::Argon2(Box::new(Argon2::new(algorithm, version, params)), kept))
    }

    fn bcrypt(text: &str) -> Result<Self, String> {
        let parts: bcrypt::HashParts = text.parse().map_err(|error| format!("bcrypt: {error}"))?;
        match parts.get_cost() {
            4..=BCRYPT_COST => Ok(Self::Bcrypt(text.to_owned())),
            0..4 => Err("bcrypt: expected a cost of 4 or more".into()),
            cost => Err(format!("costs too much: bcrypt with 2^{cost} rounds; expected up to 2^{BCRYPT_COST}")),
        }
    }

    /// Of a key of several blocks the first is compared. Each block takes all iterations, and none needs another; whoever looks for
    /// a password makes one alone, and the 160 bits or more of it are met by no other. So four of SHA-1, which Keycloak makes
    /// with 1,300,000 iterations each, cost a quarter.
    fn pbkdf2(digest: Digest, iterations: u32, kept: Kept) -> Result<Self, String> {
        let mut kept = kept.checked()?;
        kept.key.truncate(digest.length());
        if u64::from(iterations) > PBKDF2_ITERATIONS {
            return Err(format!(
                "costs too much: PBKDF2 with {iterations} iterations; expected up to {PBKDF2_ITERATIONS}"
            ));
        }
        let iterations = NonZeroU32::new(iterations).ok_or("PBKDF2: expected one iteration or more")?;
        Ok(Self::Pbkdf2(digest, iterations, kept))
    }

    fn scrypt(log_n: u8, r: u32, p: u32, kept: Kept) -> Result<Self, String> {
        let memory = 1_u64.checked_shl(log_n.into()).and_then(|n| n.checked_mul(128 * u64::from(r)));
        let passes = memory.filter(|bytes| *bytes <= SCRYPT_MEMORY).and_then(|bytes| bytes.checked_mul(p.into()));
        if passes.is_none_or(|bytes| bytes > SCRYPT_PASSES) {
            return Err(format!(
                "costs too much: scrypt with N=2^{log_n}, r={r}, p={p}; expected 128·N·r up to {SCRYPT_MEMORY} bytes and \
                 128·N·r·p up to {SCRYPT_PASSES}"
            ));
        }
        let params = scrypt::Params::new(log_n, r, p).map_err(|error| format!("scrypt: {error}"))?;
        Ok(Self::Scrypt(params, kept.checked()?))
    }

    fn sha_crypt(text: String) -> Result<Self, String> {
        let mut fields = text.split('$').skip(2).peekable();
        if let Some(rounds) = fields.next_if(|field| field.starts_with("rounds=")) {
            let rounds = rounds.trim_start_matches("rounds=");
            match rounds.parse::<u64>() {
                Ok(count) if CRYPT_ROUNDS.contains(&count) => {}
                Ok(count) if count > *CRYPT_ROUNDS.end() => {
                    let most = CRYPT_ROUNDS.end();
                    return Err(format!("costs too much: sha-crypt with {count} rounds; expected up to {most}"));
                }
                _ => return Err(format!("sha-crypt: expected rounds={} or more, not {rounds}", CRYPT_ROUNDS.start())),
            }
        }
        let key = if text.starts_with("$5$") { 43 } else { 86 };
        let is_known = |char: char| char.is_ascii_alphanumeric() || "./".contains(char);
        match (fields.next(), fields.next(), fields.next()) {
            (Some(salt), Some(hash), None)
                if salt.len() <= 16 && salt.is_ascii() && hash.len() == key && hash.chars().all(is_known) => {}
            _ => return Err(format!("sha-crypt: expected a salt of up to 16 characters and a hash of {key}")),
        }
        Ok(Self::ShaCrypt(text))
    }

    fn salted(digest: Digest, parts: Vec<Part>, kept: Kept) -> Result<Self, String> {
        if kept.key.len() != digest.length() {
            return Err(format!("expected a digest of {} bytes", digest.length()));
        }
        if kept.salt.is_empty() || !parts.contains(&Part::Password) || !parts.contains(&Part::Salt) {
            return Err("expected a digest of the password and a salt".into());
        }
        Ok(Self::Salted(digest, parts, kept))
    }
}

impl Kept {
    fn checked(self) -> Result<Self, String> {
        if !KEY.contains(&self.key.len()) {
            return Err(format!("expected a hash of {} to {} bytes", KEY.start(), KEY.end()));
        }
        Ok(self)
    }
}
