//! What went wrong on our side: an answer for nobody, a message for the operator.

use std::time::Duration;

/// A failure of ours, never the caller's mistake.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Something that we need is away or overloaded; the same request may succeed after `retry_after`.
    #[error("unavailable: {what}")]
    Unavailable {
        /// What is away.
        what: String,
        /// When trying again makes sense.
        retry_after: Duration,
        /// Whether it may have happened all the same: it was under way, and nobody heard how it ended.
        in_doubt: bool,
    },
    /// Something that cannot be.
    #[error("broken: {0}")]
    Broken(String),
}

impl Fault {
    /// `what` is away; try again in a second.
    pub fn unavailable(what: impl Into<String>) -> Self {
        Self::Unavailable { what: what.into(), retry_after: Duration::from_secs(1), in_doubt: false }
    }

    /// The same, of what may have happened all the same.
    pub fn in_doubt(self) -> Self {
        match self {
            Self::Unavailable { what, retry_after, .. } => Self::Unavailable { what, retry_after, in_doubt: true },
            broken @ Self::Broken(_) => broken,
        }
    }

    /// `what` cannot be.
    pub fn broken(what: impl std::fmt::Display) -> Self {
        Self::Broken(what.to_string())
    }
}
