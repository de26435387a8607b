//! What handlers take from a request.

pub mod arrival;
pub mod bearer;
pub mod client_request;
pub mod form;
pub mod language;
pub mod visitor;
