//! Authorization requests: RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1.

use serde::Deserialize;
use serde::Serialize;

use super::client_metadata::ClientMetadata;
use super::parameters::Parameters;
use super::pkce::Challenge;
use super::protected_resource;
use super::resource_indicators;
use super::scope::OFFLINE_ACCESS;
use super::scope::OPENID;
use super::scope::Scope;
use super::token_request::GrantType;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oidc::claims::ClaimsRequest;
use crate::protocol::oidc::prompt::Prompt;

/// What a client asks of the authorization endpoint, whichever way it came.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // the members are the parameters of the specification
pub struct AuthorizationRequest {
    pub client_id: String,
    pub redirect_uri: String,
    pub response_mode: ResponseMode,
    pub state: Option<String>,
    pub scope: Scope,
    pub nonce: Option<String>,
    pub code_challenge: Option<Challenge>,
    pub prompt: Prompt,
    pub max_age: Option<u64>,
    pub login_hint: Option<String>,
    pub ui_locales: Option<String>,
    pub acr_values: Vec<String>,
    pub id_token_hint: Option<String>,
    pub claims: ClaimsRequest,
    pub resource: Option<String>,
}

/// How the answer travels: OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ResponseMode {
    #[default]
    Query,
    FormPost,
}

impl ResponseMode {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// As it is written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }
}

/// Where and how a request is answered, known before the rest of it is read.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ReturnAddress {
    pub redirect_uri: String,
    pub response_mode: ResponseMode,
    pub state: Option<String>,
}

impl ReturnAddress {
    /// Where an answer may go. An error here must never be sent by redirect (RFC 6749 §4.1.2.1).
    pub fn parse(parameters: &Parameters, client: &ClientMetadata) -> Result<Self, OAuthError> {
        let redirect_uri = parameters
            .get("redirect_uri")
            .ok_or_else(|| OAuthError::invalid_request("redirect_uri is missing or repeated"))?;
        if !client.is_redirect_uri(redirect_uri) {
            return Err(OAuthError::invalid_request("redirect_uri is not registered for this client"));
        }
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            response_mode: response_mode(parameters).unwrap_or_default(),
            state: parameters.get("state").map(str::to_owned),
        })
    }
}

impl AuthorizationRequest {
    /// Reads a request that `client` makes to `issuer`, whose answers go to `address`.
    pub fn parse(
        parameters: &Parameters,
        client_id: &str,
        client: &ClientMetadata,
        address: &ReturnAddress,
        issuer: &str,
    ) -> Result<Self, OAuthError> {
        parameters.each_once()?;
        refuse_what_is_not_offered(parameters)?;
        if !client.may(GrantType::AuthorizationCode) {
            return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "the client is not registered for codes"));
        }
        let scope = scope(parameters, client)?;
        let owned = |name| parameters.get(name).map(str::to_owned);
        Ok(Self {
            client_id: client_id.to_owned(),
            redirect_uri: address.redirect_uri.clone(),
            response_mode: response_mode(parameters)?,
            state: address.state.clone(),
            nonce: short("nonce", parameters.get("nonce"))?.map(str::to_owned),
            code_challenge: challenge(parameters, client)?,
            prompt: Prompt::parse(parameters.get("prompt"))?,
            max_age: least(max_age(parameters)?.or(client.default_max_age), client.max_auth_age),
            login_hint: owned("login_hint").filter(|hint| hint.len() <= 256),
            ui_locales: owned("ui_locales"),
            acr_values: match parameters.get("acr_values") {
                Some(text) => text.split(' ').filter(|value| !value.is_empty()).map(str::to_owned).collect(),
                None => client.default_acr_values.clone(),
            },
            id_token_hint: owned("id_token_hint"),
            claims: short("claims", parameters.get("claims"))?
                .map(ClaimsRequest::parse)
                .transpose()?
                .unwrap_or_default(),
            resource: resource_indicators::choose(parameters.resources(), &client.resources, issuer)?.map(|resource| {
                // A parameter of ours: the office in which the person acts at our API.
                match parameters.get("office").filter(|_| resource == protected_resource::api(issuer)) {
                    Some(office) => resource_indicators::within(&resource, office),
                    None => resource,
                }
            }),
            scope,
        })
    }

    /// As little of it as leads back to the whole, which is kept elsewhere.
    pub fn abridged(&self) -> Self {
        Self {
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            response_mode: self.response_mode,
            prompt: self.prompt,
            state: None,
            scope: Scope::default(),
            nonce: None,
            code_challenge: None,
            max_age: None,
            login_hint: None,
            ui_locales: None,
            acr_values: Vec::new(),
            id_token_hint: None,
            claims: ClaimsRequest::default(),
            resource: None,
        }
    }

    /// Whether an ID token is asked for.
    pub fn is_openid(&self) -> bool {
        self.scope.contains(OPENID)
    }

    /// Where its answer goes.
    pub fn address(&self) -> ReturnAddress {
        ReturnAddress {
            redirect_uri: self.redirect_uri.clone(),
            response_mode: self.response_mode,
            state: self.state.clone(),
        }
    }
}

