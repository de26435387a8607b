//! 1 July 2025: 10,795 units become 3,356.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Instant;

use motcua::flows::admin::units::moving;
use motcua::identity::hierarchy::Fate;
use motcua::identity::hierarchy::Hierarchy;
use motcua::identity::hierarchy::SuccessionKind;

use super::LEVELS;
use super::counts;
use super::day;
use super::path;
use super::succeed;
use super::take;
use super::unit;
use super::whole;
use super::would_succeed;
use crate::town::Town;

pub const BEFORE: &str = include_str!("data/units-2024.csv");
pub const AFTER: &str = include_str!("data/units-2025.csv");
pub const SUCCESSION: &str = include_str!("data/succession-2025-07-01.csv");

const EVE: &str = "2025-06-30";
const DAY: &str = "2025-07-01";

/// Level, code, successor's code, share.
type Row = (&'static str, &'static str, &'static str, &'static str);

fn rows() -> Vec<Row> {
    let fields = |line: &'static str| {
        let mut fields = line.split(',');
        let mut next = || fields.next().unwrap();
        (next(), next(), next(), next())
    };
    SUCCESSION.lines().skip(1).map(fields).collect()
}

/// By the unit of the eve, who succeeds and to how much.
fn by_unit() -> BTreeMap<(&'static str, &'static str), Vec<(&'static str, &'static str)>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (level, from, to, share) in rows() {
        all.entry((level, from)).or_default().push((to, share));
    }
    all
}

/// An agency in every province, and in some units of each kind.
fn agencies() -> String {
    let provinces = BEFORE.lines().filter_map(|line| line.strip_prefix("province,")?.split(',').next());
    let mut toml = String::new();
    let mut one = |id: &str, unit: &str| {
        let names = format!("name = {{ vi = \"{id}\", en = \"{id}\" }}");
        writeln!(toml, "[[agencies]]\nid = \"{id}\"\n{names}\nunit = \"{unit}\"").unwrap();
    };
    provinces.for_each(|code| one(&format!("province-{code}"), &format!("province/{code}")));
    one("ministry", "centre/vn");
    one("merged", "commune/00001");
    one("divided", "commune/00007");
    one("abolished", "district/001");
    one("risen", "district/318");
    toml
}

async fn replayed() -> Town {
    let town = Town::new().await;
    town.apply(LEVELS).await;
    let first = take(&town.app, BEFORE, "2024-07-01").await.unwrap();
    assert_eq!((first.begun, first.unnamed), (10_795, 0));
    town.apply(&agencies()).await;
    town
}

#[tokio::test]
async fn a_country_reorganizes_overnight_and_both_days_are_right() {
    let town = replayed().await;
    let began = Instant::now();
    let second = take(&town.app, AFTER, DAY).await.unwrap();
    assert_eq!((second.begun, second.replaced.len()), (3_356 - 1 - 27 - 1_171, 7 + 3_316 - 1_171));
    let would = would_succeed(&town.app, SUCCESSION, DAY).await.unwrap();
    let report = succeed(&town.app, SUCCESSION, DAY).await.unwrap();
    let spent = began.elapsed();
    assert_eq!(would, report, "what would become of whom did");
    let memory = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = memory.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
    eprintln!("the reorganization took {spent:?}; {peak} with the whole town");
    assert!(spent.as_secs() < 60, "{spent:?}");

    let whole = whole(&town.app).await;
    assert_eq!(counts(&whole, EVE), [1, 63, 696, 10_035]);
    assert_eq!(counts(&whole, DAY), [1, 34, 0, 3_321]);
    assert_eq!(whole.check(day("2024-07-01")), []);
    check_report(&report);
    check_tree(&whole, BEFORE, EVE);
    check_tree(&whole, AFTER, DAY);
    check_fates(&whole);

    let again = succeed(&town.app, SUCCESSION, DAY).await.unwrap();
    assert_eq!(
        again.merged + again.renamed + again.abolished + again.divided.len(),
        0,
        "the second time nothing is left"
    );
    check_agencies(&town, &whole).await;
    check_trail(&town).await;
    town.leave().await;
}

