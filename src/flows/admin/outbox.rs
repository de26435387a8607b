//! What could not be told: operators see it, and have it tried once more.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::record::Change;
use crate::store::outbox;
pub use crate::store::outbox::Notice;

/// What was not delivered yet, the oldest first, at most a thousand.
pub async fn list(app: &App) -> Result<Vec<Notice>, Fault> {
    outbox::all(&app.db, 1000).await
}

/// Makes a notice due at once, given up or not; `false` if there is none with this id.
pub async fn retry(app: &App, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    let mut change = Change::begin(app).await?;
    let Some(client) = outbox::retry(&mut change.tx, id, now).await? else { return Ok(false) };
    change.act(Event::new(Act::LogoutNoticeRetried).client(&client).detail(id.to_string()));
    change.commit().await?;
    Ok(true)
}
