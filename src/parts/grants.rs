//! Ending grants: a refresh token and the access tokens beside it are one grant and die together.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::record::Change;
use crate::store::cache::Kind;
use crate::store::grants;

/// Whom a grant that is revoked concerned.
#[allow(missing_docs)]
pub struct Whose<'a> {
    pub client: &'a str,
    pub person: Uuid,
    pub session: Uuid,
}

/// Revokes a grant and all that it bought, unless it is dead already.
pub async fn revoke(app: &App, grant: Uuid, whose: &Whose<'_>, why: &str, now: Timestamp) -> Result<(), Fault> {
    let mut change = Change::begin(app).await?;
    if !grants::revoke(&mut change.tx, grant, now).await? {
        return Ok(());
    }
    let event = Event::new(Act::GrantRevoked).person(whose.person).client(whose.client).session(whose.session);
    change.act(event.detail(why));
    change.announce(Kind::Grant, grant.to_string());
    change.commit().await.map(drop)
}
