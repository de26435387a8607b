//! What we hand out: codes, and the tokens that they become.

pub mod access_token;
pub mod claims;
pub mod code;
pub mod id_token;
pub mod refresh_token;
pub mod subject;
pub mod tokens;
