//! `[passwords]`: what hashing a password costs, the pool that does it, and what nobody may choose.

use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use crate::base::day::Day;
use crate::identity::credential::blocklist::Blocklist;
use crate::identity::credential::password::Cost;

/// argon2id and its pool, and the rules for new passwords. Passwords stored at another cost are hashed anew at the next
/// sign-in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Passwords {
    /// Memory for each hash in KiB (m). Default: 19456, the least that is accepted.
    pub memory_kib: u32,
    /// Passes over the memory (t). Default: 2, the least that is accepted.
    pub iterations: u32,
    /// Lanes (p). Default: 1.
    pub parallelism: u32,
    /// Threads that hash; 0 stands for one for each core. Default: 0.
    pub threads: usize,
    /// Sign-ins that wait for a thread; one more is asked to try again. Default: 256.
    pub queue: usize,
    /// A file of passwords that nobody may choose, beside the commonest: on each line a SHA-1 digest in hexadecimal, or its
    /// first ten digits or more, all lines alike, and maybe a colon and a count; up to ten million lines, in any order, each
    /// of which takes 8 bytes of memory. It is read at the start. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused_file: Option<PathBuf>,
    /// The last day, such as `2027-06-30`, on which somebody who signs in with a password that is too short (fewer than 15
    /// characters, or than 8 beside a second factor) can put off what it takes: a passkey, an authenticator app or a longer
    /// password. From the next day on such a sign-in goes on only when one of them is done. Default: none, it can always be
    /// put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub short_until: Option<Day>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
            threads: 0,
            queue: 256,
            refused_file: None,
            short_until: None,
        }
    }
}

impl Passwords {
    /// The cost of one hash.
    pub const fn cost(&self) -> Cost {
        Cost { memory_kib: self.memory_kib, iterations: self.iterations, parallelism: self.parallelism }
    }

    /// Reads what nobody may choose.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or one of its lines is none.
    pub fn blocklist(&self) -> Result<Blocklist, ConfigError> {
        let Some(path) = &self.refused_file else { return Ok(Blocklist::default()) };
        read(path).map_err(|why| ConfigError(format!("passwords.refused_file = {}: {why}", path.display())))
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let refused = |key: &str, value: u32, expected: &str| {
            Err(ConfigError::value(&format!("passwords.{key}"), value, expected))
        };
        match *self {
            Self { memory_kib: value @ (..19_456 | 1_048_577..), .. } => {
                refused("memory_kib", value, "19456 to 1048576")
            }
            Self { iterations: value @ (..2 | 101..), .. } => refused("iterations", value, "2 to 100"),
            Self { parallelism: value @ (0 | 17..), .. } => refused("parallelism", value, "1 to 16"),
            Self { queue: 0, .. } => refused("queue", 0, "1 or more"),
            _ => Ok(()),
        }
    }
}

fn read(path: &Path) -> Result<Blocklist, String> {
    let mut file = BufReader::new(File::open(path).map_err(|why| why.to_string())?);
    let (mut list, mut line, mut number) = (Blocklist::default(), Vec::new(), 0_u64);
    // What is no list may well be one endless line.
    while file.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(|why| why.to_string())? > 0 {
        number += 1;
        list.add(&String::from_utf8_lossy(&line)).map_err(|why| format!("line {number}: {why}"))?;
        line.clear();
    }
    if list.is_empty() { Err("there is no line in it".into()) } else { Ok(list.sorted()) }
}

const LONGEST_LINE: u64 = 128;
