//! `[throttle]`: the ladder that slows guessing without locking the owner out.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::duration::Span;

/// Wrong passwords that are free, and what comes after them. Each further try then waits for its turn.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Throttle {
    /// Free tries for one account from one network (/24, /64) within the window. Default: 5.
    pub account_and_network: u32,
    /// Free tries for one account from everywhere; browsers that it signed in with before are not counted.
    /// Default: 30.
    pub account: u32,
    /// Free tries from one network for all accounts together: wrong ones, and those that are being compared. Default: 300.
    pub network: u32,
    /// Counts start anew in each window of this length. Default: `15m`.
    pub window: Span,
    /// The longest wait between two tries. Default: `5m`.
    pub longest_wait: Span,
}

impl Throttle {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let spans = [("throttle.window", self.window), ("throttle.longest_wait", self.longest_wait)];
        match spans.into_iter().find(|(_, span)| span.is_zero()) {
            Some((key, span)) => Err(ConfigError::value(key, span, "1s or more")),
            None => Ok(()),
        }
    }
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            account_and_network: 5,
            account: 30,
            network: 300,
            window: Span::minutes(15),
            longest_wait: Span::minutes(5),
        }
    }
}
