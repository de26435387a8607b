//! Answers of the authorization endpoint: RFC 6749 §4.1.2, RFC 9207.

use uuid::Uuid;

use crate::app::App;
use crate::base::time::Timestamp;
use crate::base::uri::with_query;
use crate::identity::figures::Figure;
use crate::parts::figures;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::authorization_request::ResponseMode;
use crate::protocol::oauth::authorization_request::ReturnAddress;

/// An answer to a client, through the browser.
#[derive(Debug)]
pub struct AuthorizationResponse {
    /// Where it goes.
    pub redirect_uri: String,
    /// How it travels.
    pub response_mode: ResponseMode,
    /// What it says.
    pub parameters: Vec<(&'static str, String)>,
}

impl AuthorizationResponse {
    /// A code.
    pub fn code(app: &App, address: ReturnAddress, code: String) -> Self {
        Self::new(app, address, vec![("code", code)])
    }

    /// A refusal of what was `given`, for the client.
    pub fn error(
        app: &App,
        (client_id, given): (&str, &str),
        address: ReturnAddress,
        error: &OAuthError,
        now: Timestamp,
    ) -> Self {
        figures::happened(app, client_id, Uuid::nil(), Figure::Refused(error.code), now);
        let redirect_uri = &address.redirect_uri;
        tracing::info!(target: "motcua::authorize", client_id, redirect_uri, given, %error, "an authorization request was refused");
        let parameters =
            vec![("error", error.code.as_str().to_owned()), ("error_description", error.description.to_string())];
        Self::new(app, address, parameters)
    }

    /// The URL to which the browser is sent, in the response mode `query`.
    pub fn location(&self) -> String {
        let pairs: Vec<_> = self.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        with_query(&self.redirect_uri, &pairs)
    }

    fn new(app: &App, address: ReturnAddress, mut parameters: Vec<(&'static str, String)>) -> Self {
        parameters.extend(address.state.map(|state| ("state", state)));
        parameters.push(("iss", app.config.server.issuer.clone()));
        Self { redirect_uri: address.redirect_uri, response_mode: address.response_mode, parameters }
    }
}