/// What the file itself says, counted another way.
fn check_report(report: &motcua::flows::admin::units::succession::Report) {
    let all = by_unit();
    let abolished = all.values().filter(|heirs| heirs[0].1 == "abolished").count();
    assert_eq!((abolished, report.abolished), (691, 691));
    let ended = report.merged + report.renamed + report.divided.len() + report.abolished;
    assert_eq!(ended + report.kept, all.len(), "{report:?}");
    assert_eq!((report.untold.len(), report.unchanged), (0, 0));
    let divided = all.values().filter(|heirs| heirs.len() > 1).count();
    assert_eq!(divided, 471);
    // The 36 that keep code and name go on, and lost a part.
    assert_eq!(report.divided.len(), 471 - 36);
    assert_eq!((report.agencies_moved, report.agencies_raised), (63 - 27 + 2, 1));
    let [decision] = report.to_decide.as_slice() else { panic!("{:?}", report.to_decide) };
    assert_eq!((decision.agency.as_str(), decision.among.len()), ("divided", 2));
    assert_eq!(decision.meanwhile.as_ref().unwrap().name, "Thành phố Hà Nội");
}

/// Every unit of a file, and none beside, is there on the day, as a part of what the file says.
fn check_tree(whole: &Hierarchy, file: &str, at: &str) {
    let mut seen = BTreeSet::new();
    for line in file.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [level, code, name, parent] = fields.as_slice() else { panic!("{line}") };
        let found = whole.coded(level, code, day(at)).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(found.name.vi, *name);
        let above = whole.parent(found.id, day(at)).map(|id| whole.unit(id).unwrap().code.clone());
        assert_eq!(above.as_deref(), Some(*parent).filter(|parent| !parent.is_empty()), "{line}");
        assert_eq!(path(whole, found.id, at).last().unwrap(), "Việt Nam");
        seen.insert(found.id);
    }
    assert_eq!(seen.len(), whole.units().filter(|unit| unit.validity.covers(day(at))).count());
}

/// What became of each of 10,794 units is what the file says.
fn check_fates(whole: &Hierarchy) {
    let level_of = |level: &'static str| if level == "province" { "province" } else { "commune" };
    for ((level, code), heirs) in by_unit() {
        let id = unit(whole, &format!("{level}/{code}"), EVE);
        let heir = |to: &str| unit(whole, &format!("{}/{to}", level_of(level)), DAY);
        let fate = whole.fate(id, day(DAY)).unwrap();
        match (heirs.as_slice(), &fate) {
            ([("", "abolished")], Fate::Gone { parent }) => {
                assert_eq!(*parent, whole.stand_in(whole.parent(id, day(EVE)).unwrap(), day(DAY)), "{level} {code}");
                assert!(parent.is_some());
            }
            ([(to, _)], Fate::Whole(became)) => assert_eq!(*became, heir(to), "{level} {code}"),
            ([(to, _)], Fate::Stands) => assert_eq!(id, heir(to), "{level} {code}"),
            (several, Fate::Divided { among, meanwhile }) => {
                let expected: BTreeSet<_> = several.iter().map(|(to, _)| heir(to)).collect();
                assert_eq!(among.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>(), expected, "{level} {code}");
                assert!(meanwhile.is_some());
            }
            (several @ [_, _, ..], Fate::Stands) => {
                let lost: BTreeSet<_> = whole.successions(id).iter().map(|row| (row.kind, row.to.unwrap())).collect();
                let others: Vec<_> = several.iter().map(|(to, _)| heir(to)).filter(|to| *to != id).collect();
                assert_eq!(lost, others.into_iter().map(|to| (SuccessionKind::Transfer, to)).collect());
            }
            _ => panic!("{level} {code}: {heirs:?}, but {fate:?}"),
        }
    }
}

