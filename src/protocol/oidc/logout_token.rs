//! Logout tokens: OpenID Connect Back-Channel Logout §2.4.

use serde::Serialize;

/// How long a token may be used, in seconds: "preferably at most two minutes in the future".
pub const LIFETIME: i64 = 120;

/// The claims of a logout token. There is no `nonce`: with one it could pass for an ID token.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the claims of the specification
pub struct LogoutTokenClaims<'a> {
    pub iss: &'a str,
    pub sub: &'a str,
    pub aud: &'a str,
    pub iat: i64,
    pub exp: i64,
    pub jti: &'a str,
    pub events: Events,
    pub sid: &'a str,
}

/// What makes it a logout token: the one event, which says no more.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    backchannel_logout: Nothing,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Nothing {}
