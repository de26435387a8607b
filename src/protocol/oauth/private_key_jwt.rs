//! Client assertions: RFC 7521 §4.2, RFC 7523 §2.2 and §3, OpenID Connect Core §9.

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;

use super::client_metadata::Profile;
use crate::base::time::Timestamp;
use crate::jose::jwt;
use crate::jose::jwt::JwtError;
use crate::jose::jwt::Rules;

/// The one `client_assertion_type` (RFC 7523 §2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// By how much a client's clock may differ from ours.
pub const LEEWAY: Duration = Duration::from_secs(30);
/// An assertion may expire so far ahead at most: for so long its `jti` is remembered.
const LONGEST_LIFE: Duration = Duration::from_secs(3600);
const LONGEST_JTI: usize = 255;

/// What the assertion of a client must say (RFC 7523 §3).
#[derive(Clone, Copy, Debug)]
pub struct ClientAssertion<'a> {
    /// Who presents it: `iss` and `sub`.
    pub client_id: &'a str,
    /// Which rules hold for the client.
    pub profile: Profile,
    /// Our name.
    pub issuer: &'a str,
    /// Where clients authenticate.
    pub endpoints: &'a [String],
    /// The present instant.
    pub now: Timestamp,
}

impl Rules for ClientAssertion<'_> {
    fn check(&self, typ: Option<&str>, claims: &Map<String, Value>) -> Result<(), JwtError> {
        if !jwt::is_typ(typ, None) && !jwt::is_typ(typ, Some("client-authentication+jwt")) {
            return Err(JwtError::Typ);
        }
        for (name, error) in [("iss", JwtError::Issuer), ("sub", JwtError::Subject)] {
            if claims.get(name).ok_or(JwtError::Missing(name))?.as_str() != Some(self.client_id) {
                return Err(error);
            }
        }
        self.audience(claims)?;
        let expires = jwt::instant(claims, "exp")?.ok_or(JwtError::Missing("exp"))?;
        if self.now >= expires + LEEWAY {
            return Err(JwtError::Expired);
        }
        if expires > self.now + LONGEST_LIFE + LEEWAY {
            return Err(JwtError::LivesTooLong);
        }
        jwt::not_ahead(claims, self.now + LEEWAY)?;
        Used::of(claims).map(|_| ())
    }
}

impl ClientAssertion<'_> {
    /// RFC 7523 §3: the audience "MUST […] identif[y] the authorization server". What names it depends on the profile: with
    /// its issuer alone, as one string, no assertion for another server can be meant for us too; OpenID Connect Core §9 and
    /// RFC 9126 §2 take URLs of its endpoints as well.
    fn audience(&self, claims: &Map<String, Value>) -> Result<(), JwtError> {
        let named = jwt::audiences(claims)?.ok_or(JwtError::Missing("aud"))?;
        let ours = match self.profile {
            Profile::Strict => claims.get("aud").is_some_and(|aud| aud == self.issuer),
            Profile::Oidc => named.iter().any(|one| *one == self.issuer || self.endpoints.iter().any(|url| url == one)),
        };
        if ours { Ok(()) } else { Err(JwtError::Audience) }
    }
}

/// What of an assertion is remembered so that it counts once (RFC 7523 §3, `jti`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used<'a> {
    /// Its identifier.
    pub jti: &'a str,
    /// When nobody would take it any more.
    pub until: Timestamp,
}

impl<'a> Used<'a> {
    /// The identifier and the end of a JWT that has both.
    pub fn of(claims: &'a Map<String, Value>) -> Result<Self, JwtError> {
        let jti = claims.get("jti").ok_or(JwtError::Missing("jti"))?;
        let jti =
            jti.as_str().filter(|jti| (1..=LONGEST_JTI).contains(&jti.len())).ok_or(JwtError::Malformed("jti"))?;
        let expires = jwt::instant(claims, "exp")?.ok_or(JwtError::Missing("exp"))?;
        Ok(Self { jti, until: expires + LEEWAY })
    }
}
