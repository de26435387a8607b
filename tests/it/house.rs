//! The architecture: which storey may name which, what pure storeys leave out, where crates may be named, how large
//! files and functions grow, and what lies at the top of the repository.

mod documents;
mod handlers;
mod imports;
mod source;
mod text;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use source::Source;
use text::end_of_item;
use text::paths;
use text::words;

/// Each storey, and the storeys that it may name beside itself.
const STOREYS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("telemetry", &["base"]),
    ("i18n", &["base"]),
    ("jose", &["base"]),
    ("protocol", &["base", "jose"]),
    ("identity", &["base", "protocol"]),
    ("outbound", &["base", "telemetry", "jose"]),
    ("store", &["base", "telemetry", "protocol", "identity"]),
    ("letters", &["base", "i18n", "identity"]),
    ("signing", &["base", "telemetry", "jose", "store"]),
    ("config", &["base", "i18n", "protocol", "identity"]),
    ("app", BELOW_APP),
    ("parts", BELOW_PARTS),
    ("flows", BELOW_FLOWS),
    ("jobs", BELOW_JOBS),
    ("http", &["base", "telemetry", "i18n", "protocol", "identity", "config", "app", "parts", "flows"]),
    ("cli", EVERYTHING),
];

const EVERYTHING: &[&str] = &[
    "base",
    "telemetry",
    "i18n",
    "jose",
    "protocol",
    "identity",
    "outbound",
    "store",
    "letters",
    "signing",
    "config",
    "app",
    "parts",
    "flows",
    "jobs",
    "http",
];
const BELOW_APP: &[&str] = EVERYTHING.split_at(11).0;
const BELOW_PARTS: &[&str] = EVERYTHING.split_at(12).0;
const BELOW_FLOWS: &[&str] = EVERYTHING.split_at(13).0;
const BELOW_JOBS: &[&str] = EVERYTHING.split_at(14).0;

/// Crates, and the only places that may name them.
const CRATES: &[(&[&str], &[&str])] = &[
    (&["ring"], &["base", "jose/alg"]),
    (&["aws_lc_rs"], &["jose/alg"]),
    (&["argon2", "password_hash", "bcrypt", "scrypt", "sha_crypt"], &["identity/credential"]),
    (&["webauthn_rs", "totp_rs", "common_passwords"], &["identity/credential"]),
    (&["qrcode"], &["http/pages"]),
    (&["precis_profiles", "unicode_normalization", "unicode_security"], &["identity"]),
    (&["sqlx", "redis"], &["store"]),
    (&["reqwest"], &["outbound", "cli/demo"]),
    (&["lettre"], &["outbound"]),
    (&["openidconnect", "mail_parser"], &["cli/demo"]),
    (&["prometheus_client", "tracing_subscriber"], &["telemetry"]),
    (&["fluent_bundle", "unic_langid"], &["i18n"]),
    (&["askama"], &["http/pages", "letters"]),
    (&["cryptoki"], &["signing"]),
    (&["axum", "hyper", "hyper_util", "tower", "tower_http"], &["http", "cli"]),
    (&["rustls", "tokio_rustls"], &["http", "cli"]),
    (&["rustls_pki_types"], &["http", "cli", "protocol"]),
    (&["clap", "indicatif", "rpassword"], &["cli"]),
    (&["webpki"], &["protocol"]),
    (&["x509_parser"], &["protocol", "http"]),
    (&["csv"], &["flows/admin"]),
    (&["jiff"], &["base"]),
];

/// Functions, and the only files that may call them.
const CALLED_IN: &[(&[&str], &str)] = &[
    (
        &[
            "clients::put",
            "clients::replace",
            "clients::remove",
            "registrations::adopt",
            "registrations::insert",
            "registrations::remove_unused",
        ],
        "parts/client_writer.rs",
    ),
    (&["versions::insert"], "parts/versions.rs"),
    (&["agencies::put_service", "agencies::remove_service"], "parts/service_writer.rs"),
    (&["rights::insert"], "flows/admin/rights/giving.rs"),
    (&["pending_acts::approve"], "flows/admin/rights/pending.rs"),
];

