//! `motcua people import`: many people from a file, as an operator who moves a register meets it.

use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Child;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;

use super::program::PATIENCE;
use super::program::Ran;
use super::program::Site;
use super::program::until;
use crate::store::texts;
use crate::town::Browser;
use crate::town::PASSWORD;

/// Of the town's password, as crypt(3) made it.
const BCRYPT: &str = "$2b$06$abcdefghijklmnopqrstuu50eFBEC8vQwBnuFXMHE45jBnqvQ8xz.";

/// So many people as CSV, each with a number, an address and a hash of another system.
pub fn people(count: usize) -> String {
    let mut file = "user_name,identity_number,password_hash,claims.name,claims.email\n".to_owned();
    for n in 0..count {
        writeln!(file, "citizen-{n},{n:012},{BCRYPT},\"Nguyễn Văn \"\"{n}\"\"\",c{n}@songlam.example").unwrap();
    }
    file
}

fn count(site: &Site) -> usize {
    let said = site.configured(&["people", "count", "--exact", "--json"]).succeeded();
    serde_json::from_str::<Value>(&said).unwrap()["all"].as_u64().unwrap().try_into().unwrap()
}

fn show(site: &Site, name: &str) -> Value {
    serde_json::from_str(&site.configured(&["people", "show", name, "--json"]).succeeded()).unwrap()
}

/// How many people the trail says were imported, and how many names somebody signs in with.
async fn recorded(site: &Site) -> (usize, usize) {
    let db = site.db().await;
    let details = texts(&db, "SELECT detail FROM audit_events WHERE act = 'people_imported'".into()).await;
    let names = texts(&db, "SELECT CAST(COUNT(*) AS TEXT) FROM names".into()).await;
    db.close().await;
    let number = |detail: &String| -> usize { detail.split(' ').next().unwrap().parse().unwrap() };
    (details.iter().map(number).sum(), names[0].parse().unwrap())
}

async fn reaches_the_service(site: &Site, name: &str, password: &str) -> bool {
    let serving = site.serve().await;
    let mut browser: Browser = serving.browser();
    let page = browser.open(&serving.rp("portal").url(&[])).await;
    let arrived = browser.fill(&page, &[("username", name), ("password", password)]).await;
    serving.stop().await;
    arrived.parameter("code").is_some()
}

/// RFC 4180: quotes, commas and line breaks within fields; a byte order mark, CRLF, capitals of a spreadsheet. "errors
/// collected by line in a file beside it", for its owner alone; the others are entered.
#[tokio::test]
async fn a_spreadsheet_is_imported_and_its_mistakes_are_told_by_line() {
    let site = Site::new("", "").await;
    let file = format!(
        "\u{feff}user_name,identity_number,claims.name,claims.email,claims.email_verified,password_hash,claims.address\r\n\
         khai,036187001234,\"Nguyễn Thị, \"\"Khai\"\"\r\n\",khai@songlam.example,TRUE,,\"{{\"\"region\"\":\"\"Sông Lam\"\"}}\"\r\n\
         an,,,,,,\r\n\
         binh,12,,,,,\r\n\
         \r\n\
         dung,,,,perhaps,,\r\n\
         giang,,,,,correct horse battery,\r\n\
         hoa,,\"Hoa,,,,\r\n\
         lan,,,,,{BCRYPT},\r\n\
         minh,,,,\r\n\
         nam,,,,,,\"never closed\r\n"
    );
    site.write("people.csv", &file);
    let ran = site.configured(&["people", "import", "people.csv"]);
    assert!(!ran.ok && ran.out == "imported 3 people; 0 were there already\n", "{}{}", ran.out, ran.err);
    assert_eq!(ran.err, "motcua: 6 lines were not taken: people.csv.errors says why\n", "no bar where no terminal is");
    let errors = std::fs::read_to_string(site.path("people.csv.errors")).unwrap();
    assert_eq!(std::fs::metadata(site.path("people.csv.errors")).unwrap().permissions().mode() & 0o777, 0o600);
    let expected = [
        ("line 5: ", "12 digits"),
        ("line 7: ", "claims.email_verified"),
        ("line 8: ", "password_hash"),
        ("line 9: ", "quote"),
        ("line 11: ", "7 fields"),
        ("line 12: ", "quote"),
    ];
    assert_eq!(errors.lines().count(), expected.len(), "{errors}");
    for (line, (begins, says)) in errors.lines().zip(expected) {
        assert!(line.starts_with(begins) && line.contains(says) && !line.contains(PASSWORD), "{line}");
    }
    for name in ["khai", "036 187 001 234", "KHAI@songlam.example", "an", "lan"] {
        show(&site, name);
    }
    let exported = site.configured(&["people", "export"]).succeeded();
    let khai = exported.lines().find(|line| line.contains("036187001234")).unwrap();
    let claims = &serde_json::from_str::<Value>(khai).unwrap()["claims"];
    assert_eq!(claims["name"], "Nguyễn Thị, \"Khai\"\r\n");
    assert_eq!(
        (&claims["email_verified"], &claims["address"]["region"]),
        (&Value::from(true), &Value::from("Sông Lam"))
    );

    site.write("people.csv", "user_name\nan\n");
    assert_eq!(
        site.configured(&["people", "import", "people.csv"]).succeeded(),
        "imported 0 people; 1 were there already\n"
    );
    assert!(!site.path("people.csv.errors").exists(), "what was told of the former file is over");
    site.leave().await;
}

