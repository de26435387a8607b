//! Provider metadata: OpenID Connect Discovery §3, RFC 8414 §2, RFC 9101 §10.5, RFC 9126 §5, RFC 9207
//! §3, RFC 9701 §7, RFC 9728 §4, RP-Initiated Logout §2.1, Back-Channel Logout §2.1, Front-Channel Logout §3.

use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use super::claims;
use super::prompt;
use crate::jose::jwa::Algorithm;
use crate::jose::jwa::ContentEncryption;
use crate::jose::jwa::KeyManagement;
use crate::protocol::oauth::authorization_request::ResponseMode;
use crate::protocol::oauth::client_metadata::AuthMethod;
use crate::protocol::oauth::protected_resource;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::token_request::GrantType;

/// The discovery document.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the names of the specifications
pub struct ProviderMetadata {
    #[serde(flatten)]
    pub endpoints: Endpoints,
    #[serde(flatten)]
    pub requests: Requests,
    #[serde(flatten)]
    pub algorithms: Algorithms,
    #[serde(flatten)]
    pub logout: Logout,
    pub scopes_supported: Vec<String>,
    pub subject_types_supported: [&'static str; 2],
    pub claim_types_supported: Vec<&'static str>,
    pub claims_supported: Vec<String>,
    pub protected_resources: [String; 1],
}

/// Where each thing is asked for.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the names of the specifications
pub struct Endpoints {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    pub end_session_endpoint: String,
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
    pub pushed_authorization_request_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_documentation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_tos_uri: Option<String>,
}

/// What the authorization endpoint takes.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the names of the specifications
pub struct Requests {
    pub response_types_supported: [&'static str; 1],
    pub response_modes_supported: [&'static str; 2],
    pub grant_types_supported: [&'static str; 3],
    pub acr_values_supported: Vec<&'static str>,
    #[serde(rename = "urn:motcua:acr_mappings")]
    pub acr_mappings: Map<String, Value>,
    pub display_values_supported: [&'static str; 4],
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    pub require_request_uri_registration: bool,
    pub require_pushed_authorization_requests: bool,
    pub prompt_values_supported: [&'static str; 4],
    pub ui_locales_supported: Vec<&'static str>,
    pub code_challenge_methods_supported: [&'static str; 1],
    pub authorization_response_iss_parameter_supported: bool,
}

/// How clients authenticate, and what is signed and encrypted by which algorithms.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the names of the specifications
pub struct Algorithms {
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    pub token_endpoint_auth_methods_supported: [&'static str; 4],
    pub token_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    pub id_token_encryption_alg_values_supported: [&'static str; 4],
    pub id_token_encryption_enc_values_supported: [&'static str; 4],
    pub userinfo_signing_alg_values_supported: Vec<&'static str>,
    pub userinfo_encryption_alg_values_supported: [&'static str; 4],
    pub userinfo_encryption_enc_values_supported: [&'static str; 4],
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    pub introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    pub introspection_signing_alg_values_supported: Vec<&'static str>,
    pub revocation_endpoint_auth_methods_supported: [&'static str; 4],
    pub revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    pub request_object_signing_alg_values_supported: [&'static str; 4],
    pub request_object_encryption_alg_values_supported: [&'static str; 4],
    pub request_object_encryption_enc_values_supported: [&'static str; 4],
}

/// How services learn of a sign-out.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the names of the specifications
pub struct Logout {
    pub backchannel_logout_supported: bool,
    pub backchannel_logout_session_supported: bool,
    pub frontchannel_logout_supported: bool,
    pub frontchannel_logout_session_supported: bool,
}

/// What a deployment decides of it.
pub struct Choices<'a> {
    /// The issuer, without a trailing slash.
    pub issuer: &'a str,
    /// The algorithms that it signs with.
    pub algorithms: &'a [Algorithm],
    /// The context classes that can be reached.
    pub acr_values: &'a [&'static str],
    /// What each of them is worth in other frameworks. The member that says so is named by a URI, like the classes
    /// themselves: a plain name that nobody registered (RFC 8414 §7.1) may mean something else tomorrow.
    pub acr_mappings: Map<String, Value>,
    /// The languages of its pages.
    pub ui_locales: &'a [&'static str],
    /// Scope values beside the standard ones.
    pub more_scopes: Vec<String>,
    /// Claims beside the standard ones.
    pub more_claims: Vec<String>,
    /// How claims can be given (OpenID Connect Core §5.6).
    pub claim_types: Vec<&'static str>,
    /// Whether clients may register themselves.
    pub registration: bool,
    /// Its pages for those who connect a service: documentation, policy, terms.
    pub pages: [Option<&'a str>; 3],
}

impl ProviderMetadata {
    /// The metadata of a deployment.
    pub fn new(choices: &Choices<'_>) -> Self {
        let scopes = claims::BY_SCOPE.into_iter().map(|(scope, _)| scope);
        let protocol_claims = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
        Self {
            endpoints: Endpoints::new(choices),
            requests: Requests::new(choices),
            algorithms: Algorithms::new(choices),
            logout: Logout::default(),
            scopes_supported: {
                let own = [OPENID].into_iter().chain(scopes).chain([OFFLINE_ACCESS]).map(str::to_owned);
                own.chain(choices.more_scopes.iter().cloned()).collect()
            },
            subject_types_supported: ["pairwise", "public"],
            claim_types_supported: choices.claim_types.clone(),
            claims_supported: {
                let own = protocol_claims.into_iter().chain(claims::standard()).map(str::to_owned);
                own.chain(choices.more_claims.iter().cloned()).collect()
            },
            protected_resources: [protected_resource::userinfo(choices.issuer)],
        }
    }
}

impl Endpoints {
    fn new(choices: &Choices<'_>) -> Self {
        let at = |path: &str| format!("{}{path}", choices.issuer);
        let [documentation, policy, terms] = choices.pages;
        Self {
            issuer: choices.issuer.to_owned(),
            authorization_endpoint: at("/authorize"),
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/userinfo"),
            jwks_uri: at("/jwks"),
            end_session_endpoint: at("/logout"),
            introspection_endpoint: at("/introspect"),
            revocation_endpoint: at("/revoke"),
            pushed_authorization_request_endpoint: at("/par"),
            registration_endpoint: choices.registration.then(|| at("/register")),
            service_documentation: documentation.map(str::to_owned),
            op_policy_uri: policy.map(str::to_owned),
            op_tos_uri: terms.map(str::to_owned),
        }
    }
}

impl Requests {
    fn new(choices: &Choices<'_>) -> Self {
        Self {
            response_types_supported: ["code"],
            response_modes_supported: ResponseMode::ALL.map(ResponseMode::as_str),
            grant_types_supported: GrantType::ALL.map(GrantType::as_str),
            acr_values_supported: choices.acr_values.to_vec(),
            acr_mappings: choices.acr_mappings.clone(),
            display_values_supported: ["page", "popup", "touch", "wap"],
            claims_parameter_supported: true,
            request_parameter_supported: true,
            request_uri_parameter_supported: true,
            require_request_uri_registration: true,
            require_pushed_authorization_requests: false,
            prompt_values_supported: prompt::VALUES,
            ui_locales_supported: choices.ui_locales.to_vec(),
            code_challenge_methods_supported: ["S256"],
            authorization_response_iss_parameter_supported: true,
        }
    }
}

impl Algorithms {
    fn new(choices: &Choices<'_>) -> Self {
        let confidential = AuthMethod::ALL.into_iter().filter(|method| *method != AuthMethod::None);
        Self {
            id_token_signing_alg_values_supported: choices.algorithms.iter().map(|alg| alg.as_str()).collect(),
            token_endpoint_auth_methods_supported: AuthMethod::ALL.map(AuthMethod::as_str),
            token_endpoint_auth_signing_alg_values_supported: Algorithm::ALL.map(Algorithm::as_str),
            id_token_encryption_alg_values_supported: KeyManagement::ALL.map(KeyManagement::as_str),
            id_token_encryption_enc_values_supported: ContentEncryption::ALL.map(ContentEncryption::as_str),
            userinfo_signing_alg_values_supported: choices.algorithms.iter().map(|alg| alg.as_str()).collect(),
            userinfo_encryption_alg_values_supported: KeyManagement::ALL.map(KeyManagement::as_str),
            userinfo_encryption_enc_values_supported: ContentEncryption::ALL.map(ContentEncryption::as_str),
            introspection_endpoint_auth_methods_supported: confidential.map(AuthMethod::as_str).collect(),
            introspection_endpoint_auth_signing_alg_values_supported: Algorithm::ALL.map(Algorithm::as_str),
            introspection_signing_alg_values_supported: choices.algorithms.iter().map(|alg| alg.as_str()).collect(),
            revocation_endpoint_auth_methods_supported: AuthMethod::ALL.map(AuthMethod::as_str),
            revocation_endpoint_auth_signing_alg_values_supported: Algorithm::ALL.map(Algorithm::as_str),
            request_object_signing_alg_values_supported: Algorithm::ALL.map(Algorithm::as_str),
            request_object_encryption_alg_values_supported: KeyManagement::ALL.map(KeyManagement::as_str),
            request_object_encryption_enc_values_supported: ContentEncryption::ALL.map(ContentEncryption::as_str),
        }
    }
}

impl Default for Logout {
    fn default() -> Self {
        Self {
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            frontchannel_logout_supported: true,
            frontchannel_logout_session_supported: true,
        }
    }
}