async fn check_agencies(town: &Town, whole: &Hierarchy) {
    let stood = |id: &str, at: &str| {
        let unit = whole.place(id, day(at)).unwrap().unit.unwrap();
        whole.unit(unit).unwrap().name.vi.clone()
    };
    for (id, before, after) in [
        ("ministry", "Việt Nam", "Việt Nam"),
        ("province-93", "Tỉnh Hậu Giang", "Thành phố Cần Thơ"),
        ("province-15", "Tỉnh Yên Bái", "Tỉnh Lào Cai"),
        ("merged", "Phường Phúc Xá", "Phường Hồng Hà"),
        ("divided", "Phường Cống Vị", "Thành phố Hà Nội"),
        ("abolished", "Quận Ba Đình", "Thành phố Hà Nội"),
        ("risen", "Huyện Bạch Long Vĩ", "Đặc khu Bạch Long Vĩ"),
    ] {
        assert_eq!((stood(id, EVE).as_str(), stood(id, DAY).as_str()), (before, after), "{id}");
    }
    let divided = whole.place("divided", day(DAY)).unwrap().divided.unwrap();
    assert_eq!(whole.unit(divided).unwrap().code, "00007");

    let to = moving::Move { unit: Some("commune/00008"), ..moving::Move::default() };
    assert!(moving::move_agency(&town.app, "divided", &to, day(DAY)).await.unwrap());
    assert!(!moving::move_agency(&town.app, "divided", &to, day(DAY)).await.unwrap(), "it is there already");
    let decided = super::whole(&town.app).await.place("divided", day(DAY)).unwrap();
    assert_eq!((decided.unit, decided.divided), (Some(unit(whole, "commune/00008", DAY)), None));
}

async fn check_trail(town: &Town) {
    let acts = town.audit().await;
    let of = |act: &str| -> Vec<String> {
        acts.iter().filter(|(name, ..)| name == act).map(|(_, _, detail)| detail.clone().unwrap()).collect()
    };
    assert_eq!(of("units_imported").len(), 2);
    let [succeeded] = of("units_succeeded").try_into().unwrap();
    assert!(succeeded.contains("from 2025-07-01") && succeeded.contains("691 are abolished"), "{succeeded}");
    assert_eq!(of("agency_moved"), ["divided, from 2025-07-01"]);
}

/// "A file of 10,795 units with one mistake changes nothing."
#[tokio::test]
async fn one_mistake_among_ten_thousand_units_changes_nothing() {
    let town = Town::new().await;
    town.apply(LEVELS).await;
    let revision = whole(&town.app).await.revision;
    let broken = BEFORE.replace("commune,32248,Xã Đất Mũi,973", "commune,32248,Xã Đất Mũi,974");
    let said = take(&town.app, &broken, "2024-07-01").await.unwrap_err();
    assert!(said.starts_with("line 10796: commune 32248: parent: 974: there is no unit"), "{said}");
    let after = super::whole(&town.app).await;
    assert_eq!((after.units().count(), after.revision), (0, revision));

    take(&town.app, BEFORE, "2024-07-01").await.unwrap();
    take(&town.app, AFTER, DAY).await.unwrap();
    let before = super::whole(&town.app).await;
    let broken = SUCCESSION.replace("district,973,,abolished", "district,973,00001,abolished");
    let said = succeed(&town.app, &broken, DAY).await.unwrap_err();
    assert!(said.contains("share: abolished, and yet there is a successor"), "{said}");
    let broken = SUCCESSION.replace("district,930,,abolished\n", "");
    let said = succeed(&town.app, &broken, DAY).await.unwrap_err();
    assert!(said.contains("district/930") && said.contains("say what becomes of it"), "{said}");
    let after = super::whole(&town.app).await;
    assert_eq!((after.revision, counts(&after, DAY)), (before.revision, counts(&before, DAY)));
    town.leave().await;
}
