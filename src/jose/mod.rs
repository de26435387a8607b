//! Signatures and keys in JSON: JWS, JWK, JWA, JWT (RFC 7515, 7517, 7518, 7519). Knows no claim's meaning beyond
//! RFC 7519, and neither clock nor network.

pub mod alg;
pub mod json;
pub mod jwa;
pub mod jwk;
pub mod jws;
pub mod jwt;
