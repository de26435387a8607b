//! `motcua rights list --at` and what officials may do, beside the files.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use motcua::base::time::Timestamp;
use motcua::flows::admin::rights::look;
use motcua::identity::authority::Act;
use motcua::identity::authority::Authority;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Standing;
use motcua::identity::hierarchy::Hierarchy;
use motcua::identity::hierarchy::UnitId;
use motcua::parts::authority;
use motcua::parts::authority::Subject;
use uuid::Uuid;

use super::DAY;
use super::EVE;
use super::country::OFFICIALS;
use super::country::offices;
use super::country::official;
use super::expected::Became;
use super::expected::Files;
use crate::town::Town;
use crate::units::day;
use crate::units::unit;
use crate::units::whole;

/// How many rights stand how on 1 July.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Everywhere, or of a branch.
    pub everywhere: usize,
    /// Their unit goes on.
    pub unchanged: usize,
    /// They are where their unit's successor is.
    pub moved: usize,
    /// Successors to which the rights of several units came.
    pub united: usize,
    /// Their unit was abolished: the parent has them.
    pub raised: usize,
    /// Their unit was divided: the parent has them until somebody decides.
    pub undecided: usize,
}

/// What 700 rights come to, by the files.
const EXPECTED: Counted = Counted { everywhere: 12, unchanged: 83, moved: 443, united: 72, raised: 139, undecided: 23 };

fn noon(town: &Town, at: &str) -> Timestamp {
    town.app.config.units.time_zone.noon(day(at)).unwrap()
}

/// Where a right of the eve is on the day itself.
fn standing(files: &Files, whole: &Hierarchy, office: &str) -> Standing {
    let of = |text: &str| unit(whole, text, DAY);
    match files.became(office) {
        Became::Itself => Standing::At(unit(whole, office, EVE)),
        Became::Whole(heir) => Standing::At(of(&heir)),
        Became::Gone { parent } => Standing::Abolished { parent: Some(of(&parent)) },
        Became::Divided { among, parent } => {
            Standing::Undecided { parent: Some(of(&parent)), among: sorted(among.iter().map(|heir| of(heir))) }
        }
    }
}

fn sorted(units: impl Iterator<Item = UnitId>) -> Vec<UnitId> {
    units.collect::<BTreeSet<_>>().into_iter().collect()
}

fn in_order(standing: &Standing) -> Standing {
    match standing.clone() {
        Standing::Undecided { parent, among } => Standing::Undecided { parent, among: sorted(among.into_iter()) },
        other => other,
    }
}

/// Every right is listed as of both days where the files say.
pub async fn stand(town: &Town, files: &Files, officials: &[Uuid]) -> Counted {
    let whole = whole(&town.app).await;
    let offices = offices(files);
    for at in [EVE, DAY] {
        let all = look::list(&town.app, None, noon(town, at)).await.unwrap();
        assert_eq!(all.len(), OFFICIALS);
        let by_name: BTreeMap<&str, &look::Listed> = all.iter().map(|one| (one.holder.as_str(), one)).collect();
        for (n, office) in offices.iter().enumerate() {
            let listed = by_name[official(n).as_str()];
            let expected = match office {
                None => Standing::Everywhere,
                Some(office) if at == EVE => Standing::At(unit(&whole, office, EVE)),
                Some(office) => standing(files, &whole, office),
            };
            assert_eq!(listed.authority.holder, Holder::Person(officials[n]));
            assert_eq!(in_order(&listed.authority.standing), expected, "{office:?} on {at}");
            assert_eq!(listed.is_undecided(), !matches!(expected, Standing::Everywhere | Standing::At(_)));
        }
        if at == DAY {
            let counted = count(all.iter().map(|one| &one.authority), &offices, &whole, &by_name);
            assert_eq!(counted, by_the_files(files, &offices));
            assert_eq!(counted, EXPECTED);
        }
    }
    EXPECTED
}

/// What the program's list comes to.
fn count<'a>(
    all: impl Iterator<Item = &'a Authority>,
    offices: &[Option<String>],
    whole: &Hierarchy,
    by_name: &BTreeMap<&str, &look::Listed>,
) -> Counted {
    let mut counted = Counted::default();
    let mut at: BTreeMap<UnitId, BTreeSet<UnitId>> = BTreeMap::new();
    let was: BTreeMap<Uuid, UnitId> = offices
        .iter()
        .enumerate()
        .filter_map(|(n, office)| {
            Some((by_name[official(n).as_str()].authority.id, unit(whole, office.as_ref()?, EVE)))
        })
        .collect();
    for right in all {
        match &right.standing {
            Standing::Everywhere => counted.everywhere += 1,
            Standing::At(unit) => {
                let before = was[&right.id];
                *(if before == *unit { &mut counted.unchanged } else { &mut counted.moved }) += 1;
                at.entry(*unit).or_default().insert(before);
            }
            Standing::Abolished { .. } => counted.raised += 1,
            Standing::Undecided { .. } => counted.undecided += 1,
        }
    }
    counted.united = at.values().filter(|units| units.len() > 1).count();
    counted
}

/// The same, from the files alone.
fn by_the_files(files: &Files, offices: &[Option<String>]) -> Counted {
    let mut counted = Counted::default();
    let mut at: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for office in offices {
        let Some(office) = office else {
            counted.everywhere += 1;
            continue;
        };
        let there = match files.became(office) {
            Became::Itself => (&mut counted.unchanged, Some(office.clone())),
            Became::Whole(heir) => (&mut counted.moved, Some(heir)),
            Became::Gone { .. } => (&mut counted.raised, None),
            Became::Divided { .. } => (&mut counted.undecided, None),
        };
        *there.0 += 1;
        if let Some(unit) = there.1 {
            at.entry(unit).or_default().insert(office);
        }
    }
    counted.united = at.values().filter(|units| units.len() > 1).count();
    counted
}

/// Each official reaches their successor's territory, and of those whose unit is gone nobody reaches anything by it; whoever
/// has the parent has it.
pub async fn reach(town: &Town, files: &Files, officials: &[Uuid]) {
    let (whole, offices) = (whole(&town.app).await, offices(files));
    let may = async |n: usize, act: Act, subject: Subject| {
        let holder = Holder::Person(officials[n]);
        let answer = authority::may(&town.app, &holder, act, &subject, town.app.clock.now()).await.unwrap().unwrap();
        answer.verdict.is_allowed()
    };
    let on = |text: &str| Subject::Unit(unit(&whole, text, DAY));
    let mut asked = [0; 3];
    for (n, office) in offices.iter().enumerate() {
        let Some(office) = office else { continue };
        match files.became(office) {
            Became::Itself => assert!(may(n, Act::UnitsLook, on(office)).await, "{office}"),
            Became::Whole(heir) => {
                asked[0] += 1;
                assert!(may(n, Act::UnitsLook, on(&heir)).await, "{office} -> {heir}");
            }
            Became::Gone { parent } => {
                asked[1] += 1;
                assert!(!may(n, Act::UnitsLook, on(&parent)).await, "{office}");
            }
            Became::Divided { among, parent } => {
                asked[2] += 1;
                for heir in among.iter().chain([&parent]) {
                    assert!(!may(n, Act::UnitsLook, on(heir)).await, "{office} -> {heir}");
                }
                let above = offices.iter().position(|other| other.as_ref() == Some(&parent));
                if let Some(above) = above {
                    assert!(may(above, Act::UnitsLook, on(among.first().unwrap())).await, "{parent} -> {office}");
                }
            }
        }
    }
    assert_eq!(asked, [EXPECTED.moved, EXPECTED.raised, EXPECTED.undecided]);
}
