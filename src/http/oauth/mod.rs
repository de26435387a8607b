//! OAuth endpoints.

pub mod authorize;
pub mod token;
