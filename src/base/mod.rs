//! What a program needs that has never heard of OAuth: time, randomness, secrets, identifiers.

pub mod block;
pub mod day;
pub mod digest;
pub mod fault;
pub mod id;
pub mod month;
pub mod nul;
pub mod random;
pub mod sealed;
pub mod secret;
pub mod sketch;
pub mod time;
pub mod uri;
pub mod zone;
