//! What is looked for in an order: by codes and keys, beneath a unit, or after something else.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::Body;
use super::Branch;
use super::Hierarchy;
use super::Unit;
use super::UnitId;
use super::as_of;
use crate::base::day::Day;

impl Hierarchy {
    /// The units that ever bore a code, whatever their level.
    pub fn with_code<'a>(&'a self, code: &str) -> impl Iterator<Item = &'a Unit> {
        let bearers = self.codes.values().filter_map(move |level| level.get(code)).flatten();
        bearers.filter_map(|id| self.units.get(id))
    }

    /// The unit of a level that bears a code on a day.
    pub fn coded(&self, level: &str, code: &str, day: Day) -> Option<&Unit> {
        let bearers = self.codes.get(level)?.get(code)?;
        bearers.iter().filter_map(|id| self.units.get(id)).find(|unit| unit.validity.covers(day))
    }

    /// Every unit there ever was that comes after a level and a code, by level and code; all after two empty ones.
    pub fn units_after<'a>(&'a self, level: &str, code: &str) -> impl Iterator<Item = &'a Unit> {
        let own = self.codes.get(level).map(|codes| codes.range::<str, _>(after(code)));
        let others = self.codes.range::<str, _>(after(level)).flat_map(|(_, codes)| codes.iter());
        let ids = own.into_iter().flatten().chain(others).flat_map(|(_, bearers)| bearers);
        ids.filter_map(|id| self.units.get(id))
    }

    /// A unit and all beneath it on a day, by level and code; nothing, where it is not there.
    pub fn beneath(&self, id: UnitId, day: Day) -> Vec<&Unit> {
        let mut open: Vec<&Unit> = self.units.get(&id).filter(|unit| unit.validity.covers(day)).into_iter().collect();
        let mut found = Vec::new();
        while let Some(unit) = open.pop() {
            let ever = self.children.get(&unit.id).into_iter().flatten().filter_map(|child| self.units.get(child));
            open.extend(
                ever.filter(|child| child.validity.covers(day) && as_of(&child.parents, day) == Some(&unit.id)),
            );
            found.push(unit);
        }
        found.sort_by_key(|unit| (&unit.level, &unit.code));
        found
    }

    /// The units of a part of the tree of a day, and those that are gone by then and for which one of them may stand: whom they
    /// succeeded, what was a part of them, and so on.
    pub fn with_formers(&self, part: impl IntoIterator<Item = UnitId>, day: Day) -> BTreeSet<UnitId> {
        let mut open: Vec<UnitId> = part.into_iter().collect();
        let mut found: BTreeSet<UnitId> = open.iter().copied().collect();
        let is_gone = |id: &UnitId| self.units.get(id).and_then(|unit| unit.validity.to).is_some_and(|to| to <= day);
        while let Some(id) = open.pop() {
            let formers = self.formers.get(&id).into_iter().flatten();
            let parts = self.children.get(&id).into_iter().flatten();
            for former in formers.chain(parts).copied().filter(is_gone) {
                if found.insert(former) {
                    open.push(former);
                }
            }
        }
        found
    }

    /// Every branch there ever was whose code comes after one, by its code; all after an empty one.
    pub fn branches_after(&self, code: &str) -> impl Iterator<Item = &Branch> {
        self.branches.range::<str, _>(after(code)).map(|(_, branch)| branch)
    }

    /// Every agency there ever was whose key comes after one, by its key; all after an empty one.
    pub fn agencies_after(&self, id: &str) -> impl Iterator<Item = &Body> {
        self.agencies.range::<str, _>(after(id)).map(|(_, body)| body)
    }

    /// The agencies that stand in a unit or beneath it on a day.
    pub fn agencies_within(&self, unit: UnitId, day: Day) -> BTreeSet<&str> {
        let stands = |id: &&String, unit: UnitId| self.place(id, day).is_some_and(|place| place.unit == Some(unit));
        let of_unit = |unit: &Unit| {
            let (id, ever) = (unit.id, self.standing.get(&unit.id).into_iter().flatten());
            ever.filter(move |agency| stands(agency, id)).map(String::as_str).collect::<Vec<_>>()
        };
        self.beneath(unit, day).into_iter().flat_map(of_unit).collect()
    }
}