/// Storeys without `async`, I/O, clock and randomness.
const PURE: &[&str] = &["jose", "protocol", "identity", "letters", "i18n"];
const IMPURE: &[&str] = &[
    "async",
    "await",
    "tokio",
    "fs",
    "env",
    "process",
    "thread",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "SystemTime",
    "Instant",
    "now_utc",
    "now_local",
    "SystemRandom",
    "SecureRandom",
    "getrandom",
    "rand",
];
/// A crypto library that insists on a generator of its own keeps it.
const OWN_GENERATORS: &[&str] = &["SystemRandom", "SecureRandom", "rand"];

/// Values of which a new one must be decided upon wherever they count: a comparison would let it pass in silence.
const MATCHED: &[&str] = &["Profile"];

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;

const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "askama.toml",
    "benches",
    "build.rs",
    "conformance",
    "docs",
    "fuzz",
    "keys",
    "migrations",
    "src",
    "tests",
];

/// house.md, "Storeys and shafts": "A module names only storeys beneath its own".
#[test]
fn every_file_keeps_the_rules_of_its_storey() {
    let sources = sources();
    assert!(sources.len() > 150, "only {} files were read", sources.len());
    let findings: Vec<String> = sources.iter().flat_map(|(path, text)| check(path, text)).collect();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

/// house.md: "Top level, and nothing else beside hidden files".
#[test]
fn nothing_lies_at_the_top_that_the_house_does_not_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ignored = fs::read_to_string(root.join(".gitignore")).unwrap();
    let ignored: Vec<&str> = ignored.lines().map(|line| line.trim_matches('/')).collect();
    let names = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let visible: BTreeSet<String> =
        names.filter(|name| !name.starts_with('.') && !ignored.contains(&name.as_str())).collect();
    let strange: Vec<&String> = visible.iter().filter(|name| !TOP.contains(&name.as_str())).collect();
    assert!(strange.is_empty(), "{strange:?} at the top of the repository; house.md lists {TOP:?}");
    assert!(visible.contains("src") && visible.contains("migrations"), "{visible:?}");
}

