//! Token requests: RFC 6749 §4.1.3, §4.4.2, §6.

use super::parameters::Parameters;
use super::scope::Scope;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;

/// What is asked of the token endpoint.
#[derive(Clone, Debug)]
pub enum TokenRequest {
    /// §4.1.3.
    AuthorizationCode {
        /// The code.
        code: String,
        /// Must equal the one of the authorization request.
        redirect_uri: Option<String>,
        /// RFC 7636 §4.5.
        code_verifier: Option<String>,
        /// RFC 8707 §2.2.
        resources: Vec<String>,
    },
    /// §6.
    RefreshToken {
        /// The refresh token.
        refresh_token: String,
        /// A narrower scope.
        scope: Option<Scope>,
        /// RFC 8707 §2.2.
        resources: Vec<String>,
    },
    /// §4.4.2.
    ClientCredentials {
        /// The scope; all that the client may have where it is absent.
        scope: Option<Scope>,
        /// RFC 8707 §2.2.
        resources: Vec<String>,
        /// The office in which the client acts, where the resource is our API; a parameter of ours.
        office: Option<String>,
    },
}

/// The grant types that a client can be registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // their names are the specification's
pub enum GrantType {
    AuthorizationCode,
    RefreshToken,
    ClientCredentials,
}

impl GrantType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// As it is written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

impl TokenRequest {
    /// Reads the parameters of a token request.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        parameters.each_once()?;
        let owned = |name| parameters.get(name).map(str::to_owned);
        let needed = |name: &'static str| {
            owned(name).ok_or_else(|| OAuthError::invalid_request(format!("the parameter {name} is missing")))
        };
        let scope = || parameters.get("scope").map(Scope::parse).transpose();
        let resources = parameters.resources().to_vec();
        match parameters.get("grant_type") {
            Some("authorization_code") => Ok(Self::AuthorizationCode {
                code: needed("code")?,
                redirect_uri: owned("redirect_uri"),
                code_verifier: owned("code_verifier"),
                resources,
            }),
            Some("refresh_token") => {
                Ok(Self::RefreshToken { refresh_token: needed("refresh_token")?, scope: scope()?, resources })
            }
            Some("client_credentials") => {
                Ok(Self::ClientCredentials { scope: scope()?, resources, office: owned("office") })
            }
            Some(_) => Err(OAuthError::new(ErrorCode::UnsupportedGrantType, "this grant type is not supported")),
            None => Err(OAuthError::invalid_request("the parameter grant_type is missing")),
        }
    }

    /// Which grant type it is.
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
        }
    }
}
