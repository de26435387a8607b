//! The one test binary: actors that use public doors only, one module for each specification.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods, missing_docs)]

mod account;
mod api;
mod authority;
mod browsers;
mod corpus;
mod crawl;
mod credentials;
mod demo;
mod figures;
mod house;
mod http;
mod jose;
mod letters;
mod oauth;
mod office;
mod oidc;
mod opening;
mod operations;
mod outbound;
mod pages;
mod peers;
mod races;
#[path = "../server/mod.rs"]
mod server;
mod store;
mod town;
mod units;
mod wrong_kind;
