//! Structured logs. They carry identifiers and outcomes, never personal data.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// Whether a filter can be read, and lets something through.
pub fn check(filter: &str) -> Result<(), String> {
    // A word that is no level would be the name of a target, of which nothing is heard.
    let level = |word: &str| matches!(word, "off" | "error" | "warn" | "info" | "debug" | "trace");
    let words = filter.split(',').map(str::trim).filter(|word| !word.is_empty());
    if let Some(word) =
        words.into_iter().find(|word| word.chars().all(char::is_alphanumeric) && !level(&word.to_lowercase()))
    {
        return Err(format!("{word:?} is no level"));
    }
    EnvFilter::try_new(filter).map(drop).map_err(|error| error.to_string())
}

/// Starts logging to standard error, as JSON or as text. A second call changes nothing.
pub fn start(filter: &str, json: bool) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| error.to_string())?;
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    let started = if json { lines.json().flatten_event(true).try_init() } else { lines.try_init() };
    drop(started); // somebody else's subscriber, as in tests, is left alone
    Ok(())
}
