//! Which units end, and who takes their place.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::base::day::Day;
use crate::flows::admin::units::Mistake;
use crate::flows::admin::units::file::Row;
use crate::flows::admin::units::reference;
use crate::flows::admin::units::unsound;
use crate::identity::hierarchy::Changes;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Share;
use crate::identity::hierarchy::Succession;
use crate::identity::hierarchy::SuccessionKind;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::UnitId;

/// A row.
pub(super) struct Told {
    line: u64,
    level: String,
    from: String,
    to: Option<String>,
    /// None where the row does not say: then it is all of it.
    share: Option<Share>,
    portion: Option<i64>,
    legal_basis: Option<String>,
}

/// What changes, and what is not said by the changes themselves.
#[derive(Default)]
pub(super) struct Planned {
    pub changes: Changes,
    pub kept: usize,
    pub unchanged: usize,
    pub mistakes: Vec<Mistake>,
    lines: HashMap<UnitId, u64>,
}

/// All rows about one unit.
struct Group<'a> {
    unit: &'a Unit,
    rows: Vec<(&'a Told, Option<UnitId>)>,
}

/// Ten-thousandths of the whole.
const WHOLE: i64 = 10_000;

impl Told {
    pub(super) fn read(row: &Row, legal_basis: Option<&str>) -> Result<Self, Mistake> {
        let share = match row.cell("share") {
            None => None,
            Some("all") => Some(Share::All),
            Some("default") => Some(Share::Default),
            Some("part") => Some(Share::Part),
            Some("abolished") => Some(Share::None),
            Some(other) => {
                let why = format!("share: {other:?} is none; expected all, part, default or abolished");
                return Err(Mistake::at(row.line, why));
            }
        };
        let to = row.cell("to").map(str::to_owned);
        match (&to, share) {
            (Some(_), Some(Share::None)) => {
                return Err(Mistake::at(row.line, "share: abolished, and yet there is a successor; leave `to` empty"));
            }
            (None, Some(Share::All | Share::Default | Share::Part) | None) => {
                return Err(Mistake::at(row.line, "to: is missing; name the successor, or write abolished as share"));
            }
            _ => {}
        }
        let portion = row.cell("portion").map(portion).transpose().map_err(|why| Mistake::at(row.line, why))?;
        Ok(Self {
            line: row.line,
            level: row.need("level")?.to_owned(),
            from: row.need("from")?.to_owned(),
            to,
            share,
            portion,
            legal_basis: row.cell("legal_basis").or(legal_basis).map(str::to_owned),
        })
    }
}

/// Per cent, with two digits after the point at most.
fn portion(text: &str) -> Result<i64, String> {
    let wrong = || format!("portion: {text:?} is none; expected per cent, such as 62.5");
    let text = text.strip_suffix('%').unwrap_or(text).trim();
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || rest.len() > 2 || !is_number(whole) || !is_number(rest) {
        return Err(wrong());
    }
    let hundredths: i64 = format!("{whole}{rest:0<2}").parse().map_err(|_| wrong())?;
    if (1..=WHOLE).contains(&hundredths) { Ok(hundredths) } else { Err(wrong()) }
}

/// What the rows change from `day` on.
pub(super) fn plan(hierarchy: &Hierarchy, told: &[Told], day: Day) -> Planned {
    let mut planned = Planned::default();
    let groups = planned.groups(hierarchy, told, day);
    let mut predecessors: HashMap<UnitId, usize> = HashMap::new();
    for group in &groups {
        group.rows.iter().filter_map(|(_, to)| *to).for_each(|to| *predecessors.entry(to).or_default() += 1);
    }
    for group in &groups {
        if let Err(mistake) = group.check() {
            planned.mistakes.push(mistake);
            continue;
        }
        let rows = group.successions(hierarchy, &predecessors, day);
        match recorded(hierarchy, group.unit, day).as_slice() {
            [] => planned.take(group, rows, day),
            known if is_same(known, &rows) => planned.unchanged += 1,
            _ => {
                let why =
                    format!("{} {}: what became of it on {day} is recorded already", group.unit.level, group.unit.code);
                planned
                    .mistakes
                    .push(Mistake::at(group.line(), format!("{why}, and was something else; leave it out")));
            }
        }
    }
    planned.check_heirs(hierarchy, &groups);
    planned
}

