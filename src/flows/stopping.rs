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
use crate::letters::Letter;
use crate::letters::Link;
use crate::parts::addresses;
use crate::parts::authenticate;
use crate::parts::clock;
use crate::parts::letters::Channel;
use crate::parts::people as sealed;
use crate::parts::record::Change;
use crate::parts::recovery;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Reach;
use crate::parts::stopping::Done;
use crate::parts::stopping::Stop;
use crate::parts::telling;
use crate::store::authenticators;
use crate::store::credentials;
use crate::store::people;
use crate::store::proofings;
use crate::store::proofings::NewProofing;
use crate::store::recoveries;
use crate::store::stops;
use crate::store::stops::What;

/// By how much the clocks of two replicas may differ that serve people.
const CLOCKS: Duration = Duration::from_secs(10);
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
        Done::Addresses(_) | Done::NewAddresses(_) => About::Address,
        Done::Proofed => About::Proofed,
    }
}

const fn remembered(what: &Done) -> What {
    match what {
        Done::Recovery(_) => What::Recovery,
        _ => What::Change,
    }
}

/// Whether it was stopped. With what was added or set goes all that was added or set later, but no address and no proofing: those
/// are stopped for themselves. What is still there was not, whatever the clocks say.
async fn was(app: &App, Stop { person, at, what }: &Stop) -> Result<bool, Fault> {
    if stops::was(&app.db, *person, remembered(what), *at).await? {
        return Ok(true);
    }
    let is_there = match what {
        Done::Added(_) => authenticators::is_made_at(&app.db, *person, *at).await?,
        Done::Password => credentials::is_set_at(&app.db, *person, *at).await?,
        Done::Removed => false,
        Done::Recovery(_) | Done::Addresses(_) | Done::NewAddresses(_) | Done::Proofed => true,
    };
    Ok(!is_there && stops::was_with_an_earlier(&app.db, *person, *at).await?)
}

/// Whether there is something to stop. Who reads at an address that was the person's by a mistake has no say over the right one.
async fn is_open(app: &App, Stop { person, at, what }: &Stop, now: Timestamp) -> Result<bool, Fault> {
    let in_time = *at + LIFETIME > now;
    match what {
        Done::Recovery(id) => Ok(recoveries::of(&app.db, *person, now).await?.iter().any(|one| one.id == *id)),
        Done::NewAddresses(made) if in_time => {
            let Some(data) = sealed::find(app, *person).await? else { return Ok(false) };
            Ok(Channel::ALL.iter().all(|way| {
                let mark = made.iter().find(|(name, _)| name == way.as_str()).map(|(_, mark)| mark);
                mark.is_none_or(|mark| *mark == addresses::mark(app, &data, *way))
            }))
        }
        _ => Ok(in_time),
    }
}

/// Whether what a link names can be stopped; `None` for what is not ours.
pub async fn look(app: &App, sealed: &str, now: Timestamp) -> Result<Option<Stage>, Fault> {
    let Some(stop) = Stop::open(app, sealed) else { return Ok(None) };
    let about = about(&stop.what);
    if was(app, &stop).await? {
        return stopped(app, stop.person, (about, false), now).await.map(|stopped| Some(Stage::Before(stopped)));
    }
    Ok(Some(if is_open(app, &stop, now).await? { Stage::Open(about) } else { Stage::Late(about) }))
}

/// Stops it, once: a recovery does not go on; with a change goes whatever was added or set since, for whoever made the one may
/// have made the others, and every session ends, and the browsers are forgotten. `None` for what is not ours.
pub async fn stop(app: &App, sealed: &str, now: Timestamp) -> Result<Option<Stage>, Fault> {
    clock::agrees(app)?;
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
        sessions::end_late_in_any_case(app, person, now).await;
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
    // What followed may have been done by a replica whose clock is behind.
    let since = at - CLOCKS;
    let password = credentials::remove_password_since(&mut change.tx, person, since).await?;
    authenticators::remove_made_since(&mut change.tx, person, since).await?;
    match what {
        Done::Addresses(ways) => distrust(app, change, person, |way| ways.iter().any(|own| own == way), now).await?,
        Done::NewAddresses(made) => {
            distrust(app, change, person, |way| made.iter().any(|(own, _)| own == way), now).await?;
        }
        Done::Proofed => unproof(app, change, person, now).await?,
        Done::Recovery(_) | Done::Added(_) | Done::Removed | Done::Password => {}
    }
    people::forget_devices(&mut change.tx, person).await?; // whoever did it is a stranger
    change.act(Event::new(Act::ChangeStopped).person(person));
    sessions::end_all_of(app, change, person, Reach::Everything, now).await?;
    let letter = Letter::ChangeStopped { at: now, recovery: Link::to_recovery() };
    telling::tell(app, change, person, &letter, now).await?;
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
    is_moved: impl Fn(&str) -> bool,
    now: Timestamp,
) -> Result<(), Fault> {
    let ways: Vec<Channel> = Channel::ALL.into_iter().filter(|way| is_moved(way.as_str())).collect();
    addresses::distrust(app, change, person, &ways, now).await?;
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
