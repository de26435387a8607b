//! What operators see of the running program.

pub mod logs;
pub mod metrics;
pub mod process;
