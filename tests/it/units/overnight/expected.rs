//! What the files of the real country say, read by nothing of the program.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::super::replay::AFTER;
use super::super::replay::BEFORE;
use super::super::replay::SUCCESSION;

/// What became of a unit; units are `level/code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    Itself,
    Whole(String),
    Gone { parent: String },
    Divided { among: BTreeSet<String>, parent: String },
}

/// Name and parent of each unit of a day, by `level/code`; the parent is a code alone.
type Units = BTreeMap<String, (&'static str, &'static str)>;

pub struct Files {
    pub before: Units,
    pub after: Units,
    heirs: BTreeMap<String, Vec<&'static str>>,
}

fn fields(line: &'static str) -> [&'static str; 4] {
    line.split(',').collect::<Vec<_>>().try_into().unwrap()
}

fn units(file: &'static str) -> Units {
    let unit = |[level, code, name, parent]: [&'static str; 4]| (format!("{level}/{code}"), (name, parent));
    file.lines().skip(1).map(fields).map(unit).collect()
}

impl Files {
    pub fn read() -> Self {
        let mut heirs: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for [level, from, to, _] in SUCCESSION.lines().skip(1).map(fields) {
            heirs.entry(format!("{level}/{from}")).or_default().push(to);
        }
        Self { before: units(BEFORE), after: units(AFTER), heirs }
    }

    pub fn has_heir(&self, unit: &str) -> bool {
        self.heirs[unit] != [""]
    }

    /// Of a unit of the eve.
    pub fn became(&self, unit: &str) -> Became {
        let Some(heirs) = self.heirs.get(unit) else { return Became::Itself }; // the centre
        let level = if unit.starts_with("province/") { "province" } else { "commune" };
        let heirs: BTreeSet<String> =
            heirs.iter().filter(|to| !to.is_empty()).map(|to| format!("{level}/{to}")).collect();
        let goes_on = heirs.contains(unit) && self.before[unit].0 == self.after[unit].0;
        match heirs.len() {
            _ if goes_on => Became::Itself,
            0 => Became::Gone { parent: self.above(unit) },
            1 => Became::Whole(heirs.into_iter().next().unwrap()),
            _ => Became::Divided { among: heirs, parent: self.above(unit) },
        }
    }

    /// Who stands on the day itself where the unit stood that this one was a part of.
    fn above(&self, unit: &str) -> String {
        let level = if unit.starts_with("commune/") { "district" } else { "province" };
        let parent = format!("{level}/{}", self.before[unit].1);
        match self.became(&parent) {
            Became::Itself => parent,
            Became::Whole(heir) => heir,
            Became::Gone { parent } | Became::Divided { parent, .. } => parent,
        }
    }
}
