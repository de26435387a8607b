//! Vocabulary and rules of the published specifications, decided from arguments alone.

pub mod error;
pub mod fido;
pub mod oauth;
pub mod oidc;
pub mod pkix;
