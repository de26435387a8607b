//! What has to change so that the tree stands as a file has it.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::base::day::Day;
use crate::flows::admin::units::Mistake;
use crate::flows::admin::units::reference;
use crate::flows::admin::units::unsound;
use crate::identity::agency::Bilingual;
use crate::identity::hierarchy::Changes;
use crate::identity::hierarchy::Described;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Level;
use crate::identity::hierarchy::Parent;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::UnitId;
use crate::identity::hierarchy::Validity;

/// A unit as it is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where that stands.
    pub line: Option<u64>,
    /// Its level's code.
    pub level: String,
    /// Its own.
    pub code: String,
    /// What it is called beside its name; whatever it was, where nobody says.
    pub kind: Option<String>,
    /// Its name.
    pub name: Bilingual,
    /// Whether somebody gave its English name, or it is the Vietnamese one.
    pub has_both_names: bool,
    /// Of what it is a part: a code, or level and code.
    pub parent: Option<String>,
}

/// What is not said by the changes themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    /// So many units are named, each once.
    pub named: usize,
    pub moved: usize,
    pub followed: usize,
    pub unchanged: usize,
}

/// What is known while units are looked at, one after the other.
pub struct Planner<'a> {
    hierarchy: &'a Hierarchy,
    day: Day,
    fresh: &'a mut dyn FnMut() -> UnitId,
    /// What each level and code of the file stand for.
    named: HashMap<(String, String), UnitId>,
    /// The levels at which the file names a code.
    levels: HashMap<String, Vec<String>>,
    /// Who takes the place of whom.
    replaced: HashMap<UnitId, UnitId>,
    changes: Changes,
    counted: Counted,
    lines: HashMap<UnitId, Option<u64>>,
    mistakes: Vec<Mistake>,
}

/// Characters of a code, and of a name, at most.
const CODE: usize = 32;
const NAME: usize = 200;

impl<'a> Planner<'a> {
    pub fn new(hierarchy: &'a Hierarchy, day: Day, fresh: &'a mut dyn FnMut() -> UnitId) -> Self {
        Self {
            hierarchy,
            day,
            fresh,
            named: HashMap::new(),
            levels: HashMap::new(),
            replaced: HashMap::new(),
            changes: Changes::default(),
            counted: Counted::default(),
            lines: HashMap::new(),
            mistakes: Vec::new(),
        }
    }

    /// What changes, and what cannot be.
    pub fn plan(mut self, wanted: &[Wanted]) -> (Changes, Counted, Vec<Mistake>) {
        let taken: Vec<(&Wanted, UnitId)> = wanted.iter().filter_map(|unit| Some((unit, self.take(unit)?))).collect();
        let mut begun: HashMap<UnitId, UnitId> = HashMap::new();
        for (unit, id) in taken {
            match self.parent_of(unit) {
                Ok(parent) => self.place(unit, id, parent, &mut begun),
                Err(why) => self.wrong(unit, &why),
            }
        }
        for unit in &mut self.changes.units {
            unit.parents.extend(begun.remove(&unit.id).map(|parent| (self.day, parent)));
        }
        self.follow();
        if self.mistakes.is_empty() {
            self.check();
        }
        (self.changes, self.counted, self.mistakes)
    }

    fn wrong(&mut self, unit: &Wanted, why: &str) {
        let Wanted { line, level, code, .. } = unit;
        self.mistakes.push(Mistake { line: *line, why: format!("{level} {code}: {why}") });
    }

    /// Which unit is meant: one that is there, or a new one.
    fn take(&mut self, unit: &Wanted) -> Option<UnitId> {
        if let Err(why) = self.look(unit) {
            self.wrong(unit, &why);
            return None;
        }
        let there = self.hierarchy.coded(&unit.level, &unit.code, self.day);
        let id = match there {
            Some(there) if self.is_same(unit, there) => {
                self.describe(unit, there);
                there.id
            }
            Some(there) if there.validity.to.is_some() => {
                let to = there.validity.to.map(|to| to.to_string()).unwrap_or_default();
                self.wrong(unit, &format!("{} ends on {to} already; begin another from then on", there.name.vi));
                return None;
            }
            Some(there) => {
                let id = self.begin(unit);
                self.changes.ended.push((there.id, self.day));
                self.replaced.insert(there.id, id);
                id
            }
            None => self.begin(unit),
        };
        self.lines.insert(id, unit.line);
        self.named.insert((unit.level.clone(), unit.code.clone()), id);
        self.levels.entry(unit.code.clone()).or_default().push(unit.level.clone());
        self.counted.named += 1;
        Some(id)
    }

    /// What can be known of a unit alone.
    fn look(&self, unit: &Wanted) -> Result<(), String> {
        let Wanted { level, code, name, kind, .. } = unit;
        reference::level(self.hierarchy, level)?;
        let strange = |c: char| c == '/' || c.is_whitespace() || c.is_control();
        if code.is_empty() || code.chars().count() > CODE || code.contains(strange) {
            return Err(format!("code: expected 1 to {CODE} characters, no space and no slash among them"));
        }
        let texts = [("name", Some(&name.vi)), ("name_en", Some(&name.en)), ("kind", kind.as_ref())];
        for (member, text) in texts.into_iter().filter_map(|(member, text)| Some((member, text?))) {
            if text.is_empty() || text.chars().count() > NAME || text.contains(char::is_control) {
                return Err(format!("{member}: expected 1 to {NAME} characters, none of them control"));
            }
        }
        if let Some(id) = self.named.get(&(level.clone(), code.clone())) {
            let line = self.lines.get(id).copied().flatten().map(|line| format!(" in line {line}"));
            return Err(format!("is named{} already; name it once", line.unwrap_or_default()));
        }
        let later =
            self.hierarchy.with_code(code).find(|other| other.level == *level && other.validity.from > self.day);
        match later {
            Some(other) => Err(format!(
                "{} is recorded from {} on, and {} is before that; give a later date",
                other.name.vi, other.validity.from, self.day
            )),
            None => Ok(()),
        }
    }

