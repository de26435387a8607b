//! What handlers take from a request.

pub mod arrival;
pub mod bearer;
pub mod client_form;
pub mod form;
pub mod language;
pub mod visitor;
