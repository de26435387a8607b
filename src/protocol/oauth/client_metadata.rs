//! Client metadata: RFC 7591 §2, OpenID Connect Dynamic Client Registration §2.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::redirect_uri;
use super::scope::Scope;
use super::token_request::GrantType;
use crate::jose::jwa::Algorithm;
use crate::jose::jwk::JwkSet;

/// What is known of a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    /// Which rules hold for it.
    pub profile: Profile,
    /// `web` or `native` (OpenID Connect Registration §2).
    pub application_type: ApplicationType,
    /// Where answers may be sent.
    pub redirect_uris: Vec<String>,
    /// How it proves who it is at the token endpoint.
    pub token_endpoint_auth_method: AuthMethod,
    /// What it may ask of the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// The scope values that it may ask for.
    pub scope: Scope,
    /// Its name, where no service speaks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Its emblem; never fetched by us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Its privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Its terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// Its keys by value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Pairwise unless its legal basis allows public subjects.
    pub subject_type: SubjectType,
    /// How its ID tokens are signed; the profile's choice where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// The age of a sign-in, in seconds, that it accepts where a request names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u64>,
    /// Context classes that it wants where a request names none.
    pub default_acr_values: Vec<String>,
    /// Resources for which it may ask tokens (RFC 8707).
    pub resources: Vec<String>,
    /// Origins from which its browser code may call us (CORS).
    pub origins: Vec<String>,
    /// Lifetimes of its own, in seconds.
    pub lifetimes: Lifetimes,
}

/// No client's ID and access tokens may live longer: their key is published until the last of them has expired.
pub const LONGEST_TOKEN: Duration = Duration::from_secs(86_400);

/// Lifetimes that replace the deployment's for one client, in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lifetimes {
    /// ID tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<u64>,
    /// Access tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<u64>,
    /// Refresh tokens, since their last use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_idle: Option<u64>,
    /// Refresh tokens, since the sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_absolute: Option<u64>,
}

/// Which rules hold for a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// PKCE always, ES256 unless registered otherwise, plain http on loopback only.
    #[default]
    Strict,
    /// What OpenID Connect certification expects: PKCE optional for confidential clients, RS256 unless registered otherwise.
    Oidc,
}

/// OpenID Connect Registration §2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ApplicationType {
    #[default]
    Web,
    Native,
}

/// OpenID Connect Core §8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum SubjectType {
    #[default]
    Pairwise,
    Public,
}

/// RFC 7591 §2, OpenID Connect Core §9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum AuthMethod {
    #[default]
    ClientSecretBasic,
    ClientSecretPost,
    None,
}

impl AuthMethod {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::None];

    /// As it is written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }
}

impl Default for ClientMetadata {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            application_type: ApplicationType::default(),
            redirect_uris: Vec::new(),
            token_endpoint_auth_method: AuthMethod::default(),
            grant_types: vec![GrantType::AuthorizationCode],
            scope: Scope::default(),
            client_name: None,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            jwks: None,
            subject_type: SubjectType::default(),
            id_token_signed_response_alg: None,
            default_max_age: None,
            default_acr_values: Vec::new(),
            resources: Vec::new(),
            origins: Vec::new(),
            lifetimes: Lifetimes::default(),
        }
    }
}

impl ClientMetadata {
    /// Whether it can keep a secret (RFC 6749 §2.1).
    pub fn is_confidential(&self) -> bool {
        self.token_endpoint_auth_method != AuthMethod::None
    }

    /// Whether it is registered for `grant`.
    pub fn may(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// Whether its authorization requests must carry a code challenge.
    pub fn needs_pkce(&self) -> bool {
        self.profile == Profile::Strict || !self.is_confidential()
    }

    /// How its ID tokens are signed.
    pub fn id_token_alg(&self) -> Algorithm {
        self.id_token_signed_response_alg.unwrap_or(match self.profile {
            Profile::Strict => Algorithm::Es256,
            Profile::Oidc => Algorithm::Rs256,
        })
    }

    /// The lifetime that `own` names, or the deployment's.
    pub fn lifetime(own: Option<u64>, deployment: Duration) -> Duration {
        own.map_or(deployment, Duration::from_secs)
    }

    /// What makes this metadata impossible, as (member, reason); `Ok` if nothing does.
    pub fn validate(&self) -> Result<(), (&'static str, String)> {
        if self.grant_types.is_empty() {
            return Err(("grant_types", "must name at least one grant type".into()));
        }
        if self.may(GrantType::RefreshToken) && !self.may(GrantType::AuthorizationCode) {
            return Err(("grant_types", "refresh_token needs authorization_code beside it".into()));
        }
        if self.may(GrantType::AuthorizationCode) && self.redirect_uris.is_empty() {
            return Err(("redirect_uris", "must not be empty for the grant type authorization_code".into()));
        }
        if self.may(GrantType::ClientCredentials) && !self.is_confidential() {
            return Err(("grant_types", "client_credentials is for clients that authenticate".into()));
        }
        for uri in &self.redirect_uris {
            redirect_uri::validate(uri, self).map_err(|why| ("redirect_uris", format!("{uri} {why}")))?;
        }
        for (member, uri) in
            [("logo_uri", &self.logo_uri), ("policy_uri", &self.policy_uri), ("tos_uri", &self.tos_uri)]
        {
            if let Some(uri) = uri.as_deref().filter(|uri| !is_web_page(uri)) {
                return Err((member, format!("{uri} is not an http or https URL")));
            }
        }
        for origin in &self.origins {
            if !Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == *origin) {
                return Err(("origins", format!("{origin} is not an origin such as https://portal.example")));
            }
        }
        for resource in &self.resources {
            if !Url::parse(resource).is_ok_and(|url| url.fragment().is_none()) {
                return Err(("resources", format!("{resource} is not an absolute URI without fragment")));
            }
        }
        let lifetimes = [self.lifetimes.id_token, self.lifetimes.access_token];
        if lifetimes.into_iter().flatten().any(|own| own == 0 || own > LONGEST_TOKEN.as_secs()) {
            return Err(("lifetimes", format!("id_token and access_token: 1 to {} seconds", LONGEST_TOKEN.as_secs())));
        }
        match &self.jwks {
            Some(keys) => JwkSet::from_value(keys).map(|_| ()).map_err(|error| ("jwks", error.to_string())),
            None => Ok(()),
        }
    }
}

fn is_web_page(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
