//! Bad input: refused whole, with the line and the mend.

use super::SMALL;
use super::day;
use super::small;
use super::succeed;
use super::take;
use super::unit;
use super::whole;
use super::would_succeed;
use crate::town::Town;

const DAY: &str = "2025-07-01";

/// The ten units become six: one province, communes under it, and one district that becomes a commune.
const AFTER: &str = "level,code,name,parent\n\
     centre,vn,Việt Nam,\n\
     province,01,Hà Bắc Nam,vn\n\
     commune,00001,Xã Một,01\n\
     commune,00002,Xã Hai Ba,01\n\
     commune,00009,Đặc khu Cửu,01\n";
const SUCCESSION: &str = "level,from,to,share\n\
     province,01,01,\n\
     province,02,01,\n\
     district,101,,abolished\n\
     district,102,,abolished\n\
     district,201,00009,all\n\
     commune,00001,00001,all\n\
     commune,00002,00001,part\n\
     commune,00002,00002,default\n\
     commune,00003,00002,all\n\
     commune,00004,00009,all\n";

async fn refuses_import(town: &Town, file: &str, from: &str, says: &str) {
    let before = whole(&town.app).await;
    let said = take(&town.app, file, from).await.unwrap_err();
    assert!(said.contains(says) && said.ends_with("nothing was changed"), "{said}\nand not: {says}");
    let after = whole(&town.app).await;
    assert_eq!((after.revision, after.units().count()), (before.revision, before.units().count()));
}

#[tokio::test]
async fn units_that_cannot_be_are_refused_with_line_and_mend() {
    let town = small().await;
    let head = "level,code,name,parent\n";
    for (rows, from, says) in [
        ("ward,1,Phường,01\n", DAY, "line 2: ward 1: level: \"ward\" is none (centre, province, district, commune)"),
        ("commune,9,Xã,999\n", DAY, "line 2: commune 9: parent: 999: there is no unit with this code on 2025-07-01"),
        ("commune,9,Xã,00001\n", DAY, "parent: 00001: is of no higher level than commune"),
        ("province,9,Tỉnh,101\n", DAY, "parent: 101: is of no higher level than province"),
        ("commune,9,Xã,\n", DAY, "parent: is missing; only a unit of the highest level (centre) has none"),
        ("commune,9,,101\n", DAY, "line 2: name: is missing"),
        ("commune,9 9,Xã,101\n", DAY, "code: expected 1 to 32 characters, no space"),
        ("commune,9,Xã,101\ncommune,9,Xã,101\n", DAY, "line 3: commune 9: is named in line 2 already; name it once"),
        (
            "commune,00001,Xã Một,102\n",
            "2023-12-31",
            "Xã Một is recorded from 2024-01-01 on, and 2023-12-31 is before that",
        ),
        (
            "commune,9,Xã,101\n",
            "2023-12-31",
            "101: district 101 (Huyện An) begins on 2024-01-01, and 2023-12-31 is before",
        ),
        ("district,7,Huyện,01\ncommune,9,Xã,101,x\n", DAY, "line 3: has 5 fields; the first line has 4"),
    ] {
        refuses_import(&town, &format!("{head}{rows}"), from, says).await;
    }
    let many: String = (0..30).map(|n| format!("commune,x{n},Xã,nowhere\n")).collect();
    refuses_import(&town, &format!("{head}{many}"), DAY, "and 10 more").await;
    town.leave().await;
}

/// What is recorded for a later day is not contradicted by what comes after it.
#[tokio::test]
async fn a_date_before_what_exists_is_refused() {
    let town = small().await;
    let head = "level,code,name,parent\n";
    take(&town.app, &format!("{head}commune,00003,Xã Ba,101\n"), DAY).await.unwrap();
    refuses_import(&town, &format!("{head}commune,00003,Xã Ba,201\n"), "2025-01-01", "moves on 2025-07-01 already")
        .await;
    take(&town.app, &format!("{head}commune,00004,Xã Tư,201\n"), DAY).await.unwrap();
    let says = "Xã Tư is recorded from 2025-07-01 on, and 2025-01-01 is before that; give a later date";
    refuses_import(&town, &format!("{head}commune,00004,Xã Khác,201\n"), "2025-01-01", says).await;
    let said = succeed(&town.app, "level,from,to,share\ncommune,00004,00003,all\n", "2025-01-01").await.unwrap_err();
    assert!(said.contains("line 2: from: commune 00004 (Xã Bốn) ends on 2025-07-01 already"), "{said}");
    town.leave().await;
}

