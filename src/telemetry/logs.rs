//! Structured logs. They carry identifiers and outcomes, never personal data.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// Starts logging to standard error, as JSON or as text. A second call changes nothing.
pub fn start(filter: &str, json: bool) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| error.to_string())?;
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    let started = if json { lines.json().flatten_event(true).try_init() } else { lines.try_init() };
    drop(started); // somebody else's subscriber, as in tests, is left alone
    Ok(())
}
