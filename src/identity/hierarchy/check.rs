//! What holds on every day: a unit is a part of one that is there, and of a higher level; a code is one unit's.

use super::Hierarchy;
use super::Unit;
use super::UnitId;
use super::Validity;
use crate::base::day::Day;

/// What does not hold of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What it is a part of is not there on this day.
    Orphan {
        /// The unit.
        unit: UnitId,
        /// What it is a part of.
        parent: UnitId,
        /// The first such day.
        on: Day,
    },
    /// What it is a part of is of no higher level.
    Upside {
        /// The unit.
        unit: UnitId,
        /// What it is a part of.
        parent: UnitId,
    },
    /// Another of its level bears its code at the same time.
    Taken {
        /// The unit.
        unit: UnitId,
        /// The other.
        by: UnitId,
    },
}

impl Hierarchy {
    /// What is not sound from a day on, in the order of the codes.
    pub fn check(&self, since: Day) -> Vec<Fault> {
        let mut units: Vec<&Unit> =
            self.units.values().filter(|unit| unit.validity.to.is_none_or(|to| since < to)).collect();
        units.sort_by_key(|unit| (&unit.level, &unit.code, unit.id));
        units.into_iter().flat_map(|unit| self.orphan(unit, since).into_iter().chain(self.taken(unit))).collect()
    }

    fn orphan(&self, unit: &Unit, since: Day) -> Option<Fault> {
        let ends = unit.parents.keys().skip(1).map(|day| Some(*day)).chain([None]);
        unit.parents.iter().zip(ends).find_map(|((from, parent), until)| {
            let own =
                Validity { from: (*from).max(unit.validity.from).max(since), to: earlier(until, unit.validity.to) };
            if own.to.is_some_and(|to| to <= own.from) {
                return None;
            }
            let (unit, parent) = (unit.id, *parent);
            let above = self.units.get(&parent)?;
            if self.rank(above) >= self.units.get(&unit).map_or(i64::MAX, |unit| self.rank(unit)) {
                return Some(Fault::Upside { unit, parent });
            }
            match above.validity {
                there if !there.covers(own.from) => Some(Fault::Orphan { unit, parent, on: own.from }),
                Validity { to: Some(end), .. } if own.to.is_none_or(|to| end < to) => {
                    Some(Fault::Orphan { unit, parent, on: end })
                }
                _ => None,
            }
        })
    }

    fn taken(&self, unit: &Unit) -> Option<Fault> {
        let mut others = self.with_code(&unit.code).filter(|other| other.id < unit.id && other.level == unit.level);
        let by = others.find(|other| other.validity.meets(unit.validity))?.id;
        Some(Fault::Taken { unit: unit.id, by })
    }
}

fn earlier(a: Option<Day>, b: Option<Day>) -> Option<Day> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
