//! What people prove themselves with, one file for each kind.

pub mod attestation;
pub mod blocklist;
pub mod foreign;
pub mod new_password;
pub mod passkey;
pub mod password;
pub mod recovery_code;
pub mod totp;
pub mod workspace;

/// NIST SP 800-63B-4 §3.2.2: "The verifier SHALL … limit consecutive failed authentication attempts on a single account to no
/// more than 100." After that a password or an app proves nothing more; it takes another one, and other ways go on.
pub const MOST_FAILURES: i64 = 100;