    /// A unit that began on this very day is corrected, and not replaced.
    fn is_same(&self, unit: &Wanted, there: &Unit) -> bool {
        let same_kind = |kind: &String| there.kind.as_ref().is_none_or(|known| known == kind);
        let same = unit.name.vi == there.name.vi && unit.kind.as_ref().is_none_or(same_kind);
        same || there.validity.from == self.day
    }

    fn describe(&mut self, unit: &Wanted, there: &Unit) {
        let kind = unit.kind.clone().or_else(|| there.kind.clone());
        let is_renamed = unit.name.vi != there.name.vi;
        let en = if unit.has_both_names || is_renamed { &unit.name.en } else { &there.name.en };
        let name = Bilingual { vi: unit.name.vi.clone(), en: en.clone() };
        if kind != there.kind || name != there.name {
            self.changes.described.push(Described { unit: there.id, kind, name });
        }
    }

    fn begin(&mut self, unit: &Wanted) -> UnitId {
        let id = (self.fresh)();
        self.changes.units.push(Unit {
            id,
            level: unit.level.clone(),
            code: unit.code.clone(),
            kind: unit.kind.clone(),
            name: unit.name.clone(),
            validity: Validity::since(self.day),
            parents: std::collections::BTreeMap::new(),
        });
        id
    }

    /// Of what a unit is a part: those that the file names count before those that are there.
    fn parent_of(&self, unit: &Wanted) -> Result<Option<UnitId>, String> {
        let own = self.hierarchy.level(&unit.level).map_or(i64::MAX, |level| level.rank);
        let Some(text) = &unit.parent else {
            let above = self.hierarchy.levels().into_iter().find(|level| level.rank < own);
            return above.map_or(Ok(None), |above| {
                Err(format!("parent: is missing; only a unit of the highest level ({}) has none", above.code))
            });
        };
        let (wanted, code) = reference::split(text);
        let is_above = |level: &Level| level.rank < own && wanted.is_none_or(|wanted| level.code == wanted);
        let named = self.levels.get(code).into_iter().flatten();
        let named: Vec<&String> = named.filter(|level| self.hierarchy.level(level).is_some_and(is_above)).collect();
        match named.as_slice() {
            [] => {}
            [level] => return Ok(self.named.get(&((*level).clone(), code.to_owned())).copied()),
            several => {
                return Err(format!("parent: {}", reference::ambiguous(text, several.iter().map(|l| l.as_str()))));
            }
        }
        let meant = reference::meant(self.hierarchy, text, self.day);
        let above: Vec<&&Unit> = meant.iter().filter(|unit| self.hierarchy.rank(unit) < own).collect();
        match above.as_slice() {
            [] if !meant.is_empty() || self.levels.contains_key(code) => {
                Err(format!("parent: {text}: is of no higher level than {}; name one that is", unit.level))
            }
            [] => Err(format!("parent: {}", reference::unknown(self.hierarchy, text, self.day))),
            [unit] => Ok(Some(unit.id)),
            several => {
                Err(format!("parent: {}", reference::ambiguous(text, several.iter().map(|unit| unit.level.as_str()))))
            }
        }
    }

    fn place(&mut self, unit: &Wanted, id: UnitId, parent: Option<UnitId>, begun: &mut HashMap<UnitId, UnitId>) {
        let Some(there) = self.hierarchy.unit(id) else {
            begun.extend(parent.map(|parent| (id, parent)));
            return;
        };
        let before = self.hierarchy.parent(id, self.day);
        if before == parent {
            self.counted.unchanged += 1;
            return;
        }
        if let Some(later) = there.parents.keys().find(|from| **from > self.day) {
            let later = *later;
            return self
                .wrong(unit, &format!("moves on {later} already, and {} is before that; give a later date", self.day));
        }
        match parent {
            Some(parent) => {
                self.changes.parents.push(Parent { unit: id, from: self.day, parent });
                self.counted.moved += 1;
            }
            None => self.wrong(unit, "parent: is missing, and it has one; name it"),
        }
    }

    /// Parts of a unit that the file does not name go over to whoever takes its place.
    fn follow(&mut self) {
        let named: HashSet<UnitId> = self.named.values().copied().collect();
        let ended: HashSet<UnitId> = self.replaced.keys().copied().collect();
        let before: Vec<(UnitId, UnitId)> = self.replaced.iter().map(|(old, new)| (*old, *new)).collect();
        for (old, new) in before {
            for child in self.hierarchy.children(old, self.day) {
                if !named.contains(&child.id) && !ended.contains(&child.id) {
                    self.changes.parents.push(Parent { unit: child.id, from: self.day, parent: new });
                    self.counted.followed += 1;
                }
            }
        }
    }

    fn check(&mut self) {
        let mut next = self.hierarchy.clone();
        next.apply(&self.changes);
        for fault in next.check(self.day) {
            let (unit, why) = unsound(&next, fault);
            self.mistakes.push(Mistake { line: self.lines.get(&unit).copied().flatten(), why });
        }
    }
}
