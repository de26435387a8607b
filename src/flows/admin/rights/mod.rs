//! Rights: given, taken away, looked at. Whoever has the machine gives any; an official gives less than he has, and another
//! official approves it. Taking away waits for nobody: it widens nothing, and an emergency would not wait either.

pub mod bounds;
pub mod carrying;
pub mod deed;
pub mod desk;
pub mod first;
pub mod giving;
mod held;
pub mod inquiry;
pub mod listed;
pub mod look;
pub mod pending;
pub mod telling;
pub mod waiting;

use uuid::Uuid;

pub use self::bounds::Named;
use self::deed::Deed;
use self::deed::Grant;
use self::pending::Asked;
pub use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit;
use crate::identity::audit::By;
use crate::identity::authority;
use crate::identity::authority::Act;
use crate::identity::authority::Actor;
use crate::identity::authority::Alone;
use crate::identity::authority::Authority;
use crate::identity::authority::Holder;
use crate::identity::authority::Place;
use crate::identity::authority::Wanted;
use crate::identity::authority::Widens;
use crate::parts::authority as rights;
use crate::parts::authority::Asker;
use crate::parts::authority::Ended;
use crate::parts::authority::Subject;
use crate::parts::hierarchy;
use crate::parts::record::Change;
use crate::parts::sessions;
use crate::parts::sessions::Reach;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// These rights.
    Rights(Vec<Uuid>),
    /// Nothing yet: these acts wait for a second official.
    Pending(Vec<Uuid>),
}

/// Gives rights, all or none. `in_place_of`: the right that each replaces, whose unit is gone.
pub async fn grant(
    app: &App,
    by: &By,
    wanted: &[Wanted],
    in_place_of: Option<Uuid>,
    now: Timestamp,
) -> Result<Result<Given, Refusal>, Fault> {
    for one in wanted {
        if let Err(why) = bounds::check(app, one, now).await? {
            return Ok(Err(Refusal::Mistake(why)));
        }
    }
    if let Err(why) = first::check(app, wanted, now).await? {
        return Ok(Err(Refusal::Mistake(why)));
    }
    if let Actor::Official(holder) = &by.actor {
        return ask(app, (by, holder), wanted, in_place_of, now).await;
    }
    let whole = hierarchy::whole(app).await?;
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    if let Some(former) = in_place_of
        && !rights::take_in(&mut change, former, by, now).await?
    {
        return Ok(Err(Refusal::NotThere));
    }
    let mut given = Vec::new();
    for one in wanted {
        given.push(giving::give(app, &mut change, (one, &whole), &giving::Hands::of(by), now).await?);
    }
    change.commit().await?;
    Ok(Ok(Given::Rights(given)))
}

