//! Provider metadata: OpenID Connect Discovery §3, RFC 8414 §2, RFC 9207 §3.

use serde::Serialize;

use super::claims;
use super::prompt;
use crate::jose::jwa::Algorithm;
use crate::protocol::oauth::authorization_request::ResponseMode;
use crate::protocol::oauth::client_metadata::AuthMethod;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::token_request::GrantType;

/// The discovery document.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the members are the names of the specifications
pub struct ProviderMetadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_documentation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_tos_uri: Option<String>,
    pub scopes_supported: Vec<&'static str>,
    pub response_types_supported: [&'static str; 1],
    pub response_modes_supported: [&'static str; 2],
    pub grant_types_supported: [&'static str; 3],
    pub acr_values_supported: Vec<&'static str>,
    pub subject_types_supported: [&'static str; 2],
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    pub token_endpoint_auth_methods_supported: [&'static str; 3],
    pub display_values_supported: [&'static str; 4],
    pub claim_types_supported: [&'static str; 1],
    pub claims_supported: Vec<&'static str>,
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    pub prompt_values_supported: [&'static str; 4],
    pub ui_locales_supported: Vec<&'static str>,
    pub code_challenge_methods_supported: [&'static str; 1],
    pub authorization_response_iss_parameter_supported: bool,
}

/// What a deployment decides of it.
pub struct Choices<'a> {
    /// The issuer, without a trailing slash.
    pub issuer: &'a str,
    /// The algorithms that it signs with.
    pub algorithms: &'a [Algorithm],
    /// The context classes that can be reached.
    pub acr_values: &'a [&'static str],
    /// The languages of its pages.
    pub ui_locales: &'a [&'static str],
    /// Whether clients may register themselves.
    pub registration: bool,
    /// Its pages for those who connect a service: documentation, policy, terms.
    pub pages: [Option<&'a str>; 3],
}

impl ProviderMetadata {
    /// The metadata of a deployment.
    pub fn new(choices: &Choices<'_>) -> Self {
        let at = |path: &str| format!("{}{path}", choices.issuer);
        let [documentation, policy, terms] = choices.pages;
        let scopes = claims::BY_SCOPE.into_iter().map(|(scope, _)| scope);
        let protocol_claims = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
        Self {
            issuer: choices.issuer.to_owned(),
            authorization_endpoint: at("/authorize"),
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/userinfo"),
            jwks_uri: at("/jwks"),
            registration_endpoint: choices.registration.then(|| at("/register")),
            service_documentation: documentation.map(str::to_owned),
            op_policy_uri: policy.map(str::to_owned),
            op_tos_uri: terms.map(str::to_owned),
            scopes_supported: [OPENID].into_iter().chain(scopes).chain([OFFLINE_ACCESS]).collect(),
            response_types_supported: ["code"],
            response_modes_supported: ResponseMode::ALL.map(ResponseMode::as_str),
            grant_types_supported: GrantType::ALL.map(GrantType::as_str),
            acr_values_supported: choices.acr_values.to_vec(),
            subject_types_supported: ["pairwise", "public"],
            id_token_signing_alg_values_supported: choices.algorithms.iter().map(|alg| alg.as_str()).collect(),
            token_endpoint_auth_methods_supported: AuthMethod::ALL.map(AuthMethod::as_str),
            display_values_supported: ["page", "popup", "touch", "wap"],
            claim_types_supported: ["normal"],
            claims_supported: protocol_claims.into_iter().chain(claims::standard()).collect(),
            claims_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            prompt_values_supported: prompt::VALUES,
            ui_locales_supported: choices.ui_locales.to_vec(),
            code_challenge_methods_supported: ["S256"],
            authorization_response_iss_parameter_supported: true,
        }
    }
}
