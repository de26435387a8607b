//! `motcua --server`: every command through the API instead of the database, as the official whose token it has.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::net::TcpListener;

use super::commands::COMMANDS;
use super::program::Ran;
use super::program::Serving;
use super::program::Site;
use super::program::run_in;
use crate::authority::country;
use crate::authority::country::JULY;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";
const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const DAY: &str = "2025-07-01";
const PROOF: [&str; 14] = [
    "people",
    "proof",
    ID,
    "--level",
    "2",
    "--method",
    "chip",
    "--evidence",
    "card",
    "--agency",
    "101-health",
    "--reason",
    "r",
    "--json",
];

/// Which command does what with `--server`.
enum With {
    /// It asks the API.
    Asks,
    /// It says why it does not.
    Refuses,
}
use With::Asks;
use With::Refuses;

/// Every command with its subcommands, each with arguments that it takes.
fn all() -> Vec<(Vec<&'static str>, With)> {
    vec![
        (vec!["demo"], Refuses),
        (vec!["serve"], Refuses),
        (vec!["apply", "file.toml", "--prune"], Refuses),
        (vec!["export"], Asks),
        (vec!["export", "--people", "--reason", "r"], Asks),
        (vec!["check-config"], Refuses),
        (vec!["migrate"], Refuses),
        (vec!["keys", "list"], Asks),
        (vec!["keys", "rotate", "--alg", "ES256", "--reason", "r"], Asks),
        (vec!["keys", "rotate", "--data", "--reason", "r"], Asks),
        (vec!["keys", "revoke", "kid", "--reason", "r"], Asks),
        (vec!["keys", "adopt", "pepper.key"], Refuses),
        (vec!["outbox", "list"], Asks),
        (vec!["outbox", "retry", ID, "--reason", "r"], Asks),
        (vec!["passkeys", "import-metadata", "file"], Refuses),
        (vec!["passkeys", "metadata"], Refuses),
        (vec!["people", "add", "an", "--reason", "r"], Asks),
        (vec!["people", "set-password", ID, "--reason", "r"], Refuses),
        (vec!["people", "count"], Refuses),
        (vec!["people", "show", ID, "--reason", "r", "--purpose", "security"], Asks),
        (vec!["people", "disable", ID, "--reason", "r"], Asks),
        (vec!["people", "enable", ID, "--reason", "r"], Asks),
        (vec!["people", "sign-out", ID, "--reason", "r"], Asks),
        (PROOF.to_vec(), Asks),
        (vec!["people", "recover", ID, "--reason", "r"], Asks),
        (vec!["people", "remove", ID, "--yes", "--reason", "r"], Asks),
        (vec!["people", "import", "-", "--reason", "r"], Asks),
        (vec!["people", "export", "--reason", "r"], Asks),
        (vec!["people", "export", "--password-hashes", "--reason", "r"], Refuses),
        (vec!["rights", "list"], Asks),
        (vec!["rights", "grant", "--client", "robot", "--role", "auditor", "--reason", "r"], Asks),
        (vec!["rights", "settle", ID, "--unit", "101", "--reason", "r"], Asks),
        (vec!["rights", "revoke", ID, "--reason", "r"], Asks),
        (vec!["rights", "end", "--person", ID, "--dry-run", "--reason", "r"], Asks),
        (vec!["rights", "check", "client:robot", "every", "country"], Asks),
        (vec!["rights", "offices", "client:robot"], Asks),
        (vec!["pending", "list"], Asks),
        (vec!["pending", "show", ID], Asks),
        (vec!["pending", "approve", ID, "--reason", "r"], Asks),
        (vec!["pending", "refuse", ID, "--reason", "r"], Asks),
        (vec!["pending", "carry-out", ID, "--reason", "r"], Asks),
        (vec!["hash-password"], Refuses),
        (vec!["audit"], Asks),
        (vec!["api", "token", "--client", "robot"], Refuses),
        (vec!["clients", "list"], Asks),
        (vec!["clients", "show", "robot"], Asks),
        (vec!["clients", "remove", "robot", "--reason", "r"], Asks),
        (vec!["clients", "versions", "robot"], Asks),
        (vec!["clients", "version", "robot", "1"], Asks),
        (vec!["clients", "compare", "robot", "1", "2"], Asks),
        (vec!["clients", "restore", "robot", "1", "--reason", "r"], Asks),
        (vec!["services", "list"], Asks),
        (vec!["services", "versions", "licences"], Asks),
        (vec!["services", "version", "licences", "1"], Asks),
        (vec!["services", "compare", "licences", "1", "2"], Asks),
        (vec!["services", "restore", "licences", "1", "--reason", "r"], Asks),
        (vec!["units", "import", "-", "--effective", DAY, "--reason", "r"], Asks),
        (vec!["units", "succeed", "-", "--effective", DAY, "--reason", "r"], Asks),
        (vec!["units", "tree"], Asks),
        (vec!["agencies", "list"], Asks),
        (vec!["agencies", "show", "health"], Asks),
        (vec!["agencies", "move", "health", "--unit", "101", "--reason", "r"], Asks),
        (vec!["agencies", "end", "health", "--effective", DAY, "--reason", "r"], Asks),
        (vec!["completions", "bash"], Refuses),
        (vec!["man", "."], Refuses),
        (vec!["registration-token"], Refuses),
        (vec!["routes"], Refuses),
    ]
}

