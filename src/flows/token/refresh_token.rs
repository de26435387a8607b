//! Refresh: RFC 6749 §6, RFC 9700 §4.14.2. The exchange is one guarded write; the previous token answers again for a short
//! grace with the same successor, and after that its use revokes the family.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authorization::Authorization;
use crate::identity::figures::Figure;
use crate::parts::clients::Client;
use crate::parts::figures;
use crate::parts::grants as ended;
use crate::parts::issue::id_token;
use crate::parts::issue::refresh_token::RefreshToken;
use crate::parts::issue::refresh_token::expires_at;
use crate::parts::issue::refresh_token::is_in_grace;
use crate::parts::issue::refresh_token::lifetimes;
use crate::parts::issue::tokens;
use crate::parts::issue::tokens::Granted;
use crate::parts::issue::tokens::TokenResponse;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::resource_indicators;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::Scope;
use crate::store::families;
use crate::store::families::Rotation;
use crate::store::grants::Grant;

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
    if !client.metadata.scope.contains(OFFLINE_ACCESS) {
        return Err(OAuthError::invalid_grant("the client may not act any more while people are away").into());
    }
    if exchange.scope.is_some() || !exchange.resources.is_empty() {
        // A request that asks for too much must lose nothing: it is judged before the token is exchanged.
        let grant = families::find(&app.db, presented.family).await?.filter(|grant| is_of(grant, client));
        let given = grant.ok_or_else(invalid)?.authorization;
        let today = ended::today(app, client, given).ok_or_else(ended::resource_lost)?;
        check_narrowing(&today, &exchange, &app.config.server.issuer)?;
    }
    let recipient = id_token::recipient(app, client, now).await?;
    let rotation = rotation(app, client, presented, now);
    let grant = match app.ledger.rotate(rotation.clone()).await? {
        Some(grant) => grant,
        None => again_in_grace(app, client, &rotation, now).await?,
    };
    figures::happened(app, &client.id, grant.id(), Figure::Refreshes, now);
    let refresh = Some(RefreshToken { family: grant.id(), generation: grant.generation });
    let mut authorization = ended::today(app, client, grant.authorization).ok_or_else(ended::resource_lost)?;
    authorization.scope = exchange.scope.unwrap_or(authorization.scope);
    let granted = Granted { authorization, refresh, recipient };
    Ok(tokens::issue(app, client, granted, now).await?)
}

fn rotation(app: &App, client: &Client, presented: RefreshToken, now: Timestamp) -> Rotation {
    let (idle, absolute) = lifetimes(app, client);
    Rotation {
        family: presented.family,
        client_id: client.id.clone(),
        client_epoch: client.epoch,
        resources: client.metadata.resources.clone(),
        generation: presented.generation,
        now,
        used_after: now - idle,
        created_after: now - absolute,
    }
}

/// The scope must be within what was granted (RFC 6749 §6), the resource the one that was granted (RFC 8707 §2.2).
fn check_narrowing(today: &Authorization, exchange: &Exchange, issuer: &str) -> Result<(), OAuthError> {
    if exchange.scope.as_ref().is_some_and(|scope| !scope.within(&today.scope)) {
        return Err(OAuthError::new(
            ErrorCode::InvalidScope,
            "the scope goes beyond what was granted, or what the client may have",
        ));
    }
    resource_indicators::check(&exchange.resources, today.resource.as_deref(), issuer)
}

/// Why the guard did not hold: the previous generation within the grace is answered, a stale one revokes the family.
async fn again_in_grace(app: &App, client: &Client, rotation: &Rotation, now: Timestamp) -> Result<Grant, Error> {
    let invalid = |why: &str| OAuthError::invalid_grant("the refresh token is not valid").because(why);
    let found = families::find_enabled(&app.db, rotation.family).await?;
    let grant = found
        .filter(|grant| is_of(grant, client))
        .ok_or_else(|| invalid("not this client's, or of somebody who may no longer sign in"))?;
    if grant.is_revoked() || expires_at(app, client, &grant) <= now {
        return Err(invalid("expired or revoked").into());
    }
    if grant.generation < rotation.generation {
        return Err(invalid("of a generation that the database does not know: it was restored from a back-up").into());
    }
    let in_grace = is_in_grace(app, rotation.generation, &grant, now);
    if grant.generation > rotation.generation && !in_grace {
        ended::revoke(app, &grant.authorization, "refresh token used again", now).await?;
        return Err(invalid("used again: the family is revoked").into());
    }
    if ended::today(app, client, grant.authorization.clone()).is_none() {
        return Err(ended::resource_lost().into());
    }
    if in_grace {
        return Ok(grant);
    }
    Err(Fault::unavailable("the refresh token could not be exchanged now").into())
}

fn is_of(grant: &Grant, client: &Client) -> bool {
    ended::is_of(&grant.authorization, client)
}
