//! `[passwords]`: what hashing a password costs, and the pool that does it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use crate::identity::credential::password::Cost;

/// argon2id and its pool. Passwords stored at another cost are hashed anew at the next sign-in.
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
}

impl Default for Passwords {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1, threads: 0, queue: 256 }
    }
}

impl Passwords {
    /// The cost of one hash.
    pub const fn cost(&self) -> Cost {
        Cost { memory_kib: self.memory_kib, iterations: self.iterations, parallelism: self.parallelism }
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
