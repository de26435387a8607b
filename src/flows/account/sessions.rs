//! Where a person is signed in, and how that ends somewhere else than here.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::fresh;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::parts::devices;
use crate::parts::networks::Network;
use crate::parts::sessions as ending;
use crate::parts::sessions::Visitor;
use crate::store::history;
use crate::store::outbox::Ended;
use crate::store::sessions;
use crate::store::sessions::Session;

/// A browser in which a person is signed in.
#[derive(Clone, Debug)]
pub struct Place {
    /// The session.
    pub id: Uuid,
    /// Whether it is the one that looks.
    pub is_here: bool,
    /// The browser and the system, where they are known.
    pub device: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// When it was used last, to the minute.
    pub last_used: Timestamp,
    /// How many services it has reached.
    pub services: i64,
}

/// What a form ends.
pub enum Target {
    /// One.
    One(Uuid),
    /// All but the one that asks.
    Others,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// What was asked for is over, or was before. Where every other browser was forgotten, this one is known by this cookie.
    Done(Option<String>),
    /// Nobody is signed in.
    Nobody,
    /// The page was not made for this session.
    Foreign,
}

/// Services that a session reached before are not counted: it was renewed for as long.
const LATE: Duration = Duration::from_secs(30 * 86_400);

/// Where the person of a session is signed in: here first, then the latest first.
pub async fn places(app: &App, here: &Session, now: Timestamp) -> Result<Vec<Place>, Fault> {
    let mut open = alive(app, here.person_id, now).await?;
    open.sort_by_key(|session| session.id != here.id);
    let oldest = open.iter().map(|session| id::made_at(session.id)).min().unwrap_or(now).max(now - LATE);
    let reached = history::reached(&app.db, here.person_id, [oldest, now]).await?;
    let place = |session: Session| Place {
        id: session.id,
        is_here: session.id == here.id,
        since: session.auth_time(),
        last_used: session.last_used_at(),
        services: reached.get(&session.id).copied().unwrap_or_default(),
        device: session.device,
    };
    Ok(open.into_iter().map(place).collect())
}

/// The sessions of a person that nobody ended and that are neither idle nor over.
async fn alive(app: &App, person: Uuid, now: Timestamp) -> Result<Vec<Session>, Fault> {
    let mut open = sessions::all_open_of(&app.db, person, now).await?;
    open.retain(|session| session.last_used_at() + *app.config.session.idle > now);
    Ok(open)
}

/// Ends sessions of the visitor, never the one that asks, and tells the services that they had reached. Whatever a form
/// names, nobody else's ends.
pub async fn end(
    app: &Arc<App>,
    visitor: &Visitor,
    confirm: &str,
    target: &Target,
    now: Timestamp,
) -> Result<Done, Fault> {
    let Some(live) = ending::current(app, visitor, now).await? else { return Ok(Done::Nobody) };
    if !fresh::is_own(app, confirm, &live) {
        return Ok(Done::Foreign);
    }
    let here = &live.session;
    Ok(Done::Done(match target {
        Target::Others => Some(end_elsewhere(app, here, Network::of(app, here.person_id, visitor.address), now).await?),
        Target::One(one) => {
            let over = elsewhere(app, here, now).await?.filter(|ended| ended.session == *one).collect::<Vec<_>>();
            if !over.is_empty() {
                ending::end_each(app, over, None, now).await?;
            }
            None
        }
    }))
}

/// Ends every session of a person but the one that is `here`, and forgets every browser and network but this one. Returns the
/// cookie by which this browser is known from now on.
pub(super) async fn end_elsewhere(
    app: &Arc<App>,
    here: &Session,
    network: Network,
    now: Timestamp,
) -> Result<String, Fault> {
    let over = elsewhere(app, here, now).await?.collect();
    ending::end_each(app, over, Some((here.person_id, network)), now).await?;
    devices::cookie(app, here.person_id, now).await
}

async fn elsewhere(app: &App, here: &Session, now: Timestamp) -> Result<impl Iterator<Item = Ended>, Fault> {
    let (own, person) = (here.id, here.person_id);
    let open = sessions::all_open_of(&app.db, person, now).await?;
    let others = open.into_iter().map(|session| session.id).filter(move |id| *id != own);
    Ok(others.map(move |session| Ended { session, person }))
}
