//! What people prove themselves with, one file for each kind.

pub mod blocklist;
pub mod foreign;
pub mod new_password;
pub mod one_time_code;
pub mod passkey;
pub mod password;
pub mod recovery_code;
pub mod totp;
pub mod workspace;
