//! The ID token, verified by the portal itself (OpenID Connect Core §3.1.3.7, §3.1.3.8).

use openidconnect::AccessTokenHash;
use openidconnect::AdditionalClaims;
use openidconnect::ClaimsVerificationError;
use openidconnect::EmptyExtraTokenFields;
use openidconnect::EndpointMaybeSet;
use openidconnect::EndpointNotSet;
use openidconnect::EndpointSet;
use openidconnect::IdTokenFields;
use openidconnect::JsonWebKey;
use openidconnect::Nonce;
use openidconnect::OAuth2TokenResponse;
use openidconnect::SignatureVerificationError;
use openidconnect::StandardErrorResponse;
use openidconnect::StandardTokenResponse;
use openidconnect::TokenResponse;
use openidconnect::core::CoreAuthDisplay;
use openidconnect::core::CoreAuthPrompt;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::core::CoreGenderClaim;
use openidconnect::core::CoreJsonWebKey;
use openidconnect::core::CoreJweContentEncryptionAlgorithm;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::core::CoreRevocableToken;
use openidconnect::core::CoreRevocationErrorResponse;
use openidconnect::core::CoreTokenIntrospectionResponse;
use openidconnect::core::CoreTokenType;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::base::secret::Secret;
use crate::base::time::Timestamp;

use super::board::Method;

/// What a verified ID token says, and how it was verified.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Who it is, for this portal alone.
    pub sub: String,
    /// The session at the provider (OpenID Connect Back-Channel Logout §2.1).
    pub sid: String,
    /// When the person authenticated.
    pub auth_time: Timestamp,
    /// How.
    pub method: Method,
    /// The key whose signature held.
    pub kid: String,
    /// The algorithm of the signature.
    pub alg: String,
    /// Every claim.
    pub claims: Map<String, Value>,
    /// The token as it came, shortened: its signature is left out.
    pub compact: String,
    /// The token as it came, to be shown to the provider alone.
    pub hint: Secret<String>,
}

/// Why an ID token does not hold.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    /// There is none in the token response.
    #[error("there is no ID token")]
    Missing,
    /// No published key has made this signature.
    #[error("the provider publishes no key for this signature")]
    UnknownKey,
    /// A check failed.
    #[error(transparent)]
    Claims(ClaimsVerificationError),
    /// `at_hash` is missing or belongs to another access token.
    #[error("at_hash does not belong to the access token")]
    AccessTokenHash,
    /// A claim that this portal relies on is missing.
    #[error("the claim {0} is missing")]
    MissingClaim(&'static str),
}

/// Claims beyond those that the library knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionClaim {
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
}

impl AdditionalClaims for SessionClaim {}

/// The library's client with our claims.
pub type Client = openidconnect::Client<
    SessionClaim,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The token response with our claims.
pub type Tokens = StandardTokenResponse<
    IdTokenFields<
        SessionClaim,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

/// Verifies signature, issuer, audience, times, nonce and `at_hash`; there is no other way to the claims.
pub fn verify(client: &Client, tokens: &Tokens, nonce: &Nonce) -> Result<Verified, Flaw> {
    let token = tokens.id_token().ok_or(Flaw::Missing)?;
    // The portals are registered for ES256; the library would take whatever discovery lists.
    let verifier = client.id_token_verifier().set_allowed_algs([CoreJwsSigningAlgorithm::EcdsaP256Sha256]);
    let claims = token.claims(&verifier, nonce)?;
    let (alg, key) = (token.signing_alg()?, token.signing_key(&verifier)?);
    let hash = AccessTokenHash::from_token(tokens.access_token(), alg, key).map_err(|_| Flaw::AccessTokenHash)?;
    if claims.access_token_hash() != Some(&hash) {
        return Err(Flaw::AccessTokenHash);
    }
    let by = |method: &str| claims.auth_method_refs().is_some_and(|all| all.iter().any(|amr| amr.as_str() == method));
    let auth_time = claims.auth_time().ok_or(Flaw::MissingClaim("auth_time"))?;
    Ok(Verified {
        sub: claims.subject().to_string(),
        sid: claims.additional_claims().sid.clone().ok_or(Flaw::MissingClaim("sid"))?,
        auth_time: Timestamp::from_seconds(auth_time.timestamp()),
        method: match (by("pwd"), by("hwk") || by("swk")) {
            (true, false) => Method::Password,
            (true, true) => Method::PasswordAndKey,
            (false, _) => Method::Other,
        },
        kid: key.key_id().map(|kid| kid.to_string()).unwrap_or_default(),
        alg: serde_json::to_value(alg).ok().and_then(|alg| alg.as_str().map(str::to_owned)).unwrap_or_default(),
        claims: members(claims),
        compact: unsigned(&token.to_string()),
        hint: Secret::new(token.to_string()),
    })
}

/// The members of a JSON object.
pub fn members(claims: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

fn unsigned(compact: &str) -> String {
    let parts: Vec<String> = compact.split('.').take(2).map(|part| part.chars().take(10).collect()).collect();
    format!("{}….•••", parts.join("…."))
}

impl From<ClaimsVerificationError> for Flaw {
    fn from(why: ClaimsVerificationError) -> Self {
        match why {
            ClaimsVerificationError::SignatureVerification(why) => why.into(),
            why => Self::Claims(why),
        }
    }
}

impl From<SignatureVerificationError> for Flaw {
    fn from(why: SignatureVerificationError) -> Self {
        match why {
            SignatureVerificationError::NoMatchingKey => Self::UnknownKey,
            why => Self::Claims(ClaimsVerificationError::SignatureVerification(why)),
        }
    }
}
