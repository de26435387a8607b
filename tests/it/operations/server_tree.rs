//! `motcua --server`: units and agencies, changed as officials change them.

use super::server::country;
use super::server::through;

/// "`motcua --server URL …` runs every command through the API instead of the database".
#[tokio::test]
async fn units_and_agencies_are_changed_through_the_api() {
    let (site, serving) = country().await;
    let run = |client: &str, arguments: &[&str]| through(&site, &serving, client, arguments);
    let file = |name: &str, text: &str| {
        site.write(name, text);
        site.directory.path().join(name).to_str().unwrap().to_owned()
    };
    let units = file("units.csv", "level,code,name,parent\ncommune,00009,Mới,province/01\n");
    let import = ["units", "import", &units, "--effective", "2027-07-01"];
    let looked = run("one", &[&import[..], &["--dry-run", "--reason", "r"]].concat()).succeeded();
    assert_eq!(site.configured(&[&import[..], &["--dry-run"]].concat()).succeeded(), looked);
    assert!(looked.contains("1 units begin") && looked.contains("nothing was changed"), "{looked}");
    assert!(run("one", &import).failed().contains("--reason"));
    let imported = run("one", &[&import[..], &["--reason", "decree 7"]].concat()).succeeded();
    assert!(imported.contains("1 units begin"), "{imported}");
    assert!(site.configured(&["units", "tree", "--at", "2027-07-01"]).succeeded().contains("00009"));
    let odd = file("odd.csv", "level,code,name,parent\ncommune,00010,,province/01\n");
    let said = run("one", &["units", "import", &odd, "--effective", "2027-07-01", "--reason", "r"]).failed();
    assert!(said.contains("odd.csv:") && said.contains("line 2: name: is missing"), "{said}");

    let heirs = file("heirs.csv", "level,from,to,share\ncommune,00003,00001,all\n");
    let succeed = ["units", "succeed", &heirs, "--effective", "2027-07-01"];
    let dry = [&succeed[..], &["--dry-run", "--json"]].concat();
    let would = run("one", &[&dry[..], &["--reason", "r"]].concat()).succeeded();
    assert_eq!(site.configured(&dry).succeeded(), would);
    let asked = run("one", &[&succeed[..], &["--reason", "law 1"]].concat()).succeeded();
    let id = asked.trim().strip_prefix("asked for approval: ").unwrap();
    assert!(!run("one", &["pending", "carry-out", id, "--reason", "now"]).ok, "nobody approved it");
    run("two", &["pending", "approve", id, "--reason", "fine"]).succeeded();
    let carried = run("one", &["pending", "carry-out", id, "--reason", "now"]).succeeded();
    assert!(carried.starts_with(&format!("carried out {id}\n")) && carried.contains("1 units merge"), "{carried}");
    assert!(!run("one", &["pending", "carry-out", id, "--reason", "now"]).ok, "once");
    assert!(site.configured(&["pending", "carry-out", id, "--reason", "now"]).failed().contains("--server"));

    let to = ["agencies", "move", "00001-health", "--unit", "102", "--reason", "r"];
    assert_eq!(run("one", &to).succeeded(), "moved agency 00001-health from today on\n");
    assert_eq!(run("two", &to).succeeded(), "agency 00001-health stands there already\n");
    assert!(site.configured(&["agencies", "show", "00001-health"]).succeeded().contains("\"102\""));
    assert!(!run("narrow", &["agencies", "move", "102-justice", "--unit", "101", "--reason", "r"]).ok);
    let end = ["agencies", "end", "102-justice", "--effective", "2098-07-01", "--reason", "r"];
    assert!(run("one", &end).failed().contains("moves on 2099-07-01"), "it has a place after that");
    let ended = run("one", &["agencies", "end", "203-justice", "--effective", "2099-08-01", "--reason", "r"]);
    assert_eq!(ended.succeeded(), "ended agency 203-justice from 2099-08-01 on\n");
    serving.stop().await;
    site.leave().await;
}
