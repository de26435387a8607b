//! What we decide: one function for each thing that can be asked.

pub mod admin;
pub mod authenticate;
pub mod authorize;
pub mod client_authentication;
pub mod client_keys;
pub mod clients;
pub mod counting;
pub mod discovery;
pub mod encryption;
pub mod health;
pub mod id_token_hint;
pub mod inspection;
pub mod introspection;
pub mod issue;
pub mod keyring;
pub mod logout;
pub mod par;
pub mod people;
pub mod record;
pub mod registration;
pub mod revocation;
pub mod services;
pub mod sessions;
pub mod token;
pub mod userinfo;
