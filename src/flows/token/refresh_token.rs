//! Refresh: RFC 6749 §6, RFC 9700 §4.14.2. The exchange is one guarded write; the previous token answers again for a short
//! grace with the same successor, and after that its use revokes the family.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::clients::Client;
use crate::flows::encryption::Recipient;
use crate::flows::issue::access_token;
use crate::flows::issue::id_token;
use crate::flows::issue::refresh_token::RefreshToken;
use crate::flows::issue::subject;
use crate::flows::revocation;
use crate::flows::revocation::Whose;
use crate::flows::token::TokenResponse;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::protocol::oauth::resource_indicators;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::scope::Scope;
use crate::store::grants;
use crate::store::grants::Grant;
use crate::store::grants::Rotation;

/// What the client presents.
#[allow(missing_docs)]
pub struct Exchange {
    pub refresh_token: String,
    pub scope: Option<Scope>,
    pub resources: Vec<String>,
}

/// Exchanges a refresh token.
pub async fn exchange(app: &App, client: &Client, exchange: Exchange, now: Timestamp) -> Result<TokenResponse, Error> {
    let invalid = || OAuthError::invalid_grant("the refresh token is not valid");
    let presented = RefreshToken::open(app, &exchange.refresh_token).ok_or_else(invalid)?;
    if exchange.scope.is_some() || !exchange.resources.is_empty() {
        // A request that asks for too much must lose nothing: it is judged before the token is exchanged.
        let grant = grants::find(&app.db, presented.family).await?.filter(|grant| grant.client_id == client.id);
        check_narrowing(&grant.ok_or_else(invalid)?, &exchange, &app.config.server.issuer)?;
    }
    let recipient = id_token::recipient(app, client, now).await?;
    let rotation = rotation(app, client, presented, now);
    let grant = match app.ledger.rotate(rotation.clone()).await? {
        Some(grant) => grant,
        None => again_in_grace(app, client, &rotation, now).await?,
    };
    answer(app, client, &grant, Wanted { narrowed: exchange.scope, recipient }, now).await.map_err(Error::from)
}

fn rotation(app: &App, client: &Client, presented: RefreshToken, now: Timestamp) -> Rotation {
    let (own, tokens) = (&client.metadata.lifetimes, &app.config.tokens);
    Rotation {
        family: presented.family,
        client_id: client.id.clone(),
        generation: presented.generation,
        now,
        used_after: now - ClientMetadata::lifetime(own.refresh_idle, *tokens.refresh_idle),
        created_after: now - ClientMetadata::lifetime(own.refresh_absolute, *tokens.refresh_absolute),
    }
}

/// The scope must be within what was granted (RFC 6749 §6), the resource the one that was granted (RFC 8707 §2.2).
fn check_narrowing(grant: &Grant, exchange: &Exchange, issuer: &str) -> Result<(), OAuthError> {
    if exchange.scope.as_ref().is_some_and(|scope| !scope.within(&grant.scope())) {
        return Err(OAuthError::new(ErrorCode::InvalidScope, "the scope goes beyond what was granted"));
    }
    resource_indicators::check(&exchange.resources, grant.resource.as_deref(), issuer)
}

/// Why the guard did not hold: the previous generation within the grace is answered, a stale one revokes the family.
async fn again_in_grace(app: &App, client: &Client, rotation: &Rotation, now: Timestamp) -> Result<Grant, Error> {
    let invalid = |why: &str| OAuthError::invalid_grant("the refresh token is not valid").because(why);
    let found = grants::find_with_person(&app.db, rotation.family).await?.map(|(grant, _)| grant);
    let grant = found
        .filter(|grant| grant.client_id == client.id)
        .ok_or_else(|| invalid("not this client's, or of somebody who may no longer sign in"))?;
    let alive = grant.used_at() > rotation.used_after && grant.created_at() > rotation.created_after;
    if grant.is_revoked() || !grant.offline || !alive {
        return Err(invalid("expired or revoked").into());
    }
    let previous = grant.generation == rotation.generation + 1;
    if previous && now.since(grant.used_at()) <= *app.config.tokens.refresh_grace {
        return Ok(grant);
    }
    if grant.generation > rotation.generation {
        revoke(app, client, &grant, now).await?;
        return Err(invalid("used again: the family is revoked").into());
    }
    Err(Fault::unavailable("the refresh token could not be exchanged now").into())
}

/// What the new tokens are to be.
struct Wanted {
    narrowed: Option<Scope>,
    recipient: Option<Recipient>,
}

async fn answer(
    app: &App,
    client: &Client,
    grant: &Grant,
    wanted: Wanted,
    now: Timestamp,
) -> Result<TokenResponse, Fault> {
    let scope = wanted.narrowed.unwrap_or_else(|| grant.scope());
    let basis = access_token::Basis {
        grant: grant.id,
        sub: subject::of(app, grant.person_id, client),
        scope: scope.clone(),
        resource: grant.resource.as_deref(),
        sign_in: Some(access_token::SignIn {
            auth_time: grant.auth_time(),
            acr: &grant.acr,
            amr: &grant.amr,
            session: grant.session_id,
        }),
    };
    let access = access_token::issue(app, client, basis, now).await?;
    let id_token = if scope.contains(OPENID) {
        let claims = grant.claims();
        let basis = id_token::Basis {
            grant: grant.id,
            person: grant.person_id,
            session: grant.session_id,
            nonce: None, // OpenID Connect Core §12.2
            auth_time: grant.auth_time(),
            acr: &grant.acr,
            amr: &grant.amr,
            claims: &claims,
            access_token: &access.token,
            recipient: wanted.recipient.as_ref(),
        };
        Some(id_token::issue(app, client, basis, now).await?)
    } else {
        None
    };
    Ok(TokenResponse {
        access_token: access.token,
        token_type: "Bearer",
        expires_in: access.expires_in,
        refresh_token: Some(RefreshToken { family: grant.id, generation: grant.generation }.seal(app)),
        scope,
        id_token,
    })
}

async fn revoke(app: &App, client: &Client, grant: &Grant, now: Timestamp) -> Result<(), Fault> {
    let whose = Whose { client: &client.id, person: grant.person_id, session: grant.session_id };
    revocation::revoke(app, grant.id, &whose, "refresh token used again", now).await
}
