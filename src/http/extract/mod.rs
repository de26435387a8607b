//! What handlers take from a request.

pub mod client;
pub mod form;
pub mod language;
pub mod visitor;