/// "a million rows with a progress bar": a terminal sees how far it is and what came of it so far, and in the end what a pipe
/// sees, which sees nothing else.
#[tokio::test]
async fn a_terminal_sees_how_far_an_import_is_and_a_pipe_what_came_of_it() {
    const DONE: &str = "imported 3000 people; 0 were there already";
    for (file, fed, so_far) in [("people.csv", None, "% "), ("-", Some("people.csv"), "")] {
        let site = Site::new("", "").await;
        site.write("people.csv", &people(3000));
        let seen = site.at_a_terminal(&["people", "import", file], fed).succeeded();
        let (drawn, done) = seen.rsplit_once(DONE).unwrap_or_else(|| panic!("{seen:?}"));
        assert_eq!(done, "\r\n", "{seen:?}");
        let bar = drawn.split('\r').find(|line| line.contains(" imported, 0 there already, 0 not taken"));
        let bar = bar.unwrap_or_else(|| panic!("{drawn:?}"));
        assert!(bar.contains(so_far) && bar.contains('%') == fed.is_none(), "{bar:?}");
        assert_eq!(bar.contains(" left"), fed.is_none(), "nobody knows how much a pipe still brings: {bar:?}");
        let rest = drawn.rsplit("\u{1b}[2K").next();
        assert!(matches!(rest, Some("" | "\u{1b}[1A")), "the bar is gone in the end: {drawn:?}");
        site.leave().await;
    }
    let site = Site::new("", "").await;
    site.write("people.csv", &people(3000));
    let ran = site.configured(&["people", "import", "people.csv"]);
    assert_eq!((ran.out, ran.err), (format!("{DONE}\n"), String::new()));
    site.leave().await;
}

/// "NDJSON; `-` for standard input"
#[tokio::test]
async fn lines_of_json_come_from_a_pipe() {
    let site = Site::new("", "").await;
    let lines = "{\"user_name\":\"khai\",\"claims\":{\"name\":\"Khai\",\"updated_at\":5}}\n\n\
                 {\"user_name\":\"an\",\"password\":\"correct horse battery\"}\n\
                 {\"user_name\":\"binh\",\"shoe_size\":43}\n{\"user_name\":\n{\"claims\":{}}\n\
                 {\"user_name\":\"chi\",\"disabled\":true}";
    let said = site.fed(lines, &["people", "import", "-", "--json"]);
    let result: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(result, serde_json::json!({ "imported": 2, "unchanged": 0, "refused": 4, "errors": "people.errors" }));
    assert!(!said.ok);
    let errors = std::fs::read_to_string(site.path("people.errors")).unwrap();
    for (line, (begins, says)) in errors.lines().zip([
        ("line 3: ", "no password is taken in plain"),
        ("line 4: ", "shoe_size"),
        ("line 5: ", "column"),
        ("line 6: ", "user_name"),
    ]) {
        assert!(line.starts_with(begins) && line.contains(says) && !line.contains(PASSWORD), "{line}");
    }
    assert!(show(&site, "chi")["disabled_at"].is_string() && show(&site, "khai")["disabled_at"].is_null());
    let said = site.fed(&people(3).replace(',', ";"), &["people", "import", "-", "--errors", "other.txt"]).succeeded();
    assert_eq!(said, "imported 3 people; 0 were there already\n");
    assert!(site.path("people.errors").exists() && !site.path("other.txt").exists());
    site.leave().await;
}

