//! `[operations]`: what operators read.

use std::net::SocketAddr;

use serde::Deserialize;
use serde::Serialize;

/// Logs, metrics and health.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum LogFormat {
    #[default]
    Json,
    Text,
}

impl Default for Operations {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 9090)), log: "info".into(), log_format: LogFormat::default() }
    }
}