/// An official asks that another approves what he gives by a right of his own.
async fn ask(
    app: &App,
    (by, holder): (&By, &Holder),
    wanted: &[Wanted],
    in_place_of: Option<Uuid>,
    now: Timestamp,
) -> Result<Result<Given, Refusal>, Fault> {
    if let Some(former) = in_place_of {
        match rights::may(app, Asker::of(by, holder), Act::RightsRevoke, &Subject::Right(former), now).await? {
            None => return Ok(Err(Refusal::NotThere)),
            Some(answer) if !answer.verdict.is_allowed() => return Ok(Err(Refusal::May(Box::new(answer)))),
            Some(_) => {}
        }
    }
    let mut deeds = Vec::new();
    for one in wanted {
        let (deed, right) = match giver(app, Asker::of(by, holder), one, now).await? {
            // The former one goes once, with the first of those that take its place.
            Ok(parent) => (Deed::Grant(Grant::of(one, in_place_of.filter(|_| deeds.is_empty()), parent)), parent),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(seen) = deed.seen(app, now).await? else { return Ok(Err(Refusal::NotThere)) };
        deeds.push(Asked { deed, seen, right });
    }
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    let mut asked = Vec::new();
    for one in &deeds {
        asked.push(pending::put(app, &mut change, by, one, now).await?);
    }
    change.commit().await?;
    Ok(Ok(Given::Pending(asked)))
}

/// The right of a holder by which he can give another.
pub(super) async fn giver(
    app: &App,
    asker: Asker<'_>,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Result<Uuid, Refusal>, Fault> {
    let within = Subject::Within(wanted.scope.clone());
    let Some(answer) = rights::may(app, asker, Act::RightsGrant, &within, now).await? else {
        return Ok(Err(Refusal::NotThere));
    };
    if !answer.verdict.is_allowed() {
        return Ok(Err(Refusal::May(Box::new(answer))));
    }
    let (hierarchy, day) = (hierarchy::whole(app).await?, hierarchy::today(app, now));
    let place = Place::of_scope(&wanted.scope, &hierarchy, day);
    let mut nearest = Widens::Delegation;
    for own in rights::of(app, asker, now).await? {
        match authority::narrows(&own, wanted, &place, now) {
            Ok(()) => return Ok(Ok(own.id)),
            Err(why) => nearest = nearest.max(why),
        }
    }
    Ok(Err(Refusal::Widens(nearest)))
}

/// Takes one right away; what its holder asked by it is void.
pub async fn revoke(app: &App, by: &By, id: Uuid, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    let Some(right) = rights::find(app, id, now).await? else { return Ok(Err(Refusal::NotThere)) };
    if let Actor::Official(holder) = &by.actor
        && *holder != right.holder
    {
        match rights::may(app, Asker::of(by, holder), Act::RightsRevoke, &Subject::Right(id), now).await? {
            None => return Ok(Err(Refusal::NotThere)),
            Some(answer) if !answer.verdict.is_allowed() => return Ok(Err(Refusal::May(Box::new(answer)))),
            Some(_) => {}
        }
    }
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    if !rights::take_in(&mut change, id, by, now).await? {
        return Ok(Err(Refusal::NotThere));
    }
    change.commit().await?;
    Ok(Ok(()))
}

/// What ending somebody's rights does.
pub struct Leaving {
    /// The rights that end.
    pub rights: Vec<Authority>,
    /// What nobody else can do.
    pub alone: Vec<Alone>,
    /// What ended, or would.
    pub ended: Ended,
    /// How many sessions ended, or would.
    pub sessions: usize,
}

/// Whether something is done, or only looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is done.
    Do,
    /// It is only looked at.
    Look,
}

/// Ends every right of a person, with sessions, tokens and what waits: who leaves leaves nothing behind.
pub async fn end(
    app: &App,
    by: &By,
    person: Uuid,
    mode: Mode,
    now: Timestamp,
) -> Result<Result<Leaving, Refusal>, Fault> {
    let holder = Holder::Person(person);
    let every = rights::all(app, now).await?;
    let (own, others): (Vec<Authority>, Vec<Authority>) = every.into_iter().partition(|right| right.holder == holder);
    if let Actor::Official(official) = &by.actor {
        for right in own.iter().filter(|_| *official != holder) {
            match rights::may(app, Asker::of(by, official), Act::RightsRevoke, &Subject::Right(right.id), now).await? {
                Some(answer) if !answer.verdict.is_allowed() => return Ok(Err(Refusal::May(Box::new(answer)))),
                _ => {}
            }
        }
    }
    let (hierarchy, day) = (hierarchy::whole(app).await?, hierarchy::today(app, now));
    let placed: Vec<(Authority, Place)> =
        own.iter().map(|right| (right.clone(), Place::of_right(right, &hierarchy, day))).collect();
    let alone = authority::alone(&placed, &others, now);
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    let ended = rights::end_in(&mut change, person, &by.actor, now).await?;
    let ending = sessions::end_all_of(app, &mut change, person, Reach::Everything, now).await?;
    if mode == Mode::Do && !(ended == Ended::default() && ending == 0) {
        change.act(audit::Event::new(audit::Act::PersonSignedOut).person(person).detail(Reach::Everything.as_str()));
        change.commit().await?;
        sessions::end_late(app, &[person], now).await?;
    }
    Ok(Ok(Leaving { rights: own, alone, ended, sessions: ending }))
}
