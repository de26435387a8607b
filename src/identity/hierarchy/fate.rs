//! What became of a unit, through as many reorganizations as there were.

use super::Hierarchy;
use super::Share;
use super::Succession;
use super::SuccessionKind;
use super::Unit;
use super::UnitId;
use super::as_of;
use crate::base::day::Day;

/// What became of a unit by a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there.
    Stands,
    /// It is not there yet.
    NotYet,
    /// All of it is a part of this one, or goes on as it.
    Whole(UnitId),
    /// It was divided: somebody decides what goes where.
    Divided {
        /// Those that succeed on that day, and to how much.
        among: Vec<(UnitId, Share)>,
        /// Who stands in for it: the unit of which it was a part, or what became of that.
        meanwhile: Option<UnitId>,
    },
    /// Nothing took its place, or nobody said what did.
    Gone {
        /// The unit of which it was a part, or what became of that.
        parent: Option<UnitId>,
    },
}

impl Hierarchy {
    /// What became of a unit by a day; `None` of one that never was.
    pub fn fate(&self, id: UnitId, day: Day) -> Option<Fate> {
        let unit = self.unit(id)?;
        let end = match unit.validity.to {
            _ if day < unit.validity.from => return Some(Fate::NotYet),
            Some(end) if end <= day => end,
            _ => return Some(Fate::Stands),
        };
        let told = |row: &&Succession| row.effective == end && row.kind != SuccessionKind::Transfer;
        let heirs: Vec<(UnitId, Share)> =
            self.successions(id).iter().filter(told).filter_map(|row| Some((row.to?, row.share))).collect();
        Some(match heirs.as_slice() {
            [] => Fate::Gone { parent: self.above(unit, end, day) },
            [(heir, _)] => match self.fate(*heir, day)? {
                Fate::Stands => Fate::Whole(*heir),
                other => other,
            },
            several => {
                let mut among: Vec<(UnitId, Share)> =
                    several.iter().filter_map(|(heir, share)| Some((self.stand_in(*heir, day)?, *share))).collect();
                among.sort();
                among.dedup_by_key(|(heir, _)| *heir);
                Fate::Divided { among, meanwhile: self.above(unit, end, day) }
            }
        })
    }

    /// Who is there on a day for a unit that may not be: itself, whatever it became, or what it was a part of.
    pub fn stand_in(&self, id: UnitId, day: Day) -> Option<UnitId> {
        match self.fate(id, day)? {
            Fate::Stands => Some(id),
            Fate::NotYet => None,
            Fate::Whole(heir) => Some(heir),
            Fate::Divided { meanwhile: other, .. } | Fate::Gone { parent: other } => other,
        }
    }

    fn above(&self, unit: &Unit, end: Day, day: Day) -> Option<UnitId> {
        self.stand_in(*as_of(&unit.parents, end.eve()?)?, day)
    }
}
