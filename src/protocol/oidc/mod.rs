//! OpenID Connect, one file for each subject.

pub mod claims;
pub mod discovery;
pub mod id_token;
pub mod logout_token;
pub mod prompt;
pub mod rp_initiated_logout;
pub mod subject;
