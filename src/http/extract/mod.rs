//! What handlers take from a request.

pub mod arrival;
pub mod authorization;
pub mod client_request;
pub mod form;
pub mod language;
pub mod now;
pub mod page;
pub mod visitor;
