//! What waits for a second official. Whoever asked cannot approve; what changed meanwhile makes it void; one guarded statement
//! decides, while both officials and both rights are held as they are.

use uuid::Uuid;

use super::Refusal;
use super::bounds;
use super::carrying;
use super::deed::Deed;
use super::giving;
use super::giving::Hands;
use super::held::hold;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::audit;
use crate::identity::audit::By;
use crate::identity::authority;
use crate::identity::authority::Act;
use crate::identity::authority::Actor;
use crate::identity::authority::Holder;
use crate::identity::authority::Office;
use crate::identity::authority::Place;
use crate::identity::authority::Verdict;
use crate::parts::authority as rights;
use crate::parts::authority::Asker;
use crate::parts::authority::Subject;
use crate::parts::hierarchy;
use crate::parts::record::Change;
use crate::store::pending_acts;
use crate::store::pending_acts::Approval;
use crate::store::pending_acts::NewPending;
pub use crate::store::pending_acts::Row;
pub use crate::store::pending_acts::State;

/// Those that wait, the latest first; those that are over as well, where `every` is wanted. At most a thousand.
pub async fn list(app: &App, every: bool, now: Timestamp) -> Result<Vec<Row>, Fault> {
    pending_acts::page(&app.db, (!every).then_some(now), Uuid::max(), 1000).await
}

/// One.
pub async fn find(app: &App, id: Uuid) -> Result<Option<Row>, Fault> {
    pending_acts::find(&app.db, id).await
}

/// Where it waits. People have no place: what is asked about one waits where it was asked, and is nothing to other offices.
pub fn place(row: &Row, deed: &Deed) -> Result<Subject, Fault> {
    let office = row.office.as_deref().and_then(Office::parse);
    match (deed, office) {
        (Deed::Recover { .. }, Some(office)) => Ok(Subject::Within(office.0)),
        _ => deed.subject(),
    }
}

