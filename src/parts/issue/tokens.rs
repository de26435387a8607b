//! The tokens that a grant gives, however the client came by it: RFC 6749 §5.1, OpenID Connect Core §3.1.3.3 and §12.2.

use serde::Serialize;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authorization::Authorization;
use crate::identity::authorization::Subject;
use crate::parts::clients::Client;
use crate::parts::encryption::Recipient;
use crate::parts::issue::access_token;
use crate::parts::issue::id_token;
use crate::parts::issue::refresh_token::RefreshToken;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::scope::Scope;

/// A successful answer (§5.1, OpenID Connect Core §3.1.3.3).
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // the members are the specification's
pub struct TokenResponse {
    pub access_token: String,
    pub token_type: &'static str,
    pub expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

/// What tokens are issued on.
#[allow(missing_docs)]
pub struct Granted {
    /// What the sign-in gave, as far as it counts today.
    pub authorization: Authorization,
    pub refresh: Option<RefreshToken>,
    pub recipient: Option<Recipient>,
}

/// Issues them.
pub async fn issue(app: &App, client: &Client, granted: Granted, now: Timestamp) -> Result<TokenResponse, Fault> {
    let Granted { authorization, refresh, recipient } = granted;
    let basis = access_token::Basis {
        subject: Subject::Person(&authorization),
        scope: authorization.scope.clone(),
        resource: authorization.resource.as_deref(),
    };
    let access = access_token::issue(app, client, basis, now).await?;
    let id_token = if authorization.scope.contains(OPENID) {
        let basis = id_token::Basis {
            authorization: &authorization,
            access_token: &access.token,
            recipient: recipient.as_ref(),
        };
        Some(id_token::issue(app, client, basis, now).await?)
    } else {
        None
    };
    Ok(TokenResponse {
        access_token: access.token,
        token_type: "Bearer",
        expires_in: access.expires_in,
        refresh_token: refresh.map(|refresh| refresh.seal(app)),
        scope: authorization.scope,
        id_token,
    })
}
