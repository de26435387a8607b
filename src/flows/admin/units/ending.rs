//! An agency or a branch is no more from a day on. What it offers, who answers to it and what stands in it goes elsewhere first.

use std::ops::Bound;

use super::Error;
use super::Mistake;
use super::version;
use crate::app::App;
use crate::base::day::Day;
use crate::identity::audit::Act;
use crate::identity::audit::By;
use crate::identity::audit::Event;
use crate::identity::hierarchy::Body;
use crate::identity::hierarchy::Branch;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::History;
use crate::identity::hierarchy::Validity;
use crate::identity::hierarchy::as_of;
use crate::parts::hierarchy;
use crate::parts::record::Change;
use crate::store::agencies;
use crate::store::hierarchy as store;

/// So many are named; of the others it is said that there are some.
const NAMED: usize = 5;

/// Ends an agency: `day` is the first on which it is not there. `false` where it ends then already; an end that lies ahead is
/// put elsewhere. `basis`: the version on which that rests; whatever is there where `None`.
pub async fn end_agency(app: &App, id: &str, day: Day, basis: Option<i64>, by: &By) -> Result<bool, Error> {
    let now = app.clock.now();
    let mut change = Change::begin(app).await?;
    store::hold(&mut change.tx).await?;
    let whole = store::read_held(&mut change.tx).await?;
    let refused = |why| Error::Refused(vec![Mistake { line: None, why: format!("agency {id}: {why}") }]);
    let body = whole.agency(id).ok_or_else(|| refused("there is none of this key".to_owned()))?;
    version::rests_on(&whole, id, basis)?;
    if body.validity.to == Some(day) {
        return Ok(false);
    }
    may_end(&whole, body, day, hierarchy::today(app, now)).map_err(refused)?;
    let services = agencies::services_of(&mut change.tx, id).await?;
    if !services.is_empty() {
        let names = named(services.iter().map(String::as_str));
        return Err(refused(format!("offers {names}; declare them with another `agency` first, or remove them")));
    }
    let ended = Body { validity: Validity { to: Some(day), ..body.validity }, ..body.clone() };
    store::put_agency(&mut change.tx, &ended).await?;
    change.act(Event::new(Act::AgencyEnded).detail(format!("{id}, from {day}")).by(by));
    change.commit().await?;
    Ok(true)
}

/// Whether nothing but services stands against it.
fn may_end(whole: &Hierarchy, body: &Body, day: Day, today: Day) -> Result<(), String> {
    if let Some(end) = body.validity.to.filter(|end| *end <= today) {
        return Err(format!("ended on {end}; what is over stays as it was"));
    }
    if day <= body.validity.from {
        return Err(format!("begins on {}, and {day} is not after that; give a later date", body.validity.from));
    }
    if let Some(later) = body.places.keys().next_back().filter(|from| **from >= day) {
        return Err(format!("moves on {later}, and {day} is not after that; give a later date"));
    }
    let answers = |other: &&Body| {
        let is_there = other.validity.to.is_none_or(|end| day < end);
        is_there && from(&other.places, day).any(|place| place.parent.as_deref() == Some(&body.id))
    };
    let below: Vec<&str> = whole.agencies().filter(answers).map(|other| other.id.as_str()).collect();
    if below.is_empty() {
        return Ok(());
    }
    let names = named(below.into_iter());
    Err(format!("{names} answer to it on {day} or later; move them below another with `motcua agencies move` first"))
}

/// Ends a branch, as an agency is ended: refused while others are parts of it, or agencies stand in it.
pub async fn end_branch(app: &App, code: &str, day: Day, basis: Option<i64>) -> Result<bool, Error> {
    let now = app.clock.now();
    let mut change = Change::begin(app).await?;
    store::hold(&mut change.tx).await?;
    let whole = store::read_held(&mut change.tx).await?;
    let refused = |why| Error::Refused(vec![Mistake { line: None, why: format!("branch {code}: {why}") }]);
    let branch = whole.branch(code).ok_or_else(|| refused("there is none of this key".to_owned()))?;
    if basis.is_some_and(|basis| version::of_branch(branch) != Some(basis)) {
        return Err(Error::Changed(version::branch_is(branch)));
    }
    if branch.validity.to == Some(day) {
        return Ok(false);
    }
    may_end_branch(&whole, branch, day, hierarchy::today(app, now)).map_err(refused)?;
    let ended = Branch { validity: Validity { to: Some(day), ..branch.validity }, ..branch.clone() };
    store::put_branch(&mut change.tx, &ended).await?;
    change.act(Event::new(Act::DeclarationApplied).detail(format!("ended branch {code}, from {day}")));
    change.commit().await?;
    Ok(true)
}

fn may_end_branch(whole: &Hierarchy, branch: &Branch, day: Day, today: Day) -> Result<(), String> {
    if let Some(end) = branch.validity.to.filter(|end| *end <= today) {
        return Err(format!("ended on {end}; what is over stays as it was"));
    }
    let last = branch.parents.keys().next_back().copied().unwrap_or(branch.validity.from);
    if day <= last.max(branch.validity.from) {
        return Err(format!("it is as it is from {last} on, and {day} is not after that; give a later date"));
    }
    let code = branch.code.as_str();
    let parts = whole.branches().filter(|other| {
        let mut above = from(&other.parents, day).filter_map(Option::as_deref);
        other.validity.to.is_none_or(|end| day < end) && above.any(|parent| parent == code)
    });
    let parts: Vec<&str> = parts.map(|other| other.code.as_str()).collect();
    if !parts.is_empty() {
        let names = named(parts.into_iter());
        return Err(format!("{names} are parts of it on {day} or later; make them parts of another first"));
    }
    let stands = whole.agencies().filter(|body| {
        let mut there = from(&body.places, day).filter_map(|place| place.branch.as_deref());
        body.validity.to.is_none_or(|end| day < end) && there.any(|branch| branch == code)
    });
    let stands: Vec<&str> = stands.map(|body| body.id.as_str()).collect();
    if stands.is_empty() {
        return Ok(());
    }
    let names = named(stands.into_iter());
    Err(format!("{names} stand in it on {day} or later; move them to another with `motcua agencies move` first"))
}

/// What holds on a day, and on those after it.
fn from<T>(history: &History<T>, day: Day) -> impl Iterator<Item = &T> {
    let later = (Bound::Excluded(day), Bound::Unbounded);
    as_of(history, day).into_iter().chain(history.range(later).map(|(_, held)| held))
}

fn named<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = all.len().saturating_sub(NAMED);
    let names: Vec<&str> = all.take(NAMED).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names.join(", "))
}
