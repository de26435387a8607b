//! What could not be told to services, or to people: operators see it, and have it tried once more.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::record::Change;
use crate::store::db::Db;
use crate::store::letters;
pub use crate::store::letters::Row as Letter;
use crate::store::outbox;
pub use crate::store::outbox::Notice;

/// What was not delivered yet, the oldest first, at most a thousand.
pub async fn list(db: &Db) -> Result<Vec<Notice>, Fault> {
    outbox::all(db, 1000).await
}

/// Letters that were not brought yet, the oldest first, at most a thousand.
pub async fn letters(db: &Db) -> Result<Vec<Letter>, Fault> {
    letters::all(db, 1000).await
}

/// So long an operator's try of a letter goes on.
const AGAIN: Duration = Duration::from_secs(86_400);

/// Makes a letter due at once, given up or not, and for a day; `false` if there is none with this id.
pub async fn retry_letter(app: &App, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    let mut change = Change::begin(app).await?;
    let Some(person) = letters::retry(&mut change.tx, id, now, now + AGAIN).await? else { return Ok(false) };
    change.act(Event { person, ..Event::new(Act::LetterRetried) }.detail(id.to_string()));
    change.commit().await?;
    Ok(true)
}

/// Makes a notice due at once, given up or not; `false` if there is none with this id.
pub async fn retry(app: &App, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    let mut change = Change::begin(app).await?;
    let Some(client) = outbox::retry(&mut change.tx, id, now).await? else { return Ok(false) };
    change.act(Event::new(Act::LogoutNoticeRetried).client(&client).detail(id.to_string()));
    change.commit().await?;
    Ok(true)
}
