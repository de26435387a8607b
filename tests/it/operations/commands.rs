//! Commands at the terminal, and what they do to a server that runs.

use std::time::Duration;

use motcua::config::Config;
use motcua::config::mail::MailTls;
use motcua::store::outbox;
use motcua::store::outbox::Ended;
use motcua::store::outbox::Notice;
use serde_json::Value;
use uuid::Uuid;

use super::program::PATIENCE;
use super::program::Site;
use super::program::http;
use super::program::run_in;
use super::program::until;
use crate::letters::KHAI;
use crate::letters::NUMBER;
use crate::town::MORNING;
use crate::town::Mood;
use crate::town::Phone;
use crate::town::PostOffice;

pub const COMMANDS: [&str; 23] = [
    "demo",
    "serve",
    "apply",
    "export",
    "check-config",
    "migrate",
    "keys",
    "outbox",
    "passkeys",
    "people",
    "rights",
    "pending",
    "hash-password",
    "audit",
    "api",
    "clients",
    "services",
    "units",
    "agencies",
    "completions",
    "man",
    "registration-token",
    "routes",
];
/// "within a second", and what a busy machine adds.
const SOON: Duration = Duration::from_secs(5);

/// "each with `--help` that a stranger understands"
#[test]
fn every_command_explains_itself() {
    let directory = tempfile::tempdir().unwrap();
    let all = run_in(directory.path(), &["--help"], &[]).succeeded();
    for name in COMMANDS {
        assert!(all.lines().any(|line| line.trim_start().starts_with(name)), "{name} is missing: {all}");
        let help = run_in(directory.path(), &[name, "--help"], &[]).succeeded();
        let first = help.lines().next().unwrap();
        assert!(first.ends_with('.') || first.len() > 20, "{name}: {help}");
        assert!(help.contains("Usage: motcua"), "{name}: {help}");
        for option in help.lines().filter(|line| line.trim_start().starts_with("--")) {
            let said = option.trim_start().split_once("  ").map(|(_, text)| text.trim());
            assert!(
                said.is_some_and(|text| text.len() > 5) || help.contains(&format!("{option}\n          ")),
                "{option}"
            );
        }
    }
    for name in ["list", "retry"] {
        assert!(
            run_in(directory.path(), &["outbox", name, "--help"], &[]).succeeded().contains("Usage: motcua outbox")
        );
    }
    for name in ["import-metadata", "metadata"] {
        let help = run_in(directory.path(), &["passkeys", name, "--help"], &[]).succeeded();
        assert!(help.contains("Usage: motcua passkeys"), "{help}");
    }
    for name in ["list", "rotate", "revoke", "adopt"] {
        assert!(run_in(directory.path(), &["keys", name, "--help"], &[]).succeeded().contains("Usage: motcua keys"));
    }
    for name in ["add", "set-password", "count", "show", "disable", "enable", "sign-out", "remove", "import", "export"]
    {
        let help = run_in(directory.path(), &["people", name, "--help"], &[]).succeeded();
        assert!(help.contains("Usage: motcua people"), "{help}");
    }
    for name in ["list", "grant", "settle", "revoke", "end", "check"] {
        let help = run_in(directory.path(), &["rights", name, "--help"], &[]).succeeded();
        assert!(help.contains("Usage: motcua rights"), "{help}");
    }
    for name in ["list", "show", "approve", "refuse"] {
        let help = run_in(directory.path(), &["pending", name, "--help"], &[]).succeeded();
        assert!(help.contains("Usage: motcua pending"), "{help}");
    }
    for name in ["list", "show", "remove", "versions", "version", "compare", "restore"] {
        let help = run_in(directory.path(), &["clients", name, "--help"], &[]).succeeded();
        assert!(help.contains("Usage: motcua clients"), "{help}");
    }
    for name in ["list", "versions", "version", "compare", "restore"] {
        let help = run_in(directory.path(), &["services", name, "--help"], &[]).succeeded();
        assert!(help.contains("Usage: motcua services"), "{help}");
    }
    for name in ["list", "show", "move", "end"] {
        let help = run_in(directory.path(), &["agencies", name, "--help"], &[]).succeeded();
        assert!(help.contains("Usage: motcua agencies"), "{help}");
    }
    let wrong = run_in(directory.path(), &["sevre"], &[]).failed();
    assert!(wrong.contains("serve"), "a slip is met with a suggestion: {wrong}");
    assert_eq!(directory.path().read_dir().unwrap().count(), 0, "help leaves nothing behind");
}