/// "every command runs through the API, or refuses with a clear error that says why": nobody forgets one, or one of its
/// subcommands.
#[test]
fn every_command_asks_the_api_or_says_why_not() {
    let directory = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], token: &str| {
        let environment = [("MOTCUA_TOKEN", token)];
        run_in(directory.path(), &[arguments, &["--server", NOWHERE]].concat(), &environment)
    };
    let (mut tried, mut below) = (BTreeSet::new(), BTreeSet::new());
    for (arguments, with) in all() {
        let said = run(&arguments, "token").failed();
        match with {
            Asks => assert!(said.contains(NOWHERE) && said.contains("no answer"), "{arguments:?}: {said}"),
            Refuses => {
                assert!(said.contains("is not done with --server: "), "{arguments:?}: {said}");
                assert!(said.starts_with(&format!("motcua: {}", arguments[0])), "{arguments:?}: {said}");
            }
        }
        let needed = run(&arguments, " ").failed();
        assert!(needed.contains("MOTCUA_TOKEN") && needed.contains("--token-file"), "{needed}");
        tried.insert(arguments[0]);
        below.extend(arguments.get(1).map(|second| (arguments[0], *second)));
    }
    assert_eq!(tried, BTreeSet::from(COMMANDS));
    for (command, whole) in [
        ("rights", true),
        ("pending", true),
        ("clients", true),
        ("services", true),
        ("units", true),
        ("agencies", true),
        ("people", true),
    ] {
        let help = run_in(directory.path(), &[command, "--help"], &[]).succeeded();
        let (_, listed) = help.split_once("Commands:\n").unwrap();
        let lines = listed.lines().take_while(|line| !line.is_empty());
        for name in lines.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
            let name = name.split_whitespace().next().unwrap();
            assert!(!whole || name == "help" || below.contains(&(command, name)), "{command} {name}");
        }
    }
    assert_eq!(directory.path().read_dir().unwrap().count(), 0, "nothing is made in order to ask elsewhere");
}

/// An access token goes over https, or stays on this machine; it stands in the environment or a file.
#[test]
fn a_token_goes_nowhere_else() {
    let directory = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let all = [&["units", "tree"], arguments].concat();
        run_in(directory.path(), &all, &[("MOTCUA_TOKEN", "a-token")]).failed()
    };
    for url in ["http://id.example", "ftp://id.example", "https://me:word@id.example", "id.example"] {
        let said = run(&["--server", url]);
        assert!(said.contains("https") && !said.contains("a-token"), "{said}");
    }
    assert!(run(&["--server", NOWHERE, "--extra-ca", "none.pem"]).contains("none.pem"));
    assert!(run(&["--server", NOWHERE, "--token-file", "none"]).contains("none"));
    assert!(run(&["--extra-ca", "none.pem"]).contains("--server"));
}

