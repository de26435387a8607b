//! `motcua units` and `motcua agencies`, as an operator meets them.

use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use super::LEVELS;
use super::SMALL;
use super::replay;
use crate::operations::program::Site;

async fn site() -> Site {
    let site = Site::new("", "").await;
    site.write("levels.toml", LEVELS);
    site.configured(&["apply", "levels.toml"]).succeeded();
    site
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Runs a command to its end, and says how long it took and how much memory it held at most.
fn measured(site: &Site, arguments: &[&str]) -> u64 {
    let began = Instant::now();
    let mut child = site.start(arguments);
    let mut peak = 0;
    let status = loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib: Option<u64> = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = kib.map_or(peak, |kib| kib / 1024);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    assert!(status.success(), "{arguments:?}");
    eprintln!("motcua {}: {:.1} s, {peak} MiB", arguments.join(" "), began.elapsed().as_secs_f64());
    peak
}

/// "Seconds and memory stated": of each command, on the real country.
#[tokio::test]
async fn no_command_of_a_reorganization_holds_much() {
    let site = site().await;
    site.write("2024.csv", replay::BEFORE);
    site.write("2025.csv", replay::AFTER);
    site.write("succession.csv", replay::SUCCESSION);
    for arguments in [
        &["units", "import", "2024.csv", "--effective", "2024-07-01"][..],
        &["units", "import", "2025.csv", "--effective", "2025-07-01"],
        &["units", "succeed", "succession.csv", "--effective", "2025-07-01", "--dry-run"],
        &["units", "succeed", "succession.csv", "--effective", "2025-07-01"],
        &["units", "tree", "--at", "2025-06-30", "--depth", "1"],
        &["agencies", "list", "--at", "2025-07-01"],
    ] {
        let peak = measured(&site, arguments);
        assert!((1..512).contains(&peak), "{arguments:?}: {peak} MiB");
    }
    site.leave().await;
}

#[tokio::test]
async fn a_country_is_imported_reorganized_and_looked_at() {
    let site = site().await;
    site.write("2024.csv", replay::BEFORE);
    site.write("2025.csv", replay::AFTER);
    site.write("succession.csv", replay::SUCCESSION);
    let mut said = site.configured(&["units", "import", "2024.csv", "--effective", "2024-07-01"]).succeeded();
    said += &site.configured(&["units", "import", "2025.csv", "--effective", "2025-07-01"]).succeeded();
    let succeed = ["units", "succeed", "succession.csv", "--effective", "2025-07-01", "--legal-basis", "202/2025/QH15"];
    said += &site.configured(&[&succeed[..], &["--dry-run"]].concat()).succeeded();
    said += &site.configured(&succeed).succeeded();
    snapshot("units_reorganized", &said);

    let eve = site.configured(&["units", "tree", "001", "--at", "2025-06-30"]).succeeded();
    let top = site.configured(&["units", "tree", "--depth", "1", "--at", "2025-07-01"]).succeeded();
    let gone = site.configured(&["units", "tree", "district/001", "--at", "2025-07-01"]).failed();
    snapshot("units_tree", &format!("{eve}\n{top}\n{gone}"));
    let today = parsed(&site.configured(&["units", "tree", "--json"]).succeeded());
    assert_eq!(today.as_array().unwrap().len(), 3_356);
    site.leave().await;
}

/// "CSV and JSON give the same"
#[tokio::test]
async fn tables_and_objects_give_the_same() {
    let objects: Vec<Value> = SMALL
        .lines()
        .skip(1)
        .map(|line| {
            let [level, code, name, parent] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
            json!({ "level": level, "code": code, "name": name, "parent": Some(parent).filter(|text| !text.is_empty()) })
        })
        .collect();
    let lines: String = objects.iter().map(|object| format!("{object}\n")).collect();
    let mut trees = Vec::new();
    for (name, text) in [("u.csv", SMALL.to_owned()), ("u.json", json!(objects).to_string()), ("u.ndjson", lines)] {
        let site = site().await;
        site.write(name, &text);
        let import = ["units", "import", name, "--effective", "2024-01-01", "--json"];
        let report = parsed(&site.configured(&import).succeeded());
        let tree = site.configured(&["units", "tree"]).succeeded();
        trees.push((report, tree));
        site.leave().await;
    }
    assert_eq!(trees[0].0["begun"], 10);
    assert!(trees.iter().all(|tree| *tree == trees[0]), "{trees:?}");
}

#[tokio::test]
async fn agencies_are_looked_at_and_moved_as_of_a_day() {
    let site = site().await;
    let fed = ["units", "import", "-", "--effective", "2024-01-01"];
    assert!(site.fed(SMALL, &fed).ok);
    let one = |id: &str, unit: &str| {
        format!(
            "[[agencies]]\nid = \"{id}\"\nname = {{ vi = \"Ủy ban {id}\", en = \"Committee {id}\" }}\nunit = \"{unit}\"\n"
        )
    };
    site.write("agencies.toml", &[one("hq", "vn"), one("north", "province/01"), one("an", "101")].concat());
    site.configured(&["apply", "agencies.toml"]).succeeded();
    let list = |more: &[&str]| site.configured(&[&["agencies", "list"], more].concat()).succeeded();
    assert_eq!(list(&["--unit", "01"]).lines().count(), 2);
    let moving =
        ["agencies", "move", "an", "--unit", "commune/00003", "--parent", "north", "--effective", "2025-07-01"];
    assert_eq!(site.configured(&moving).succeeded(), "moved agency an from 2025-07-01 on\n");
    assert_eq!(site.configured(&moving).succeeded(), "agency an stands there already\n");
    let before = list(&["--at", "2025-06-30"]);
    assert!(before.contains("an state Ủy ban an  in district/101 Huyện An  branch -  below -\n"), "{before}");
    let after = list(&["--at", "2025-07-01"]);
    assert!(after.contains("an state Ủy ban an  in commune/00003 Xã Ba  branch -  below north\n"), "{after}");
    let shown = parsed(&site.configured(&["agencies", "show", "an"]).succeeded());
    assert_eq!(shown["stood"].as_array().unwrap().len(), 2);
    let circle =
        site.configured(&["agencies", "move", "north", "--parent", "an", "--effective", "2025-07-02"]).failed();
    assert!(circle.contains("in a circle"), "{circle}");
    let unknown = site.configured(&["agencies", "move", "nobody", "--unit", "01"]).failed();
    assert!(unknown.contains("agency nobody: there is none of this key"), "{unknown}");
    assert_eq!(list(&["--undecided"]), "");
    site.leave().await;
}

/// A town of the ten units, with agencies at some of them.
async fn with_agencies(more: &str) -> Site {
    let site = site().await;
    assert!(site.fed(SMALL, &["units", "import", "-", "--effective", "2024-01-01"]).ok);
    let agencies: String = [("an", "commune/00001"), ("binh", "commune/00002"), ("hq", "vn"), ("old", "00003")]
        .map(|(id, unit)| {
            format!("[[agencies]]\nid = \"{id}\"\nname = {{ vi = \"{id}\", en = \"{id}\" }}\nunit = \"{unit}\"\n")
        })
        .concat();
    site.write("agencies.toml", &(agencies + more));
    site.configured(&["apply", "agencies.toml"]).succeeded();
    site
}

#[tokio::test]
async fn an_agency_of_a_divided_unit_waits_until_somebody_decides() {
    let official = |name: &str, unit: &str| {
        let person = format!("[[people]]\nuser_name = \"{name}\"\npassword = \"correct horse battery\"\n");
        format!("{person}[[rights]]\nperson = \"{name}\"\nrole = \"registrar\"\nunit = \"{unit}\"\n")
    };
    let officials = [("khai", "commune/00001"), ("lan", "commune/00002"), ("minh", "101"), ("nam", "commune/00003")];
    let site = with_agencies(&officials.map(|(name, unit)| official(name, unit)).concat()).await;
    let rows = "level,code,name,parent\ncommune,00011,Xã Mười,101\ncommune,00012,Xã Mới,101\n";
    assert!(site.fed(rows, &["units", "import", "-", "--effective", "2025-07-01"]).ok);
    let split = "level,from,to,share\ncommune,00001,00011,default\ncommune,00001,00012,part\ncommune,00003,,abolished\n\
         commune,00002,00011,all\n";
    let told = site.fed(split, &["units", "succeed", "-", "--effective", "2025-07-01"]);
    assert!(told.ok && told.out.contains("  an, of commune/00001 Xã Một, divided among"), "{}", told.out);
    assert!(told.out.contains("\n1 rights of officials go with their unit\n"), "{}", told.out);
    let rights =
        "1 rights of abolished units and 1 of divided ones: to be decided, with `motcua rights list --undecided`";
    assert!(told.out.contains(rights), "{}", told.out);
    let waiting = site.configured(&["rights", "list", "--undecided", "--at", "2026-12-31"]).succeeded();
    assert_eq!(waiting.lines().count(), 2, "{waiting}");
    let undecided = |at: &str| site.configured(&["agencies", "list", "--undecided", "--at", at]).succeeded();
    assert_eq!(undecided("2025-06-30"), "");
    let waits =
        "an state an  in district/101 Huyện An  branch -  below -  (undecided: commune/00001 Xã Một was divided)\n";
    assert_eq!(undecided("2025-07-01"), waits);
    let show = |at: &str| parsed(&site.configured(&["agencies", "show", "an", "--at", at]).succeeded());
    assert_eq!(show("2025-06-30")["agency"]["undecided_since_division_of"], Value::Null);
    let shown = show("2025-07-01");
    assert_eq!(shown["agency"]["undecided_since_division_of"]["code"], "00001");
    assert_eq!(shown["agency"]["unit"]["code"], "101");
    let stood: Vec<&Value> = shown["stood"].as_array().unwrap().iter().map(|since| &since["from"]).collect();
    assert_eq!(stood, ["2024-01-01", "2025-07-01"]);
    let decide = ["agencies", "move", "an", "--unit", "commune/00012", "--effective", "2025-09-01"];
    site.configured(&decide).succeeded();
    assert_eq!((undecided("2025-08-31").as_str(), undecided("2025-09-01").as_str()), (waits, ""));
    assert_eq!(show("2025-09-01")["agency"]["unit"]["code"], "00012");
    site.leave().await;
}

/// `motcua agencies end --help`: "Refused while it offers services or others answer to it."
#[tokio::test]
async fn an_agency_ends_when_nothing_needs_it() {
    let service = "[[services]]\nid = \"births\"\nagency = \"an\"\nlegal_basis = \"public-task\"\n\
         name = { vi = \"Khai sinh\", en = \"Births\" }\npurpose = { vi = \"khai sinh\", en = \"registering\" }\n";
    let site = with_agencies(service).await;
    let end =
        |id: &str, day: &str| site.configured(&["agencies", "end", id, "--effective", day, "--reason", "Decree 1"]);
    let refused = end("an", "2030-01-01").failed();
    assert!(refused.contains("agency an: offers births; declare them with another `agency` first"), "{refused}");
    site.write("moved.toml", &service.replace("\"an\"", "\"binh\""));
    site.configured(&["apply", "moved.toml"]).succeeded();
    site.configured(&["agencies", "move", "binh", "--parent", "an", "--effective", "2025-07-01"]).succeeded();
    let refused = end("an", "2030-01-01").failed();
    assert!(refused.contains("agency an: binh answer to it on 2030-01-01 or later; move them"), "{refused}");
    site.configured(&["agencies", "move", "binh", "--parent", "hq", "--effective", "2029-12-31"]).succeeded();
    let refused = end("an", "2024-01-01").failed();
    assert!(refused.contains("agency an: moves on 2024-01-01, and 2024-01-01 is not after that"), "{refused}");
    assert!(end("nobody", "2030-01-01").failed().contains("agency nobody: there is none of this key"));
    assert_eq!(end("an", "2030-06-01").succeeded(), "ended agency an from 2030-06-01 on\n");
    assert_eq!(end("an", "2030-01-01").succeeded(), "ended agency an from 2030-01-01 on\n", "it lies ahead still");
    assert_eq!(end("an", "2030-01-01").succeeded(), "agency an ends on 2030-01-01 already\n");
    let there = |at: &str| site.configured(&["agencies", "list", "--at", at]).succeeded().contains("an state an ");
    assert!(there("2029-12-31") && !there("2030-01-01"));
    let refused = site.configured(&["apply", "agencies.toml"]).failed();
    assert!(refused.contains("service \"births\": agency \"an\" ends on 2030-01-01; name another"), "{refused}");
    let day = day_of_today();
    end("old", &day).succeeded();
    assert!(end("old", "2030-01-01").failed().contains("what is over stays as it was"));
    let trail = site.configured(&["audit", "--json"]).succeeded();
    assert!(trail.contains("agency_ended") && trail.contains("Decree 1"), "{trail}");
    site.leave().await;
}

/// Today in the time zone of the configuration.
fn day_of_today() -> String {
    use motcua::base::time::Clock;
    motcua::base::zone::Zone::default().day(motcua::base::time::SystemClock.now()).to_string()
}
