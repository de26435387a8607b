//! `[people]`: what is asked of the data of people whom a declaration or a command enters, and how they leave.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::duration::Span;

/// People as they come and go.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct People {
    /// How many digits an identity number has; 0 where it is not of digits alone. Default: 12, as in Vietnam.
    pub identity_number_digits: usize,
    /// An account that its person closes can be kept for so long; then it is gone. Default: `30d`.
    pub closing: Span,
}

impl Default for People {
    fn default() -> Self {
        Self { identity_number_digits: 12, closing: Span::days(30) }
    }
}

impl People {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if self.closing < Span::days(1) {
            return Err(ConfigError::value("people.closing", self.closing, "1d or more: somebody may think again"));
        }
        Ok(())
    }
}