fn refuse_what_is_not_offered(parameters: &Parameters) -> Result<(), OAuthError> {
    if parameters.get("registration").is_some() {
        let code = ErrorCode::RegistrationNotSupported;
        return Err(OAuthError::new(code, "the parameter registration is not supported"));
    }
    match parameters.get("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err(OAuthError::new(ErrorCode::UnsupportedResponseType, "the only response_type is code")),
        None => Err(OAuthError::invalid_request("response_type is missing")),
    }?;
    match parameters.get("display") {
        None | Some("page" | "popup" | "touch" | "wap") => Ok(()),
        Some(_) => Err(OAuthError::invalid_request("display must be page, popup, touch or wap")),
    }
}

/// What goes on into the code, and with it into an address, must be short, even where the request was pushed.
fn short<'a>(name: &str, value: Option<&'a str>) -> Result<Option<&'a str>, OAuthError> {
    match value {
        Some(value) if value.len() > 2048 => {
            Err(OAuthError::invalid_request(format!("the parameter {name} is longer than 2 KiB")))
        }
        value => Ok(value),
    }
}

fn response_mode(parameters: &Parameters) -> Result<ResponseMode, OAuthError> {
    match parameters.get("response_mode") {
        None => Ok(ResponseMode::Query),
        Some(text) => ResponseMode::ALL
            .into_iter()
            .find(|mode| mode.as_str() == text)
            .ok_or_else(|| OAuthError::invalid_request("response_mode must be query or form_post")),
    }
}

fn challenge(parameters: &Parameters, client: &ClientMetadata) -> Result<Option<Challenge>, OAuthError> {
    let challenge = Challenge::parse(parameters.get("code_challenge"), parameters.get("code_challenge_method"))?;
    if challenge.is_none() && client.needs_pkce() {
        return Err(OAuthError::invalid_request("code_challenge is missing: this client must use PKCE with S256"));
    }
    Ok(challenge)
}

/// What the client may not have is left out (RFC 6749 §3.3); nothing left at all is an error.
fn scope(parameters: &Parameters, client: &ClientMetadata) -> Result<Scope, OAuthError> {
    let asked = Scope::parse(parameters.get("scope").unwrap_or_default())?;
    let granted = asked.filtered(|value| {
        client.scope.contains(value) && (value != OFFLINE_ACCESS || client.may(GrantType::RefreshToken))
    });
    if granted.is_empty() {
        return Err(OAuthError::new(ErrorCode::InvalidScope, "the client may have none of the scope it asks for"));
    }
    Ok(granted)
}

/// The stricter of two ages, of which each may be absent.
fn least(asked: Option<u64>, most: Option<u64>) -> Option<u64> {
    asked.into_iter().chain(most).min()
}

fn max_age(parameters: &Parameters) -> Result<Option<u64>, OAuthError> {
    match parameters.get("max_age") {
        None => Ok(None),
        Some(text) if !text.is_empty() && text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit()) => {
            Ok(text.parse().ok())
        }
        Some(_) => Err(OAuthError::invalid_request("max_age must be a number of seconds")),
    }
}
