//! What doors are made of: issue, verify, find a session, revoke, throttle, record. No part answers a request itself.

pub mod authenticate;
pub mod back_channel;
pub mod canonical_names;
pub mod client_authentication;
pub mod client_keys;
pub mod client_writer;
pub mod clients;
pub mod consents;
pub mod counting;
pub mod encryption;
pub mod grants;
pub mod hash_pool;
pub mod id_token_hint;
pub mod issue;
pub mod keyring;
pub mod letters;
pub mod networks;
pub mod new_password;
pub mod outbox;
pub mod people;
pub mod record;
pub mod request;
pub mod sealed;
pub mod sessions;
pub mod throttle;
pub mod verified_token;
