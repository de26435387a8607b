//! Reorganizing, as officials do it. Units are the whole country's, and what becomes of them waits for a second official; an
//! agency is moved by whoever has power over where it stands, and over where it will.

use super::ending;
use super::import;
use super::look;
use super::look::BranchLine;
use super::look::Version;
use super::moving;
use super::moving::Move;
use super::succession;
use super::told;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::refusal::Refusal;
use crate::flows::admin::rights::Mode;
use crate::identity::authority::Act;
use crate::identity::authority::Agencies;
use crate::identity::authority::Scope;
use crate::identity::hierarchy::Place;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::hierarchy;

/// Enters the units of a file, as they are from a day on; or says what would come of it.
pub async fn import(
    app: &App,
    file: &str,
    day: Day,
    mode: Mode,
    now: Timestamp,
) -> Result<Result<import::Report, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::UnitsChange, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    let rows = match import::read(file.as_bytes()) {
        Ok(rows) => rows,
        Err(error) => return told(Err(error)),
    };
    told(match mode {
        Mode::Do => import::import(app, &rows, day, &mut |_, _| ()).await,
        Mode::Look => import::would_import(app, &rows, day).await,
    })
}

/// What would become of units by a file.
pub async fn would_succeed(
    app: &App,
    file: &str,
    (day, legal_basis): (Day, Option<&str>),
    now: Timestamp,
) -> Result<Result<succession::Report, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::UnitsSucceed, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    let options = succession::Options { day, legal_basis, dry_run: true };
    told(succession::of_text(app, file, &options).await)
}

/// Moves an agency from a day on; from today on where none is named.
pub async fn move_agency(
    app: &App,
    id: &str,
    to: &Move<'_>,
    day: Option<Day>,
    now: Timestamp,
) -> Result<Result<Version, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::AgenciesChange, &Subject::Agency(id.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    let (hierarchy, today) = (hierarchy::whole(app).await?, hierarchy::today(app, now));
    let day = day.unwrap_or(today);
    let Some(body) = hierarchy.agency(id) else { return Ok(Err(Refusal::NotThere)) };
    let place = match moving::place(&hierarchy, body, to, day) {
        Ok(place) => place,
        Err(why) => return Ok(Err(Refusal::Mistake(why))),
    };
    if let Err(refused) = authority::ask(app, Act::AgenciesChange, &standing(id, place, to.parent), now).await? {
        return Ok(Err(refused.into()));
    }
    match told(moving::move_agency(app, id, to, day).await)? {
        Ok(_) => look::agency(app, id, Some(day), now).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Where an agency would stand, below another where one is named.
pub(in crate::flows::admin) fn standing(id: &str, place: Place, parent: Option<&str>) -> Subject {
    let agencies = match parent {
        Some(parent) => Agencies::Below(parent.to_owned()),
        None => Agencies::One(id.to_owned()),
    };
    Subject::Within(Scope { unit: place.unit, branch: place.branch, agencies })
}

/// Ends an agency: `day` is the first on which it is not there.
pub async fn end_agency(
    app: &App,
    id: &str,
    day: Day,
    basis: Option<i64>,
    now: Timestamp,
) -> Result<Result<Version, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::AgenciesChange, &Subject::Agency(id.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    match told(ending::end_agency(app, id, day, basis, authority::by(app)?).await)? {
        Ok(_) => look::agency(app, id, None, now).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Ends a branch in which nothing is left; returns it with the version that it is from then on.
pub async fn end_branch(
    app: &App,
    code: &str,
    day: Day,
    basis: Option<i64>,
    now: Timestamp,
) -> Result<Result<(BranchLine, i64), Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::BranchesChange, &Subject::Branch(code.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    if let Err(refusal) = told(ending::end_branch(app, code, day, basis).await)? {
        return Ok(Err(refusal));
    }
    let (hierarchy, today) = (hierarchy::whole(app).await?, hierarchy::today(app, now));
    Ok(hierarchy.branch(code).map(|branch| look::told_of(branch, today)).ok_or(Refusal::NotThere))
}
