//! The pages: every one in every state and both languages (`samples.rs`), and what must hold of all of them.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

mod accessible;
mod catalogue;
mod contract;
mod every_page;
mod samples;
mod style;
