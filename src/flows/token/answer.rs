//! The tokens that a grant gives, however the client came by it: RFC 6749 §5.1, OpenID Connect Core §3.1.3.3 and §12.2.

use uuid::Uuid;

use super::TokenResponse;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::clients::Client;
use crate::flows::encryption::Recipient;
use crate::flows::issue::access_token;
use crate::flows::issue::id_token;
use crate::flows::issue::refresh_token::RefreshToken;
use crate::flows::issue::subject;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims::ClaimsRequest;

/// What tokens are issued on.
pub(super) struct Granted<'a> {
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
pub(super) async fn tokens(
    app: &App,
    client: &Client,
    granted: Granted<'_>,
    now: Timestamp,
) -> Result<TokenResponse, Fault> {
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
