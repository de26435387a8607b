//! What must reach others: scheduled with the act that it tells of, tried until it does or is given up.
//!
//! A notice is written with its act, so that it cannot be lost. Whoever wrote it tries at once; a job tries again, for a
//! day, with growing pauses. A try begins with a guarded write that already names the time of the next one: of several
//! replicas one tries, and a process that dies in the middle is followed by another. A service that answers 400 is tried
//! again as others are: it says so too when "the logout failed" (Back-Channel Logout §2.8), which may pass.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::outbound::Unreachable;
use crate::parts::back_channel;
use crate::parts::back_channel::Sent;
use crate::parts::record::Change;
use crate::store::db::by_itself;
use crate::store::outbox;
use crate::store::outbox::Ended;
use crate::store::outbox::Notice;
use crate::store::outbox::Whose;

/// How long a page waits for services to answer; what takes longer goes on without it.
const PATIENCE: Duration = Duration::from_secs(2);
/// After so long a notice is given up.
const A_DAY: Duration = Duration::from_secs(86_400);
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(4 * 3600);
/// Notices of one reading of the outbox, and how many of them are under way at once.
const BATCH: i64 = 200;
const AT_ONCE: usize = 32;

/// A notice to be written with the change that it tells of; its first try belongs to the caller.
pub fn notice(app: &App, client_id: &str, ended: Ended, now: Timestamp) -> Notice {
    Notice::begun(id::new(now, &*app.entropy), client_id, ended, now, now + pause(1))
}

/// Tries notices that were just committed; returns when each has been answered, or when patience ends.
pub async fn try_now(app: &Arc<App>, notices: Vec<Notice>) {
    let mut tries = JoinSet::new();
    for notice in notices {
        let app = Arc::clone(app);
        tries.spawn(async move { attempt(&app, &notice).await });
    }
    let _ = timeout(PATIENCE, async { while tries.join_next().await.is_some() {} }).await;
    tries.detach_all();
}

/// Tries every notice that is due `now`. Each try reads the clock anew: a token must not be old when its turn comes. Those
/// of clients that registered themselves have a lane of their own: they hold up nobody but each other.
pub async fn deliver_due(app: &App, now: Timestamp) -> Result<(), Fault> {
    let (declared, registered) = tokio::join!(deliver(app, Whose::Declared, now), deliver(app, Whose::Registered, now));
    declared.and(registered)
}

async fn deliver(app: &App, whose: Whose, now: Timestamp) -> Result<(), Fault> {
    loop {
        let due = outbox::due(&app.db, whose, now, BATCH).await?;
        let last = i64::try_from(due.len()).unwrap_or(BATCH) < BATCH;
        stream::iter(due).for_each_concurrent(AT_ONCE, |notice| by_itself(claim_and_attempt(app, notice))).await;
        if last {
            return Ok(());
        }
    }
}

async fn claim_and_attempt(app: &App, notice: Notice) {
    let next = app.clock.now() + pause(notice.tries + 1);
    match outbox::claim(&app.db, notice, next).await {
        Ok(Some(notice)) => attempt(app, &notice).await,
        Ok(None) => {}
        Err(fault) => tracing::warn!(target: "motcua::jobs", %fault, "a logout notice was not claimed"),
    }
}

/// One try of a notice that is ours.
async fn attempt(app: &App, notice: &Notice) {
    let now = app.clock.now();
    let last = notice.created_at() + A_DAY;
    let outcome = match back_channel::send(app, notice, now).await {
        Ok(Sent::Delivered) => settled(app, notice, "delivered").await,
        Ok(Sent::NobodyToTell) => settled(app, notice, "moot").await,
        Ok(Sent::Not(why @ Unreachable::Busy)) if now + FIRST_PAUSE <= last => {
            put_off(app, notice, &why.to_string(), now).await
        }
        Ok(Sent::Not(why)) if notice.next_try_at() > last => give_up(app, notice, &why.to_string(), now).await,
        Ok(Sent::Not(why)) => failed(app, notice, &why.to_string()).await,
        Err(fault) => Err(fault),
    };
    if let Err(fault) = outcome {
        tracing::warn!(target: "motcua::fault", %fault, notice = %notice.id, "a logout notice is left to its next try");
    }
}

async fn settled(app: &App, notice: &Notice, outcome: &'static str) -> Result<(), Fault> {
    app.metrics.logout_notice(outcome);
    outbox::settle(&app.db, notice).await
}

async fn failed(app: &App, notice: &Notice, why: &str) -> Result<(), Fault> {
    app.metrics.logout_notice("failed");
    tracing::info!(target: "motcua::jobs", client = notice.client_id, tries = notice.tries, why, "a service was not told");
    outbox::failed(&app.db, notice, why).await
}

/// The service was not asked, so the try is not spent.
async fn put_off(app: &App, notice: &Notice, why: &str, now: Timestamp) -> Result<(), Fault> {
    app.metrics.logout_notice("put_off");
    outbox::put_off(&app.db, notice, why, now + FIRST_PAUSE).await
}

async fn give_up(app: &App, notice: &Notice, why: &str, now: Timestamp) -> Result<(), Fault> {
    let mut change = Change::begin(app).await?;
    if !outbox::give_up(&mut change.tx, notice, why, now).await? {
        return Ok(());
    }
    let Ended { session, person } = notice.ended();
    let event = Event::new(Act::LogoutNoticeGivenUp).person(person).client(&notice.client_id).session(session);
    change.act(event.detail(why));
    change.commit().await?;
    app.metrics.logout_notice("given_up");
    Ok(())
}

/// How long after the `tries`-th try the next one follows: three times as long each time, four hours at most.
pub fn pause(tries: i64) -> Duration {
    let times = u32::try_from(tries - 1).unwrap_or(0).min(8);
    (FIRST_PAUSE * 3_u32.pow(times)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_four_hours() {
        let seconds: Vec<u64> = (1..=10).map(|tries| pause(tries).as_secs()).collect();
        assert_eq!(seconds, [10, 30, 90, 270, 810, 2430, 7290, 14400, 14400, 14400]);
    }
}
