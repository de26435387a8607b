//! An agency goes somewhere else: another unit, another branch, another superior; or somebody decides where it goes whose unit
//! was divided.

use std::collections::HashMap;

use super::Error;
use super::Mistake;
use super::reference;
use super::version;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::id;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::hierarchy::Body;
use crate::identity::hierarchy::Changes;
use crate::identity::hierarchy::Circle;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Place;
use crate::identity::hierarchy::as_of;
use crate::identity::hierarchy::depths;
use crate::parts::record::Change;
use crate::store::db::Tx;
use crate::store::hierarchy as store;

/// What changes of where an agency stands; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Move<'a> {
    /// A code, or level and code.
    pub unit: Option<&'a str>,
    /// The code of a branch.
    pub branch: Option<&'a str>,
    /// The key of the agency to which it answers.
    pub parent: Option<&'a str>,
    /// The version on which that rests; whatever is there where `None`.
    pub basis: Option<i64>,
}

/// Moves an agency from a day on; `false` where it stands there already.
pub async fn move_agency(app: &App, id: &str, to: &Move<'_>, day: Day) -> Result<bool, Error> {
    let now = app.clock.now();
    let mut change = Change::begin(app).await?;
    store::hold(&mut change.tx).await?;
    let hierarchy = store::read_held(&mut change.tx).await?;
    let refused = |why| Error::Refused(vec![Mistake { line: None, why: format!("agency {id}: {why}") }]);
    let before = hierarchy.agency(id).ok_or_else(|| refused("there is none of this key".into()))?;
    version::rests_on(&hierarchy, id, to.basis)?;
    let place = place(&hierarchy, before, to, day).map_err(refused)?;
    if as_of(&before.places, day) == Some(&place) {
        return Ok(false);
    }
    check(&hierarchy, before, &place, day).map_err(refused)?;
    let mut next = hierarchy.clone();
    let changes = Changes { places: vec![(id.to_owned(), day, place)], ..Changes::default() };
    next.apply(&changes);
    deepen(&mut change.tx, &next).await?.map_err(|circle| refused(in_circle(&circle)))?;
    let mut fresh = || id::new(now, &*app.entropy);
    store::write(&mut change.tx, &changes, fresh(), &mut fresh, &mut |_, _| ()).await?;
    change.act(Event::new(Act::AgencyMoved).detail(format!("{id}, from {day}")));
    change.commit().await?;
    Ok(true)
}

/// Where it would stand.
pub(in crate::flows::admin) fn place(
    hierarchy: &Hierarchy,
    body: &Body,
    to: &Move<'_>,
    day: Day,
) -> Result<Place, String> {
    let mut place = as_of(&body.places, day).cloned().unwrap_or_default();
    if let Some(code) = to.unit {
        place.unit = Some(reference::one(hierarchy, code, day).map_err(|why| format!("unit: {why}"))?.id);
        place.divided = None; // somebody has decided
    }
    if let Some(branch) = to.branch {
        place.branch = Some(branch.to_owned());
    }
    if let Some(parent) = to.parent {
        place.parent = Some(parent.to_owned());
    }
    Ok(place)
}

/// Whether an agency may stand there from a day on.
pub(in crate::flows::admin) fn check(
    hierarchy: &Hierarchy,
    body: &Body,
    place: &Place,
    day: Day,
) -> Result<(), String> {
    if let Some(later) = body.places.keys().find(|from| **from > day) {
        return Err(format!("moves on {later} already, and {day} is before that; give a later date"));
    }
    if !body.validity.covers(day) {
        return Err(format!("is not there on {day}; give another date"));
    }
    if let Some(branch) = &place.branch
        && !hierarchy.branch(branch).is_some_and(|branch| branch.validity.covers(day))
    {
        return Err(format!("branch: there is none with the code {branch:?} on {day}; declare it as [[branches]]"));
    }
    if let Some(parent) = &place.parent
        && !hierarchy.agency(parent).is_some_and(|parent| parent.validity.covers(day))
    {
        return Err(format!("parent: there is no agency {parent:?} on {day}; declare it first"));
    }
    Ok(())
}

/// Agencies stand as deep as those to whom they answer demand, whoever that is on whatever day.
pub(in crate::flows::admin) async fn deepen(tx: &mut Tx, next: &Hierarchy) -> Result<Result<(), Circle>, Fault> {
    let before: HashMap<&str, i64> = next.agencies().map(|body| (body.id.as_str(), body.depth)).collect();
    let places = next.agencies().flat_map(|body| body.places.values().map(|place| (body.id.as_str(), place)));
    let above: Vec<(&str, &str)> = places.filter_map(|(id, place)| Some((id, place.parent.as_deref()?))).collect();
    let grown = match depths(&before, &above) {
        Ok(grown) => grown,
        Err(circle) => return Ok(Err(circle)),
    };
    for (id, depth) in grown {
        store::deepen_agency(tx, &id, depth).await?;
    }
    Ok(Ok(()))
}

/// What is wrong with a circle.
pub(in crate::flows::admin) fn in_circle(Circle(names): &Circle) -> String {
    let names = names.join(", ");
    let mend = "name a superior that is never below any of them";
    format!("parent: {names} would stand above each other in a circle, if not on one day then on several; {mend}")
}
