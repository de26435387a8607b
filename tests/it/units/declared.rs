//! The declaration's levels, branches, units, and agencies in them.

use super::LEVELS;
use super::SMALL;
use super::day;
use super::small;
use super::succeed;
use super::take;
use super::unit;
use super::whole;
use crate::town::DECLARATION;
use crate::town::Town;

const OFFICES: &str = r#"
[[branches]]
code = "justice"
name = { vi = "Tư pháp", en = "Justice" }
[[branches]]
code = "civil-status"
name = { vi = "Hộ tịch", en = "Civil status" }
parent = "justice"
[[agencies]]
id = "moj"
name = { vi = "Bộ Tư pháp", en = "Ministry of Justice" }
unit = "centre/vn"
branch = "justice"
[[agencies]]
id = "doj-01"
name = { vi = "Sở Tư pháp", en = "Department of Justice" }
unit = "province/01"
branch = "civil-status"
parent = "moj"
[[agencies]]
id = "power"
name = { vi = "Điện lực", en = "Electricity" }
kind = "state_enterprise"
"#;

/// "Agencies registered today without a unit stay valid": they stand nowhere, and work as before.
#[tokio::test]
async fn an_agency_without_a_unit_stays_as_it_is() {
    let town = Town::new().await;
    let whole = whole(&town.app).await;
    let agencies: Vec<&str> = whole.agencies().map(|body| body.id.as_str()).collect();
    assert!(!agencies.is_empty());
    for id in agencies {
        let place = whole.place(id, day("2025-07-01")).unwrap();
        assert_eq!((place.unit, place.branch, place.parent), (None, None, None), "{id}");
        assert_eq!(whole.agency_path(id, day("2025-07-01")), [id]);
    }
    assert_eq!(town.apply(DECLARATION).await.changes, [""; 0]);
    town.leave().await;
}

#[tokio::test]
async fn agencies_stand_in_units_and_branches_and_answer_to_others() {
    let town = small().await;
    town.apply(OFFICES).await;
    assert_eq!(town.apply(OFFICES).await.changes, [""; 0], "what is applied again changes nothing");
    let whole = whole(&town.app).await;
    let at = day("2024-01-01");
    assert_eq!(whole.branch_path("civil-status", at), ["civil-status", "justice"]);
    assert_eq!(whole.agency_path("doj-01", at), ["doj-01", "moj"]);
    let place = whole.place("doj-01", at).unwrap();
    assert_eq!(place.unit, Some(unit(&whole, "province/01", "2024-01-01")));
    assert_eq!(whole.agency("power").unwrap().kind.as_str(), "state_enterprise");
    assert_eq!(whole.place("power", at).unwrap().unit, None);
    town.leave().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_line() {
    let town = small().await;
    town.apply(OFFICES).await;
    let revision = whole(&town.app).await.revision;
    for (from, to, says) in [
        ("parent = \"moj\"", "parent = \"mok\"", "line 15: agency \"doj-01\": parent: there is no agency \"mok\""),
        ("unit = \"province/01\"", "unit = \"province/09\"", "agency \"doj-01\": province/09: there is no unit"),
        ("branch = \"civil-status\"", "branch = \"civil\"", "agency \"doj-01\": branch: there is none with the code"),
        ("parent = \"justice\"", "parent = \"judges\"", "branch \"civil-status\": parent: \"judges\" is neither here"),
        (
            "en = \"Justice\" }\n[[branches]]",
            "en = \"Justice\" }\nparent = \"civil-status\"\n[[branches]]",
            "would stand above each other in a circle",
        ),
        (
            "branch = \"justice\"\n",
            "branch = \"justice\"\nparent = \"doj-01\"\n",
            "would stand above each other in a circle",
        ),
        ("kind = \"state_enterprise\"", "kind = \"shop\"", "unknown variant `shop`"),
    ] {
        assert!(OFFICES.contains(from), "{from}");
        let said = town.try_apply(&OFFICES.replacen(from, to, 1), false).await.unwrap_err();
        assert!(said.contains(says), "{said}\nand not: {says}");
    }
    let upside = LEVELS.replace("rank = 2", "rank = 9");
    let said = town.try_apply(&upside, false).await.unwrap_err();
    assert!(said.contains("a unit is a part of one of a higher level"), "{said}");
    assert_eq!(whole(&town.app).await.revision, revision);
    town.leave().await;
}

#[tokio::test]
async fn units_are_declared_as_they_are_imported() {
    let town = Town::new().await;
    let mut units = LEVELS.to_owned();
    for line in SMALL.lines().skip(1) {
        let [level, code, name, parent] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let parent = if parent.is_empty() { String::new() } else { format!("parent = \"{parent}\"\n") };
        units += &format!(
            "[[units]]\nlevel = \"{level}\"\ncode = \"{code}\"\nname = {{ vi = \"{name}\", en = \"{name}\" }}\n{parent}from = \"2024-01-01\"\n"
        );
    }
    town.apply(&units).await;
    assert_eq!(town.apply(&units).await.changes, [""; 0]);
    let again = take(&town.app, SMALL, "2024-01-01").await.unwrap();
    assert_eq!((again.begun, again.unchanged), (0, 10));
    // Levels move apart, and the tree stays.
    let wide = units.replace("rank = 3", "rank = 30").replace("rank = 2", "rank = 20").replace("rank = 1", "rank = 10");
    assert_eq!(town.apply(&wide).await.changes.len(), 3);
    assert_eq!(town.apply(&units).await.changes.len(), 3);
    town.leave().await;
}

/// A file that names the unit of before a reorganization does not undo it.
#[tokio::test]
async fn a_succession_is_not_undone_by_an_older_file() {
    let town = small().await;
    town.apply(OFFICES).await;
    take(
        &town.app,
        "level,code,name,parent\nprovince,03,Hà Mới,vn\ndistrict,101,Huyện An,03\ndistrict,102,Huyện Bình,03\n",
        "2025-07-01",
    )
    .await
    .unwrap();
    let report = succeed(&town.app, "level,from,to,share\nprovince,01,03,all\n", "2025-07-01").await.unwrap();
    assert_eq!((report.agencies_moved, report.renamed), (1, 1));
    let report = town.apply(OFFICES).await;
    assert_eq!(report.changes, [""; 0]);
    let [warning] = report.warnings.as_slice() else { panic!("{:?}", report.warnings) };
    assert!(warning.contains("province/01 is no more; it stands in province/03: write that"), "{warning}");
    town.leave().await;
}

#[tokio::test]
async fn agencies_that_are_pruned_leave_nothing_behind() {
    let town = small().await;
    town.apply(OFFICES).await;
    let before = whole(&town.app).await.agencies().count();
    let report = town.try_apply(DECLARATION, true).await.unwrap();
    assert_eq!(report.changes, ["removed agency doj-01", "removed agency moj", "removed agency power"]);
    let whole = whole(&town.app).await;
    assert_eq!((whole.agencies().count(), whole.units().count(), whole.branches().count()), (before - 3, 10, 2));
    town.leave().await;
}
