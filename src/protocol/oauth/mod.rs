//! OAuth 2.0 and its extensions, one file for each specification.

pub mod access_token;
pub mod authorization_request;
pub mod client_metadata;
pub mod introspection;
pub mod jar;
pub mod par;
pub mod parameters;
pub mod pkce;
pub mod private_key_jwt;
pub mod protected_resource;
pub mod redirect_uri;
pub mod resource_indicators;
pub mod scope;
pub mod software_statement;
pub mod token_request;