/// house.md: a door never names "another door", and the names of one storey run in no circle.
#[test]
fn no_door_names_another_and_no_files_name_each_other_in_a_circle() {
    let findings = imports::check(&sources());
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

/// Every source with its path below `src/`.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(directory) = open.pop() {
        let entries: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        for path in entries {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// What is wrong with a source: file, line and rule.
fn check(path: &str, text: &str) -> Vec<String> {
    let source = Source::read(path, text);
    let mut findings = Vec::new();
    if !["lib.rs", "main.rs"].contains(&path) {
        source.storeys(&mut findings);
        source.purity(&mut findings);
        source.crates(&mut findings);
        source.comparisons(&mut findings);
        source.calls(&mut findings);
        source.handlers(&mut findings);
    }
    source.sizes(&mut findings);
    findings.into_iter().map(|(line, rule)| format!("src/{path}:{line}: {rule}")).collect()
}

type Findings = Vec<(usize, String)>;

impl Source<'_> {
    fn storeys(&self, findings: &mut Findings) {
        let Some((_, allowed)) = STOREYS.iter().find(|(name, _)| *name == self.storey) else {
            findings.push((1, format!("{} is no storey of the house", self.storey)));
            return;
        };
        for (n, line) in self.lines.iter().enumerate() {
            for named in self.named(line, self.tests[n]) {
                match named.as_str() {
                    "motcua" => {
                        findings.push((n + 1, "a storey is named by `crate::`, not by the crate's name".into()))
                    }
                    "{" | "*" => findings.push((n + 1, "`crate::` is followed by one storey's name".into())),
                    own if own == self.storey || allowed.contains(&own) => {}
                    other => findings.push((n + 1, format!("{} may not name {other}", self.storey))),
                }
            }
        }
    }

    fn purity(&self, findings: &mut Findings) {
        if !PURE.contains(&self.storey) {
            return;
        }
        for (n, line) in self.lines.iter().enumerate().filter(|(n, _)| !self.tests[*n]) {
            // `env!` is read by the compiler.
            let impure =
                |word: &&str| IMPURE.contains(word) && !self.keeps(word) && !line.contains(&format!("{word}!"));
            if let Some(word) = words(line).find(impure) {
                findings.push((n + 1, format!("{} is pure: no `{word}`", self.storey)));
            }
        }
    }

    fn keeps(&self, word: &str) -> bool {
        self.path.starts_with("jose/alg") && OWN_GENERATORS.contains(&word)
    }

    fn crates(&self, findings: &mut Findings) {
        for (n, line) in self.lines.iter().enumerate() {
            for path in paths(line) {
                let name = path.split("::").next().unwrap();
                let Some((_, places)) = CRATES.iter().find(|(names, _)| names.contains(&name)) else { continue };
                let inside =
                    |place: &str| self.path.strip_prefix(place).is_some_and(|rest| rest.starts_with(['/', '.']));
                if !places.iter().any(|place| inside(place)) {
                    findings.push((n + 1, format!("{name} is named in {} alone", places.join(" and "))));
                }
            }
        }
    }

    fn calls(&self, findings: &mut Findings) {
        for (n, line) in self.lines.iter().enumerate() {
            for path in paths(line) {
                let Some((_, place)) = CALLED_IN.iter().find(|(names, _)| names.contains(&path.as_str())) else {
                    continue;
                };
                if self.path != *place {
                    findings.push((n + 1, format!("{path} is called in {place} alone")));
                }
            }
        }
    }

    fn comparisons(&self, findings: &mut Findings) {
        for (n, line) in self.lines.iter().enumerate().filter(|(n, _)| !self.tests[*n]) {
            let compared = |name: &&&str| ["==", "!="].iter().any(|sign| line.contains(&format!("{sign} {name}::")));
            if let Some(name) = MATCHED.iter().find(compared) {
                findings.push((n + 1, format!("a {name} is matched whole and not compared")));
            }
        }
    }

    fn sizes(&self, findings: &mut Findings) {
        if self.lines.len() >= FILE_LINES {
            findings.push((self.lines.len(), format!("a file stays below {FILE_LINES} lines")));
        }
        for (n, line) in self.lines.iter().enumerate() {
            let mut following = words(line).skip_while(|word| *word != "fn").skip(1);
            let Some(name) = following.next().filter(|name| line.contains(&format!("fn {name}"))) else { continue };
            let length = end_of_item(&self.lines, n) - n + 1;
            if length >= FUNCTION_LINES {
                findings.push((n + 1, format!("fn {name} has {length} lines; it stays below {FUNCTION_LINES}")));
            }
        }
    }
}

/// One finding on `line` that says `rule`.
fn assert_found(path: &str, text: &str, line: usize, rule: &str) {
    let findings = check(path, text);
    let [finding] = findings.as_slice() else { panic!("{path} {text:?}: {findings:?}") };
    assert!(finding.starts_with(&format!("src/{path}:{line}: ")) && finding.contains(rule), "{finding}");
}

#[test]
fn the_check_finds_a_storey_that_names_one_above_or_beside_it() {
    assert_found("base/time.rs", "\nuse crate::store::db;\n", 2, "base may not name store");
    assert_found("jobs/clean.rs", "use crate::http::routes;", 1, "jobs may not name http");
    assert_found("http/tls.rs", "fn f() { crate::store::db::x() }", 1, "http may not name store");
    assert_found("jose/jws.rs", "use super::super::flows::x;", 1, "jose may not name flows");
    assert_found("flows/token/mod.rs", "use super::super::cli;", 1, "flows may not name cli");
    assert_found("flows/a.rs", "use crate::{base, cli};", 1, "one storey's name");
    assert_found("flows/a.rs", "use motcua::cli::x;", 1, "not by the crate's name");
    assert_found("attic/a.rs", "", 1, "no storey");
    assert_found("app.rs", "use super::http::x;", 1, "app may not name http");
}

#[test]
fn the_check_finds_impure_code() {
    for code in ["async fn f() {}", "use std::fs;", "let t = std::time::Instant::now();", "std::env::var(x)"] {
        assert_found("protocol/scope.rs", code, 1, "protocol is pure");
    }
    assert_found("jose/jwt.rs", "SystemRandom::fill(x);", 1, "jose is pure");
    assert!(check("jose/alg/ec.rs", "let rng = SystemRandom::make(x);").is_empty());
    assert!(check("protocol/scope.rs", "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n").is_empty());
    assert_found("protocol/a.rs", "#[cfg(test)]\nmod tests {\n    fn f() {}\n}\nuse std::fs;\n", 5, "pure");
}

#[test]
fn the_check_finds_crates_out_of_place() {
    assert_found("flows/a.rs", "use axum::Router;", 1, "axum is named in http and cli alone");
    assert_found("flows/a.rs", "let x = sqlx::query(y);", 1, "sqlx is named in store alone");
    assert_found("jose/jws.rs", "use ring::digest;", 1, "base and jose/alg");
    assert_found("identity/person.rs", "#[derive(argon2::X)]", 1, "identity/credential");
    assert_found("cli/serve.rs", "use reqwest::Client;", 1, "outbound and cli/demo");
    assert!(check("http/tls.rs", "use rustls::crypto::ring::sign;").is_empty());
    assert!(check("store/db.rs", "use sqlx::Row;").is_empty());
}

#[test]
fn the_check_finds_what_has_grown_too_large() {
    assert_found("base/a.rs", &"\n".repeat(400), 400, "below 400 lines");
    let long = format!("fn long(\n    a: u8,\n) {{\n{}}}\n", "    a;\n".repeat(56));
    assert_found("base/a.rs", &long, 1, "fn long has 60 lines");
    let fits = format!("fn fits(\n    a: u8,\n) {{\n{}}}\n", "    a;\n".repeat(55));
    assert!(check("base/a.rs", &fits).is_empty());
    assert!(check("base/a.rs", "trait A {\n    fn short(&self) -> [u8; 2];\n}\n").is_empty());
}

#[test]
fn the_check_finds_a_second_writer_of_clients() {
    assert_found("jobs/a.rs", "clients::remove(&mut tx, id).await?;", 1, "in parts/client_writer.rs alone");
    assert!(check("parts/client_writer.rs", "clients::remove(&mut change.tx, id).await?;").is_empty());
    assert!(check("flows/a.rs", "clients::find(app, id, now).await?;").is_empty());
}

#[test]
fn the_check_finds_profiles_that_are_compared() {
    for sign in ["==", "!="] {
        let code = format!("fn f() {{ if client.profile {sign} Profile::Strict {{}} }}");
        assert_found("parts/a.rs", &code, 1, "a Profile is matched whole");
    }
    assert!(check("parts/a.rs", "match profile { Profile::Strict => 1, Profile::Oidc => 2 }").is_empty());
}

#[test]
fn comments_and_literals_name_nothing() {
    let texts = [
        "// crate::http",
        "/* crate::http /* nested */ crate::http */ fn f() {}",
        "const A: &str = \"crate::http \\\" crate::http\";",
        "const A: &str = r#\"crate::http \" crate::http\"#;",
        "fn f<'a>(c: char) -> bool { c == '\"' || c == '\\'' || c == '{' }",
    ];
    for text in texts {
        assert_eq!(check("base/a.rs", text), Vec::<String>::new(), "{text}");
    }
    assert_found("base/a.rs", "const A: char = '\"'; use crate::http::x;", 1, "base may not name http");
}
