//! Logout requests: OpenID Connect RP-Initiated Logout §2.

use crate::protocol::error::OAuthError;
use crate::protocol::oauth::parameters::Parameters;

/// The parameters of a logout request. `logout_hint` is not among them: the person who is asked sees who is signed in.
#[derive(Clone, Debug, Default)]
pub struct LogoutRequest {
    /// An ID token that the client got from us.
    pub id_token_hint: Option<String>,
    /// The client.
    pub client_id: Option<String>,
    /// Where the browser is to be sent afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// What the client wants to find there.
    pub state: Option<String>,
    /// In which languages the person reads.
    pub ui_locales: Option<String>,
}

impl LogoutRequest {
    /// Reads the parameters; a repeated one is refused.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        parameters.each_once()?;
        let own = |name: &str| parameters.get(name).map(str::to_owned);
        Ok(Self {
            id_token_hint: own("id_token_hint"),
            client_id: own("client_id"),
            post_logout_redirect_uri: own("post_logout_redirect_uri"),
            state: own("state"),
            ui_locales: own("ui_locales"),
        })
    }
}
