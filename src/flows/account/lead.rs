//! Where a sign-in with a password leads before it goes on: what is asked, and what was answered.

use std::sync::Arc;

use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
pub use crate::identity::lead::Lead;
use crate::parts::leads;
use crate::parts::record::Change;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::store::authenticators;
use crate::store::cache::LiveSession;
use crate::store::people;

/// Somebody whose sign-in leads somewhere.
pub struct Waiting {
    /// Who.
    pub live: Arc<LiveSession>,
    /// Where.
    pub lead: Lead,
}

/// What they are asked.
pub struct Question {
    /// What about.
    pub lead: Lead,
    /// Characters that their password has to have.
    pub least: usize,
    /// Whether it can be put off.
    pub can_wait: bool,
    /// Up to when, where that is known: the first instant after it.
    pub until: Option<Day>,
    /// Whether passkeys are taken.
    pub passkeys: bool,
}

/// What somebody answered who does nothing about it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Not now.
    Later,
    /// Nobody shall offer it again.
    Never,
}

/// Whoever visits, if their sign-in leads somewhere.
pub async fn waiting(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Waiting>, Fault> {
    let live = sessions::present(app, visitor, now).await?;
    Ok(live.and_then(|live| Some(Waiting { lead: live.session.lead()?, live })))
}

/// What to ask them.
pub async fn question(app: &App, waiting: &Waiting, now: Timestamp) -> Result<Question, Fault> {
    let session = &waiting.live.session;
    let beside = authenticators::kinds(&app.db, session.person_id).await?;
    let until = app.config.passwords.short_until.filter(|_| waiting.lead.is_short());
    Ok(Question {
        lead: waiting.lead,
        least: leads::standing(beside).least(),
        can_wait: !leads::holds_up(app, session, now),
        until,
        passkeys: app.passkeys.is_some() && waiting.lead != Lead::Longer,
    })
}

/// They go on without it, if they may.
pub async fn answer(app: &App, waiting: &Waiting, answer: Answer, now: Timestamp) -> Result<(), Fault> {
    let session = &waiting.live.session;
    if leads::holds_up(app, session, now) {
        return Ok(());
    }
    let mut change = Change::begin(app).await?;
    if waiting.lead == Lead::Passkey {
        let after = match answer {
            Answer::Later => now + leads::PAUSE,
            Answer::Never => leads::NEVER,
        };
        people::put_passkey_offer_after(&mut change.tx, session.person_id, after).await?;
    }
    leads::answer(&mut change, session).await?;
    change.commit().await?;
    Ok(())
}
