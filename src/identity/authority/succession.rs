//! Rights after a reform. No row is rewritten: asked as of 30 June a right is where it was given, asked as of 1 July it is with
//! the unit that succeeded. Merged units' rights unite at the one that they became; an abolished unit's are its parent's, whose
//! officials have them; a divided one's are undecided until somebody decides, and meanwhile the parent's as well. Nobody
//! becomes an official of a parent by that: who governed a district does not govern the province because the district is gone.

use crate::base::day::Day;
use crate::identity::hierarchy::Fate;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::UnitId;

/// Where a right is, as of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was never bound to a unit.
    Everywhere,
    /// With this unit.
    At(UnitId),
    /// Its unit is gone; the parent has what it was.
    Abolished {
        /// The parent as of the day.
        parent: Option<UnitId>,
    },
    /// Its unit was divided.
    Undecided {
        /// Which has it meanwhile, as of the day.
        parent: Option<UnitId>,
        /// Those among whom somebody decides.
        among: Vec<UnitId>,
    },
}

impl Standing {
    /// Where a right is, as of `day`, that was given for `unit`.
    pub fn of(unit: Option<UnitId>, hierarchy: &Hierarchy, day: Day) -> Self {
        let Some(unit) = unit else { return Self::Everywhere };
        match hierarchy.fate(unit, day) {
            Some(Fate::Stands | Fate::NotYet) => Self::At(unit),
            Some(Fate::Whole(next)) => Self::At(next),
            Some(Fate::Divided { among, meanwhile }) => {
                Self::Undecided { parent: meanwhile, among: among.into_iter().map(|(heir, _)| heir).collect() }
            }
            Some(Fate::Gone { parent }) => Self::Abolished { parent },
            None => Self::Abolished { parent: None },
        }
    }

    /// The unit whose officials have what it gives: its own, or the parent.
    pub const fn unit(&self) -> Option<UnitId> {
        match self {
            Self::Everywhere => None,
            Self::At(unit) => Some(*unit),
            Self::Abolished { parent } | Self::Undecided { parent, .. } => *parent,
        }
    }
}
