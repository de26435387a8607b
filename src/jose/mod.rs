//! Signatures, encryption and keys in JSON: JWS, JWE, JWK, JWA, JWT (RFC 7515 to 7519). Knows no claim's meaning beyond
//! RFC 7519, and neither clock nor network.

pub mod alg;
pub mod json;
pub mod jwa;
pub mod jwe;
pub mod jwk;
pub mod jws;
pub mod jwt;
mod material;
