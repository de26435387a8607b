//! Client credentials: RFC 6749 §4.4. Nobody is concerned but the client itself, so nothing is written.

use crate::app::App;
use crate::base::time::Timestamp;
use crate::identity::authorization::Subject;
use crate::parts::clients::Client;
use crate::parts::issue::access_token;
use crate::parts::issue::tokens::TokenResponse;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::resource_indicators;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims;

/// Issues an access token to the client itself.
pub async fn issue(
    app: &App,
    client: &Client,
    asked: Option<Scope>,
    resources: &[String],
    now: Timestamp,
) -> Result<TokenResponse, Error> {
    // Scope that speaks of a person has no meaning without one.
    let own = client.metadata.scope.filtered(|value| !speaks_of_a_person(value));
    let scope = asked.unwrap_or_else(|| own.clone());
    if !scope.within(&own) {
        return Err(OAuthError::new(ErrorCode::InvalidScope, "the client may not have this scope for itself").into());
    }
    let resource = resource_indicators::choose(resources, &client.metadata.resources, &app.config.server.issuer)?;
    let basis = access_token::Basis { subject: Subject::Client, scope: scope.clone(), resource: resource.as_deref() };
    let access = access_token::issue(app, client, basis, now).await?;
    Ok(TokenResponse {
        access_token: access.token,
        token_type: "Bearer",
        expires_in: access.expires_in,
        refresh_token: None, // §4.4.3
        scope,
        id_token: None,
    })
}

fn speaks_of_a_person(value: &str) -> bool {
    value == OPENID || value == OFFLINE_ACCESS || claims::BY_SCOPE.iter().any(|(scope, _)| *scope == value)
}
