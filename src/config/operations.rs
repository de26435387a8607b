//! `[operations]`: what operators read.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::ConfigError;

/// Logs, metrics and health.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Operations {
    /// The address of `/health/live`, `/health/ready` and `/metrics`; never open to the public.
    /// Default: `127.0.0.1:9090`.
    pub listen: SocketAddr,
    /// Which log lines are written, as `tracing` filters them. `motcua::http=debug` adds one line for each request.
    /// Default: `info`.
    pub log: String,
    /// `json` or `text`. Default: `json`.
    pub log_format: LogFormat,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum LogFormat {
    #[default]
    Json,
    Text,
}

impl Operations {
    /// `public` is where everybody else is let in.
    pub(super) fn validate(&self, public: SocketAddr) -> Result<(), ConfigError> {
        let everywhere = public.ip().is_unspecified() || self.listen.ip().is_unspecified();
        if self.listen.port() == public.port() && public.port() != 0 && (everywhere || self.listen.ip() == public.ip())
        {
            let expected = format!("another port than that of server.listen ({public})");
            return Err(ConfigError::value("operations.listen", self.listen, &expected));
        }
        Ok(())
    }
}

impl Default for Operations {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 9090)), log: "info".into(), log_format: LogFormat::default() }
    }
}
