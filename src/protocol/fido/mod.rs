//! What the FIDO Alliance publishes of authenticators.

pub mod metadata;
pub mod status;