#[tokio::test]
async fn successions_that_cannot_be_are_refused_with_line_and_mend() {
    let town = small().await;
    take(&town.app, AFTER, DAY).await.unwrap();
    let before = whole(&town.app).await;
    for (from, to, says) in [
        (
            "province,02,01,\n",
            "province,02,01,\nprovince,02,01,\n",
            "the same successor is named twice, in line 3 already",
        ),
        (
            "commune,00003,00002,all\n",
            "commune,00003,00002,all\ncommune,00003,00001,all\n",
            "is named twice, from line 10 on",
        ),
        ("00002,00001,part", "00002,00001,default", "2 of its 2 parts are the default; mark one"),
        ("00002,00002,default", "00002,00002,part", "0 of its 2 parts are the default; mark one"),
        ("00003,00002,all", "00003,00002,part", "share: one successor has all of it"),
        (
            "00003,00002,all",
            "00003,00002,half",
            "line 10: share: \"half\" is none; expected all, part, default or abolished",
        ),
        ("00003,00002,all", "00003,,all", "line 10: to: is missing"),
        ("101,,abolished", "101,00001,abolished", "line 4: share: abolished, and yet there is a successor"),
        (
            "00003,00002,all",
            "00007,00002,all",
            "line 10: from: commune/00007: there is no unit with this code on 2025-06-30",
        ),
        ("00003,00002,all", "00003,00077,all", "line 10: to: 00077: there is no unit with this code on 2025-07-01"),
        ("201,00009,all", "201,00004,all", "to: commune 00004 (Xã Bốn) ends on the same day by line 11"),
        (
            "district,201,00009,all\n",
            "",
            "district/201 Huyện Cửu is a part of province/02 Hà Nam, which is not there on 2025-07-01",
        ),
    ] {
        assert!(SUCCESSION.contains(from), "{from}");
        let file = SUCCESSION.replace(from, to);
        match succeed(&town.app, &file, DAY).await {
            Err(said) => {
                assert!(said.contains(says) && said.ends_with("nothing was changed"), "{said}\nand not: {says}")
            }
            Ok(report) => panic!("{from:?} -> {to:?}: {report:?}"),
        }
        let after = whole(&town.app).await;
        assert_eq!(after.revision, before.revision, "{from} -> {to}");
    }
    succeed(&town.app, SUCCESSION, DAY).await.unwrap();
    let said = succeed(&town.app, &SUCCESSION.replace("00003,00002", "00003,00001"), DAY).await.unwrap_err();
    assert!(said.contains("what became of it on 2025-07-01 is recorded already, and was something else"), "{said}");
    town.leave().await;
}

#[tokio::test]
async fn portions_add_up_to_the_whole() {
    let town = small().await;
    take(&town.app, AFTER, DAY).await.unwrap();
    let with = |one: &str, other: &str| {
        let rows = SUCCESSION.lines().map(|line| match line {
            "level,from,to,share" => format!("{line},portion\n"),
            "commune,00002,00001,part" => format!("{line},{one}\n"),
            "commune,00002,00002,default" => format!("{line},{other}\n"),
            line => format!("{line},\n"),
        });
        rows.collect::<String>()
    };
    for (one, other, says) in [
        ("60", "39.99", "line 9: commune 00002: portion: the portions make 99.99 %"),
        ("60", "", "portion: the portions make 60.00 %"),
        ("0", "100", "line 8: portion: \"0\" is none; expected per cent"),
    ] {
        let said = would_succeed(&town.app, &with(one, other), DAY).await.unwrap_err();
        assert!(said.contains(says), "{said}\nand not: {says}");
    }
    succeed(&town.app, &with("37.5", "62.5%"), DAY).await.unwrap();
    let whole = whole(&town.app).await;
    let rows = whole.successions(unit(&whole, "commune/00002", "2025-06-30"));
    let mut portions: Vec<_> = rows.iter().map(|row| row.portion).collect();
    portions.sort();
    assert_eq!(portions, [Some(3750), Some(6250)]);
    assert!(rows.iter().all(|row| row.legal_basis.as_deref() == Some("1656/NQ-UBTVQH15")));
    town.leave().await;
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let town = small().await;
    take(&town.app, AFTER, DAY).await.unwrap();
    let before = whole(&town.app).await;
    let report = would_succeed(&town.app, SUCCESSION, DAY).await.unwrap();
    assert_eq!((report.merged, report.divided.len(), report.abolished, report.kept), (5, 1, 2, 1));
    let after = whole(&town.app).await;
    assert_eq!(after.revision, before.revision);
    assert!(after.successions(unit(&after, "commune/00003", "2025-06-30")).is_empty());
    assert!(!town.audit().await.iter().any(|(act, ..)| act == "units_succeeded"));
    town.leave().await;
}

/// The same file again, from the same day on, changes nothing; a name that was written wrong is corrected.
#[tokio::test]
async fn a_file_that_is_imported_again_changes_nothing_but_what_it_corrects() {
    let town = small().await;
    let before = whole(&town.app).await;
    let again = take(&town.app, SMALL, "2024-01-01").await.unwrap();
    assert_eq!((again.begun, again.unchanged, whole(&town.app).await.revision), (0, 10, before.revision));
    let corrected = take(&town.app, &SMALL.replace("Xã Hai", "Xã Hải"), "2024-01-01").await.unwrap();
    assert_eq!((corrected.corrected, corrected.begun, corrected.replaced.len()), (1, 0, 0));
    let english = "level,code,name,name_en,kind,parent\ndistrict,101,Huyện An,An District,huyện,01\n";
    take(&town.app, english, "2026-01-01").await.unwrap();
    let whole = whole(&town.app).await;
    let found = whole.coded("district", "101", day("2024-01-01")).unwrap();
    assert_eq!((found.name.en.as_str(), found.kind.as_deref()), ("An District", Some("huyện")));
    assert_eq!(whole.unit(unit(&whole, "commune/00002", "2024-01-01")).unwrap().name.vi, "Xã Hải");
    town.leave().await;
}
