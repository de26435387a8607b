//! How people prove who they are.

pub mod hash_pool;
pub mod password;
pub mod throttle;
