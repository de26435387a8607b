//! What people do to themselves.

pub mod circumstances;
pub mod closing;
pub mod consents;
pub mod export;
pub mod fresh;
pub mod history;
pub mod kept;
pub mod language;
pub mod lead;
pub mod met;
pub mod overview;
pub mod passkeys;
pub mod password;
pub mod received;
pub mod recovery_codes;
pub mod security;
pub mod sessions;
pub mod texts;
pub mod totp;
