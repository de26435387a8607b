//! Grants: what of one counts today, and its end. A refresh token and the access tokens beside it are one grant and die
//! together.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::authorization::Authorization;
use crate::parts::clients::Client;
use crate::parts::issue::claims;
use crate::parts::record::Change;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::resource_indicators;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::token_request::GrantType;
use crate::store::cache::Kind;
use crate::store::families;
use crate::store::grants;

/// Whether a grant was given to this very client: one that was removed and declared again is another.
pub fn is_of(given: &Authorization, client: &Client) -> bool {
    given.client == client.id && given.client_epoch == client.epoch
}

/// What counts today: of what was granted, what the client may have still. `None` where it lost the resource.
pub fn today(app: &App, client: &Client, given: Authorization) -> Option<Authorization> {
    let metadata = &client.metadata;
    let lost = |resource: &str| metadata.resources.iter().all(|own| own != resource_indicators::split(resource).0);
    if given.resource.as_deref().is_some_and(lost) {
        return None;
    }
    let scope = given.scope.filtered(|value| metadata.scope.contains(value));
    Some(Authorization { scope, claims: claims::permitted(app, client, given.claims.clone()), ..given })
}

/// Whether what counts today has refresh tokens.
pub fn is_offline(client: &Client, today: &Authorization) -> bool {
    today.scope.contains(OFFLINE_ACCESS) && client.metadata.may(GrantType::RefreshToken)
}

/// The client lost the resource.
pub fn resource_lost() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidTarget, "the client may have no tokens for the resource any more")
}

/// Revokes a grant and all that it bought, unless it is dead already.
pub async fn revoke(app: &App, given: &Authorization, why: &str, now: Timestamp) -> Result<(), Fault> {
    let mut change = Change::begin(app).await?;
    let died = match grants::revoke(&app.db, &mut change.tx, given.grant, now).await? {
        Some(false) => true,
        // The family lives or dies by itself, also where its grant is history already.
        Some(true) | None => families::revoke(&mut change.tx, given.grant, now).await?,
    };
    if !died {
        return Ok(());
    }
    let event = Event::new(Act::GrantRevoked).person(given.person).client(&given.client).session(given.session);
    change.act(event.detail(why));
    change.announce(Kind::Grant, given.grant.to_string());
    change.commit().await.map(drop)
}
