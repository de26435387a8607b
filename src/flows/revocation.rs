//! Token revocation: RFC 7009. A refresh token and the access tokens beside it are one grant and die together, here at
//! once and on every replica within a second.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::client_authentication;
use crate::flows::inspection;
use crate::flows::issue::refresh_token::RefreshToken;
use crate::flows::record;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::access_token;
use crate::protocol::oauth::parameters::Parameters;
use crate::store::cache::Kind;
use crate::store::grants;

/// Revokes the token that a request names. One that is unknown, or dead already, is no error (§2.2).
pub async fn request(
    app: &App,
    authorization: Option<&str>,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<(), Error> {
    let client = client_authentication::of(app, authorization, parameters, now).await?;
    let token = parameters.get("token").ok_or_else(|| OAuthError::invalid_request("the parameter token is missing"))?;
    let id = match RefreshToken::open(app, token) {
        Some(refresh) => refresh.family,
        None => {
            let Some(claims) = inspection::living(app, token, now).await? else { return Ok(()) };
            if claims.client_id != client.id {
                return Err(foreign().into());
            }
            if claims.is_for_client() {
                let text = "an access token for the client itself is not remembered and expires by itself";
                return Err(OAuthError::new(ErrorCode::UnsupportedTokenType, text).into());
            }
            let Some(id) = access_token::grant_of(&claims.jti) else { return Ok(()) };
            id
        }
    };
    let Some(grant) = grants::find(&app.db, id).await? else { return Ok(()) };
    if grant.client_id != client.id {
        return Err(foreign().into());
    }
    let whose = Whose { client: &client.id, person: grant.person_id, session: grant.session_id };
    revoke(app, grant.id, &whose, "revoked by the client", now).await?;
    Ok(())
}

/// Whom a grant that is revoked concerned.
#[allow(missing_docs)]
pub struct Whose<'a> {
    pub client: &'a str,
    pub person: Uuid,
    pub session: Uuid,
}

/// Revokes a grant and all that it bought, unless it is dead already.
pub async fn revoke(app: &App, grant: Uuid, whose: &Whose<'_>, why: &str, now: Timestamp) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    if !grants::revoke(&mut tx, grant, now).await? {
        return Ok(());
    }
    let event = Event::new(Act::GrantRevoked).person(whose.person).client(whose.client).session(whose.session);
    record::in_transaction(app, &mut tx, event.detail(why), now).await?;
    record::commit(app, tx, &[(Kind::Grant, grant.to_string())], now).await
}

/// §2.1: a token that "was issued to" another client is refused, and the client is told.
fn foreign() -> OAuthError {
    OAuthError::invalid_grant("the token was issued to another client")
}
