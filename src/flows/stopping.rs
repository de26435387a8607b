//! Stopping what was done to an account, by the link of the letter that told of it. Whoever has the letter may, for a week: it
//! lets nobody in. What was added goes even where it was the last that opened the account, for it may be a thief's; the way back
//! in begins with it then, as whoever has the letter could begin it.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::assurance::Level;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::addresses;
use crate::parts::authenticate;
use crate::parts::letters::Channel;
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
use crate::store::proofings;
use crate::store::proofings::NewProofing;
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
    /// Another address.
    Address,
    /// Who they are was confirmed.
    Proofed,
}

/// How it stands with what a link is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It can be stopped.
    Open(About),
    /// It is stopped now.
    Stopped(Stopped),
    /// It was stopped before, by this link or an earlier change's.
    Before(Stopped),
    /// It can be stopped no more, and was not.
    Late(About),
}

/// What was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// What it was.
    pub about: About,
    /// Whether a password was taken with it now.
    pub password: bool,
    /// When the person gets in by the way back that is under way.
    pub recovery: Option<Timestamp>,
}

const fn about(what: &Done) -> About {
    match what {
        Done::Recovery(_) => About::Recovery,
        Done::Added(_) => About::Added,
        Done::Removed => About::Removed,
        Done::Password => About::Password,
        Done::Addresses(_) => About::Address,
        Done::Proofed => About::Proofed,
    }
}

const fn remembered(what: &Done) -> What {
    match what {
        Done::Recovery(_) => What::Recovery,
        Done::Added(_) | Done::Removed | Done::Password | Done::Addresses(_) | Done::Proofed => What::Change,
    }
}

/// Whether what a link names can be stopped; `None` for what is not ours.
pub async fn look(app: &App, sealed: &str, now: Timestamp) -> Result<Option<Stage>, Fault> {
    let Some(Stop { person, at, what }) = Stop::open(app, sealed) else { return Ok(None) };
    let about = about(&what);
    if stops::was(&app.db, person, remembered(&what), at).await? {
        return stopped(app, person, (about, false), now).await.map(|stopped| Some(Stage::Before(stopped)));
    }
    let open = match what {
        Done::Recovery(id) => recoveries::of(&app.db, person, now).await?.iter().any(|one| one.id == id),
        _ => at + LIFETIME > now,
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
        drop(change);
        return stopped(app, person, (about, false), now).await.map(|stopped| Some(Stage::Before(stopped)));
    }
    let mut password = false;
    if let Done::Recovery(id) = what {
        if !recoveries::stop(&mut change.tx, person, id).await? {
            return Ok(Some(Stage::Late(about)));
        }
        change.act(Event::new(Act::RecoveryStopped).person(person));
        change.commit().await?;
    } else {
        password = take_back(app, &mut change, (person, at, &what), now).await?;
        change.commit().await?;
        sessions::end_late(app, &[person], now).await?;
    }
    stopped(app, person, (about, password), now).await.map(|stopped| Some(Stage::Stopped(stopped)))
}

/// Takes back what was done to a person since; `true` where a password was among it. Who is left without a way in gets one back.
async fn take_back(
    app: &App,
    change: &mut Change<'_>,
    (person, at, what): (Uuid, Timestamp, &Done),
    now: Timestamp,
) -> Result<bool, Fault> {
    // What was done in that instant is what the letter tells of, and nothing else.
    let after = at + Duration::from_micros(1);
    let set = if matches!(what, Done::Password | Done::Addresses(_)) { at } else { after };
    let added = if matches!(what, Done::Added(_)) { at } else { after };
    let password = credentials::remove_password_since(&mut change.tx, person, set).await?;
    authenticators::remove_made_since(&mut change.tx, person, added).await?;
    match what {
        Done::Addresses(ways) => distrust(app, change, person, ways, now).await?,
        Done::Proofed => unproof(app, change, person, now).await?,
        Done::Recovery(_) | Done::Added(_) | Done::Removed | Done::Password => {}
    }
    change.act(Event::new(Act::ChangeStopped).person(person));
    sessions::end_all_of(app, change, person, Reach::Everything, now).await?;
    if !authenticate::is_left_a_way(&mut change.tx, person).await? {
        recovery::begin(app, change, person, None, now).await?;
    }
    Ok(password)
}

/// Nothing goes to what was put in the place of the person's own, and no way back that began there goes on.
async fn distrust(
    app: &App,
    change: &mut Change<'_>,
    person: Uuid,
    ways: &[String],
    now: Timestamp,
) -> Result<(), Fault> {
    for way in [Channel::Mail, Channel::Sms].into_iter().filter(|way| ways.iter().any(|own| own == way.as_str())) {
        addresses::distrust(app, change, person, way, now).await?;
    }
    recoveries::stop_all(&mut change.tx, person).await
}

/// Nobody has confirmed who they are, until somebody does.
async fn unproof(app: &App, change: &mut Change<'_>, person: Uuid, now: Timestamp) -> Result<(), Fault> {
    let (method, evidence, agency) = ("stopped", "none", app.config.server.issuer.as_str());
    let id = id::beside(person, now, &*app.entropy);
    let lowered = NewProofing { id, person, level: Level::Zero, method, evidence, agency, at: now };
    proofings::insert(&mut change.tx, &lowered).await
}

async fn stopped(app: &App, person: Uuid, (about, password): (About, bool), now: Timestamp) -> Result<Stopped, Fault> {
    let recovery = match about {
        About::Recovery => None,
        _ => recoveries::by_way(&app.db, person, recovery::Way::Address, now).await?,
    };
    Ok(Stopped { about, password, recovery: recovery.map(|recovery| recovery.ready_at()) })
}
