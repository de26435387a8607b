//! Who changes how they sign in has signed in of late, and sends the form of their own page.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
pub use crate::store::cache::LiveSession;

/// Who sent a form of such a page.
pub enum Sent {
    /// Whom it was made for.
    By(Arc<LiveSession>),
    /// Somebody in another session.
    Foreign,
    /// Nobody who signed in of late: they sign in first, once more.
    Nobody,
}

/// What a page carries for the answer.
#[derive(Serialize, Deserialize)]
struct Ticket {
    session: Uuid,
}

impl Sealed for Ticket {
    const PURPOSE: Purpose = Purpose("account");
}

/// So long after a sign-in somebody may change how they sign in.
const FRESH: Duration = Duration::from_secs(15 * 60);

/// Who wants to see such a page; `None` for whoever did not sign in of late. It may be what their sign-in waits for.
pub async fn present(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Arc<LiveSession>>, Fault> {
    let live = sessions::present(app, visitor, now).await?;
    Ok(live.filter(|live| is_fresh(live, now)))
}

/// Whether somebody signed in of late.
pub fn is_fresh(live: &LiveSession, now: Timestamp) -> bool {
    live.session.auth_time() + FRESH > now
}

/// Who sends its form, with what [`confirm`] gave.
pub async fn sent(app: &App, visitor: &Visitor, confirm: &str, now: Timestamp) -> Result<Sent, Fault> {
    Ok(match present(app, visitor, now).await? {
        Some(live) if is_own(app, confirm, &live) => Sent::By(live),
        Some(_) => Sent::Foreign,
        None => Sent::Nobody,
    })
}

/// What proves that a form is that of the session's own page.
pub fn confirm(app: &App, live: &LiveSession, now: Timestamp) -> Result<String, Fault> {
    Ticket { session: live.session.id }.seal(app, now)
}

/// Whether a form is that of the session's own page.
pub fn is_own(app: &App, confirm: &str, live: &LiveSession) -> bool {
    Ticket::open(app, confirm).is_some_and(|ticket| ticket.session == live.session.id)
}