/// An official asks for what he may do, but not alone; returns the id of what waits.
pub async fn ask(app: &App, by: &By, deed: &Deed, now: Timestamp) -> Result<Result<Uuid, Refusal>, Fault> {
    let Actor::Official(holder) = &by.actor else {
        return Ok(Err(Refusal::Mistake("whoever has the machine asks nobody".to_owned())));
    };
    let mut deed = deed.clone();
    if let Deed::Succeed { file, day, legal_basis, becomes } = &mut deed {
        match carrying::would_succeed(app, file, *day, legal_basis.as_deref()).await? {
            Ok(report) => *becomes = Some(report.detail()),
            Err(why) => return Ok(Err(Refusal::Mistake(why))),
        }
    }
    let right = match standing(app, Asker::of(by, holder), &deed, now).await? {
        Ok(right) => right,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(seen) = deed.seen(app, now).await? else { return Ok(Err(Refusal::NotThere)) };
    let asked = Asked { deed, seen, right };
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    let id = put(app, &mut change, by, &asked, now).await?;
    change.commit().await?;
    Ok(Ok(id))
}

/// The right by which a holder may do it.
async fn standing(app: &App, asker: Asker<'_>, deed: &Deed, now: Timestamp) -> Result<Result<Uuid, Refusal>, Fault> {
    if let Deed::Grant(grant) = deed {
        return super::giver(app, asker, &grant.wanted()?, now).await;
    }
    match rights::may(app, asker, deed.act(), &deed.subject()?, now).await? {
        None => Ok(Err(Refusal::NotThere)),
        Some(answer) => match answer.verdict {
            Verdict::Allowed(right) => Ok(Ok(right)),
            Verdict::Refused(..) => Ok(Err(Refusal::May(Box::new(answer)))),
        },
    }
}

/// What somebody asks for.
pub(super) struct Asked {
    pub(super) deed: Deed,
    /// The digest of what it is about, as they saw it.
    pub(super) seen: [u8; 32],
    /// By which right.
    pub(super) right: Uuid,
}

/// Writes in `change` that it waits.
pub(super) async fn put(
    app: &App,
    change: &mut Change<'_>,
    by: &By,
    Asked { deed, seen, right }: &Asked,
    now: Timestamp,
) -> Result<Uuid, Fault> {
    let (id, stored) = (id::new(now, &*app.entropy), deed.stored()?);
    let new = NewPending {
        id,
        act: deed.act().as_str(),
        deed: &stored,
        seen: *seen,
        person: deed.person(),
        asked_by: &by.actor,
        asked_right: *right,
        office: by.office.as_ref().map(ToString::to_string),
        reason: by.reason.as_deref().unwrap_or_default(),
        asked_at: now,
        expires_at: now + *app.config.officials.pending,
    };
    pending_acts::insert(&mut change.tx, &new).await?;
    change.act(deed.event(audit::Act::ActAsked, id));
    Ok(id)
}

/// What came of a decision.
pub enum Decided {
    /// It is done; a right that was given.
    Done(Option<Uuid>),
    /// It is approved: whoever asked carries it out.
    Approved,
    /// It will not be done.
    Refused,
    /// It is void: what it was about is not as whoever asked saw it.
    Void(String),
    /// Somebody decided before, or its time is over.
    Over,
    /// Neither whoever asked decides, nor whom it is for.
    Own,
    /// Whoever would decide may not.
    May(Refusal),
}

/// A second official approves.
pub async fn approve(app: &App, by: &By, id: Uuid, now: Timestamp) -> Result<Decided, Fault> {
    let (row, right) = match decider(app, by, id, now).await? {
        Ok(found) => found,
        Err(decided) => return Ok(decided),
    };
    let deed = Deed::read(&row.deed.0)?;
    let seen = match still(app, &row, &deed, now).await? {
        Ok(seen) => seen,
        Err(why) => return void(app, by, (&row, &deed), &why, now).await,
    };
    let (asker, whole) = (row.asked_by()?, hierarchy::whole(app).await?);
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    if let Some(lost) = hold(&mut change, [&asker, &by.actor], [row.asked_right, right], now).await? {
        drop(change);
        let is_the_askers = row.asked_right == Some(lost) || asker == Actor::Official(Holder::Person(lost));
        return if is_the_askers {
            void(app, by, (&row, &deed), "whoever asked may not do it any more", now).await
        } else {
            Ok(Decided::May(Refusal::Mistake("the right to approve ended in this moment".to_owned())))
        };
    }
    if !pending_acts::approve(&mut change.tx, &Approval { id, by: &by.actor, right, seen, now }).await? {
        return Ok(Decided::Over);
    }
    change.act(deed.event(audit::Act::ActApproved, id));
    let given = match &deed {
        Deed::Grant(grant) => {
            if let Some(former) = grant.in_place_of
                && !rights::take_in(&mut change, former, by, now).await?
            {
                drop(change);
                return void(app, by, (&row, &deed), "the right that it would replace is gone", now).await;
            }
            let hands = Hands { granted_by: &asker, parent: Some(grant.parent), approved_by: Some(&by.actor) };
            let given = giving::give(app, &mut change, (&grant.wanted()?, &whole), &hands, now).await?;
            pending_acts::done(&mut change.tx, id, now).await?;
            Some(given)
        }
        Deed::Recover { .. }
        | Deed::RotateKey { .. }
        | Deed::RotateDataKey
        | Deed::RevokeKey { .. }
        | Deed::Succeed { .. } => None,
    };
    change.commit().await?;
    Ok(given.map_or(Decided::Approved, |right| Decided::Done(Some(right))))
}

/// A second official will not have it.
pub async fn refuse(app: &App, by: &By, id: Uuid, now: Timestamp) -> Result<Decided, Fault> {
    let row = match decider(app, by, id, now).await? {
        Ok((row, _)) => row,
        // Whoever asked may think better of it.
        Err(Decided::Own) => match find(app, id).await? {
            Some(row) => row,
            None => return Ok(Decided::Over),
        },
        Err(decided) => return Ok(decided),
    };
    let deed = Deed::read(&row.deed.0)?;
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    let why = by.reason.as_deref().unwrap_or_default();
    if !pending_acts::end(&mut change.tx, id, (State::Refused, why), &by.actor, now).await? {
        return Ok(Decided::Over);
    }
    change.act(deed.event(audit::Act::ActRefused, id));
    change.commit().await?;
    Ok(Decided::Refused)
}

/// What waits, and the right by which somebody else decides; none of whoever has the machine.
async fn decider(app: &App, by: &By, id: Uuid, now: Timestamp) -> Result<Result<(Row, Option<Uuid>), Decided>, Fault> {
    let Some(row) = find(app, id).await? else { return Ok(Err(Decided::May(Refusal::NotThere))) };
    if row.asked_by()? == by.actor {
        return Ok(Err(Decided::Own));
    }
    let deed = Deed::read(&row.deed.0)?;
    let right = match &by.actor {
        Actor::Machine => None,
        Actor::Official(holder) => {
            let subject = place(&row, &deed)?;
            let answer = rights::may(app, Asker::of(by, holder), Act::PendingDecide, &subject, now).await?;
            match answer.map(|answer| (answer.verdict, answer)) {
                None => return Ok(Err(Decided::May(Refusal::NotThere))),
                Some((Verdict::Allowed(_), _)) if deed.is_for(holder) => return Ok(Err(Decided::Own)),
                Some((Verdict::Allowed(right), _)) => Some(right),
                Some((Verdict::Refused(..), answer)) => {
                    return Ok(Err(Decided::May(Refusal::May(Box::new(answer)))));
                }
            }
        }
    };
    if row.state() != State::Waits || row.expires_at() <= now {
        return Ok(Err(Decided::Over));
    }
    Ok(Ok((row, right)))
}

/// The digest of what it is about, where that is as whoever asked saw it and they may do it still; else why it is void.
async fn still(app: &App, row: &Row, deed: &Deed, now: Timestamp) -> Result<Result<[u8; 32], String>, Fault> {
    let Some(seen) = deed.seen(app, now).await?.filter(|seen| row.seen == seen) else {
        return Ok(Err("what it is about is not as it was when it was asked".to_owned()));
    };
    let lost = || Ok(Err("whoever asked may not do it any more".to_owned()));
    let Actor::Official(holder) = row.asked_by()? else { return lost() };
    if let Deed::Grant(grant) = deed {
        let wanted = grant.wanted()?;
        let (hierarchy, day) = (hierarchy::whole(app).await?, hierarchy::today(app, now));
        if let Err(why) = bounds::sound(&hierarchy, &wanted, hierarchy::today(app, wanted.from.max(now)), now) {
            return Ok(Err(why));
        }
        let place = Place::of_scope(&wanted.scope, &hierarchy, day);
        let own = rights::of(app, &holder, now).await?;
        let gives = own.iter().filter(|own| own.id == grant.parent);
        return if gives.map(|own| authority::narrows(own, &wanted, &place, now)).any(|given| given.is_ok()) {
            Ok(Ok(seen))
        } else {
            lost()
        };
    }
    match rights::may(app, &holder, deed.act(), &deed.subject()?, now).await? {
        Some(answer) if answer.verdict.is_allowed() => Ok(Ok(seen)),
        _ => lost(),
    }
}

async fn void(app: &App, by: &By, (row, deed): (&Row, &Deed), why: &str, now: Timestamp) -> Result<Decided, Fault> {
    let mut change = Change::begin(app).await?;
    change.done_by(by);
    if !pending_acts::end(&mut change.tx, row.id, (State::Void, why), &by.actor, now).await? {
        return Ok(Decided::Over);
    }
    change.act(deed.event(audit::Act::ActVoided, row.id));
    change.commit().await?;
    Ok(Decided::Void(why.to_owned()))
}
