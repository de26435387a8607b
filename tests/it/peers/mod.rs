//! Independent software completes real flows.

mod openid_client;
mod serving;
