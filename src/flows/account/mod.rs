//! What people do to themselves.

pub mod consents;
