//! `[tokens]`: lifetimes. A client may have its own for ID, access and refresh tokens (`lifetimes` in its declaration).

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;
use super::duration::Span;
use crate::identity::authorization::LONGEST_LOGIN;
use crate::protocol::oauth::client_metadata::LONGEST_TOKEN;

/// Lifetimes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tokens {
    /// Authorization codes; at most `60s`. Default: `60s`.
    pub code: Span,
    /// For so long a pushed request waits for its browser (RFC 9126 §2.2); `5s` to `600s`. Default: `60s`.
    pub par: Span,
    /// How long a sign-in page may stand open; at most `4h`. Default: `30m`.
    pub login: Span,
    /// ID tokens. Default: `10m`.
    pub id_token: Span,
    /// Access tokens. Default: `10m`.
    pub access_token: Span,
    /// A refresh token that is not used for so long is void. Default: `30d`.
    pub refresh_idle: Span,
    /// A refresh token is void so long after the sign-in, however much it is used. Default: `180d`.
    pub refresh_absolute: Span,
    /// For so long the previous refresh token gets the same successor again: a lost answer logs nobody out.
    /// Default: `30s`.
    pub refresh_grace: Span,
    /// For so long the record of who received what is kept. Default: `1830d`, five years.
    pub history: Span,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            code: Span::seconds(60),
            par: Span::seconds(60),
            login: Span::minutes(30),
            id_token: Span::minutes(10),
            access_token: Span::minutes(10),
            refresh_idle: Span::days(30),
            refresh_absolute: Span::days(180),
            refresh_grace: Span::seconds(30),
            history: Span::days(1830),
        }
    }
}

impl Tokens {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let refused =
            |key: &str, span: Span, expected: &str| Err(ConfigError::value(&format!("tokens.{key}"), span, expected));
        if *self.code > *Span::seconds(60) || self.code.is_zero() {
            return refused("code", self.code, "1s to 60s");
        }
        if *self.par < *Span::seconds(5) || *self.par > *Span::seconds(600) {
            return refused("par", self.par, "5s to 600s");
        }
        let lasting = [("login", self.login), ("refresh_idle", self.refresh_idle)];
        if let Some((key, span)) = lasting.into_iter().find(|(_, span)| span.is_zero()) {
            return refused(key, span, "1s or more");
        }
        if self.refresh_idle > self.refresh_absolute {
            let expected = format!("at most tokens.refresh_absolute ({})", self.refresh_absolute);
            return refused("refresh_idle", self.refresh_idle, &expected);
        }
        if *self.login > LONGEST_LOGIN {
            return refused("login", self.login, "1s to 4h");
        }
        if self.history < self.refresh_absolute {
            let expected = format!("at least tokens.refresh_absolute ({})", self.refresh_absolute);
            return refused("history", self.history, &expected);
        }
        if self.history < Span::days(31) {
            return refused("history", self.history, "at least 31d, which the start page looks at");
        }
        // A session is remembered for a day after its end: what it gave lives no longer.
        let tokens = [("access_token", self.access_token), ("id_token", self.id_token)];
        match tokens.into_iter().find(|(_, span)| span.is_zero() || **span > LONGEST_TOKEN) {
            Some((key, span)) => refused(key, span, "1s to 1d"),
            None => Ok(()),
        }
    }
}
