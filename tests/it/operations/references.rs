//! References: every key that is read is explained, and nothing else.

use motcua::config::Config;
use motcua::flows::admin::declaration::file::Declaration;

use super::program::run_in;

fn said(arguments: &[&str]) -> String {
    run_in(tempfile::tempdir().unwrap().path(), arguments, &[]).succeeded()
}

/// The keys that a reader accepts, as it names them when it meets one that it does not know.
fn accepted(error: &str) -> Vec<String> {
    let (_, list) = error.split_once("expected").unwrap_or_else(|| panic!("{error}"));
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The part of a reference that explains a table.
fn part<'a>(reference: &'a str, header: &str) -> &'a str {
    let at = reference.find(&format!("{header}\n")).unwrap_or_else(|| panic!("{header} is missing: {reference}"));
    let rest = &reference[at + header.len()..];
    // The next table's own comment stands before it, after an empty line.
    rest.split("\n\n").next().unwrap()
}

fn assert_explained(part: &str, key: &str) {
    let lines: Vec<&str> = part.lines().collect();
    let at = lines.iter().position(|line| {
        line.strip_prefix("# ").unwrap_or(line).split_once(" = ").is_some_and(|(name, _)| name == key)
    });
    let at = at.unwrap_or_else(|| panic!("{key} is missing: {part}"));
    assert!(at > 0 && lines[at - 1].starts_with("# ") && lines[at - 1].len() > 6, "{key} is not explained: {part}");
}

/// "The declaration has a reference": every key that the file may have.
#[test]
fn the_reference_of_the_declaration_has_every_key() {
    let reference = said(&["apply", "--reference"]);
    let read = |text: &str| Declaration::read("a.toml", text.to_owned()).unwrap_err().to_string();
    let tables = accepted(&read("unknown = 1"));
    assert_eq!(tables, ["levels", "branches", "units", "agencies", "services", "clients", "people", "rights"]);
    for table in tables {
        let mut keys = accepted(&read(&format!("[[{table}]]\nunknown = 1")));
        if table == "clients" {
            keys.extend(["client_id", "service", "secrets"].map(str::to_owned));
        }
        assert!(keys.len() >= 3, "{keys:?}");
        let part = part(&reference, &format!("# [[{table}]]").replace("# ", ""));
        keys.iter().for_each(|key| assert_explained(part, key));
    }
    for word in ["sha256", "phc", "env", "file", "\"strict\"", "\"public-task\"", "refresh_absolute", "Required."] {
        assert!(reference.contains(word), "{word}: {reference}");
    }
    for claim in motcua::protocol::oidc::claims::standard() {
        assert!(reference.contains(&format!("`{claim}`")), "{claim}");
    }
}

/// "and so has the configuration": a file that is the default.
#[test]
fn the_reference_of_the_configuration_is_the_default_and_has_every_key() {
    let reference = said(&["check-config", "--reference"]);
    let issuer = ("MOTCUA__SERVER__ISSUER".to_owned(), "https://id.example".to_owned());
    let read = |text: &str| Config::read(text, [issuer.clone()].into_iter());
    let (default, again) = (read("").unwrap().print(), read(&reference).unwrap().print());
    assert_eq!(default, again);
    for section in accepted(&read("[unknown]").unwrap_err().to_string()) {
        if section == "claims_sources" {
            continue; // whose table is a list
        }
        let keys = accepted(&read(&format!("[{section}]\nunknown = 1")).unwrap_err().to_string());
        let part = part(&reference, &format!("[{section}]"));
        keys.iter().for_each(|key| assert_explained(part, key));
    }
    let keys = accepted(&read("[[claims_sources]]\nunknown = 1").unwrap_err().to_string());
    let part = part(&reference, "[[claims_sources]]");
    keys.iter().for_each(|key| assert_explained(part, key));
    for word in ["\"initial_access_token\"", "\"aggregated\"", "15m", "jwks_uri"] {
        assert!(reference.contains(word), "{word}: {reference}");
    }
}

/// Shells complete every command; each has a manual page.
#[test]
fn completions_and_manual_pages_name_every_command() {
    let commands = said(&["--help"]);
    let (_, list) = commands.split_once("Commands:").unwrap();
    let names: Vec<&str> =
        list.split("Options:").next().unwrap().lines().filter_map(|line| line.split_whitespace().next()).collect();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = said(&["completions", shell]);
        for name in &names {
            assert!(script.contains(name), "{shell}: {name}");
        }
    }
    let directory = tempfile::tempdir().unwrap();
    run_in(directory.path(), &["man", "man1"], &[]).succeeded();
    for name in names.iter().filter(|name| **name != "help") {
        let page = std::fs::read_to_string(directory.path().join(format!("man1/motcua-{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}: {page}");
    }
    assert!(directory.path().join("man1/motcua.1").exists());
    assert!(directory.path().join("man1/motcua-keys-rotate.1").exists());
}
