//! How the hierarchy looks on a day.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use super::Error;
use super::Mistake;
use super::Named;
use super::reference;
use crate::base::day::Day;
use crate::identity::hierarchy::Body;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Place;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::as_of;

/// A unit of the tree, with its depth below where the tree was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Unit
pub struct Line {
    #[serde(default)]
    pub depth: usize,
    pub level: String,
    /// How far the level is from the top.
    pub rank: i64,
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    pub name: String,
    pub name_en: String,
    /// The code of what it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The level of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_level: Option<String>,
    pub valid_from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
}

/// An agency, as it stands on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Body
pub struct Standing {
    pub id: String,
    pub kind: Cow<'static, str>,
    pub name: String,
    pub name_en: String,
    pub unit: Option<Named>,
    pub branch: Option<String>,
    pub parent: Option<String>,
    /// The unit that was divided, where somebody has yet to decide where the agency goes.
    pub undecided_since_division_of: Option<Named>,
    pub valid_from: String,
    pub valid_to: Option<String>,
}

/// Where an agency stood, and from when on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Since {
    pub from: String,
    pub unit: Option<Named>,
    pub branch: Option<String>,
    pub parent: Option<String>,
}

/// The whole tree of a day, or the part below a unit, `depth` steps down where that is said.
pub fn tree(hierarchy: &Hierarchy, code: Option<&str>, day: Day, depth: Option<usize>) -> Result<Vec<Line>, Error> {
    let begins = match code {
        None => hierarchy.roots(day),
        Some(code) => vec![reference::one(hierarchy, code, day).map_err(unmeant)?],
    };
    let mut open: Vec<(usize, &Unit)> = begins.into_iter().rev().map(|unit| (0, unit)).collect();
    let mut lines = Vec::new();
    while let Some((at, unit)) = open.pop() {
        lines.push(Line { depth: at, ..line(hierarchy, unit, day) });
        if depth.is_none_or(|depth| at < depth) {
            open.extend(hierarchy.children(unit.id, day).into_iter().rev().map(|child| (at + 1, child)));
        }
    }
    Ok(lines)
}

/// The tree that units make of which each says what it is a part of: those begin it whose parent is not among them.
pub fn grown(mut units: Vec<Line>, depth: Option<usize>) -> Vec<Line> {
    type Key = (String, String);
    units.sort_by(|a, b| (a.rank, &a.code).cmp(&(b.rank, &b.code)));
    let key = |unit: &Line| (unit.level.clone(), unit.code.clone());
    let known: BTreeSet<Key> = units.iter().map(key).collect();
    let mut below: BTreeMap<Option<Key>, Vec<Line>> = BTreeMap::new();
    for unit in units {
        let above = unit.parent_level.clone().zip(unit.parent.clone()).filter(|above| known.contains(above));
        below.entry(above).or_default().push(unit);
    }
    let mut open: Vec<Line> = below.remove(&None).into_iter().flatten().rev().collect();
    let mut lines = Vec::new();
    while let Some(unit) = open.pop() {
        if depth.is_none_or(|depth| unit.depth < depth) {
            let children = below.remove(&Some(key(&unit))).unwrap_or_default();
            open.extend(children.into_iter().rev().map(|child| Line { depth: unit.depth + 1, ..child }));
        }
        lines.push(unit);
    }
    lines
}

fn unmeant(why: String) -> Error {
    Error::Refused(vec![Mistake { line: None, why }])
}

pub(in crate::flows::admin) fn line(hierarchy: &Hierarchy, unit: &Unit, day: Day) -> Line {
    let parent = as_of(&unit.parents, day).and_then(|parent| hierarchy.unit(*parent));
    Line {
        depth: 0,
        level: unit.level.clone(),
        rank: hierarchy.rank(unit),
        code: unit.code.clone(),
        kind: unit.kind.clone(),
        name: unit.name.vi.clone(),
        name_en: unit.name.en.clone(),
        parent: parent.map(|parent| parent.code.clone()),
        parent_level: parent.map(|parent| parent.level.clone()),
        valid_from: unit.validity.from.to_string(),
        valid_to: unit.validity.to.map(|to| to.to_string()),
    }
}

/// The agencies of a day, by their keys: all, or those in a unit and what is below it.
pub fn agencies(hierarchy: &Hierarchy, code: Option<&str>, day: Day) -> Result<Vec<Standing>, Error> {
    let within = code.map(|code| reference::one(hierarchy, code, day).map_err(unmeant)).transpose()?;
    let told = |body: &Body| standing(hierarchy, body, day);
    Ok(match within {
        Some(unit) => hierarchy
            .agencies_within(unit.id, day)
            .into_iter()
            .filter_map(|id| hierarchy.agency(id))
            .map(told)
            .collect(),
        None => hierarchy.agencies().filter(|body| body.validity.covers(day)).map(told).collect(),
    })
}

/// An agency on a day, and where it stood from when on; `None` where there never was one.
pub fn agency(hierarchy: &Hierarchy, id: &str, day: Day) -> Option<(Standing, Vec<Since>)> {
    let body = hierarchy.agency(id)?;
    let since = |(from, place): (&Day, &Place)| Since {
        from: from.to_string(),
        unit: place.unit.and_then(|unit| Named::with(hierarchy, unit)),
        branch: place.branch.clone(),
        parent: place.parent.clone(),
    };
    Some((standing(hierarchy, body, day), body.places.iter().map(since).collect()))
}

pub(in crate::flows::admin) fn standing(hierarchy: &Hierarchy, body: &Body, day: Day) -> Standing {
    let place = as_of(&body.places, day).cloned().unwrap_or_default();
    Standing {
        id: body.id.clone(),
        kind: body.kind.as_str().into(),
        name: body.name.vi.clone(),
        name_en: body.name.en.clone(),
        unit: place.unit.and_then(|unit| Named::with(hierarchy, unit)),
        branch: place.branch,
        parent: place.parent,
        undecided_since_division_of: place.divided.and_then(|unit| Named::with(hierarchy, unit)),
        valid_from: body.validity.from.to_string(),
        valid_to: body.validity.to.map(|to| to.to_string()),
    }
}
