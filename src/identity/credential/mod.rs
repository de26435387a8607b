//! What people prove themselves with, one file for each kind.

pub mod blocklist;
pub mod foreign;
pub mod new_password;
pub mod password;
pub mod workspace;
