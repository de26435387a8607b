//! `[ephemeral]`: where what may be lost is kept.

use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::database::SecretUrl;

/// Memory or Redis.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ephemeral {
    /// `memory` for one node, `redis://HOST:PORT/DB` (or `rediss://`) for several. Default: `memory`.
    pub url: SecretUrl,
    /// What the names of all keys begin with: deployments that share a Redis need different ones. Default: `motcua:`.
    pub prefix: String,
}

impl Default for Ephemeral {
    fn default() -> Self {
        Self { url: SecretUrl("memory".into()), prefix: "motcua:".into() }
    }
}

impl Ephemeral {
    /// Redis's URL; `None` for memory.
    pub fn redis(&self) -> Option<&str> {
        (self.url.0 != "memory").then_some(self.url.0.as_str())
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        match self.redis() {
            Some(url) if !url.starts_with("redis://") && !url.starts_with("rediss://") => {
                Err(ConfigError("ephemeral.url: expected memory, redis://… or rediss://…".into()))
            }
            _ => Ok(()),
        }
    }
}