/// "`motcua routes --json` (every route with method, purpose, who may call it, and for pages the names of their form fields"
#[test]
fn routes_are_listed_as_json() {
    let directory = tempfile::tempdir().unwrap();
    let routes: Vec<Value> =
        serde_json::from_str(&run_in(directory.path(), &["routes", "--json"], &[]).succeeded()).unwrap();
    assert!(routes.len() >= 20);
    for route in &routes {
        assert!(["GET", "POST", "PUT", "DELETE"].contains(&route["method"].as_str().unwrap()), "{route}");
        assert!(route["path"].as_str().unwrap().starts_with('/'), "{route}");
        assert!(route["purpose"].as_str().unwrap().len() > 5, "{route}");
        assert!(
            ["anybody", "browser", "client", "bearer", "official"].contains(&route["caller"].as_str().unwrap()),
            "{route}"
        );
    }
    let login = routes.iter().find(|route| route["path"] == "/login" && route["method"] == "POST").unwrap();
    assert_eq!(login["fields"], serde_json::json!(["login", "username", "password", "passkey", "ceremony", "makes"]));
}

/// "`motcua migrate`"
#[tokio::test]
async fn migrate_brings_an_empty_database_up_to_date_once() {
    let site = Site::empty("", "").await;
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let numbers: std::collections::BTreeSet<i64> = names.map(|name| name[..4].parse().unwrap()).collect();
    let each: String = numbers.iter().map(|number| format!("applied migration {number}\n")).collect();
    assert_eq!(site.configured(&["migrate"]).succeeded(), each);
    assert_eq!(site.configured(&["migrate"]).succeeded(), "the database is up to date\n");
    site.leave().await;
}

const MACHINE: &str = "[[clients]]\nclient_id = \"machine\"\nsecrets = [{ env = \"MACHINE_SECRET\" }]\n\
     grant_types = [\"client_credentials\"]\nscope = \"records:read\"\n";
const SECRET: &str = "machine-secret-of-a-test-that-is-long-enough";

async fn token(base: &str, secret: &str) -> Result<String, String> {
    let form = [("grant_type", "client_credentials")];
    let request = http().post(format!("{base}/token")).basic_auth("machine", Some(secret)).form(&form);
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    body["access_token"].as_str().map(str::to_owned).ok_or_else(|| body.to_string())
}

