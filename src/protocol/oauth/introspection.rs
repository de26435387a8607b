//! Token introspection: RFC 7662, and its answers as JWT: RFC 9701.

use serde::Serialize;

use super::access_token::AccessTokenClaims;
use super::scope::Scope;

/// `typ` of an answer that is a JWT (RFC 9701 §5).
pub const TYP: &str = "token-introspection+jwt";
/// The media type of such an answer, by which it is asked for (RFC 9701 §4).
pub const MEDIA_TYPE: &str = "application/token-introspection+jwt";

/// What is said of a token (RFC 7662 §2.2). Of one that is not active nothing else is said.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[allow(missing_docs)] // the members are the specification's
pub struct Introspection {
    pub active: bool,
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// RFC 9470 §6.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// RFC 9470 §6.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
}

/// The claims of an answer that is a JWT (RFC 9701 §5): neither `sub` nor `exp`, so that nobody takes it for a token.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // the members are the specification's
pub struct IntrospectionClaims<'a> {
    pub iss: &'a str,
    pub aud: &'a str,
    pub iat: i64,
    pub token_introspection: &'a Introspection,
}

impl From<AccessTokenClaims> for Introspection {
    fn from(claims: AccessTokenClaims) -> Self {
        Self {
            active: true,
            scope: claims.scope,
            client_id: Some(claims.client_id),
            token_type: Some("Bearer"),
            exp: Some(claims.exp),
            iat: Some(claims.iat),
            sub: Some(claims.sub),
            aud: Some(claims.aud),
            iss: Some(claims.iss),
            jti: Some(claims.jti),
            auth_time: claims.auth_time,
            acr: claims.acr,
        }
    }
}
