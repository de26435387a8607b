//! Ending grants: a refresh token and the access tokens beside it are one grant and die together.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::authorization::Authorization;
use crate::parts::record;
use crate::store::cache::Kind;
use crate::store::grants;

/// Revokes a grant and all that it bought, unless it is dead already.
pub async fn revoke(app: &App, given: &Authorization, why: &str, now: Timestamp) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    if !grants::revoke(&mut tx, given.grant, now).await? {
        return Ok(());
    }
    let event = Event::new(Act::GrantRevoked).person(given.person).client(&given.client).session(given.session);
    record::in_transaction(app, &mut tx, event.detail(why), now).await?;
    record::commit(app, tx, &[(Kind::Grant, given.grant.to_string())], now).await
}