/// What is recorded of a unit on a day.
fn recorded<'a>(hierarchy: &'a Hierarchy, unit: &Unit, day: Day) -> Vec<&'a Succession> {
    hierarchy.successions(unit.id).iter().filter(|row| row.effective == day).collect()
}

fn is_same(known: &[&Succession], rows: &[Succession]) -> bool {
    let told = |row: &Succession| (row.to, row.share, row.portion);
    known.len() == rows.len() && rows.iter().all(|row| known.iter().any(|known| told(known) == told(row)))
}

impl Planned {
    /// The rows by the units that they are about, in the order of the file.
    fn groups<'a>(&mut self, hierarchy: &'a Hierarchy, told: &'a [Told], day: Day) -> Vec<Group<'a>> {
        let mut at: HashMap<UnitId, usize> = HashMap::new();
        let mut groups: Vec<Group<'a>> = Vec::new();
        for row in told {
            let found = from(hierarchy, row, day).and_then(|unit| Ok((unit, to(hierarchy, row, day)?)));
            match found {
                Ok((unit, to)) => {
                    let n = *at.entry(unit.id).or_insert(groups.len());
                    match groups.get_mut(n) {
                        Some(group) => group.rows.push((row, to)),
                        None => groups.push(Group { unit, rows: vec![(row, to)] }),
                    }
                    self.lines.entry(unit.id).or_insert(row.line);
                }
                Err(why) => self.mistakes.push(Mistake::at(row.line, why)),
            }
        }
        groups
    }

    fn take(&mut self, group: &Group<'_>, rows: Vec<Succession>, day: Day) {
        if group.goes_on() {
            self.kept += 1;
        } else if group.unit.validity.to.is_none() {
            self.changes.ended.push((group.unit.id, day));
        }
        self.changes.successions.extend(rows);
    }

    /// Who takes a place is there to take it.
    fn check_heirs(&mut self, hierarchy: &Hierarchy, groups: &[Group<'_>]) {
        let ended: HashSet<UnitId> = self.changes.ended.iter().map(|(unit, _)| *unit).collect();
        for (row, heir) in groups.iter().flat_map(|group| &group.rows) {
            let Some(unit) = heir.filter(|heir| ended.contains(heir)).and_then(|heir| hierarchy.unit(heir)) else {
                continue;
            };
            let line = self.lines.get(&unit.id).copied().unwrap_or_default();
            let why = format!(
                "to: {} {} ({}) ends on the same day by line {line}; name what takes its place",
                unit.level, unit.code, unit.name.vi
            );
            self.mistakes.push(Mistake::at(row.line, why));
        }
    }

    /// What would not be sound.
    pub(super) fn unsound(&self, next: &Hierarchy, day: Day) -> Vec<Mistake> {
        let found = next.check(day).into_iter().map(|fault| unsound(next, fault));
        found.map(|(unit, why)| Mistake { line: self.lines.get(&unit).copied(), why }).collect()
    }
}

/// The unit of which a row speaks, as it was on the eve.
fn from<'a>(hierarchy: &'a Hierarchy, row: &Told, day: Day) -> Result<&'a Unit, String> {
    let (level, code) = (&row.level, &row.from);
    reference::level(hierarchy, level)?;
    let eve = day.eve().ok_or("--effective: there is no day before it")?;
    let Some(unit) = hierarchy.coded(level, code, eve) else {
        return Err(format!("from: {}", reference::unknown(hierarchy, &format!("{level}/{code}"), eve)));
    };
    match unit.validity.to {
        Some(end) if end > day => Err(format!(
            "from: {level} {code} ({}) ends on {end} already, and {day} is before that; give that day",
            unit.name.vi
        )),
        _ => Ok(unit),
    }
}

/// Who takes its place, as it is on the day: of the same level, where several levels have that code.
fn to(hierarchy: &Hierarchy, row: &Told, day: Day) -> Result<Option<UnitId>, String> {
    let Some(text) = &row.to else { return Ok(None) };
    if !text.contains('/')
        && let Some(unit) = hierarchy.coded(&row.level, text, day)
    {
        return Ok(Some(unit.id));
    }
    reference::one(hierarchy, text, day).map(|unit| Some(unit.id)).map_err(|why| format!("to: {why}"))
}

