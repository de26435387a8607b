//! `motcua --server`: rights, data keys and people at once.

use super::server::country;
use super::server::through;

/// "every command through the API": what is told there is what is told here.
#[tokio::test]
async fn rights_and_data_keys_through_the_api() {
    let (site, serving) = country().await;
    let run = |client: &str, arguments: &[&str]| through(&site, &serving, client, arguments);
    let several = ["rights", "grant", "--client", "narrow", "--person", "lan", "--role", "auditor", "--unit", "102"];
    let asked = run("one", &[&several[..], &["--reason", "help"]].concat()).succeeded();
    assert_eq!(asked.lines().filter(|line| line.starts_with("asked for approval: ")).count(), 2, "{asked}");
    for line in asked.lines() {
        run("two", &["pending", "approve", line.rsplit(' ').next().unwrap(), "--reason", "yes"]).succeeded();
    }
    let check = ["rights", "check", "client:narrow", "people.remove", "country"];
    let (here, there) = (site.configured(&check), run("two", &check));
    assert_eq!((there.ok, there.out, there.err), (false, here.out, here.err));
    for command in [&["rights", "check", "lan", "every", "country"][..], &["rights", "offices", "lan", "--json"]] {
        assert_eq!(run("two", command).succeeded(), site.configured(command).succeeded(), "{command:?}");
    }
    let end = ["rights", "end", "--person", "lan"];
    let dry = [&end[..], &["--dry-run"]].concat();
    let looked = run("two", &[&dry[..], &["--reason", "r"]].concat()).succeeded();
    assert_eq!(looked, site.configured(&dry).succeeded());
    let ended = run("two", &[&end[..], &["--reason", "retired"]].concat()).succeeded();
    assert!(ended.contains("ended ") && !site.configured(&["rights", "list"]).succeeded().contains(" lan "), "{ended}");

    let rotate = ["keys", "rotate", "--data", "--reason", "yearly"];
    let asked = run("one", &rotate).succeeded();
    let id = asked.trim().strip_prefix("asked for approval: ").unwrap();
    run("two", &["pending", "approve", id, "--reason", "fine"]).succeeded();
    let carried = run("one", &["pending", "carry-out", id, "--reason", "now"]).succeeded();
    assert!(carried.contains("data key: "), "{carried}");
    assert_eq!(run("one", &["keys", "list"]).succeeded(), site.configured(&["keys", "list"]).succeeded());
    serving.stop().await;
    site.leave().await;
}

/// A file longer than a piece is entered, and everybody is written out as they are here.
#[tokio::test]
async fn people_at_once_through_the_api() {
    let (site, serving) = country().await;
    let run = |client: &str, arguments: &[&str]| through(&site, &serving, client, arguments);
    let file = super::people_import::people(1500) + "citizen-odd,,x,,\n";
    site.write("people.csv", &file);
    let path = site.directory.path().join("people.csv").to_str().unwrap().to_owned();
    let import = ["people", "import", &path, "--reason", "r"];
    assert!(!run("narrow", &import).ok);
    let ran = run("one", &import);
    assert!(ran.out.contains("imported 1500 people") && ran.err.contains("1 lines were not taken"), "{}", ran.err);
    let errors = std::fs::read_to_string(format!("{path}.errors")).unwrap();
    assert!(errors.starts_with("line 1502: "), "{errors}");
    assert!(run("one", &import).out.contains("imported 0 people; 1500 were there already"));
    let there = run("one", &["people", "export", "--reason", "a move"]).succeeded();
    let here = site.configured(&["people", "export"]).succeeded();
    let values = |text: &str| -> Vec<serde_json::Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert_eq!(values(&there), values(&here));
    assert_eq!(there.lines().count(), 1502);
    let whole = run("one", &["export", "--people", "--reason", "a copy"]).succeeded();
    assert_eq!(whole.matches("[[people]]").count(), 1502);
    let without = run("one", &["export"]).succeeded();
    assert!(without.contains("[[rights]]") && !without.contains("[[people]]"), "{without}");
    serving.stop().await;
    site.leave().await;
}