/// "It and `keys` take effect on a running server within a second, SQLite included."
#[tokio::test]
async fn apply_and_keys_take_effect_on_a_running_server() {
    let site = Site::new("", "").await;
    let serving = site.serve().await;
    let base = serving.url("");
    assert!(token(&base, SECRET).await.unwrap_err().contains("invalid_client"), "asked before, and remembered");

    site.write("machine.toml", MACHINE);
    let environment = [("MACHINE_SECRET", SECRET)];
    let arguments = ["apply", "machine.toml", "--config", "motcua.toml"];
    let missing = site.run(&arguments).failed();
    assert!(missing.contains("machine.toml") && missing.contains("MACHINE_SECRET"), "{missing}");
    let said = run_in(site.directory.path(), &arguments, &environment).succeeded();
    assert_eq!(said, "created client machine\n");
    let first = until("the client is known", SOON, || token(&base, SECRET)).await;
    assert_eq!(run_in(site.directory.path(), &arguments, &environment).succeeded(), "nothing to change\n");

    let listed = site.configured(&["keys", "list"]).succeeded();
    let kid = crate::town::header_of(&first)["kid"].as_str().unwrap().to_owned();
    assert!(
        listed.lines().any(|line| line.starts_with(&kid) && line.contains("ES256") && line.contains("current")),
        "{listed}"
    );
    let said = site.configured(&["keys", "rotate", "--alg", "ECDH-ES"]).succeeded();
    let decrypts = said.trim().strip_prefix("ECDH-ES: next key ").unwrap();
    let listed = site.configured(&["keys", "list"]).succeeded();
    assert!(listed.lines().any(|line| line.starts_with(decrypts) && line.contains("decrypts since")), "{listed}");
    let refused = site.configured(&["keys", "rotate", "--alg", "ECDH-ES+A128KW"]).failed();
    assert!(refused.contains("ECDH-ES serves all"), "{refused}");
    let said = site.configured(&["keys", "rotate", "--alg", "ES256", "--now"]).succeeded();
    let next = said.trim().strip_prefix("ES256: next key ").unwrap().to_owned();
    until("the successor signs", SOON, || async {
        let kid = crate::town::header_of(&token(&base, SECRET).await?)["kid"].as_str().unwrap().to_owned();
        if kid == next { Ok(()) } else { Err(kid) }
    })
    .await;
    let set = http().get(serving.url("/jwks")).send().await.unwrap().text().await.unwrap();
    assert!(set.contains(&kid) && set.contains(&next), "{set}");

    assert_eq!(site.configured(&["keys", "revoke", &next]).succeeded(), format!("revoked {next}\n"));
    until("the revoked key is not published", SOON, || async {
        let set = http().get(serving.url("/jwks")).send().await.unwrap().text().await.unwrap();
        if set.contains(&next) { Err(set) } else { Ok(()) }
    })
    .await;
    let again = site.configured(&["keys", "revoke", &next]).failed();
    assert!(again.contains(&next), "{again}");
    serving.stop().await;
    site.leave().await;
}

/// What could not be told is seen, and told again by a server that runs.
#[tokio::test]
async fn outbox_shows_what_was_not_told_and_has_it_told_again() {
    let site = Site::new("", "").await;
    site.configured(&["migrate"]).succeeded();
    assert_eq!(site.configured(&["outbox", "list"]).succeeded(), "");
    let ended = Ended { session: Uuid::from_u128(1), person: Uuid::from_u128(2) };
    let notice = Notice::begun(Uuid::from_u128(3), "desk", ended, MORNING, MORNING);
    let db = site.db().await;
    let mut tx = db.begin().await.unwrap();
    outbox::insert(&mut tx, &notice).await.unwrap();
    assert!(outbox::give_up(&mut tx, &notice, "the answer has status 500", MORNING).await.unwrap());
    tx.commit().await.unwrap();
    db.close().await;

    let id = notice.id.to_string();
    let listed = site.configured(&["outbox", "list"]).succeeded();
    for word in [id.as_str(), "desk", "tries: 1", "given up 2026-11-24T03:00:00Z", "status 500"] {
        assert!(listed.contains(word), "{listed}");
    }
    let serving = site.serve().await;
    assert!(site.configured(&["outbox", "list"]).succeeded().contains("given up"), "nobody tries it by himself");
    assert_eq!(site.configured(&["outbox", "retry", &id]).succeeded(), format!("{id} is tried again\n"));
    // Nobody is registered as `desk`, so there is nobody to tell.
    until("it is settled", PATIENCE, || async {
        let left = site.configured(&["outbox", "list"]).succeeded();
        if left.is_empty() { Ok(()) } else { Err(left) }
    })
    .await;
    let gone = site.configured(&["outbox", "retry", &id]).failed();
    assert!(gone.contains(&id), "{gone}");
    serving.stop().await;
    site.leave().await;
}

