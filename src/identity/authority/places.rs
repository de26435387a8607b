//! Where things lie, as of a day.

use super::Agencies;
use super::Authority;
use super::Place;
use super::Scope;
use crate::base::day::Day;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::UnitId;

impl Place {
    /// Of a unit.
    pub fn of_unit(unit: UnitId, hierarchy: &Hierarchy, day: Day) -> Self {
        Self { units: hierarchy.unit_path(unit, day), ..Self::default() }
    }

    /// Of a branch.
    pub fn of_branch(branch: &str, hierarchy: &Hierarchy, day: Day) -> Self {
        Self { branches: hierarchy.branch_path(branch, day), ..Self::default() }
    }

    /// Of an agency, and of what belongs to it.
    pub fn of_agency(agency: &str, hierarchy: &Hierarchy, day: Day) -> Self {
        let stands = hierarchy.place(agency, day).unwrap_or_default();
        Self {
            units: stands.unit.map(|unit| hierarchy.unit_path(unit, day)).unwrap_or_default(),
            branches: stands.branch.map(|branch| hierarchy.branch_path(&branch, day)).unwrap_or_default(),
            agencies: hierarchy.agency_path(agency, day),
            with_subordinates: false,
        }
    }

    /// Of all that lies within some bounds: whoever reaches it reaches nothing less.
    pub fn of_scope(scope: &Scope, hierarchy: &Hierarchy, day: Day) -> Self {
        let (agencies, with_subordinates) = match &scope.agencies {
            Agencies::All => (Vec::new(), true),
            Agencies::One(agency) => (hierarchy.agency_path(agency, day), false),
            Agencies::Below(agency) => (hierarchy.agency_path(agency, day), true),
        };
        Self {
            units: scope.unit.map(|unit| hierarchy.unit_path(unit, day)).unwrap_or_default(),
            branches: scope.branch.as_deref().map(|branch| hierarchy.branch_path(branch, day)).unwrap_or_default(),
            agencies,
            with_subordinates,
        }
    }

    /// Of a right: with its unit, or with the parent that has it.
    pub fn of_right(right: &Authority, hierarchy: &Hierarchy, day: Day) -> Self {
        let scope = Scope { unit: right.standing.unit(), ..right.scope.clone() };
        Self::of_scope(&scope, hierarchy, day)
    }
}
