//! Territory, branches and agencies through time: who stood where on which day, and what became of whom.
//!
//! Everything is asked *as of* a day. What is planned for a day that lies ahead counts from that day on, and nothing has to
//! happen on it. No day has more than one answer: what holds from a day on holds until the next such day.

mod agencies;
mod change;
mod check;
mod depths;
mod fate;
mod order;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

pub use self::change::Changes;
pub use self::change::Described;
pub use self::change::Parent;
pub use self::check::Fault as Unsound;
pub use self::depths::Above;
pub use self::depths::Circle;
pub use self::depths::depths;
pub use self::fate::Fate;
use super::agency::Bilingual;
use crate::base::day::Day;

/// A unit, whatever its code and its name become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UnitId(pub Uuid);

/// From which day on something is there, and the first day on which it is not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub from: Day,
    /// The first day after it; none where nobody knows of an end.
    pub to: Option<Day>,
}

impl Validity {
    /// From this day on.
    pub const fn since(from: Day) -> Self {
        Self { from, to: None }
    }

    /// Whether it holds on a day.
    pub fn covers(self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// Whether there is a day on which both hold.
    pub fn meets(self, other: Self) -> bool {
        self.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| self.from < to)
    }
}

/// What holds from each of these days on, until the next.
pub type History<T> = BTreeMap<Day, T>;

/// What held on a day.
pub fn as_of<T>(history: &History<T>, day: Day) -> Option<&T> {
    history.range(..=day).next_back().map(|(_, held)| held)
}

/// A layer of the hierarchy: how many there are is a matter of data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Level {
    /// Its stable key.
    pub code: String,
    /// The higher, the smaller: a unit's parent is of a smaller rank.
    pub rank: i64,
    /// Its name.
    pub name: Bilingual,
}

/// A place in the administrative hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Itself, whatever else changes.
    pub id: UnitId,
    /// The code of its level.
    pub level: String,
    /// The official code, its own within its level and as long as it is there.
    pub code: String,
    /// What it is called beside its name, where the level does not say it: city, ward, special zone.
    pub kind: Option<String>,
    /// Its name.
    pub name: Bilingual,
    /// When it is there.
    pub validity: Validity,
    /// Of which unit it is a part.
    pub parents: History<UnitId>,
}

/// A branch of administration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its stable key.
    pub code: String,
    /// How deep it may stand: below whatever it is ever a part of.
    pub depth: i64,
    /// Its name.
    pub name: Bilingual,
    /// When it is there.
    pub validity: Validity,
    /// Of which branch it is a part.
    pub parents: History<Option<String>>,
}

/// What an agency is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgencyKind {
    /// A body of the state.
    #[default]
    State,
    /// A body of the Party.
    Party,
    /// A mass organization.
    MassOrganization,
    /// An enterprise of the state.
    StateEnterprise,
    /// A private body with a public service.
    Private,
}

impl AgencyKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::State, Self::Party, Self::MassOrganization, Self::StateEnterprise, Self::Private];

    /// As it is written in declarations and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Party => "party",
            Self::MassOrganization => "mass_organization",
            Self::StateEnterprise => "state_enterprise",
            Self::Private => "private",
        }
    }

    /// The one that is written so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// An agency as the hierarchy sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its stable key.
    pub id: String,
    /// Its name.
    pub name: Bilingual,
    /// What it is.
    pub kind: AgencyKind,
    /// How deep it may stand: below whatever it ever answers to.
    pub depth: i64,
    /// When it is there.
    pub validity: Validity,
    /// Where it stands; nowhere, as long as nobody says.
    pub places: History<Place>,
}

/// Where an agency stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// In which territory.
    pub unit: Option<UnitId>,
    /// In which branch.
    pub branch: Option<String>,
    /// To which agency it answers.
    pub parent: Option<String>,
    /// The unit in which it stood and which was divided: where it goes is not decided, and meanwhile it stands in `unit`.
    pub divided: Option<UnitId>,
}

/// What happened to a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuccessionKind {
    /// It became a part of another, as others did.
    Merge,
    /// It was divided among several.
    Split,
    /// It goes on under another name, code or level.
    Rename,
    /// It is no more, and nothing took its place.
    Abolish,
    /// It goes on, and lost a part to another.
    Transfer,
}

impl SuccessionKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Merge, Self::Split, Self::Rename, Self::Abolish, Self::Transfer];

    /// As it is written in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Rename => "rename",
            Self::Abolish => "abolish",
            Self::Transfer => "transfer",
        }
    }
}