/// "What cannot be brought stands in `motcua outbox list`": a letter that waits, one that was refused, and none that was
/// brought; to whom it goes and what it says is nowhere.
#[tokio::test]
async fn outbox_shows_letters_that_wait_or_were_refused_and_none_that_were_brought() {
    let (site, office, phone) =
        (Site::of_the_town().await, PostOffice::open(MailTls::Implicit).await, Phone::on().await);
    let mut config = Config::default();
    office.describe(&mut config);
    phone.describe(&mut config);
    let (mail, sms) = (config.mail, config.sms);
    let file = |path: Option<std::path::PathBuf>| path.unwrap().display().to_string();
    let sections = format!(
        "[mail]\nhost = \"localhost\"\nport = {}\nfrom = \"no-reply@id.example\"\nuser_name = {:?}\npassword_file = {:?}\n\
         extra_ca = {:?}\n[sms]\nurl = {:?}\n",
        mail.port,
        mail.user_name.unwrap(),
        file(mail.password_file),
        file(mail.extra_ca),
        sms.url.unwrap()
    );
    site.change("[operations]", &format!("{sections}[operations]"));
    site.settle();
    office.be(Mood::Away);
    let serving = site.serve().await;
    let mut browser = serving.browser();
    let page = browser.open(&serving.rp("portal").url(&[])).await;
    assert!(browser.sign_in(&page, "khai").await.parameter("code").is_some());
    let listed = async |says: &str| {
        until(says, PATIENCE, || async {
            let left = site.configured(&["outbox", "list"]).succeeded();
            if left.contains(says) { Ok(left) } else { Err(left) }
        })
        .await
    };
    until("the other way does not wait", PATIENCE, || async { phone.take(NUMBER).ok_or_else(String::new) }).await;
    until("it was tried", PATIENCE, || async {
        let left = site.configured(&["outbox", "list"]).succeeded();
        let mail_alone = left.lines().count() == 1 && !left.contains("not tried to the end yet");
        if mail_alone { Ok(()) } else { Err(left) }
    })
    .await;
    let waits = listed(", next try 20").await;
    assert!(waits.lines().count() == 1 && waits.contains(" somebody by mail since 20"), "{waits}");
    let id = waits.split(' ').next().unwrap();
    office.be(Mood::Answers("550 nobody of this name"));
    assert_eq!(site.configured(&["outbox", "retry", id]).succeeded(), format!("{id} is tried again\n"));
    let refused = listed("given up 20").await;
    assert!(refused.contains(id) && refused.contains(": the mail server answered 550"), "{refused}");
    for told in [KHAI, "Khai", NUMBER, "khai"] {
        assert!(!waits.contains(told) && !refused.contains(told), "{told}: {waits}{refused}");
    }
    office.be(Mood::Takes);
    site.configured(&["outbox", "retry", id]).succeeded();
    until("it is brought", PATIENCE, || async {
        let left = site.configured(&["outbox", "list"]).succeeded();
        if left.is_empty() { Ok(()) } else { Err(left) }
    })
    .await;
    assert!(office.take(KHAI).is_some());
    serving.stop().await;
    site.leave().await;
}

/// "a mistake names its line and changes nothing", at the terminal too.
#[tokio::test]
async fn apply_names_the_line_of_a_mistake() {
    let site = Site::new("", "").await;
    site.write("bad.toml", &MACHINE.replace("scope", "scpoe"));
    let error = site.configured(&["apply", "bad.toml"]).failed();
    assert!(error.contains("bad.toml") && error.contains("line 5") && error.contains("scpoe"), "{error}");
    site.write("bad.json", "{\"clients\": [\n{\"client_id\": \"a\",\n\"nonsense\": 1}]}");
    let error = site.configured(&["apply", "bad.json"]).failed();
    assert!(error.contains("line 3") && error.contains("nonsense"), "{error}");
    site.leave().await;
}
