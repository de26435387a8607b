//! `[officials]`: those who act upon others.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::duration::Span;
use crate::identity::assurance::Acr;

/// Officials, and what waits for a second one.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Officials {
    /// Whether commands on this machine act, as the machine's operator; otherwise officials alone do. `serve`, `migrate`,
    /// `check-config` and what prints nothing of the instance go on. Default: true.
    pub local: bool,
    /// So long what an official asks waits for another who approves it. Default: `72h`.
    pub pending: Span,
    /// How surely an official has to sign in who acts by the API or at `/office`: a class of `acr`. Default:
    /// `urn:motcua:acr:2`.
    #[schemars(with = "String")]
    pub acr: Acr,
    /// So old may that sign-in be for what needs a second official. Default: `15m`.
    pub fresh: Span,
    /// So many requests of one official or client does the API answer in a minute. Default: `600`.
    pub requests: u32,
    /// So many people does one official or client look for, or at, in an hour before an alarm is raised; five times as many
    /// are refused. Default: `60`.
    pub searches: u32,
}

impl Officials {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if self.pending.is_zero() {
            return Err(ConfigError::value("officials.pending", self.pending, "1s or more"));
        }
        for (name, number) in [("officials.requests", self.requests), ("officials.searches", self.searches)] {
            if number == 0 {
                return Err(ConfigError::value(name, number, "1 or more"));
            }
        }
        Ok(())
    }
}

impl Default for Officials {
    fn default() -> Self {
        Self {
            local: true,
            pending: Span::hours(72),
            acr: Acr::Two,
            fresh: Span::minutes(15),
            requests: 600,
            searches: 60,
        }
    }
}
