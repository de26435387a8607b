//! Stopping what was done to an account, by the link of the letter that told of it. Whoever has the letter may, for a week: it
//! lets nobody in. What was added goes even where it was the last that opened the account, for it may be a thief's; the way back
//! in begins with it then, as whoever has the letter could begin it.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::authenticate;
use crate::parts::record::Change;
use crate::parts::recovery;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Reach;
use crate::parts::stopping::Done;
use crate::parts::stopping::Stop;
use crate::store::authenticators;
use crate::store::credentials;
use crate::store::people;
use crate::store::recoveries;

/// So long a letter can be answered.
const LIFETIME: Duration = Duration::from_secs(7 * 86_400);

/// What a link is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A recovery that began.
    Recovery,
    /// Something more to sign in by.
    Added,
    /// Something less.
    Removed,
    /// Another password.
    Password,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It can be stopped.
    Open(About),
    /// It was stopped, or is over.
    Over(Stopped),
}

/// What was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// What it was.
    pub about: About,
    /// When the person gets in by the way back that is under way.
    pub recovery: Option<Timestamp>,
}

const fn about(what: &Done) -> About {
    match what {
        Done::Recovery(_) => About::Recovery,
        Done::Added(_) => About::Added,
        Done::Removed => About::Removed,
        Done::Password => About::Password,
    }
}

/// Whether what a link names can be stopped; `None` for what is not ours.
pub async fn look(app: &App, sealed: &str, now: Timestamp) -> Result<Option<Stage>, Fault> {
    let Some(Stop { person, at, what }) = Stop::open(app, sealed) else { return Ok(None) };
    let open = match &what {
        Done::Recovery(id) => recoveries::of(&app.db, person, now).await?.iter().any(|one| one.id == *id),
        _ if at + LIFETIME <= now => false,
        Done::Added(kind) => {
            let is_it = |one: &authenticators::Authenticator| one.created_at() == at && one.is(kind);
            authenticators::of(&app.db, person).await?.iter().any(is_it)
        }
        Done::Removed => app.ephemeral.get(&used(sealed)).await?.is_none(),
        Done::Password => credentials::is_set_at(&app.db, person, at).await?,
    };
    if open {
        return Ok(Some(Stage::Open(about(&what))));
    }
    stopped(app, person, &what, now).await.map(|stopped| Some(Stage::Over(stopped)))
}

/// Stops it, if it is not over: what was added opens nothing more, and every session ends. `None` for what is not ours.
pub async fn stop(app: &App, sealed: &str, now: Timestamp) -> Result<Option<Stopped>, Fault> {
    let Some(Stop { person, at, what }) = Stop::open(app, sealed) else { return Ok(None) };
    // Of a removal nothing is left by which to see that it was stopped.
    if what == Done::Removed && app.ephemeral.get(&used(sealed)).await?.is_some() {
        return stopped(app, person, &what, now).await.map(Some);
    }
    let mut change = Change::begin(app).await?;
    let alive = at + LIFETIME > now;
    // A recovery that is over is stopped by nobody, however late the link.
    if (alive || matches!(what, Done::Recovery(_)))
        && people::hold(&mut change.tx, person).await?.is_some()
        && take_back(&mut change, person, at, &what).await?
    {
        let act = if matches!(what, Done::Recovery(_)) { Act::RecoveryStopped } else { Act::ChangeStopped };
        change.act(Event::new(act).person(person));
        if act == Act::ChangeStopped {
            sessions::end_all_of(app, &mut change, person, Reach::Everything, now).await?;
            if !authenticate::is_left_a_way(&mut change.tx, person).await? {
                recovery::begin(app, &mut change, person, None, now).await?;
            }
        }
        change.commit().await?;
        sessions::end_late(app, &[person], now).await?;
        if what == Done::Removed {
            app.ephemeral.put(&used(sealed), vec![1], LIFETIME).await?;
        }
    }
    stopped(app, person, &what, now).await.map(Some)
}

fn used(sealed: &str) -> String {
    format!("stopped:{}", base64url(&sha256(sealed.as_bytes())))
}

async fn stopped(app: &App, person: Uuid, what: &Done, now: Timestamp) -> Result<Stopped, Fault> {
    let under_way = recoveries::by_way(&app.db, person, recovery::Way::Address, now).await?;
    let recovery = under_way.filter(|_| !matches!(what, Done::Recovery(_))).map(|recovery| recovery.ready_at());
    Ok(Stopped { about: about(what), recovery })
}

/// Takes back what was done then; `false` where it is there no more.
async fn take_back(change: &mut Change<'_>, person: Uuid, at: Timestamp, what: &Done) -> Result<bool, Fault> {
    match what {
        Done::Recovery(id) => recoveries::stop(&mut change.tx, person, *id).await,
        Done::Added(kind) => authenticators::remove_made_at(&mut change.tx, person, kind, at).await,
        Done::Removed => Ok(true),
        Done::Password => credentials::remove_password(&mut change.tx, person, at).await,
    }
}
