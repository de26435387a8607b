//! `motcua people export`: everybody, as an import takes them.

use std::os::unix::fs::PermissionsExt;

use motcua::base::time::Clock;
use motcua::base::time::SystemClock;
use serde_json::Value;

use super::people_import::people;
use super::program::Site;
use super::readme;
use crate::store::texts;
use crate::town::PASSWORD;

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

/// In which language somebody chose to be written to goes along, in either notation; one that nobody writes is a mistake.
#[tokio::test]
async fn the_language_of_letters_moves_with_its_person() {
    let site = Site::new("", "").await;
    site.write("people.csv", "user_name,language,claims.locale\nkhai,en,vi-VN\nan,,vi\nbinh,tlh,\n");
    let ran = site.configured(&["people", "import", "people.csv"]);
    assert_eq!(ran.out, "imported 2 people; 0 were there already\n", "{}", ran.err);
    let errors = std::fs::read_to_string(site.path("people.csv.errors")).unwrap();
    assert!(errors.starts_with("line 4: language: ") && errors.lines().count() == 1, "{errors}");
    let all = site.configured(&["people", "export"]).succeeded();
    let of = |name: &str| {
        serde_json::from_str::<Value>(all.lines().find(|line| line.contains(&format!("\"{name}\""))).unwrap()).unwrap()
    };
    assert_eq!((&of("khai")["language"], of("an").get("language")), (&Value::from("en"), None), "{all}");
    let elsewhere = Site::new("", "").await;
    elsewhere.write("all.ndjson", &all);
    elsewhere.configured(&["people", "import", "all.ndjson"]).succeeded();
    assert_eq!(sorted(&elsewhere.configured(&["people", "export"]).succeeded()), sorted(&all));
    for site in [site, elsewhere] {
        site.leave().await;
    }
}

