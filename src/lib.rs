//! Một Cửa, the identity provider of a digital state: citizens sign in once, and every portal of every level of
//! government trusts the tokens that it signs.
//!
//! Modules stand in storeys; each names only storeys beneath its own, and a test holds that. From the ground up:
//!
//! | storey | what lives there |
//! |---|---|
//! | [`base`] | time, randomness, secrets, identifiers |
//! | [`jose`] | signatures and keys: RFC 7515 to 7519 |
//! | [`i18n`] | the words that a citizen reads |
//! | [`telemetry`] | logs and metrics |
//! | [`protocol`] | vocabulary and rules of OAuth 2.0 and OpenID Connect |
//! | [`identity`] | this state's rules about people and agencies |
//! | [`outbound`] | the way out of the building |
//! | [`store`] | what we remember: SQL, Redis, caches, the ledger |
//! | [`letters`] | what we write to people |
//! | [`signing`] | private keys, their custody and their succession |
//! | [`config`] | what the operator chooses before we start |
//! | [`app`] | the handles that every flow may use |
//! | [`parts`] | what doors are made of: issue, verify, find, revoke, throttle, record |
//! | [`flows`] | doors: one function for each thing that can be asked |
//! | [`jobs`] | what the clock wakes |
//! | [`http`] | how a request arrives and how the answer looks |
//! | [`cli`] | what a person at a terminal starts |
//!
//! A specification keeps one file name on every storey that it passes through: the token endpoint's authorization code
//! is `protocol/oauth/token_request.rs` (what RFC 6749 says), `flows/token/authorization_code.rs` (what we decide) and
//! `http/oauth/token.rs` (how it arrives).

pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod flows;
pub mod http;
pub mod i18n;
pub mod identity;
pub mod jobs;
pub mod jose;
pub mod letters;
pub mod outbound;
pub mod parts;
pub mod protocol;
pub mod signing;
pub mod store;
pub mod telemetry;
