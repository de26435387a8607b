//! What people prove themselves with, one file for each kind.

pub mod password;
