//! `[session]`: how long one sign-in serves.

use serde::Deserialize;
use serde::Serialize;

use super::duration::Span;

/// SSO sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// A session that is not used for so long has ended. Default: `15m`.
    pub idle: Span,
    /// A session ends after so long however much it is used. Default: `12h`.
    pub absolute: Span,
}

impl Default for Session {
    fn default() -> Self {
        Self { idle: Span::minutes(15), absolute: Span::hours(12) }
    }
}
