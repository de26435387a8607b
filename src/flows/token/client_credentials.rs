//! Client credentials: RFC 6749 §4.4. Nobody is concerned but the client itself, so nothing is written.

use crate::app::App;
use crate::base::time::Timestamp;
use crate::identity::authority::Holder;
use crate::identity::authorization::Subject;
use crate::parts::clients::Client;
use crate::parts::issue::access_token;
use crate::parts::issue::tokens::TokenResponse;
use crate::parts::offices;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::protected_resource;
use crate::protocol::oauth::resource_indicators;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims;

/// What is asked for.
pub struct Wish {
    /// The scope; all that the client may have where it is absent.
    pub scope: Option<Scope>,
    /// RFC 8707 §2.2.
    pub resources: Vec<String>,
    /// The office in which the client acts, for our API.
    pub office: Option<String>,
}

/// Issues an access token to the client itself.
pub async fn issue(app: &App, client: &Client, wish: Wish, now: Timestamp) -> Result<TokenResponse, Error> {
    let Wish { scope: asked, resources, office } = wish;
    // Scope that speaks of a person has no meaning without one.
    let own = client.metadata.scope.filtered(|value| !speaks_of_a_person(value));
    let scope = asked.unwrap_or_else(|| own.clone());
    if !scope.within(&own) {
        return Err(OAuthError::new(ErrorCode::InvalidScope, "the client may not have this scope for itself").into());
    }
    let issuer = &app.config.server.issuer;
    let mut resource = resource_indicators::choose(&resources, &client.metadata.resources, issuer)?;
    if let Some(api) = resource.as_mut().filter(|resource| **resource == protected_resource::api(issuer)) {
        let holder = Holder::Client(client.id.clone());
        let office = offices::choose(app, &holder, office.as_deref(), now).await??;
        *api = resource_indicators::within(api, &office.to_string());
    }
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
