//! Stopping what was done to an account, by the link of the letter that told of it. Whoever has the letter may, for a week: it
//! lets nobody in.

use std::time::Duration;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::record::Change;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Reach;
use crate::parts::stopping::Done;
use crate::parts::stopping::Stop;
use crate::store::authenticators;
use crate::store::credentials;
use crate::store::people;
use crate::store::recoveries;
use crate::store::stops;
use crate::store::stops::What;

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

/// How it stands with what a link is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It can be stopped.
    Open(About),
    /// It is stopped now.
    Stopped(Stopped),
    /// It was stopped before, by this link or an earlier change's.
    Before(About),
    /// It can be stopped no more, and was not.
    Late(About),
}

/// What was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// What it was.
    pub about: About,
    /// Whether a password was taken with it.
    pub password: bool,
}

const fn about(what: &Done) -> About {
    match what {
        Done::Recovery(_) => About::Recovery,
        Done::Added(_) => About::Added,
        Done::Removed => About::Removed,
        Done::Password => About::Password,
    }
}

const fn remembered(what: &Done) -> What {
    match what {
        Done::Recovery(_) => What::Recovery,
        Done::Added(_) | Done::Removed | Done::Password => What::Change,
    }
}

/// Whether what a link names can be stopped; `None` for what is not ours.
pub async fn look(app: &App, sealed: &str, now: Timestamp) -> Result<Option<Stage>, Fault> {
    let Some(Stop { person, at, what }) = Stop::open(app, sealed) else { return Ok(None) };
    let about = about(&what);
    if stops::was(&app.db, person, remembered(&what), at).await? {
        return Ok(Some(Stage::Before(about)));
    }
    let open = match what {
        Done::Recovery(id) => recoveries::of(&app.db, person, now).await?.iter().any(|one| one.id == id),
        Done::Added(_) | Done::Removed | Done::Password => at + LIFETIME > now,
    };
    Ok(Some(if open { Stage::Open(about) } else { Stage::Late(about) }))
}

/// Stops it, once: a recovery does not go on; with a change goes whatever was added or set since, for whoever made the one may
/// have made the others, and every session ends. `None` for what is not ours.
pub async fn stop(app: &App, sealed: &str, now: Timestamp) -> Result<Option<Stage>, Fault> {
    let stage = look(app, sealed, now).await?;
    let (Some(Stage::Open(about)), Some(Stop { person, at, what })) = (stage, Stop::open(app, sealed)) else {
        return Ok(stage);
    };
    let mut change = Change::begin(app).await?;
    if people::hold(&mut change.tx, person).await?.is_none() {
        return Ok(Some(Stage::Late(about)));
    }
    if !stops::put(&mut change.tx, person, remembered(&what), at, now).await? {
        return Ok(Some(Stage::Before(about)));
    }
    let mut password = false;
    if let Done::Recovery(id) = what {
        if !recoveries::stop(&mut change.tx, person, id).await? {
            return Ok(Some(Stage::Late(about)));
        }
        change.act(Event::new(Act::RecoveryStopped).person(person));
    } else {
        password = credentials::remove_password_since(&mut change.tx, person, at).await?;
        authenticators::remove_made_since(&mut change.tx, person, at).await?;
        change.act(Event::new(Act::ChangeStopped).person(person));
        sessions::end_all_of(app, &mut change, person, Reach::Everything, now).await?;
    }
    change.commit().await?;
    if about != About::Recovery {
        sessions::end_late(app, &[person], now).await?;
    }
    Ok(Some(Stage::Stopped(Stopped { about, password })))
}
