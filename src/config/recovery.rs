//! `[recovery]`: the way back in for who lost everything.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::duration::Span;

/// Recovery by an address that is known to be the person's, or by an official.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Recovery {
    /// So long whoever asked waits, and can be stopped. Default: `72h`.
    pub wait: Span,
    /// So long after that they can go on. Default: `168h`.
    pub window: Span,
    /// So long an official's code works. Default: `24h`.
    pub code: Span,
}

impl Recovery {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let spans = [("recovery.wait", self.wait), ("recovery.window", self.window), ("recovery.code", self.code)];
        match spans.into_iter().find(|(_, span)| span.is_zero()) {
            Some((key, span)) => Err(ConfigError::value(key, span, "1s or more")),
            None => Ok(()),
        }
    }
}

impl Default for Recovery {
    fn default() -> Self {
        Self { wait: Span::hours(72), window: Span::hours(168), code: Span::hours(24) }
    }
}