const fn after(key: &str) -> (Bound<&str>, Bound<&str>) {
    (Bound::Excluded(key), Bound::Unbounded)
}

#[cfg(test)]
mod tests {
    use super::super::Share;
    use super::super::Succession;
    use super::super::SuccessionKind;
    use super::super::Validity;
    use super::*;
    use crate::identity::agency::Bilingual;
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    /// Two provinces; a commune of the first became, with another of it, a commune of the second.
    fn country() -> Hierarchy {
        let mut hierarchy = Hierarchy::new(1);
        let (begin, reform) = (day("2020-01-01"), day("2025-07-01"));
        for (number, level, code, parent, from, to) in [
            (1, "province", "02", None, begin, None),
            (2, "province", "01", None, begin, None),
            (3, "commune", "b", Some(1), begin, Some(reform)),
            (4, "commune", "a", Some(1), begin, Some(reform)),
            (5, "commune", "c", Some(2), reform, None),
        ] {
            hierarchy.put_unit(Unit {
                id: id(number),
                level: level.to_owned(),
                code: code.to_owned(),
                kind: None,
                name: Bilingual { vi: code.to_owned(), en: code.to_owned() },
                validity: Validity { from, to },
                parents: parent.map(|parent| (from, id(parent))).into_iter().collect(),
            });
        }
        for former in [3, 4] {
            hierarchy.put_succession(Succession {
                kind: SuccessionKind::Merge,
                from: id(former),
                to: Some(id(5)),
                share: Share::All,
                portion: None,
                legal_basis: None,
                effective: reform,
            });
        }
        hierarchy
    }

    fn id(number: u128) -> UnitId {
        UnitId(Uuid::from_u128(number))
    }

    fn codes<'a>(units: impl IntoIterator<Item = &'a Unit>) -> Vec<&'a str> {
        units.into_iter().map(|unit| unit.code.as_str()).collect()
    }

    #[test]
    fn units_come_by_level_and_code_after_whichever_was_the_last() {
        let hierarchy = country();
        assert_eq!(codes(hierarchy.units_after("", "")), ["a", "b", "c", "01", "02"]);
        assert_eq!(codes(hierarchy.units_after("commune", "a")), ["b", "c", "01", "02"]);
        assert_eq!(
            codes(hierarchy.units_after("commune", "zz")),
            ["01", "02"],
            "one that is gone begins no other list"
        );
        assert_eq!(codes(hierarchy.units_after("province", "02")), [""; 0]);
    }

    #[test]
    fn what_lies_beneath_is_a_matter_of_the_day() {
        let hierarchy = country();
        assert_eq!(codes(hierarchy.beneath(id(1), day("2025-06-30"))), ["a", "b", "02"]);
        assert_eq!(codes(hierarchy.beneath(id(1), day("2025-07-01"))), ["02"]);
        assert_eq!(codes(hierarchy.beneath(id(2), day("2025-07-01"))), ["c", "01"]);
        assert_eq!(codes(hierarchy.beneath(id(3), day("2025-07-01"))), [""; 0]);
    }

    #[test]
    fn whom_a_unit_succeeded_is_found_by_it_and_by_what_it_was_a_part_of() {
        let hierarchy = country();
        let of = |unit, day| hierarchy.with_formers([id(unit)], day).into_iter().collect::<Vec<_>>();
        assert_eq!(of(5, day("2025-07-01")), [id(3), id(4), id(5)]);
        assert_eq!(of(1, day("2025-07-01")), [id(1), id(3), id(4)]);
        assert_eq!(of(1, day("2025-06-30")), [id(1)], "what is there is nobody's former");
    }
}
