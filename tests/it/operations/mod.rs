//! What operators do: declarations, keys, configuration, and the program as a process.

mod api;
mod applying;
mod backup;
mod beginning;
mod check_config;
mod clients;
mod commands;
mod conformance;
mod data_keys;
mod declaration;
mod decryption_keys;
mod durability;
mod export;
mod identities;
mod keys;
mod letters;
mod looking;
mod mistakes;
mod passkeys;
mod people;
mod people_export;
mod people_import;
mod pooler;
pub mod program;
mod quick_start;
pub mod readme;
mod redis_at_the_start;
mod references;
mod refusals;
mod restoring;
mod root_secrets;
mod serve;
mod server;
mod server_rights;
mod server_tree;
mod surroundings;
mod trail;
mod unreadable_keys;
mod upgrades;
mod versions;

/// An argon2id PHC string made without our pepper.
pub fn phc(secret: &str, memory_kib: u32, iterations: u32) -> String {
    let params = argon2::Params::new(memory_kib, iterations, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash = password_hash::PasswordHasher::hash_password_with_salt(&argon2, secret.as_bytes(), b"salt-of-a-test");
    hash.unwrap().to_string()
}
