//! Rights after a reform. No row is rewritten: asked as of 30 June a right is where it was given, asked as of 1 July it is with
//! the unit that succeeded. Merged units' rights unite at the one that they became; an abolished unit's are its parent's, whose
//! officials have them; a divided one's are undecided until somebody decides, and meanwhile the parent's as well. Nobody
//! becomes an official of a parent by that: who governed a district does not govern the province because the district is gone.

use super::UnitId;
use crate::base::day::Day;

/// What became of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Succession {
    /// One unit goes on with all of it.
    Into(UnitId),
    /// Several go on with parts of it.
    Divided(Vec<UnitId>),
    /// None goes on.
    Abolished,
}

/// When that was, and what stood above it until then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The first day of which it is true.
    pub day: Day,
    /// What became of it.
    pub what: Succession,
    /// Its parent until then; `None` where it was a root.
    pub parent: Option<UnitId>,
}

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
    /// The unit whose officials have what it gives: its own, or the parent.
    pub const fn unit(&self) -> Option<UnitId> {
        match self {
            Self::Everywhere => None,
            Self::At(unit) => Some(*unit),
            Self::Abolished { parent } | Self::Undecided { parent, .. } => *parent,
        }
    }
}

/// Where a right is, as of `day`, that was given for `unit`; `change_of` says what became of a unit, whenever that was.
pub fn settle(unit: UnitId, day: Day, change_of: &impl Fn(UnitId) -> Option<Change>) -> Standing {
    follow(unit, day, change_of, MOST)
}

/// No chain of successions, with the parents that it leads to, is so long; a circle is, and ends.
const MOST: usize = 100;

fn follow(unit: UnitId, day: Day, change_of: &impl Fn(UnitId) -> Option<Change>, left: usize) -> Standing {
    let Some(change) = change_of(unit).filter(|change| change.day <= day && left > 0) else {
        return Standing::At(unit);
    };
    let above = || change.parent.and_then(|parent| follow(parent, day, change_of, left - 1).unit());
    match change.what {
        Succession::Into(next) if next == unit => Standing::At(unit),
        Succession::Into(next) => follow(next, day, change_of, left - 1),
        // It gave parts away and goes on itself.
        Succession::Divided(ref among) if among.contains(&unit) => Standing::At(unit),
        Succession::Divided(ref among) => Standing::Undecided { parent: above(), among: among.clone() },
        Succession::Abolished => Standing::Abolished { parent: above() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(n: u128) -> UnitId {
        UnitId::from_u128(n)
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    /// On 1 July 2025 commune 1 merges into 10, district 2 above it is abolished under province 3, commune 4 is divided
    /// between 10 and 11; in 2030 commune 10 is merged into 12.
    fn reform(of: UnitId) -> Option<Change> {
        let (day, what, parent) = match of.as_u128() {
            1 => ("2025-07-01", Succession::Into(unit(10)), unit(2)),
            2 => ("2025-07-01", Succession::Abolished, unit(3)),
            4 => ("2025-07-01", Succession::Divided(vec![unit(10), unit(11)]), unit(2)),
            5 => ("2025-07-01", Succession::Divided(vec![unit(5), unit(11)]), unit(2)),
            10 => ("2030-01-01", Succession::Into(unit(12)), unit(3)),
            _ => return None,
        };
        Some(Change { day: Day::parse(day).unwrap(), what, parent: Some(parent) })
    }

    #[test]
    fn rights_are_where_the_day_says() {
        let (june, july, later) = (day("2025-06-30"), day("2025-07-01"), day("2030-01-01"));
        for n in [1, 2, 3, 4, 5] {
            assert_eq!(settle(unit(n), june, &reform), Standing::At(unit(n)));
        }
        assert_eq!(settle(unit(1), july, &reform), Standing::At(unit(10)));
        assert_eq!(settle(unit(1), later, &reform), Standing::At(unit(12)));
        assert_eq!(settle(unit(2), july, &reform), Standing::Abolished { parent: Some(unit(3)) });
        let among = vec![unit(10), unit(11)];
        assert_eq!(settle(unit(4), july, &reform), Standing::Undecided { parent: Some(unit(3)), among });
        assert_eq!(settle(unit(5), july, &reform), Standing::At(unit(5)));
    }

    #[test]
    fn a_circle_ends() {
        let circle = |of: UnitId| {
            let what = Succession::Into(unit(3 - of.as_u128()));
            Some(Change { day: day("2025-07-01"), what, parent: None })
        };
        assert!(matches!(settle(unit(1), day("2026-01-01"), &circle), Standing::At(_)));
    }
}