/// What is exported is imported again, and the same: passwords that were hashed with the instance's pepper, people who may
/// not sign in. Elsewhere such a hash is refused, for nobody could sign in by it.
#[tokio::test]
async fn what_is_exported_is_imported_again() {
    let site = Site::new("", "").await;
    let file = format!("{}\"a, \"\"quoted\"\"\",,,\"two\nlines\",\n", people(1200));
    site.write("people.csv", &file);
    site.configured(&["people", "import", "people.csv"]).succeeded();
    site.fed(PASSWORD, &["people", "add", "mai", "--claim", "email_verified=true"]).succeeded();
    site.configured(&["people", "disable", "citizen-3"]).succeeded();
    let plain = site.configured(&["people", "export"]).succeeded();
    assert!(!plain.contains("password_hash") && !plain.contains("$2b$") && plain.lines().count() == 1202);
    let said = site.configured(&["people", "export", "all.ndjson", "--password-hashes"]).succeeded();
    assert_eq!(said, "exported 1202 people\n");
    let all = std::fs::read_to_string(site.path("all.ndjson")).unwrap();
    assert_eq!(std::fs::metadata(site.path("all.ndjson")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!site.path("all.ndjson.part").exists());
    assert_eq!(all.matches("$2b$").count(), 1200);
    let again = site.configured(&["people", "import", "all.ndjson"]).succeeded();
    assert_eq!(again, "imported 0 people; 1202 were there already\n");

    for name in ["mai", "citizen-3", "citizen-4"] {
        site.configured(&["people", "remove", name, "--yes"]).succeeded();
    }
    let back = site.configured(&["people", "import", "all.ndjson"]).succeeded();
    assert_eq!(back, "imported 3 people; 1199 were there already\n");
    let after = site.configured(&["people", "export", "--password-hashes"]).succeeded();
    assert_eq!(sorted(&after), sorted(&all));
    let db = site.db().await;
    let details = "SELECT detail FROM audit_events WHERE act = 'people_exported' ORDER BY id".to_owned();
    let (with, without) = ("with password hashes", "without password hashes");
    assert_eq!(texts(&db, details).await, [without, with, with]);
    db.close().await;

    let elsewhere = Site::new("", "").await;
    elsewhere.write("all.ndjson", &all);
    let ran = elsewhere.configured(&["people", "import", "all.ndjson"]);
    assert_eq!(ran.out, "imported 1201 people; 0 were there already\n", "{}", ran.err);
    let errors = std::fs::read_to_string(elsewhere.path("all.ndjson.errors")).unwrap();
    assert!(errors.contains("pepper") && errors.lines().count() == 1, "{errors}");
    elsewhere.leave().await;
    site.leave().await;
}

/// What no import takes is told all the same, and passed over by an import: how people sign in, who looked at them, what is
/// under way.
#[tokio::test]
async fn what_stands_beside_a_person_is_exported_and_passed_over_by_an_import() {
    let site = Site::of_the_town().await;
    site.settle();
    site.configured(&[
        "people",
        "proof",
        "khai",
        "--level",
        "2",
        "--method",
        "in-person",
        "--evidence",
        "chip card",
        "--agency",
        "Dong Noi",
    ])
    .succeeded();
    let code = site.configured(&["people", "recover", "khai"]).succeeded();
    let serving = site.serve().await;
    let mut browser = serving.browser();
    let page = browser.open("/sign-in").await;
    browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
    let secret = browser.add_app(SystemClock.now()).await;
    serving.stop().await;
    let all = site.configured(&["people", "export"]).succeeded();
    let person = |name: &str| -> Value {
        all.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .find(|row: &Value| row["user_name"] == name)
            .unwrap()
    };
    assert_eq!(person("an")["not_imported"], Value::Null, "nothing stands beside");
    let beside = &person("khai")["not_imported"];
    assert_eq!((&beside["authenticators"][0]["kind"], &beside["proofed"][0]["level"]), (&"totp".into(), &2.into()));
    assert_eq!((&beside["recoveries"][0]["by"], &beside["closes_at"]), (&"official".into(), &Value::Null));
    assert!(
        !all.contains(code.split_whitespace().next().unwrap())
            && !all.contains(&motcua::base::secret::base64url(&secret))
    );
    site.write("all.ndjson", &all);
    let again = site.configured(&["people", "import", "all.ndjson"]).succeeded();
    assert!(again.starts_with("imported 0 people;"), "{again}");
    site.leave().await;
}

/// Mai's password is compared with the pepper that her hash was made with, in the instance that has it.
#[tokio::test]
async fn a_password_of_ours_goes_on_after_an_export_and_an_import() {
    let site = Site::of_the_town().await;
    site.settle();
    site.fed("a password of hers", &["people", "add", "mai"]).succeeded();
    site.configured(&["people", "export", "all.ndjson", "--password-hashes"]).succeeded();
    site.configured(&["people", "remove", "mai", "--yes"]).succeeded();
    site.configured(&["people", "import", "all.ndjson"]).succeeded();
    let serving = site.serve().await;
    let mut browser = serving.browser();
    let page = browser.open(&serving.rp("portal").url(&[])).await;
    let arrived = browser.fill(&page, &[("username", "mai"), ("password", "a password of hers")]).await;
    assert!(arrived.parameter("code").is_some());
    serving.stop().await;
    site.leave().await;
}

/// The README's file and its commands, as they stand there.
#[tokio::test]
async fn the_readmes_people_are_imported_and_exported() {
    let site = Site::new("", "").await;
    let section = readme::section("README.md", "### People");
    let [file] = readme::blocks(&section, "csv").try_into().unwrap();
    let commands: Vec<String> =
        readme::blocks(&section, "sh").into_iter().filter(|block| block.contains("people import")).collect();
    site.write("people.csv", &file);
    let said = readme::shell(site.directory.path(), &commands[0], &[]).succeeded();
    assert_eq!(said, "imported 2 people; 0 were there already\nexported 2 people\n");
    let exported = std::fs::read_to_string(site.path("people.ndjson")).unwrap();
    assert!(exported.contains("Lê Thị Lan, \\\"Lan\\\"") && exported.contains("036187001234"), "{exported}");
    site.leave().await;
}
