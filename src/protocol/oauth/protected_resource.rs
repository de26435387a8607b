//! Protected resource metadata: RFC 9728. The resource that we are ourselves is UserInfo, and its identifier its URL: who
//! follows the challenge of a resource compares the two (§3.3).

use serde::Serialize;

use super::scope::OPENID;
use crate::protocol::oidc::claims;

/// Where it stands (§3.1).
pub const PATH: &str = "/.well-known/oauth-protected-resource/userinfo";

/// The identifier of UserInfo as a resource of `issuer`.
pub fn userinfo(issuer: &str) -> String {
    format!("{issuer}/userinfo")
}

/// The metadata (§2).
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the specification's
pub struct ProtectedResourceMetadata {
    pub resource: String,
    pub authorization_servers: [String; 1],
    pub scopes_supported: Vec<&'static str>,
    pub bearer_methods_supported: [&'static str; 2],
}

impl ProtectedResourceMetadata {
    /// Of the UserInfo endpoint of `issuer`.
    pub fn userinfo(issuer: &str) -> Self {
        Self {
            resource: userinfo(issuer),
            authorization_servers: [issuer.to_owned()],
            scopes_supported: [OPENID]
                .into_iter()
                .chain(claims::BY_SCOPE.into_iter().map(|(scope, _)| scope))
                .collect(),
            bearer_methods_supported: ["header", "body"],
        }
    }
}
