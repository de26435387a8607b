//! What an official does to a person, where their rights let them: the trail has who did it, in which office and why, and so
//! has the person's history.

use uuid::Uuid;

use super::admit;
use super::end_sessions;
use super::erase;
use super::suspend;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::claimed_number;
use crate::flows::admin::declaration::file::PersonDeclaration;
use crate::flows::admin::proofing;
use crate::flows::admin::proofing::Seen;
use crate::flows::admin::refusal::Refusal;
use crate::flows::admin::rights::deed::Deed;
use crate::flows::admin::rights::desk;
use crate::identity::assurance::Level;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::sessions::Reach;
use crate::store::people;
use crate::store::people::PersonRow;
use crate::store::proofings;

/// Ends every session of a person, and what goes on while they are away where `reach` says so; returns how many ended.
pub async fn sign_out(app: &App, id: Uuid, reach: Reach, now: Timestamp) -> Result<Result<usize, Refusal>, Fault> {
    match whom(app, Act::PeopleSignOut, id, now).await? {
        Ok(row) => end_sessions(app, row.id, reach, now).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Takes from a person the right to sign in; returns whether they had it.
pub async fn disable(app: &App, id: Uuid, now: Timestamp) -> Result<Result<bool, Refusal>, Fault> {
    match whom(app, Act::PeopleDisable, id, now).await? {
        Ok(row) => suspend(app, row.id, now).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Gives it back; returns whether they lacked it.
pub async fn enable(app: &App, id: Uuid, now: Timestamp) -> Result<Result<bool, Refusal>, Fault> {
    match whom(app, Act::PeopleEnable, id, now).await? {
        Ok(row) => admit(app, row.id, now).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Removes a person for good.
pub async fn remove(app: &App, id: Uuid, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    match whom(app, Act::PeopleRemove, id, now).await? {
        Ok(row) => erase(app, &row, now).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Enters a person who is new; returns their id.
pub async fn enter(app: &App, person: &PersonDeclaration, now: Timestamp) -> Result<Result<Uuid, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::PeopleEnter, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    Ok(super::add(app, person, now).await?.map_err(Refusal::Mistake))
}

/// Records that an agency looked who a person is, and the identity number that was read where there was one; returns the level
/// from then on.
pub async fn proof(
    app: &App,
    id: Uuid,
    (seen, number): (&Seen, Option<&str>),
    now: Timestamp,
) -> Result<Result<Level, Refusal>, Fault> {
    let row = match whom(app, Act::PeopleProof, id, now).await? {
        Ok(row) => row,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(why) = seen.check() {
        return Ok(Err(Refusal::Mistake(why)));
    }
    if let Some(number) = number
        && let Err(why) = claimed_number::confirm_of(app, &row, number, now).await?
    {
        return Ok(Err(Refusal::Mistake(why)));
    }
    proofing::record_of(app, &row, seen, now).await.map(Ok)
}

/// Asks that a person who was looked at gets a code by which they come in again: a second official approves it, and whoever
/// asked carries it out and gives them the code. Returns the id of what waits.
pub async fn recover(app: &App, id: Uuid, now: Timestamp) -> Result<Result<Uuid, Refusal>, Fault> {
    let row = match whom(app, Act::PeopleRecover, id, now).await? {
        Ok(row) => row,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if row.is_disabled() {
        return Ok(Err(Refusal::Stands("the person may not sign in; enable them first".to_owned())));
    }
    if proofings::level(&app.db, id).await? < Level::Two {
        let why = "nobody verified who they are: that an account is theirs, no official can know";
        return Ok(Err(Refusal::Stands(why.to_owned())));
    }
    desk::ask(app, &Deed::Recover { person: id }, now).await
}

/// The person, where whoever acts may do `act` to them.
pub(super) async fn whom(app: &App, act: Act, id: Uuid, now: Timestamp) -> Result<Result<PersonRow, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, act, &Subject::Person(id), now).await? {
        return Ok(Err(refused.into()));
    }
    Ok(people::find(&app.db, id).await?.ok_or(Refusal::NotThere))
}
