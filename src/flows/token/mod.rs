//! The token endpoint: RFC 6749 §3.2.

pub mod authorization_code;
pub mod client_credentials;
pub mod refresh_token;

use std::time::Instant;

use crate::app::App;
use crate::base::time::Timestamp;
use crate::parts::client_authentication;
use crate::parts::client_authentication::ClientRequest;
use crate::parts::issue::tokens::TokenResponse;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::token_request::TokenRequest;

/// Answers a token request.
pub async fn request(app: &App, request: &ClientRequest, now: Timestamp) -> Result<TokenResponse, Error> {
    let asked = request.parameters.get("grant_type");
    let known = crate::protocol::oauth::token_request::GrantType::ALL.into_iter().map(|grant| grant.as_str());
    let label = known.into_iter().find(|grant| asked == Some(*grant)).unwrap_or("other");
    let begun = Instant::now();
    let outcome = decide(app, request, now).await;
    app.metrics.token_request(
        label,
        match &outcome {
            Ok(_) => "ok",
            Err(Error::Refused(refusal)) => refusal.code.as_str(),
            Err(Error::Failed(_)) => "failed",
        },
        begun.elapsed(),
    );
    outcome
}

async fn decide(app: &App, request: &ClientRequest, now: Timestamp) -> Result<TokenResponse, Error> {
    let client = client_authentication::of(app, request, now).await?;
    let request = TokenRequest::parse(&request.parameters)?;
    if !client.metadata.may(request.grant_type()) {
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "the client may not use this grant type").into());
    }
    match request {
        TokenRequest::AuthorizationCode { code, redirect_uri, code_verifier, resources } => {
            let redemption = authorization_code::Redemption { code, redirect_uri, code_verifier, resources };
            authorization_code::redeem(app, &client, redemption, now).await
        }
        TokenRequest::RefreshToken { refresh_token, scope, resources } => {
            let exchange = refresh_token::Exchange { refresh_token, scope, resources };
            refresh_token::exchange(app, &client, exchange, now).await
        }
        TokenRequest::ClientCredentials { scope, resources, office } => {
            client_credentials::issue(app, &client, client_credentials::Wish { scope, resources, office }, now).await
        }
    }
}
