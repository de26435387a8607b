//! Client metadata: RFC 7591 §2, OpenID Connect Dynamic Client Registration §2.

mod encryption;
pub mod registration;
pub mod sector;
mod validation;

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

pub use self::encryption::Encryption;
use super::redirect_uri;
pub use super::redirect_uri::ApplicationType;
use super::scope::Scope;
use super::token_request::GrantType;
use crate::jose::jwa::Algorithm;
use crate::jose::jwa::ContentEncryption;
use crate::jose::jwa::KeyManagement;

/// What is known of a client.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    #[serde(default = "code_alone")]
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
    /// Its home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Those who answer for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// Which software it is (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// In which version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// What somebody whom we trust says of it, as it was registered (RFC 7591 §2.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_statement: Option<String>,
    /// Its keys by value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Where its keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The one algorithm of its assertions; any that its profile allows where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// Pairwise unless its legal basis allows public subjects.
    pub subject_type: SubjectType,
    /// How its ID tokens are signed; the profile's choice where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// How its ID tokens are encrypted, if at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_alg: Option<KeyManagement>,
    /// With what their content is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_enc: Option<ContentEncryption>,
    /// How UserInfo is signed; plain JSON where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// How UserInfo is encrypted, if at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_alg: Option<KeyManagement>,
    /// With what its content is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_enc: Option<ContentEncryption>,
    /// How introspection answers are signed; plain JSON unless asked otherwise where absent (RFC 9701 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_signed_response_alg: Option<Algorithm>,
    /// The one algorithm of its request objects; any that its profile allows where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<Algorithm>,
    /// How it may encrypt request objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_alg: Option<KeyManagement>,
    /// With what their content is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_enc: Option<ContentEncryption>,
    /// URLs of request objects that we may open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<String>,
    /// Whether its requests must be signed request objects (RFC 9101 §10.5).
    #[serde(skip_serializing_if = "is_false")]
    pub require_signed_request_object: bool,
    /// Whether its requests must be pushed (RFC 9126 §6).
    #[serde(skip_serializing_if = "is_false")]
    pub require_pushed_authorization_requests: bool,
    /// Names the sites that share its subject identifiers (OpenID Connect Core §8.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// Where somebody else begins a sign-in at it (OpenID Connect Core §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// Where browsers may be sent after they signed out (OpenID Connect RP-Initiated Logout §3.1).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it learns that somebody signed out (OpenID Connect Back-Channel Logout §2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether it needs to be told the session.
    #[serde(skip_serializing_if = "is_false")]
    pub backchannel_logout_session_required: bool,
    /// What a frame opens when somebody signs out (OpenID Connect Front-Channel Logout §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether the frame's address must name issuer and session.
    #[serde(skip_serializing_if = "is_false")]
    pub frontchannel_logout_session_required: bool,
    /// Whether it needs `auth_time`; ID tokens have it always.
    #[serde(skip_serializing_if = "is_false")]
    pub require_auth_time: bool,
    /// The age of a sign-in, in seconds, that it accepts where a request names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u64>,
    /// Context classes that it wants where a request names none.
    pub default_acr_values: Vec<String>,
    /// The least context class that it takes, whatever a request names. A member of our own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_acr: Option<String>,
    /// The greatest age of a sign-in, in seconds, that it takes, whatever a request names. A member of our own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_auth_age: Option<u64>,
    /// Resources for which it may ask tokens (RFC 8707).
    pub resources: Vec<String>,
    /// Resources that it serves: it may introspect tokens for them (RFC 7662 §4).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protected_resources: Vec<String>,
    /// Origins from which its browser code may call us (CORS).
    pub origins: Vec<String>,
    /// Lifetimes of its own, in seconds.
    pub lifetimes: Lifetimes,
}

/// No client's ID and access tokens may live longer: their key is published until the last of them has expired.
pub const LONGEST_TOKEN: Duration = Duration::from_secs(86_400);

/// Nor may any client's refresh tokens: what they can do is kept in mind for so long.
pub const LONGEST_REFRESH: Duration = Duration::from_secs(1830 * 86_400);

/// Lifetimes that replace the deployment's for one client, in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// PKCE always, ES256 unless registered otherwise, plain http on loopback only.
    #[default]
    Strict,
    /// What OpenID Connect certification expects: PKCE optional for confidential clients, RS256 unless registered otherwise.
    Oidc,
}

