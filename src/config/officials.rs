//! `[officials]`: those who act upon others.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::duration::Span;

/// Officials, and what waits for a second one.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Officials {
    /// Whether commands on this machine act, as the machine's operator; otherwise officials alone do. `serve`, `migrate`,
    /// `check-config` and what prints nothing of the instance go on. Default: true.
    pub local: bool,
    /// So long what an official asks waits for another who approves it. Default: `72h`.
    pub pending: Span,
}

impl Officials {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if self.pending.is_zero() {
            return Err(ConfigError::value("officials.pending", self.pending, "1s or more"));
        }
        Ok(())
    }
}

impl Default for Officials {
    fn default() -> Self {
        Self { local: true, pending: Span::hours(72) }
    }
}
