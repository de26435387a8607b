//! What people do to themselves.

pub mod consents;
pub mod fresh;
pub mod passkeys;
pub mod recovery_codes;
pub mod security;
pub mod totp;