/// A country that is served, with two clients that are national operators.
pub async fn country() -> (Site, Serving) {
    let (site, serving, resource) = country::served().await;
    let scopes = motcua::http::admin::metadata::scopes().join(" ");
    let client = |id: &str| {
        format!(
            "[[clients]]\nclient_id = \"{id}\"\nclient_name = \"The {id}\"\nsecrets = [\"{id}-secret-of-a-test-that-is-long-enough\"]\n\
             grant_types = [\"client_credentials\"]\nresources = [\"{resource}\"]\nscope = \"{scopes}\"\n"
        )
    };
    let service = "[[services]]\nid = \"births\"\nagency = \"101-health\"\nname = { vi = \"Khai sinh\", en = \"Births\" }\n\
         purpose = { vi = \"khai sinh\", en = \"register births\" }\nlegal_basis = \"public-task\"\n";
    let person = |name: &str| format!("[[people]]\nuser_name = \"{name}\"\npassword = \"correct horse battery\"\n");
    let people = ["lan", "minh"].map(person).concat();
    site.write("robots.toml", &(["one", "two", "narrow"].map(client).concat() + service + &people));
    site.configured(&["apply", "robots.toml"]).succeeded();
    let grant = ["rights", "grant", "--role", "national-operator", "--person", "lan", "--person", "minh"];
    let clients = ["--client", "one", "--client", "two", "--may-delegate", "--reason", "a test"];
    site.configured(&[&grant[..], &clients].concat()).succeeded();
    let grant = ["rights", "grant", "--role", "registrar", "--client", "narrow", "--unit", "101"];
    site.configured(&[&grant[..], &["--reason", "a test"]].concat()).succeeded();
    (site, serving)
}

/// Runs a command through the API as a client.
pub fn through(site: &Site, serving: &Serving, client: &str, arguments: &[&str]) -> Ran {
    let token = site.configured(&["api", "token", "--client", client]).succeeded();
    let url = serving.url("");
    let all = [arguments, &["--server", &url]].concat();
    run_in(site.directory.path(), &all, &[("MOTCUA_TOKEN", token.trim())])
}

/// "each command's output (words and `--json`) is the same whether read from the database or from the API".
#[tokio::test]
async fn what_is_read_through_the_api_is_what_is_read_in_the_database() {
    let (site, serving) = country().await;
    let asked = through(
        &site,
        &serving,
        "one",
        &["rights", "grant", "--client", "narrow", "--role", "auditor", "--unit", "102", "--reason", "help"],
    )
    .succeeded();
    let id = asked.trim().strip_prefix("asked for approval: ").unwrap().to_owned();
    for command in [
        &["units", "tree"][..],
        &["units", "tree", "--json"],
        &["units", "tree", "01", "--depth", "1"],
        &["units", "tree", "--at", JULY],
        &["agencies", "list"],
        &["agencies", "list", "--json", "--at", JULY],
        &["agencies", "list", "--unit", "101"],
        &["agencies", "list", "--undecided"],
        &["agencies", "show", "101-health"],
        &["agencies", "show", "101-health", "--at", JULY],
        &["services", "list"],
        &["clients", "list"],
        &["clients", "list", "--registered"],
        &["clients", "show", "one"],
        &["rights", "list"],
        &["rights", "list", "--json"],
        &["rights", "list", "--undecided"],
        &["rights", "list", "--at", JULY],
        &["rights", "check", "client:narrow", "every", "unit:101"],
        &["rights", "check", "client:narrow", "services.change", "agency:101-health", "--language", "vi"],
        &["rights", "offices", "client:one"],
        &["keys", "list"],
        &["pending", "list"],
        &["pending", "list", "--all", "--json"],
        &["pending", "show", &id],
        &["pending", "show", &id, "--json"],
        &["clients", "versions", "one"],
        &["clients", "versions", "one", "--json"],
        &["clients", "version", "one", "1"],
        &["clients", "compare", "one", "1", "1"],
        &["services", "versions", "births"],
        &["outbox", "list"],
    ] {
        let here = site.configured(command).succeeded();
        assert_eq!(through(&site, &serving, "two", command).succeeded(), here, "{command:?}");
    }

    let two = |command: &[&str]| through(&site, &serving, "two", command).succeeded();
    let exported = two(&["export"]);
    assert!(exported.contains("births") && !exported.contains("secret"), "{exported}");
    site.write("exported.toml", &exported);
    let path = site.directory.path().join("exported.toml");
    let applied = two(&["apply", path.to_str().unwrap(), "--reason", "the same"]);
    assert_eq!(applied, "nothing to change\n", "what is exported, sent back");
    assert!(two(&["audit", "--json", "--limit", "5"]).lines().count() == 5);

    let narrow = through(&site, &serving, "narrow", &["units", "tree"]).succeeded();
    assert_eq!(narrow, "101 101 (district)\n  00001 00001 (commune)\n", "as far as the office reaches");
    let said = through(&site, &serving, "narrow", &["rights", "list"]).failed();
    assert!(said.starts_with("motcua: Not allowed: "), "{said}");
    let said = through(&site, &serving, "narrow", &["agencies", "show", "102-health"]);
    assert!(!said.ok && said.out.is_empty(), "{}", said.err);
    serving.stop().await;
    site.leave().await;
}

