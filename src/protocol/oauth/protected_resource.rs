//! Protected resource metadata: RFC 9728. The resources that we are ourselves are UserInfo and the API of officials; the
//! identifier of each is its URL: who follows the challenge of a resource compares the two (§3.3).

use serde::Serialize;

use super::scope::OPENID;
use crate::protocol::oidc::claims;

/// Where that of UserInfo stands (§3.1).
pub const PATH: &str = "/.well-known/oauth-protected-resource/userinfo";
/// Where that of the API stands.
pub const API_PATH: &str = "/.well-known/oauth-protected-resource/api/v1";

/// The identifier of UserInfo as a resource of `issuer`.
pub fn userinfo(issuer: &str) -> String {
    format!("{issuer}/userinfo")
}

/// The identifier of the API of officials as a resource of `issuer`.
pub fn api(issuer: &str) -> String {
    format!("{issuer}/api/v1")
}

/// The metadata (§2).
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the specification's
pub struct ProtectedResourceMetadata {
    pub resource: String,
    pub authorization_servers: [String; 1],
    pub scopes_supported: Vec<String>,
    pub bearer_methods_supported: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_documentation: Option<String>,
}

impl ProtectedResourceMetadata {
    /// Of the UserInfo endpoint of `issuer`.
    pub fn userinfo(issuer: &str) -> Self {
        let scopes = [OPENID].into_iter().chain(claims::BY_SCOPE.into_iter().map(|(scope, _)| scope));
        Self {
            resource: userinfo(issuer),
            authorization_servers: [issuer.to_owned()],
            scopes_supported: scopes.map(str::to_owned).collect(),
            bearer_methods_supported: &["header", "body"],
            resource_documentation: None,
        }
    }

    /// Of the API of officials of `issuer`, with the scope values that it knows.
    pub fn api(issuer: &str, scopes: Vec<String>) -> Self {
        Self {
            resource: api(issuer),
            authorization_servers: [issuer.to_owned()],
            scopes_supported: scopes,
            bearer_methods_supported: &["header"],
            resource_documentation: Some(format!("{issuer}/api/v1/openapi.json")),
        }
    }
}
