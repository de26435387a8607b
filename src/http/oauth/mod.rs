//! OAuth endpoints.

pub mod authorize;
pub mod par;
pub mod token;
