//! Units, branches and agencies as an official sees them: what lies within his office, page by page.

use std::ops::Bound;

use super::reference;
use super::tree;
use super::tree::Line;
use super::tree::Since;
use super::tree::Standing;
use super::version;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::listing;
use crate::flows::admin::listing::Page;
use crate::flows::admin::listing::Wanted;
use crate::flows::admin::refusal::Refusal;
use crate::identity::authority::Act;
use crate::identity::hierarchy::Body;
use crate::identity::hierarchy::Branch;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::as_of;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::hierarchy;

/// What a list of units is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// As of this day; today where absent.
    pub at: Option<Day>,
    /// In this unit and beneath it.
    pub within: Option<&'a str>,
    /// Of this level.
    pub level: Option<&'a str>,
}

/// Units by level and code.
pub async fn units(
    app: &App,
    wanted: &Wanted<'_>,
    filter: &Filter<'_>,
    now: Timestamp,
) -> Result<Result<Page<Line>, Refusal>, Fault> {
    let (sight, after) = match listing::begin(app, Act::UnitsLook, wanted, now).await? {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (hierarchy, day) = (sight.hierarchy(), filter.at.unwrap_or_else(|| hierarchy::today(app, now)));
    let within = match filter.within.map(|text| reference::one(hierarchy, text, day)).transpose() {
        Ok(within) => within.map(|unit| unit.id),
        Err(why) => return Ok(Err(Refusal::Mistake(why))),
    };
    let fits = |unit: &&Unit| {
        unit.validity.covers(day) && filter.level.is_none_or(|level| unit.level == level) && sight.unit(unit.id)
    };
    let after = after.unwrap_or_default();
    let (level, code) = after.split_once('/').unwrap_or((filter.level.unwrap_or_default(), ""));
    let narrowed = within.map(|within| hierarchy.beneath(within, day)).or_else(|| sight.units());
    let some: Vec<&Unit> = match narrowed {
        Some(mut among) => {
            among.drain(..among.partition_point(|unit| (unit.level.as_str(), unit.code.as_str()) <= (level, code)));
            among.into_iter().filter(fits).take(wanted.limit + 1).collect()
        }
        None => {
            let among = hierarchy.units_after(level, code);
            let among = among.take_while(|unit| filter.level.is_none_or(|level| unit.level == level));
            among.filter(fits).take(wanted.limit + 1).collect()
        }
    };
    let found: Vec<Line> = some.into_iter().map(|unit| tree::line(hierarchy, unit, day)).collect();
    if found.is_empty() && after.is_empty() {
        beyond(app, Act::UnitsLook, filter.within).await?;
    }
    listing::page(app, wanted, found, |line: &Line| format!("{}/{}", line.level, line.code), now).map(Ok)
}

/// A list was narrowed to a unit of which nothing lies within the office of whoever acts here: the trail keeps it.
async fn beyond(app: &App, act: Act, within: Option<&str>) -> Result<(), Fault> {
    match within {
        Some(unit) => authority::tried(app, &format!("{} within {unit}", act.as_str())).await,
        None => Ok(()),
    }
}

/// One unit as of a day, by its code, or by level and code, and the version that it is.
pub async fn unit(
    app: &App,
    text: &str,
    at: Option<Day>,
    now: Timestamp,
) -> Result<Result<(Line, i64), Refusal>, Fault> {
    let (hierarchy, day) = (hierarchy::whole(app).await?, at.unwrap_or_else(|| hierarchy::today(app, now)));
    let unit = match reference::meant(&hierarchy, text, day).as_slice() {
        [] => {
            authority::tried(app, &format!("{} {text}", Act::UnitsLook.as_str())).await?;
            return Ok(Err(Refusal::NotThere));
        }
        [unit] => *unit,
        several => {
            let levels = several.iter().map(|unit| unit.level.as_str());
            return Ok(Err(Refusal::Mistake(reference::ambiguous(text, levels))));
        }
    };
    let asked = authority::ask(app, Act::UnitsLook, &Subject::Unit(unit.id), now).await?;
    let version = version::of_unit(unit).unwrap_or_default();
    Ok(asked.map(|()| (tree::line(&hierarchy, unit, day), version)).map_err(Refusal::from))
}

/// A branch as of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // as in Branch
pub struct BranchLine {
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub parent: Option<String>,
    pub valid_from: String,
    pub valid_to: Option<String>,
}

impl BranchLine {
    fn of(branch: &Branch, day: Day) -> Self {
        Self {
            code: branch.code.clone(),
            name: branch.name.vi.clone(),
            name_en: branch.name.en.clone(),
            parent: as_of(&branch.parents, day).cloned().flatten(),
            valid_from: branch.validity.from.to_string(),
            valid_to: branch.validity.to.map(|to| to.to_string()),
        }
    }
}

/// Branches by their codes.
pub async fn branches(
    app: &App,
    wanted: &Wanted<'_>,
    at: Option<Day>,
    now: Timestamp,
) -> Result<Result<Page<BranchLine>, Refusal>, Fault> {
    let (sight, after) = match listing::begin(app, Act::BranchesLook, wanted, now).await? {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (hierarchy, day) = (sight.hierarchy(), at.unwrap_or_else(|| hierarchy::today(app, now)));
    let among = hierarchy.branches_after(after.as_deref().unwrap_or_default());
    let there = among.filter(|branch| branch.validity.covers(day) && sight.branch(&branch.code));
    let found = there.take(wanted.limit + 1).map(|branch| BranchLine::of(branch, day)).collect();
    listing::page(app, wanted, found, |line: &BranchLine| line.code.clone(), now).map(Ok)
}

/// One branch as of a day, and the version that it is.
pub async fn branch(
    app: &App,
    code: &str,
    at: Option<Day>,
    now: Timestamp,
) -> Result<Result<(BranchLine, i64), Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::BranchesLook, &Subject::Branch(code.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    let (hierarchy, day) = (hierarchy::whole(app).await?, at.unwrap_or_else(|| hierarchy::today(app, now)));
    let found = hierarchy.branch(code).filter(|branch| branch.validity.covers(day));
    Ok(found.map(|branch| told_of(branch, day)).ok_or(Refusal::NotThere))
}

pub(in crate::flows::admin) fn told_of(branch: &Branch, day: Day) -> (BranchLine, i64) {
    (BranchLine::of(branch, day), version::of_branch(branch).unwrap_or_default())
}

/// Agencies by their keys: those in a unit and beneath it, where one is named.
pub async fn agencies(
    app: &App,
    wanted: &Wanted<'_>,
    filter: &Filter<'_>,
    now: Timestamp,
) -> Result<Result<Page<Standing>, Refusal>, Fault> {
    let (sight, after) = match listing::begin(app, Act::AgenciesLook, wanted, now).await? {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (hierarchy, day) = (sight.hierarchy(), filter.at.unwrap_or_else(|| hierarchy::today(app, now)));
    let within = match filter.within.map(|text| reference::one(hierarchy, text, day)).transpose() {
        Ok(within) => within.map(|unit| hierarchy.agencies_within(unit.id, day)),
        Err(why) => return Ok(Err(Refusal::Mistake(why))),
    };
    let after = after.unwrap_or_default();
    let fits = |body: &&Body| body.validity.covers(day) && sight.agency(&body.id);
    let found: Vec<Standing> = match within.or_else(|| sight.agencies()) {
        Some(among) => {
            let among = among.range::<str, _>((Bound::Excluded(after.as_str()), Bound::Unbounded));
            let there = among.filter_map(|id| hierarchy.agency(id)).filter(fits).take(wanted.limit + 1);
            there.map(|body| tree::standing(hierarchy, body, day)).collect()
        }
        None => {
            let there = hierarchy.agencies_after(&after).filter(fits).take(wanted.limit + 1);
            there.map(|body| tree::standing(hierarchy, body, day)).collect()
        }
    };
    if found.is_empty() && after.is_empty() {
        beyond(app, Act::AgenciesLook, filter.within).await?;
    }
    listing::page(app, wanted, found, |agency: &Standing| agency.id.clone(), now).map(Ok)
}

/// An agency as it stands on a day, where it stood, and the version that it is.
pub type Version = (Standing, Vec<Since>, i64);

/// One agency as of a day.
pub async fn agency(app: &App, id: &str, at: Option<Day>, now: Timestamp) -> Result<Result<Version, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::AgenciesLook, &Subject::Agency(id.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    let (hierarchy, day) = (hierarchy::whole(app).await?, at.unwrap_or_else(|| hierarchy::today(app, now)));
    Ok(told_of_agency(&hierarchy, id, day).ok_or(Refusal::NotThere))
}

pub(in crate::flows::admin) fn told_of_agency(hierarchy: &Hierarchy, id: &str, day: Day) -> Option<Version> {
    let (standing, since) = tree::agency(hierarchy, id, day)?;
    Some((standing, since, version::of_agency(hierarchy, id)?))
}