/// What is changed through the API is changed as the official does it: another one approves.
#[tokio::test]
async fn what_is_changed_through_the_api_is_told_as_a_local_command_tells_it() {
    let (site, serving) = country().await;
    let run = |client: &str, arguments: &[&str]| through(&site, &serving, client, arguments);
    let grant = ["rights", "grant", "--client", "narrow", "--role", "auditor", "--unit", "102", "--reason", "help"];
    let ask = || {
        let asked = run("one", &grant).succeeded();
        asked.trim().strip_prefix("asked for approval: ").unwrap().to_owned()
    };
    let id = ask();
    let own = run("one", &["pending", "approve", &id, "--reason", "I"]).failed();
    assert!(own.contains("neither whoever asked decides"), "{own}");
    let approved = run("two", &["pending", "approve", &id, "--reason", "yes"]).succeeded();
    let right = approved.trim().strip_prefix(&format!("approved {id}: gave right ")).unwrap().to_owned();
    assert!(site.configured(&["rights", "list"]).succeeded().contains(&right));
    let taken = run("two", &["rights", "revoke", &right, "--reason", "enough"]).succeeded();
    assert_eq!(taken, format!("ended right {right}\n"));
    assert!(!run("two", &["rights", "revoke", &right, "--reason", "enough"]).ok);
    let id = ask();
    assert_eq!(run("one", &["pending", "refuse", &id, "--reason", "no"]).succeeded(), format!("refused {id}\n"));
    let trail = site.configured(&["audit", "--json"]).succeeded();
    let by = trail.lines().filter(|line| line.contains("client:one") || line.contains("client:two")).count();
    assert!(by >= 5, "{trail}");

    site.write("more.toml", "[[services]]\nid = \"deaths\"\nagency = \"101-health\"\nname = { vi = \"Khai tử\", en = \"Deaths\" }\npurpose = { vi = \"khai tử\", en = \"register deaths\" }\nlegal_basis = \"public-task\"\n");
    let dry = run("one", &["apply", "more.toml", "--dry-run", "--reason", "look"]).succeeded();
    assert!(dry.contains("deaths"), "{dry}");
    let applied = run("one", &["apply", "more.toml", "--reason", "decision 12"]).succeeded();
    assert!(applied.contains("created service deaths"), "{applied}");
    assert!(run("one", &["apply", "more.toml", "--reason", "decision 12"]).succeeded().contains("nothing to change"));
    site.write(
        "more.toml",
        &std::fs::read_to_string(site.directory.path().join("more.toml")).unwrap().replace("\"Deaths\"", "\"Deaths!\""),
    );
    run("one", &["apply", "more.toml", "--reason", "decision 13"]).succeeded();
    let restored = run("two", &["services", "restore", "deaths", "1", "--reason", "as it was"]).succeeded();
    assert_eq!(restored, "restored service deaths: version 3\n");
    let asked = run("one", &["keys", "rotate", "--alg", "ES256", "--reason", "yearly"]).succeeded();
    assert!(asked.starts_with("asked for approval: "), "{asked}");
    assert_eq!(run("two", &["clients", "remove", "narrow", "--reason", "gone"]).succeeded(), "removed client narrow\n");

    let said = run_in(
        site.directory.path(),
        &["units", "tree", "--server", &serving.url("")],
        &[("MOTCUA_TOKEN", "none-of-ours")],
    )
    .failed();
    assert!(said.contains("motcua api token") && !said.contains("none-of-ours"), "{said}");
    let token = site.configured(&["api", "token", "--client", "one"]).succeeded();
    site.write("token", &token);
    let told = ["units", "tree", "--server", &serving.url("/account"), "--token-file", "token"];
    assert!(site.run(&told).failed().contains("is it the issuer's URL?"));
    serving.stop().await;
    site.leave().await;
}

