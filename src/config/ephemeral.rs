//! `[ephemeral]`: where what may be lost is kept.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use super::ConfigError;
use super::database::SecretUrl;

/// Memory or Redis.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
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
        let known = |url: &str| {
            Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "redis" | "rediss") && url.host().is_some())
        };
        match self.redis() {
            Some(url) if !known(url) => {
                let expected =
                    "memory, redis://HOST:PORT/DB or rediss://…, @ / : % # ? of a password written as %40 %2F …";
                Err(ConfigError::value("ephemeral.url", &self.url, expected))
            }
            _ => Ok(()),
        }
    }
}