impl Group<'_> {
    fn line(&self) -> u64 {
        self.rows.first().map_or(0, |(row, _)| row.line)
    }

    /// Whether the unit itself is among its successors.
    fn goes_on(&self) -> bool {
        self.rows.iter().any(|(_, to)| *to == Some(self.unit.id))
    }

    fn wrong(&self, row: &Told, why: &str) -> Mistake {
        Mistake::at(row.line, format!("{} {}: {why}", self.unit.level, self.unit.code))
    }

    fn check(&self) -> Result<(), Mistake> {
        let mut heirs: HashMap<Option<UnitId>, u64> = HashMap::new();
        let is_divided = self.rows.len() > 1;
        for (row, to) in &self.rows {
            if let Some(line) = heirs.insert(*to, row.line) {
                return Err(self
                    .wrong(row, &format!("the same successor is named twice, in line {line} already; leave one out")));
            }
        }
        for (row, _) in &self.rows {
            match row.share {
                Some(Share::All | Share::None) | None if is_divided => {
                    let first = self.line();
                    let mend = "of a divided unit every row says part, and one says default";
                    return Err(self.wrong(row, &format!("is named twice, from line {first} on; {mend}")));
                }
                Some(Share::Part | Share::Default) if !is_divided => {
                    return Err(self.wrong(row, "share: one successor has all of it; write all, or name the others"));
                }
                _ => {}
            }
        }
        let defaults = self.rows.iter().filter(|(row, _)| row.share == Some(Share::Default)).count();
        match (self.rows.last(), defaults) {
            (Some((row, _)), n) if is_divided && n != 1 => Err(self.wrong(
                row,
                &format!(
                    "{n} of its {} parts are the default; mark one, where records go that say no more",
                    self.rows.len()
                ),
            )),
            _ => self.check_portions(),
        }
    }

    /// Portions are given for all or for none, and make the whole.
    fn check_portions(&self) -> Result<(), Mistake> {
        let portions: Vec<i64> = self.rows.iter().filter_map(|(row, _)| row.portion).collect();
        let sum: i64 = portions.iter().sum();
        match self.rows.last() {
            Some((row, _)) if !portions.is_empty() && (portions.len() < self.rows.len() || sum != WHOLE) => {
                let sum = format!("{}.{:02}", sum / 100, sum % 100);
                Err(self.wrong(row, &format!("portion: the portions make {sum} %; they make 100 %, or are left out")))
            }
            _ => Ok(()),
        }
    }

    fn successions(&self, hierarchy: &Hierarchy, predecessors: &HashMap<UnitId, usize>, day: Day) -> Vec<Succession> {
        let others = self.rows.iter().filter(|(_, to)| *to != Some(self.unit.id));
        let succession = |(row, to): &(&Told, Option<UnitId>)| Succession {
            kind: self.kind(hierarchy, *to, predecessors, day),
            from: self.unit.id,
            to: *to,
            share: row.share.unwrap_or(Share::All),
            portion: row.portion,
            legal_basis: row.legal_basis.clone(),
            effective: day,
        };
        others.map(succession).collect()
    }

    /// What the file shows to have happened.
    fn kind(
        &self,
        hierarchy: &Hierarchy,
        to: Option<UnitId>,
        predecessors: &HashMap<UnitId, usize>,
        day: Day,
    ) -> SuccessionKind {
        let Some(to) = to else { return SuccessionKind::Abolish };
        let was_there = hierarchy.unit(to).is_some_and(|heir| heir.validity.from < day);
        match self.rows.len() {
            1 if was_there || predecessors.get(&to).is_some_and(|count| *count > 1) => SuccessionKind::Merge,
            1 => SuccessionKind::Rename,
            _ if self.goes_on() => SuccessionKind::Transfer,
            _ => SuccessionKind::Split,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_per_cent() {
        assert_eq!(["100", "62.5%", "0.01", "7"].map(|text| portion(text).unwrap()), [10_000, 6_250, 1, 700]);
        for text in ["", "0", "100.01", "-1", "1e2", "0.001", "x", "1000"] {
            assert!(portion(text).is_err(), "{text}");
        }
    }
}
