//! What was tried in vain too often opens nothing any more. Whose it is learns of it: the page on which it is tried says nothing.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::letters::Credential;
use crate::letters::Letter;
use crate::letters::Link;
use crate::parts::record::Change;
use crate::parts::telling;

/// Tells a person, by every way that is known to be theirs.
pub(super) async fn tell(app: &App, person: Uuid, credential: Credential, now: Timestamp) -> Result<(), Fault> {
    let mut change = Change::begin(app).await?;
    let letter = Letter::CredentialShut { credential, at: now, recovery: Link::to_recovery() };
    telling::tell(app, &mut change, person, &letter, now).await?;
    change.commit().await.map(drop)
}
