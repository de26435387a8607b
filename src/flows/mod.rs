//! What we decide: one door for each thing that can be asked. A door never names another door.

pub mod account;
pub mod admin;
pub mod authorize;
pub mod discovery;
pub mod health;
pub mod introspection;
pub mod logout;
pub mod opening_account;
pub mod par;
pub mod recovery;
pub mod registration;
pub mod revocation;
pub mod services;
pub mod stopping;
pub mod token;
pub mod userinfo;
