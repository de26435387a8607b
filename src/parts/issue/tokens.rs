//! The tokens that a grant gives, however the client came by it: RFC 6749 §5.1, OpenID Connect Core §3.1.3.3 and §12.2.

use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::clients::Client;
use crate::parts::encryption::Recipient;
use crate::parts::issue::access_token;
use crate::parts::issue::id_token;
use crate::parts::issue::refresh_token::RefreshToken;
use crate::parts::issue::subject;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims::ClaimsRequest;

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
pub struct Granted<'a> {
    pub grant: Uuid,
    pub person: Uuid,
    pub session: Uuid,
    pub scope: Scope,
    pub claims: &'a ClaimsRequest,
    pub resource: Option<&'a str>,
    pub nonce: Option<&'a str>,
    pub auth_time: Timestamp,
    pub acr: &'a str,
    pub amr: &'a str,
    pub refresh: Option<RefreshToken>,
    pub recipient: Option<Recipient>,
}

/// Issues them.
pub async fn issue(app: &App, client: &Client, granted: Granted<'_>, now: Timestamp) -> Result<TokenResponse, Fault> {
    let Granted { grant, person, session, auth_time, acr, amr, .. } = granted;
    let basis = access_token::Basis {
        grant,
        sub: subject::of(app, person, client),
        scope: granted.scope.clone(),
        resource: granted.resource,
        sign_in: Some(access_token::SignIn { auth_time, acr, amr, session }),
    };
    let access = access_token::issue(app, client, basis, now).await?;
    let id_token = if granted.scope.contains(OPENID) {
        let basis = id_token::Basis {
            grant,
            person,
            session,
            nonce: granted.nonce,
            auth_time,
            acr,
            amr,
            claims: granted.claims,
            access_token: &access.token,
            recipient: granted.recipient.as_ref(),
        };
        Some(id_token::issue(app, client, basis, now).await?)
    } else {
        None
    };
    Ok(TokenResponse {
        access_token: access.token,
        token_type: "Bearer",
        expires_in: access.expires_in,
        refresh_token: granted.refresh.map(|refresh| refresh.seal(app)),
        scope: granted.scope,
        id_token,
    })
}