impl Profile {
    /// The algorithms by which its clients may sign.
    pub const fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::Strict => &[Algorithm::Es256, Algorithm::EdDsa, Algorithm::Ps256],
            Self::Oidc => &Algorithm::ALL,
        }
    }

    /// Whether even a client that authenticates sends a code challenge.
    pub const fn always_needs_pkce(self) -> bool {
        match self {
            Self::Strict => true,
            Self::Oidc => false,
        }
    }

    /// Whether a request object names when it begins and ends, and ends soon (FAPI 2.0 Message Signing §5.3.1).
    pub const fn bounds_request_objects(self) -> bool {
        match self {
            Self::Strict => true,
            Self::Oidc => false,
        }
    }

    /// Whether what a signed request leaves unsigned counts for nothing (RFC 9101 §5).
    pub const fn takes_signed_parameters_only(self) -> bool {
        match self {
            Self::Strict => true,
            Self::Oidc => false,
        }
    }

    /// Whether clients that authenticate may be sent back over plain http.
    pub const fn allows_plain_http(self) -> bool {
        match self {
            Self::Strict => false,
            Self::Oidc => true,
        }
    }
}

/// OpenID Connect Core §8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum SubjectType {
    #[default]
    Pairwise,
    Public,
}

/// RFC 7591 §2, OpenID Connect Core §9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum AuthMethod {
    #[default]
    ClientSecretBasic,
    ClientSecretPost,
    PrivateKeyJwt,
    None,
}

impl AuthMethod {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::PrivateKeyJwt, Self::None];

    /// As it is written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }

    /// Whether the client proves who it is by a secret that we share with it.
    pub const fn is_secret(self) -> bool {
        match self {
            Self::ClientSecretBasic | Self::ClientSecretPost => true,
            Self::PrivateKeyJwt | Self::None => false,
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

    /// Whether `presented` is one of its redirect URIs.
    pub fn is_redirect_uri(&self, presented: &str) -> bool {
        redirect_uri::is_registered(&self.redirect_uris, self.application_type, presented)
    }

    /// Whether the browser may be sent to this URI after a sign-out (OpenID Connect RP-Initiated Logout §3).
    pub fn is_post_logout_redirect_uri(&self, presented: &str) -> bool {
        redirect_uri::is_registered(&self.post_logout_redirect_uris, self.application_type, presented)
    }

    /// Whether any program could be this client when it is answered at `redirect_uri` (RFC 8252 §8.6).
    pub fn could_be_anybody(&self, redirect_uri: &str) -> bool {
        !self.is_confidential() && redirect_uri::is_anybodys(redirect_uri)
    }

    /// Whether its authorization requests must carry a code challenge.
    pub fn needs_pkce(&self) -> bool {
        self.profile.always_needs_pkce() || !self.is_confidential()
    }

    /// How its ID tokens are signed.
    pub fn id_token_alg(&self) -> Algorithm {
        self.id_token_signed_response_alg.unwrap_or(match self.profile {
            Profile::Strict => Algorithm::Es256,
            Profile::Oidc => Algorithm::Rs256,
        })
    }

    /// By which algorithms its assertions may be signed.
    pub fn assertion_algorithms(&self) -> Vec<Algorithm> {
        self.narrowed(self.token_endpoint_auth_signing_alg)
    }

    /// By which algorithms its request objects may be signed.
    pub fn request_object_algorithms(&self) -> Vec<Algorithm> {
        self.narrowed(self.request_object_signing_alg)
    }

    fn narrowed(&self, registered: Option<Algorithm>) -> Vec<Algorithm> {
        let allowed = self.profile.algorithms().iter().copied();
        allowed.filter(|alg| registered.is_none_or(|registered| registered == *alg)).collect()
    }

    /// The member that asks for a signature by none of `offered`, if one does.
    pub fn signed_by_none_of(&self, offered: &[Algorithm]) -> Option<&'static str> {
        let id_token = self.may(GrantType::AuthorizationCode).then(|| self.id_token_alg());
        let wanted = [
            ("id_token_signed_response_alg", id_token),
            ("userinfo_signed_response_alg", self.userinfo_signed_response_alg),
            ("introspection_signed_response_alg", self.introspection_signed_response_alg),
        ];
        let missing = |algorithm: &Option<Algorithm>| algorithm.is_some_and(|algorithm| !offered.contains(&algorithm));
        wanted.into_iter().find(|(_, algorithm)| missing(algorithm)).map(|(member, _)| member)
    }

    /// The lifetime that `own` names, or the deployment's.
    pub fn lifetime(own: Option<u64>, deployment: Duration) -> Duration {
        own.map_or(deployment, Duration::from_secs)
    }
}

fn code_alone() -> Vec<GrantType> {
    vec![GrantType::AuthorizationCode]
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn is_false(value: &bool) -> bool {
    !value
}
