//! `[session]`: how long one sign-in serves.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::duration::Span;

/// SSO sessions.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// A session that is not used for so long has ended. Default: `15m`.
    pub idle: Span,
    /// A session ends after so long however much it is used. Default: `12h`.
    pub absolute: Span,
}

impl Session {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if self.idle.is_zero() {
            return Err(ConfigError::value("session.idle", self.idle, "1s or more"));
        }
        if self.idle > self.absolute {
            let expected =
                format!("at most session.absolute ({}), which ends a session however it is used", self.absolute);
            return Err(ConfigError::value("session.idle", self.idle, &expected));
        }
        Ok(())
    }
}

impl Default for Session {
    fn default() -> Self {
        Self { idle: Span::minutes(15), absolute: Span::hours(12) }
    }
}
