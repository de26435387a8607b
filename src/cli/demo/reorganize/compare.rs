//! Where units, agencies and rights are as of a day, beside where they must be.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::country::Country;
use super::country::agency;
use super::country::official;
use super::territory::Became;
use super::territory::Units;
use crate::base::day::Day;
use crate::flows::admin::rights::look::Listed;
use crate::flows::admin::units::Named;
use crate::flows::admin::units::tree;
use crate::identity::authority::Standing;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::UnitId;

/// As of which day something is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The last day before it.
    Eve,
    /// The day itself.
    After,
}

/// How many rights are how, on the day itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Of the whole country.
    pub everywhere: usize,
    /// Their unit goes on.
    pub unchanged: usize,
    /// They are where their unit's successor is.
    pub moved: usize,
    /// Units in which the rights of several meet.
    pub united: usize,
    /// Their unit was abolished: what it was a part of has them.
    pub raised: usize,
    /// Their unit was divided: what it was a part of has them until somebody decides.
    pub undecided: usize,
}

/// The tree of a day is `units`, no more and no less; else what differs.
pub fn tree_is(hierarchy: &Hierarchy, units: &Units, day: Day) -> Vec<String> {
    let lines = match tree::tree(hierarchy, None, day, None) {
        Ok(lines) => lines,
        Err(error) => return vec![error.to_string()],
    };
    let told = |line: &tree::Line| (format!("{}/{}", line.level, line.code), line.name.clone(), line.parent.clone());
    let there: BTreeSet<(String, String, Option<String>)> = lines.iter().map(told).collect();
    let wanted: BTreeSet<(String, String, Option<String>)> = units
        .iter()
        .map(|(unit, (name, parent))| {
            (unit.clone(), name.clone(), Some(parent.clone()).filter(|code| !code.is_empty()))
        })
        .collect();
    let differs =
        there.symmetric_difference(&wanted).map(|(unit, ..)| format!("on {day}: {unit} is not as it must be"));
    differs.collect()
}

/// Every agency stands on a day where it must; else which does not.
pub fn agencies_are(hierarchy: &Hierarchy, country: &Country, (when, day): (When, Day)) -> Vec<String> {
    let all = match tree::agencies(hierarchy, None, day) {
        Ok(all) => all,
        Err(error) => return vec![error.to_string()],
    };
    let named = |unit: &Named| format!("{}/{}", unit.level, unit.code);
    let there: BTreeMap<&str, (Option<String>, Option<String>)> = all
        .iter()
        .map(|one| (&*one.id, (one.unit.as_ref().map(named), one.undecided_since_division_of.as_ref().map(named))))
        .collect();
    let wrong = country.seats().into_iter().enumerate().filter(|(n, seat)| {
        let wanted = match (when, country.territory.became(seat)) {
            (When::Eve, _) | (_, Became::Itself) => (Some((*seat).to_owned()), None),
            (_, Became::Whole(heir)) => (Some(heir), None),
            (_, Became::Gone { parent }) => (Some(parent), None),
            (_, Became::Divided { parent, .. }) => (Some(parent), Some((*seat).to_owned())),
        };
        there.get(&*agency(*n)) != Some(&wanted)
    });
    wrong.map(|(n, _)| format!("on {day}: {} stands elsewhere", agency(n))).collect()
}

/// Every right is on a day where it must be: how many are how, and which are not.
pub fn rights_are(
    hierarchy: &Hierarchy,
    country: &Country,
    listed: &[Listed],
    (when, days): (When, [Day; 2]),
) -> (Counted, Vec<String>) {
    let [eve, day] = days;
    let unit = |text: &str, day: Day| {
        let (level, code) = text.split_once('/')?;
        hierarchy.coded(level, code, day).map(|unit| unit.id)
    };
    let by_name: BTreeMap<&str, &Listed> = listed.iter().map(|one| (&*one.holder, one)).collect();
    let (mut counted, mut wrong) = (Counted::default(), Vec::new());
    let mut met: BTreeMap<UnitId, BTreeSet<&str>> = BTreeMap::new();
    for (n, office) in country.offices().into_iter().enumerate() {
        let wanted = office.map(|office| match (when, country.territory.became(office)) {
            (When::Eve, _) | (_, Became::Itself) => Wanted::At(unit(office, eve)),
            (_, Became::Whole(heir)) => Wanted::At(unit(&heir, day)),
            (_, Became::Gone { parent }) => Wanted::Gone(unit(&parent, day)),
            (_, Became::Divided { among, parent }) => {
                Wanted::Divided(unit(&parent, day), among.iter().filter_map(|heir| unit(heir, day)).collect())
            }
        });
        let name = official(n);
        let Some(right) = by_name.get(&*name).filter(|right| fits(&right.authority.standing, wanted.as_ref())) else {
            wrong.push(format!("the right of {name} is elsewhere"));
            continue;
        };
        counted.take(&right.authority.standing, office.and_then(|office| unit(office, eve)));
        if let (Standing::At(at), Some(office)) = (&right.authority.standing, office) {
            met.entry(*at).or_default().insert(office);
        }
    }
    counted.united = met.values().filter(|offices| offices.len() > 1).count();
    (counted, wrong)
}

/// Where a right of a unit must be.
enum Wanted {
    At(Option<UnitId>),
    Gone(Option<UnitId>),
    Divided(Option<UnitId>, BTreeSet<UnitId>),
}

fn fits(standing: &Standing, wanted: Option<&Wanted>) -> bool {
    match (standing, wanted) {
        (Standing::Everywhere, None) => true,
        (Standing::At(at), Some(Wanted::At(unit))) => *unit == Some(*at),
        (Standing::Abolished { parent }, Some(Wanted::Gone(above))) => above.is_some() && parent == above,
        (Standing::Undecided { parent, among }, Some(Wanted::Divided(above, heirs))) => {
            above.is_some() && parent == above && among.iter().copied().collect::<BTreeSet<_>>() == *heirs
        }
        _ => false,
    }
}

impl Counted {
    fn take(&mut self, standing: &Standing, before: Option<UnitId>) {
        match standing {
            Standing::Everywhere => self.everywhere += 1,
            Standing::At(unit) if before == Some(*unit) => self.unchanged += 1,
            Standing::At(_) => self.moved += 1,
            Standing::Abolished { .. } => self.raised += 1,
            Standing::Undecided { .. } => self.undecided += 1,
        }
    }
}
