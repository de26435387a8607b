//! OAuth endpoints.

pub mod authorize;
pub mod registration;
pub mod token;
