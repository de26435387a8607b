//! Token revocation: RFC 7009. A refresh token and the access tokens beside it are one grant and die together, here at
//! once and on every replica within a second.

use crate::app::App;
use crate::base::time::Timestamp;
use crate::parts;
use crate::parts::client_authentication;
use crate::parts::client_authentication::ClientRequest;
use crate::parts::issue::access_token;
use crate::parts::issue::refresh_token::RefreshToken;
use crate::parts::verified_token;
use crate::parts::verified_token::Audience;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::store::families;
use crate::store::grants;

/// Revokes the token that a request names. One that is unknown, or dead already, is no error (§2.2).
pub async fn request(app: &App, request: &ClientRequest, now: Timestamp) -> Result<(), Error> {
    let client = client_authentication::of(app, request, now).await?;
    let token = request.parameters.get("token");
    let token = token.ok_or_else(|| OAuthError::invalid_request("the parameter token is missing"))?;
    let grant = match RefreshToken::open(app, token) {
        Some(refresh) => families::find(&app.db, refresh.family).await?,
        None => {
            let claims = match verified_token::verify(app, token, Audience::Any, now).await {
                Ok(claims) => claims,
                Err(Error::Refused(_)) => return Ok(()),
                Err(Error::Failed(fault)) => return Err(fault.into()),
            };
            if claims.client_id != client.id {
                return Err(foreign().into());
            }
            if claims.is_for_client() {
                let text = "an access token for the client itself is not remembered and expires by itself";
                return Err(OAuthError::new(ErrorCode::UnsupportedTokenType, text).into());
            }
            let Some(id) = access_token::behind(app, &claims.jti) else { return Ok(()) };
            grants::find(&app.db, id).await?
        }
    };
    let Some(grant) = grant else { return Ok(()) };
    if grant.authorization.client != client.id {
        return Err(foreign().into());
    }
    parts::grants::revoke(app, &grant.authorization, "revoked by the client", now).await?;
    Ok(())
}

/// §2.1: a token that "was issued to" another client is refused, and the client is told.
fn foreign() -> OAuthError {
    OAuthError::invalid_grant("the token was issued to another client")
}