#[tokio::test]
async fn a_file_that_is_none_of_people_is_refused_whole() {
    let site = Site::new("", "").await;
    for (text, says) in [
        ("", "empty"),
        ("user_name,password\nkhai,correct horse battery\n", "no password is taken in plain"),
        ("user_name,claims.shoe_size\nkhai,43\n", "claims.shoe_size"),
        ("name,number\nkhai,1\n", "\"name\""),
    ] {
        site.write("people.csv", text);
        let refused = site.configured(&["people", "import", "people.csv"]).failed();
        assert!(refused.contains("line 1") && refused.contains(says), "{refused}");
    }
    assert!(site.configured(&["people", "import", "missing.csv"]).failed().contains("missing.csv"));
    assert_eq!(count(&site), 0);
    let nowhere = Site::empty("", "").await;
    nowhere.write("people.csv", "user_name\nkhai\n");
    assert!(nowhere.configured(&["people", "import", "people.csv"]).failed().contains("no database"));
    nowhere.leave().await;
    site.leave().await;
}

/// A name leads to one person: whose it was keeps it, whether they stand in the file or were there before. Nobody who is
/// there is changed.
#[tokio::test]
async fn a_name_that_is_somebodys_stays_theirs() {
    let site = Site::new("", "").await;
    site.write(
        "before.csv",
        "user_name,identity_number,claims.email,password_hash\nkhai,036187001234,khai@songlam.example,\n",
    );
    site.configured(&["people", "import", "before.csv"]).succeeded();
    let lines = [
        "user_name,identity_number,claims.email,password_hash".to_owned(),
        "KHAI,036187001234,khai@songlam.example,".to_owned(), // otherwise written
        "khai,036187001234,khai@songlam.example,".to_owned(), // the same
        format!("khai,036187001234,khai@songlam.example,{BCRYPT}"),
        "khai,036187001234,other@songlam.example,".to_owned(),
        "mai,036187001234,,".to_owned(),
        "khai@songlam.example,,,".to_owned(),
        "own@songlam.example,,own@songlam.example,".to_owned(), // one name in two members
        "lan,036187009999,,".to_owned(),
        "lan,036187009999,,".to_owned(), // twice in the file
        "minh,036187009999,,".to_owned(),
    ];
    site.write("people.csv", &lines.join("\n"));
    let ran = site.configured(&["people", "import", "people.csv"]);
    assert_eq!(ran.out, "imported 2 people; 2 were there already\n", "{}", ran.err);
    let errors = std::fs::read_to_string(site.path("people.csv.errors")).unwrap();
    let expected = [
        ("line 2: ", "user_name"),
        ("line 4: ", "password_hash"),
        ("line 5: ", "claims.email"),
        ("line 6: ", "identity_number: the person \"khai\""),
        ("line 7: ", "user_name: the person \"khai\""),
        ("line 11: ", "identity_number: the person \"lan\""),
    ];
    assert_eq!(errors.lines().count(), expected.len(), "{errors}");
    for (line, (begins, says)) in errors.lines().zip(expected) {
        assert!(line.starts_with(begins) && line.contains(says), "{line}");
    }
    assert_eq!(recorded(&site).await, (3, 6));
    site.leave().await;
}

/// Who is enabled is not disabled by a file, which says so; their language is their own.
#[tokio::test]
async fn a_file_that_disables_who_is_there_is_no_second_time_of_the_first() {
    let site = Site::new("", "").await;
    let file = |khai: &str, mai: &str| format!("user_name,disabled,language\nkhai,{khai},vi\nmai,{mai},en\n");
    for (khai, mai, says) in [
        ("false", "true", "imported 2 people; 0 were there already\n"),
        ("false", "true", "imported 0 people; 2 were there already\n"),
        ("true", "true", "imported 0 people; 1 were there already\n"),
        ("false", "false", "imported 0 people; 1 were there already\n"),
    ] {
        site.write("people.csv", &file(khai, mai));
        let ran = site.configured(&["people", "import", "people.csv"]);
        assert_eq!(ran.out, says, "{}", ran.err);
        if khai == mai {
            let errors = std::fs::read_to_string(site.path("people.csv.errors")).unwrap();
            assert!(errors.contains("another disabled") && errors.lines().count() == 1, "{errors}");
        }
    }
    site.write("people.csv", &file("false", "true").replace(",vi", ",en"));
    assert!(site.configured(&["people", "import", "people.csv"]).succeeded().contains("2 were there already"));
    site.leave().await;
}

