//! `[registration]`: clients that register themselves (RFC 7591).

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use super::ConfigError;
use super::duration::Span;
use crate::base::secret::from_base64url;
use crate::protocol::oauth::client_metadata::Profile;
use crate::protocol::oauth::scope::Scope;

/// Who may register a client, and what such a client may have.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Registration {
    /// `closed`, `initial_access_token` or `open`. Default: `closed`.
    pub policy: Policy,
    /// The rules that hold for such clients: `oidc` or `strict`. Default: `oidc`.
    pub profile: Profile,
    /// The scope that they may have. Default: `openid profile email address phone offline_access`.
    pub scope: Scope,
    /// Whether they may have public subject identifiers, by which any two of them can tell that a person is the same.
    /// Default: false.
    pub public_subjects: bool,
    /// Digests of the tokens with which somebody may register, as `motcua registration-token` prints them. Default: none.
    pub initial_access_tokens: Vec<String>,
    /// Registrations that one network (/24, /64) has in an hour without an initial access token; 0 sets no limit.
    /// Default: 20.
    pub hourly_limit: u32,
    /// Registrations that all networks together have in an hour without an initial access token; 0 sets no limit.
    /// Default: 1000.
    pub hourly_limit_total: u32,
    /// Updates that one client has in an hour; 0 sets no limit. Default: 60.
    pub hourly_updates: u32,
    /// A client at which nobody signed in for so long after it registered is removed. Default: `30d`.
    pub unused: Span,
    /// Whether a registration needs a software statement: `optional` or `required`. Default: `optional`.
    pub software_statement: Need,
    /// Whose software statements count. Default: nobody's, and statements are passed over.
    pub software_statement_issuers: Vec<StatementIssuer>,
    /// A page for developers who connect a service, named in the metadata. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_documentation: Option<String>,
    /// A page that says what a service may do with people's data, named in the metadata. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_policy_uri: Option<String>,
    /// The terms for services, named in the metadata. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_tos_uri: Option<String>,
}

/// Who may register a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Nobody; clients come from declarations.
    #[default]
    Closed,
    /// Who has an initial access token.
    InitialAccessToken,
    /// Everybody.
    Open,
}

/// Whether something may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Need {
    #[default]
    Optional,
    Required,
}

/// Somebody whose software statements count, and his keys.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementIssuer {
    /// The `iss` of his statements.
    pub issuer: String,
    /// Where his JWK set is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// A file that holds his JWK set; read at each use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<PathBuf>,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            profile: Profile::Oidc,
            scope: Scope::parse("openid profile email address phone offline_access").unwrap_or_default(),
            public_subjects: false,
            initial_access_tokens: Vec::new(),
            hourly_limit: 20,
            hourly_limit_total: 1000,
            hourly_updates: 60,
            unused: Span::days(30),
            software_statement: Need::default(),
            software_statement_issuers: Vec::new(),
            service_documentation: None,
            op_policy_uri: None,
            op_tos_uri: None,
        }
    }
}

impl Registration {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let mistake = |key: &str, expected: &str| Err(ConfigError(format!("registration.{key}: expected {expected}")));
        let digest = |text: &String| from_base64url(text).is_some_and(|bytes| bytes.len() == 32);
        // It may be a token, which is not shown.
        if let Some(at) = self.initial_access_tokens.iter().position(|text| !digest(text)) {
            let expected = format!("digests as motcua registration-token prints them; number {} is none", at + 1);
            return mistake("initial_access_tokens", &expected);
        }
        if self.policy == Policy::InitialAccessToken && self.initial_access_tokens.is_empty() {
            return mistake("initial_access_tokens", "at least one under the policy initial_access_token");
        }
        if self.software_statement == Need::Required && self.software_statement_issuers.is_empty() {
            return mistake("software_statement_issuers", "at least one where a software statement is required");
        }
        if self.software_statement_issuers.iter().any(|known| known.jwks.is_some() == known.jwks_uri.is_some()) {
            return mistake("software_statement_issuers", "jwks or jwks_uri for each issuer");
        }
        if self.scope.is_empty() {
            return mistake("scope", "at least one value");
        }
        let page = |text: &String, schemes: &[&str]| Url::parse(text).is_ok_and(|url| schemes.contains(&url.scheme()));
        let pages = [
            ("service_documentation", &self.service_documentation),
            ("op_policy_uri", &self.op_policy_uri),
            ("op_tos_uri", &self.op_tos_uri),
        ];
        for (key, value) in pages {
            if let Some(value) = value.as_ref().filter(|value| !page(value, &["https", "http"])) {
                let expected = "a URL that begins with https: or http:";
                return Err(ConfigError::value(&format!("registration.{key}"), format!("{value:?}"), expected));
            }
        }
        let mut sets = self.software_statement_issuers.iter().filter_map(|issuer| issuer.jwks_uri.as_ref());
        if let Some(value) = sets.find(|value| !page(value, &["https"])) {
            let key = "registration.software_statement_issuers.jwks_uri";
            return Err(ConfigError::value(key, format!("{value:?}"), "an https URL"));
        }
        if self.unused.is_zero() {
            return Err(ConfigError::value("registration.unused", self.unused, "1s or more"));
        }
        Ok(())
    }
}