/// Whom an official looks for, he says why, and for what; what he does to them is told as it is here.
#[tokio::test]
async fn people_are_changed_through_the_api_for_a_reason() {
    let (site, serving) = country().await;
    let token = site.configured(&["api", "token", "--client", "one"]).succeeded();
    site.write("token", &token);
    let url = serving.url("");
    let with = ["--server", &url, "--token-file", "token"];
    let add = ["people", "add", "khoa", "--claim", "email=khoa@songlam.example", "--claim", "email_verified=true"];
    let added = site.fed("correct horse battery\n", &[&add[..], &["--reason", "new"], &with].concat()).succeeded();
    let id = added.trim().strip_prefix("added khoa (").unwrap().strip_suffix(')').unwrap().to_owned();
    let people = |arguments: &[&str]| site.run(&[&["people"], arguments, &with].concat());
    assert!(people(&["disable", &id]).failed().contains("--reason"));
    assert!(people(&["show", &id, "--reason", "r"]).failed().contains("--purpose"));
    assert!(people(&["show", "khoa", "--reason", "r", "--purpose", "security"]).failed().contains("user name"));
    let shown = people(&["show", "khoa@songlam.example", "--reason", "r", "--purpose", "security"]).succeeded();
    assert!(shown.contains(&id), "{shown}");
    let why = ["--reason", "a test"];
    let told = |arguments: &[&str]| people(&[arguments, &why].concat()).succeeded();
    assert_eq!(told(&["disable", &id]), format!("disabled {id}\n"));
    assert!(site.configured(&["people", "show", "khoa"]).succeeded().contains("disabled 20"));
    assert_eq!(told(&["enable", &id]), format!("enabled {id}\n"));
    assert_eq!(told(&["sign-out", &id]), format!("signed out {id}: 0 sessions ended\n"));
    assert!(people(&[&["remove", id.as_str()][..], &why].concat()).failed().contains("--yes"));
    assert_eq!(told(&["remove", &id, "--yes"]), format!("removed {id} ({id})\n"));
    assert!(!site.configured(&["people", "show", "khoa"]).ok);
    assert!(site.configured(&["people", "disable", "lan", "--reason", "r"]).failed().contains("--server"));
    serving.stop().await;
    site.leave().await;
}

/// What a server answers, one answer after the other.
fn answering(answers: &[&str]) -> String {
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for answer in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                line.clear();
            }
            let (head, body) = answer.split_once("\n\n").unwrap();
            let (head, length) = (head.replace('\n', "\r\n"), body.len());
            let whole = format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
            (&stream).write_all(whole.as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

/// RFC 6585 §4 ("429 … MAY include a Retry-After header"), RFC 9470 §3, RFC 9457: what a server says is told in words, and a
/// command waits as told.
#[test]
fn what_a_server_says_is_told_in_words() {
    let directory = tempfile::tempdir().unwrap();
    let list = |answers: &[&str]| {
        let url = answering(answers);
        run_in(directory.path(), &["services", "list", "--server", &url], &[("MOTCUA_TOKEN", "token")])
    };
    let busy = "429 Too Many\nretry-after: 1\n\n{\"title\": \"Too many requests\", \"status\": 429}";
    let ran = list(&[busy, "200 OK\n\n{\"items\": []}"]);
    assert!(ran.ok && ran.err.contains("asks to wait 1 s"), "{}", ran.err);
    let old = "401 Unauthorized\nwww-authenticate: Bearer error=\"insufficient_user_authentication\", max_age=\"900\"\n\n\
               {\"title\": \"Sign in again\", \"status\": 401}";
    let said = list(&[old]).failed();
    assert!(said.contains("Sign in again (not longer than 900 s ago): sign in again"), "{said}");
    let changed = "412 Precondition Failed\n\n{\"title\": \"Changed\", \"detail\": \"version 3 by an\"}";
    assert!(list(&[changed]).failed().contains("version 3 by an\nnothing was changed"));
    assert!(list(&["302 Found\nlocation: https://elsewhere.example/\n\n"]).failed().contains("answers 302"));
    assert!(list(&["200 OK\n\n<html>"]).failed().contains("cannot read"));
}
