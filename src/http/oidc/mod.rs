//! OpenID Connect endpoints.

pub mod discovery;
pub mod jwks;
pub mod rp_initiated_logout;
pub mod userinfo;
