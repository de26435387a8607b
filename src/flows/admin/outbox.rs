//! What could not be told to services, or to people: operators see it, and have it tried once more.

use std::time::Duration;

use uuid::Uuid;

use super::listing;
use super::listing::Page;
use super::listing::Wanted;
use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::authority;
use crate::parts::authority as rights;
use crate::parts::authority::Subject;
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

/// What waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its id.
    pub id: Uuid,
    /// By which way it goes.
    pub way: Way,
    /// Since when.
    pub since: Timestamp,
    /// How many tries were begun.
    pub tries: i64,
    /// When it is tried again.
    pub next_try_at: Timestamp,
    /// When it was given up, if it was.
    pub given_up_at: Option<Timestamp>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// By which way something goes, and to whom: of people no more than that it is somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// To this client: a session ended.
    Logout(String),
    /// To somebody: a letter, by mail or text message.
    Letter(String),
}

impl From<Notice> for Waiting {
    fn from(notice: Notice) -> Self {
        Self {
            id: notice.id,
            since: notice.created_at(),
            tries: notice.tries,
            next_try_at: notice.next_try_at(),
            given_up_at: notice.given_up_at(),
            way: Way::Logout(notice.client_id),
            last_error: notice.last_error,
        }
    }
}

impl From<Letter> for Waiting {
    fn from(letter: Letter) -> Self {
        Self {
            id: letter.id,
            since: letter.created_at(),
            tries: letter.tries,
            next_try_at: letter.next_try_at(),
            given_up_at: letter.given_up_at(),
            way: Way::Letter(letter.channel().to_owned()),
            last_error: letter.last_error,
        }
    }
}

/// All that waits, the oldest first.
pub async fn page(app: &App, wanted: &Wanted<'_>, now: Timestamp) -> Result<Result<Page<Waiting>, Refusal>, Fault> {
    let after = match listing::begin(app, authority::Act::OutboxLook, wanted, now).await? {
        Ok((_, after)) => after.and_then(|id| id.parse().ok()).unwrap_or(Uuid::nil()),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let limit = i64::try_from(wanted.limit + 1).map_err(Fault::broken)?;
    let notices = outbox::after(&app.db, after, limit).await?.into_iter().map(Waiting::from);
    let letters = letters::after(&app.db, after, limit).await?.into_iter().map(Waiting::from);
    let mut found: Vec<Waiting> = notices.chain(letters).collect();
    found.sort_by_key(|one| one.id);
    listing::page(app, wanted, found, |one| one.id.to_string(), now).map(Ok)
}

/// Has one of them tried once more.
pub async fn again(app: &App, id: Uuid, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    if let Err(refused) = rights::ask(app, authority::Act::OutboxRetry, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    let found = retry(app, id, now).await? || retry_letter(app, id, now).await?;
    Ok(if found { Ok(()) } else { Err(Refusal::NotThere) })
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
