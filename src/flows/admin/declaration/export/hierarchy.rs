//! Levels, branches, units and where agencies stand, as of today, each since the day on which all of that has been so.

use std::collections::HashMap;

use super::Entry;
use super::unit_named;
use super::value;
use crate::base::day::Day;
use crate::identity::agency::Agency;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::History;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::UnitId;

/// What is said of the hierarchy so far.
pub(super) struct Places<'a> {
    whole: &'a Hierarchy,
    today: Day,
    /// Since when units are, as it is said.
    units: HashMap<UnitId, Day>,
    branches: HashMap<String, Day>,
}

impl<'a> Places<'a> {
    pub(super) fn new(whole: &'a Hierarchy, today: Day) -> Self {
        Self { whole, today, units: HashMap::new(), branches: HashMap::new() }
    }

    pub(super) fn levels(&self) -> Vec<Entry> {
        let entry = |level: &&crate::identity::hierarchy::Level| {
            vec![said("code", &level.code), said("rank", &level.rank), said("name", &level.name)]
        };
        self.whole.levels().iter().map(entry).collect()
    }

    pub(super) fn branches(&mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for branch in self.whole.branches().filter(|branch| branch.validity.covers(self.today)) {
            let (from, parent) = current(&branch.parents, self.today).unzip();
            let from = from.unwrap_or(branch.validity.from);
            let mut entry = vec![said("code", &branch.code), said("name", &branch.name)];
            entry.extend(parent.and_then(Option::as_ref).map(|parent| said("parent", parent)));
            entry.push(said("from", &from));
            self.branches.insert(branch.code.clone(), from);
            entries.push(entry);
        }
        entries
    }

    /// From above, so that of what a unit is a part is there before it.
    pub(super) fn units(&mut self, warnings: &mut Vec<String>) -> Vec<Entry> {
        let there = self.whole.units().filter(|unit| unit.validity.covers(self.today));
        let mut there: Vec<&Unit> = there.collect();
        there.sort_by(|a, b| (self.whole.rank(a), &a.code).cmp(&(self.whole.rank(b), &b.code)));
        let mut entries = Vec::new();
        for unit in there {
            if self
                .whole
                .with_code(&unit.code)
                .any(|other| other.level == unit.level && other.validity.from > self.today)
            {
                let (level, code) = (&unit.level, &unit.code);
                warnings
                    .push(format!("unit {level}/{code}: another bears its code from a later day on; it is left out"));
                continue;
            }
            let (since, parent) = current(&unit.parents, self.today).unzip();
            let above = parent.and_then(|parent| self.units.get(parent).copied());
            let from = [Some(unit.validity.from), since, above].into_iter().flatten().max().unwrap_or(self.today);
            let mut entry = vec![said("level", &unit.level), said("code", &unit.code)];
            entry.extend(unit.kind.as_ref().map(|kind| said("kind", kind)));
            entry.push(said("name", &unit.name));
            entry.extend(parent.and_then(|id| unit_named(self.whole, *id)).map(|parent| said("parent", &parent)));
            entry.push(said("from", &from));
            self.units.insert(unit.id, from);
            entries.push(entry);
        }
        let later = self.whole.units().filter(|unit| unit.validity.from > self.today).count();
        if later > 0 {
            warnings.push(format!("{later} units begin on a later day and are left out"));
        }
        entries
    }

    pub(super) fn agencies(&self, agencies: &[Agency], warnings: &mut Vec<String>) -> Vec<Entry> {
        let one = |agency: &Agency| {
            let mut entry = vec![said("id", &agency.id), said("name", &agency.name)];
            if agency.sector != agency.id {
                entry.push(said("sector", &agency.sector));
            }
            if let Some(body) = self.whole.agency(&agency.id) {
                entry.push(said("kind", &body.kind));
                if let Some((since, place)) = current(&body.places, self.today) {
                    let unit = place.unit.and_then(|id| Some((unit_named(self.whole, id)?, self.units.get(&id)?)));
                    if place.unit.is_some() && unit.is_none() {
                        let id = &agency.id;
                        warnings.push(format!("agency {id}: stands in a unit that is not there today; it is left out"));
                    }
                    let branch = place.branch.as_ref().and_then(|code| Some((code, self.branches.get(code)?)));
                    let days = [Some(&since), unit.as_ref().map(|(_, day)| *day), branch.map(|(_, day)| day)];
                    let from = days.into_iter().flatten().max().copied();
                    entry.extend(unit.map(|(unit, _)| said("unit", &unit)));
                    entry.extend(branch.map(|(branch, _)| said("branch", branch)));
                    entry.extend(place.parent.as_ref().map(|parent| said("parent", parent)));
                    entry.extend(from.map(|from| said("from", &from)));
                }
                if body.places.keys().any(|from| *from > self.today) {
                    let id = &agency.id;
                    warnings.push(format!("agency {id}: moves on a later day; that is left out"));
                }
            }
            entry
        };
        agencies.iter().map(one).collect()
    }
}

/// What holds on a day, and since when.
fn current<T>(history: &History<T>, day: Day) -> Option<(Day, &T)> {
    history.range(..=day).next_back().map(|(from, held)| (*from, held))
}

fn said(name: &str, of: &impl serde::Serialize) -> (String, serde_json::Value) {
    (name.to_owned(), value(of))
}
