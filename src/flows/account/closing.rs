//! Closing the account, with time to think again.

use std::sync::Arc;

use super::fresh;
use super::fresh::LiveSession;
use super::fresh::Sent;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::leaving;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::store::outbox::Ended;

/// What a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The account closes.
    Close,
    /// It goes on.
    Keep,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It closes then; nobody is signed in any more.
    Closes(Timestamp),
    /// It goes on.
    Kept,
    /// The page was made for another session.
    Foreign,
    /// Nobody signed in of late.
    Nobody,
}

/// Takes the decision of whom the page was made for.
pub async fn decide(
    app: &Arc<App>,
    visitor: &Visitor,
    (confirm, decision): (&str, Decision),
    now: Timestamp,
) -> Result<Decided, Fault> {
    match (fresh::sent(app, visitor, confirm, now).await?, decision) {
        (Sent::By(live), Decision::Close) => close(app, &live, now).await,
        (Sent::By(live), Decision::Keep) => leaving::keep(app, &live).await.map(|()| Decided::Kept),
        (Sent::Nobody, Decision::Close) => again(app, visitor, confirm).await,
        (Sent::Nobody, Decision::Keep) => Ok(Decided::Nobody),
        (Sent::Foreign, _) => Ok(Decided::Foreign),
    }
}

/// Whoever came back while the account closes, and lets it close, is signed out again.
async fn close(app: &Arc<App>, live: &LiveSession, now: Timestamp) -> Result<Decided, Fault> {
    if live.session.closes_at().is_some() {
        sessions::end(app, Ended { session: live.session.id, person: live.session.person_id }, now).await?;
    }
    Ok(leaving::close(app, live, now).await?.map_or(Decided::Nobody, Decided::Closes))
}

/// The same form once more: the first ended the session of its page.
async fn again(app: &App, visitor: &Visitor, confirm: &str) -> Result<Decided, Fault> {
    let former = sessions::former(app, visitor).await?.filter(|live| fresh::is_own(app, confirm, live));
    let Some(live) = former else { return Ok(Decided::Nobody) };
    let closes = leaving::closes_at(app, live.session.person_id).await?;
    Ok(closes.map_or(Decided::Nobody, Decided::Closes))
}