/// "resumable … nothing lost and nothing twice when it is killed and started again"
#[tokio::test]
async fn an_import_that_is_killed_goes_on_when_it_is_started_again() {
    const ALL: usize = 12_000;
    let site = Site::new("", "").await;
    site.write("people.csv", &format!("{}citizen-7,,,,\n", people(ALL)));
    let import = ["people", "import", "people.csv"];
    for so_far in [1000, 5000] {
        let mut importing = site.start(&import);
        until("some are written", PATIENCE, || async {
            let db = site.db().await;
            let count = motcua::store::people::count_all(&db).await.unwrap().all;
            db.close().await;
            if count >= so_far { Ok(()) } else { Err(count.to_string()) }
        })
        .await;
        importing.kill().unwrap(); // SIGKILL
        importing.wait().unwrap();
    }
    let before = count(&site);
    assert!(before < ALL, "it ended before it was killed");
    let ran = site.configured(&import);
    assert_eq!(ran.out, format!("imported {} people; {before} were there already\n", ALL - before), "{}", ran.err);
    assert_eq!(ran.err, "motcua: 1 lines were not taken: people.csv.errors says why\n");
    let errors = std::fs::read_to_string(site.path("people.csv.errors")).unwrap();
    assert!(errors.starts_with(&format!("line {}: ", ALL + 2)) && errors.lines().count() == 1, "{errors}");
    assert_eq!(count(&site), ALL);
    assert_eq!(recorded(&site).await, (ALL, 3 * ALL), "each is in the trail once");
    site.leave().await;
}

/// Somebody starts it in two windows: each person is entered once, and neither fails.
#[tokio::test]
async fn two_imports_at_once_enter_everybody_once() {
    const ALL: usize = 6000;
    let site = Site::new("", "").await;
    site.write("people.csv", &people(ALL));
    let import = ["people", "import", "people.csv", "--json"];
    let both: Vec<Child> = (0..2).map(|_| site.start(&import)).collect();
    let mut imported = 0;
    for child in both {
        let said: Value = serde_json::from_str(&Ran::of(child.wait_with_output().unwrap()).succeeded()).unwrap();
        assert_eq!(said["imported"].as_u64().unwrap() + said["unchanged"].as_u64().unwrap(), ALL as u64);
        imported += said["imported"].as_u64().unwrap();
    }
    assert_eq!((imported, count(&site)), (ALL as u64, ALL));
    assert_eq!(recorded(&site).await, (ALL, 3 * ALL));
    site.leave().await;
}

/// "Import of foreign hashes … each verified on first sign-in": and who has none cannot sign in by a password.
#[tokio::test]
async fn who_was_imported_with_a_foreign_hash_signs_in() {
    let site = Site::of_the_town().await;
    site.settle();
    site.write("people.csv", &format!("{}guest,,,,\n", people(2)));
    site.configured(&["people", "import", "people.csv"]).succeeded();
    for (name, password, expected) in [
        ("citizen-1", "another", false),
        ("guest", PASSWORD, false),
        ("guest", "", false),
        ("citizen-1", PASSWORD, true),
        ("000000000001", PASSWORD, true),
    ] {
        assert_eq!(reaches_the_service(&site, name, password).await, expected, "{name} {password}");
    }
    // It is our own hash now; the file is still theirs.
    let again = site.configured(&["people", "import", "people.csv"]).succeeded();
    assert_eq!(again, "imported 0 people; 3 were there already\n");
    assert!(reaches_the_service(&site, "citizen-1", PASSWORD).await);
    site.leave().await;
}

/// "at most 64 MiB of memory", whatever stands in the file; the pages of the program itself, which are many in a build for
/// tests, are everybody's.
#[tokio::test]
async fn the_memory_of_an_import_does_not_grow_with_the_file() {
    let site = Site::new("", "").await;
    let line = "x".repeat(80_000_000);
    let open = format!("{}\n", "y".repeat(10_000)).repeat(300);
    site.write("people.csv", &format!("{}{line}\nlan,,,\"{open}\n", people(5000)));
    let mut importing = site.start(&["people", "import", "people.csv"]);
    let status = format!("/proc/{}/status", importing.id());
    let (mut peak, deadline) = (0, Instant::now() + PATIENCE);
    while importing.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "it goes on and on");
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let kib =
            status.lines().find_map(|line| line.strip_prefix("RssAnon:")?.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(kib.unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let said = Ran::of(importing.wait_with_output().unwrap());
    assert!(said.out.starts_with("imported 5000 people"), "{}{}", said.out, said.err);
    assert!((1..40 * 1024).contains(&peak), "{peak} KiB");
    site.leave().await;
}
