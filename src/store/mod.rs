//! What we remember.

#[macro_use]
pub mod db;

pub mod agencies;
pub mod announcements;
pub mod assertions;
pub mod audit;
pub mod authenticator_models;
pub mod authenticators;
mod batch;
pub mod births;
pub mod cache;
pub mod clients;
pub mod closing;
pub mod consents;
pub mod credentials;
pub mod data_keys;
pub mod distribution;
pub mod ephemeral;
pub mod families;
pub mod grants;
pub mod hierarchy;
pub mod history;
pub mod instance;
pub mod ledger;
pub mod letters;
pub mod migrations;
pub mod names;
pub mod openings;
pub mod outbox;
pub mod partitions;
pub mod passes;
pub mod pending_acts;
pub mod people;
pub mod people_export;
pub mod people_import;
pub mod proofings;
pub mod purposes;
pub mod recoveries;
pub mod refusals;
pub mod registrations;
pub mod reseals;
pub mod rights;
pub mod sessions;
pub mod signing_keys;
pub mod stops;
pub mod versions;
