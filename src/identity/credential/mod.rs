//! What people prove themselves with, one file for each kind.

pub mod foreign;
pub mod password;
pub mod workspace;