/// How much of a unit went to a successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// All of it.
    All,
    /// A part, and records that say no more.
    Default,
    /// A part.
    Part,
    /// There is no successor.
    None,
}

impl Share {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::All, Self::Default, Self::Part, Self::None];

    /// As it is written in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Default => "default",
            Self::Part => "part",
            Self::None => "none",
        }
    }
}

/// What became of a unit, to one successor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// What happened.
    pub kind: SuccessionKind,
    /// To which unit.
    pub from: UnitId,
    /// Who succeeds.
    pub to: Option<UnitId>,
    /// To how much of it.
    pub share: Share,
    /// To so many ten-thousandths, where somebody says.
    pub portion: Option<i64>,
    /// By which act of law.
    pub legal_basis: Option<String>,
    /// From which day on.
    pub effective: Day,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Hierarchy {
    /// Grows with every change.
    pub revision: i64,
    levels: BTreeMap<String, Level>,
    units: HashMap<UnitId, Unit>,
    /// By level and code.
    codes: BTreeMap<String, BTreeMap<String, Vec<UnitId>>>,
    children: HashMap<UnitId, BTreeSet<UnitId>>,
    branches: BTreeMap<String, Branch>,
    agencies: BTreeMap<String, Body>,
    /// Who ever stood in a unit.
    standing: HashMap<UnitId, BTreeSet<String>>,
    successions: HashMap<UnitId, Vec<Succession>>,
    /// Whom a unit succeeded.
    formers: HashMap<UnitId, Vec<UnitId>>,
}

impl Hierarchy {
    /// Of what was read when there had been so many changes.
    pub fn new(revision: i64) -> Self {
        Self { revision, ..Self::default() }
    }

    /// Every level, the highest first.
    pub fn levels(&self) -> Vec<&Level> {
        let mut levels: Vec<&Level> = self.levels.values().collect();
        levels.sort_by_key(|level| level.rank);
        levels
    }

    /// The level with this code.
    pub fn level(&self, code: &str) -> Option<&Level> {
        self.levels.get(code)
    }

    /// The rank of a unit's level.
    pub fn rank(&self, unit: &Unit) -> i64 {
        self.levels.get(&unit.level).map_or(i64::MAX, |level| level.rank)
    }

    /// The unit itself, on whatever day it was there.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(&id)
    }

    /// Every unit there ever was, in no order.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// Whether a unit is there on a day.
    pub fn is_valid(&self, id: UnitId, day: Day) -> bool {
        self.units.get(&id).is_some_and(|unit| unit.validity.covers(day))
    }

    /// Of which unit one is a part on a day.
    pub fn parent(&self, id: UnitId, day: Day) -> Option<UnitId> {
        as_of(&self.units.get(&id)?.parents, day).copied()
    }

    /// A unit and all that it is a part of on a day, itself first and the root last; nothing, where it is not there.
    pub fn unit_path(&self, id: UnitId, day: Day) -> Vec<UnitId> {
        let there = |id: &UnitId| self.is_valid(*id, day);
        std::iter::successors(Some(id).filter(there), |id| self.parent(*id, day).filter(there)).collect()
    }

    /// The units that are parts of one on a day, by their codes.
    pub fn children(&self, id: UnitId, day: Day) -> Vec<&Unit> {
        let ever = self.children.get(&id).into_iter().flatten().filter_map(|child| self.units.get(child));
        let now = ever.filter(|unit| unit.validity.covers(day) && as_of(&unit.parents, day) == Some(&id));
        self.ordered(now.collect())
    }

    /// The units that are parts of none on a day, by their codes.
    pub fn roots(&self, day: Day) -> Vec<&Unit> {
        let there = self.units.values().filter(|unit| unit.validity.covers(day));
        self.ordered(there.filter(|unit| as_of(&unit.parents, day).is_none()).collect())
    }

    fn ordered<'a>(&self, mut units: Vec<&'a Unit>) -> Vec<&'a Unit> {
        units.sort_by(|a, b| (self.rank(a), &a.code).cmp(&(self.rank(b), &b.code)));
        units
    }

    /// What was recorded of a unit's end, or of what it lost.
    pub fn successions(&self, from: UnitId) -> &[Succession] {
        self.successions.get(&from).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many of each level there are on a day, the highest level first.
    pub fn counts(&self, day: Day) -> Vec<(&Level, usize)> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for unit in self.units.values().filter(|unit| unit.validity.covers(day)) {
            *counts.entry(&unit.level).or_default() += 1;
        }
        let count = |level: &Level| counts.get(level.code.as_str()).copied().unwrap_or_default();
        self.levels().into_iter().map(|level| (level, count(level))).collect()
    }
}
