//! Reorganizing: units come by a file that says how the tree stands from a day on, and a second file says what became of those
//! before. Each is one act, whole or not at all.

pub mod desk;
pub mod ending;
pub mod file;
pub mod import;
pub mod look;
pub mod moving;
pub(super) mod reference;
pub mod succession;
pub mod tree;
pub(super) mod version;

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::flows::admin::refusal::Refusal;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::UnitId;
use crate::identity::hierarchy::Unsound;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The line where it stands, from 1; none where what the file leaves out is wrong.
    pub line: Option<u64>,
    /// What is wrong, and what to do about it.
    pub why: String,
}

impl Mistake {
    pub(super) fn at(line: u64, why: impl Into<String>) -> Self {
        Self { line: Some(line), why: why.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for cannot be: all that is wrong, in the order of the lines.
    #[error("{}", said(.0))]
    Refused(Vec<Mistake>),
    /// Somebody else was faster: how it is now.
    #[error("{0}")]
    Changed(String),
    /// We failed.
    #[error(transparent)]
    Failed(#[from] Fault),
}

/// As many are said at once as somebody mends at once.
const SAID: usize = 20;

fn said(mistakes: &[Mistake]) -> String {
    let mut lines: Vec<String> = mistakes.iter().take(SAID).map(Mistake::to_string).collect();
    if let more @ 1.. = mistakes.len().saturating_sub(SAID) {
        lines.push(format!("and {more} more"));
    }
    lines.push("nothing was changed".to_owned());
    lines.join("\n")
}

/// All that is wrong is told with its lines.
fn told<T>(outcome: Result<T, Error>) -> Result<Result<T, Refusal>, Fault> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Failed(fault)) => Err(fault),
        Err(Error::Changed(how)) => Ok(Err(Refusal::Changed(how))),
        Err(refused) => Ok(Err(Refusal::Mistake(refused.to_string()))),
    }
}

/// Sorts mistakes by their lines, and refuses where there are some.
fn refuse(mut mistakes: Vec<Mistake>) -> Result<(), Error> {
    mistakes.sort_by_key(|mistake| mistake.line.unwrap_or(u64::MAX));
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Refused(mistakes)) }
}

/// How many units of a level there are on the eve, and on the day itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Count {
    pub level: String,
    pub before: usize,
    pub after: usize,
}

fn counts(hierarchy: &Hierarchy, next: &Hierarchy, day: Day) -> Vec<Count> {
    let before = day.eve().map(|eve| hierarchy.counts(eve)).unwrap_or_default();
    let of = |code: &str| before.iter().find(|(level, _)| level.code == code).map_or(0, |(_, count)| *count);
    let count = |(level, after): (&crate::identity::hierarchy::Level, usize)| Count {
        level: level.code.clone(),
        before: of(&level.code),
        after,
    };
    next.counts(day).into_iter().map(count).collect()
}

/// A unit as reports name it: level, code and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Named {
    pub level: String,
    pub code: String,
    pub name: String,
}

impl Named {
    fn of(unit: &Unit) -> Self {
        Self { level: unit.level.clone(), code: unit.code.clone(), name: unit.name.vi.clone() }
    }

    fn with(hierarchy: &Hierarchy, id: UnitId) -> Option<Self> {
        hierarchy.unit(id).map(Self::of)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.level, self.code, self.name)
    }
}

/// What a day of the hierarchy would not be sound in, and how to mend it.
pub(super) fn unsound(hierarchy: &Hierarchy, fault: Unsound) -> (UnitId, String) {
    let name = |id| Named::with(hierarchy, id).map(|named| named.to_string()).unwrap_or_default();
    match fault {
        Unsound::Orphan { unit, parent, on } => {
            let mend = "say what becomes of it, or of what it is a part of";
            (unit, format!("{} is a part of {}, which is not there on {on}: {mend}", name(unit), name(parent)))
        }
        Unsound::Upside { unit, parent } => {
            let mend = "a unit is a part of one of a higher level";
            (unit, format!("{} is a part of {}: {mend}", name(unit), name(parent)))
        }
        Unsound::Taken { unit, by } => {
            let mend = "a code is one unit's at a time; end the one before the other begins";
            (unit, format!("{} and {} overlap: {mend}", name(unit), name(by)))
        }
    }
}
