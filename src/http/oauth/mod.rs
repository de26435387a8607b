//! OAuth endpoints.

pub mod authorize;
pub mod introspection;
pub mod par;
pub mod protected_resource;
pub mod registration;
pub mod revocation;
pub mod token;
