//! What officials do to others.

pub mod access;
pub mod audit;
pub mod authenticator_models;
pub mod claimed_number;
pub mod clients;
pub mod declaration;
pub mod figures;
pub mod keys;
pub mod listing;
pub mod outbox;
pub mod past;
pub mod people;
pub mod people_export;
pub mod people_import;
pub mod proofing;
pub mod recovery;
pub mod refusal;
pub mod repeated;
pub mod rights;
pub mod seat;
pub mod services;
pub mod units;
pub mod versions;
