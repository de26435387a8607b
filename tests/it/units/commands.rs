//! `motcua units` and `motcua agencies`, as an operator meets them.

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
