//! What is to change, and how the hierarchy looks with it.

use super::Body;
use super::Branch;
use super::Hierarchy;
use super::Level;
use super::Place;
use super::Succession;
use super::Unit;
use super::UnitId;
use crate::base::day::Day;
use crate::identity::agency::Bilingual;

/// A unit is a part of another from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Parent {
    pub unit: UnitId,
    pub from: Day,
    pub parent: UnitId,
}

/// What a unit is called, where that was written wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // as in Unit
pub struct Described {
    pub unit: UnitId,
    pub kind: Option<String>,
    pub name: Bilingual,
}

/// All that changes at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Units that begin.
    pub units: Vec<Unit>,
    /// Units that end, and the first day on which they are not there.
    pub ended: Vec<(UnitId, Day)>,
    /// Units that become parts of others; those of units that begin stand with them.
    pub parents: Vec<Parent>,
    /// Units that are called otherwise, and always were.
    pub described: Vec<Described>,
    /// What became of units.
    pub successions: Vec<Succession>,
    /// Where agencies stand from a day on.
    pub places: Vec<(String, Day, Place)>,
}

impl Changes {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Hierarchy {
    /// Has a level, new or changed.
    pub fn put_level(&mut self, level: Level) {
        self.levels.insert(level.code.clone(), level);
    }

    /// Has a unit, new or changed in all but its level and its code.
    pub fn put_unit(&mut self, unit: Unit) {
        let id = unit.id;
        for parent in unit.parents.values() {
            self.put_child(*parent, id);
        }
        let level = self.codes.entry(unit.level.clone()).or_default();
        let bearers = level.entry(unit.code.clone()).or_default();
        if !bearers.contains(&id) {
            bearers.push(id);
        }
        self.units.insert(id, unit);
    }

    fn put_child(&mut self, parent: UnitId, child: UnitId) {
        self.children.entry(parent).or_default().insert(child);
    }

    /// Has a branch, new or changed.
    pub fn put_branch(&mut self, branch: Branch) {
        self.branches.insert(branch.code.clone(), branch);
    }

    /// Has an agency, new or changed.
    pub fn put_agency(&mut self, body: Body) {
        for place in body.places.values() {
            self.put_standing(&body.id, place);
        }
        self.agencies.insert(body.id.clone(), body);
    }

    fn put_standing(&mut self, agency: &str, place: &Place) {
        if let Some(unit) = place.unit {
            self.standing.entry(unit).or_default().insert(agency.to_owned());
        }
    }

    /// Knows what became of a unit.
    pub fn put_succession(&mut self, succession: Succession) {
        if let Some(heir) = succession.to {
            self.formers.entry(heir).or_default().push(succession.from);
        }
        self.successions.entry(succession.from).or_default().push(succession);
    }

    /// Is as it will be.
    pub fn apply(&mut self, changes: &Changes) {
        for (id, end) in &changes.ended {
            if let Some(unit) = self.units.get_mut(id) {
                unit.validity.to = Some(*end);
            }
        }
        for unit in &changes.units {
            self.put_unit(unit.clone());
        }
        for Parent { unit, from, parent } in &changes.parents {
            self.put_child(*parent, *unit);
            if let Some(unit) = self.units.get_mut(unit) {
                unit.parents.insert(*from, *parent);
            }
        }
        for Described { unit, kind, name } in &changes.described {
            if let Some(unit) = self.units.get_mut(unit) {
                (unit.kind, unit.name) = (kind.clone(), name.clone());
            }
        }
        for succession in &changes.successions {
            self.put_succession(succession.clone());
        }
        for (agency, from, place) in &changes.places {
            self.put_standing(agency, place);
            if let Some(body) = self.agencies.get_mut(agency) {
                body.places.insert(*from, place.clone());
            }
        }
    }
}
