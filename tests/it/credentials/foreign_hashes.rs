//! Passwords that other systems hashed. The vectors are of the town's password, and none is made by a crate that compares
//! them: crypt(3) made those of bcrypt and sha-crypt, Python's hashlib PBKDF2, scrypt and the salted digests, PHP those of
//! argon2.

use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use motcua::identity::credential::foreign::Foreign;
use motcua::identity::credential::password;
use motcua::identity::credential::password::Cost;
use motcua::identity::credential::password::StoredPassword;
use motcua::identity::credential::password::Verdict;
use motcua::identity::credential::workspace::Workspace;
use motcua::identity::person::SignInName;
use motcua::store::credentials;
use motcua::store::people;
use uuid::Uuid;

use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

const VECTORS: &str = include_str!("foreign_hashes.txt");
/// As the exporters make them by default: Keycloak PBKDF2 with SHA-1, SHA-256 (of before and of now) and SHA-512, Kratos bcrypt,
/// PBKDF2 and scrypt.
const DEFAULTS: &str = include_str!("foreign_defaults.txt");
const COST: Cost = Cost { memory_kib: 64, iterations: 1, parallelism: 1 };

fn verdict(typed: &str, text: &str) -> Verdict {
    let stored = StoredPassword { phc: text.to_owned(), pepper: None };
    password::verify(typed, &stored, COST, &[], &mut Workspace::default())
}

async fn try_once(town: &Town, name: &str, password: &str) -> Page {
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    browser.fill(&page, &[("username", name), ("password", password)]).await
}

async fn person(town: &Town, name: &str) -> Uuid {
    let digest = SignInName::parse(name).unwrap().digest(town.app.data_keys.lookup.expose());
    people::find_by_name(&town.app.db, &digest).await.unwrap().unwrap().id
}

async fn stored(town: &Town, name: &str) -> StoredPassword {
    credentials::password(&town.app.db, person(town, name).await).await.unwrap().unwrap()
}

/// "each verified on first sign-in and then replaced by argon2id": with the pepper, and applying the same file again brings
/// nothing back.
#[tokio::test]
async fn each_notation_signs_in_once_and_is_then_argon2id() {
    let town = Town::new().await;
    let mut file = String::new();
    for (n, text) in VECTORS.lines().enumerate() {
        write!(file, "[[people]]\nuser_name = \"moved-{n}\"\npassword_hash = '{text}'\n").unwrap();
    }
    town.apply(&file).await;
    for (n, text) in VECTORS.lines().enumerate() {
        let name = format!("moved-{n}");
        assert_eq!(stored(&town, &name).await, StoredPassword { phc: text.into(), pepper: None });
        assert!(try_once(&town, &name, PASSWORD).await.parameter("code").is_some(), "{text}");
        let anew = stored(&town, &name).await;
        assert!(anew.phc.starts_with("$argon2id$v=19$m=64,t=1,p=1$") && anew.pepper.is_some(), "{}", anew.phc);
    }
    town.apply(&file).await;
    for n in [0, 12] {
        let name = format!("moved-{n}");
        assert!(stored(&town, &name).await.pepper.is_some());
        assert!(try_once(&town, &name, "correct horse").await.parameter("code").is_none());
        assert!(try_once(&town, &name, PASSWORD).await.parameter("code").is_some());
    }
    town.leave().await;
}

/// "No page, header, timing or mail tells whether an account exists": a hash of another system is dearer than nobody's.
#[tokio::test]
async fn a_wrong_password_is_answered_no_sooner_than_the_dearest_hash_allows() {
    let town = Town::new().await;
    let bcrypt = VECTORS.lines().find(|text| text.starts_with("$2")).unwrap();
    town.apply(&format!("[[people]]\nuser_name = \"moved\"\npassword_hash = '{bcrypt}'\n")).await;
    assert!(try_once(&town, "moved", "correct horse").await.parameter("code").is_none());
    let dearest = &town.app.dearest_hash;
    assert!(dearest.load(Ordering::Relaxed) > 0);
    dearest.store(400_000, Ordering::Relaxed);
    for name in ["khai", "nobody"] {
        let begun = Instant::now();
        assert!(try_once(&town, name, "correct horse").await.parameter("code").is_none());
        assert!(begun.elapsed() >= Duration::from_millis(400), "{name}");
    }
    town.leave().await;
}

/// "At most 100 consecutive failures of one password": also of who knows by the silence that it is wrong.
#[tokio::test]
async fn a_wrong_password_counts_whoever_hangs_up_before_the_answer() {
    let town = Town::new().await;
    town.app.dearest_hash.store(600_000_000, Ordering::Relaxed);
    let answer = tokio::time::timeout(Duration::from_secs(2), try_once(&town, "khai", "correct horse"));
    assert!(answer.await.is_err());
    let khai = person(&town, "khai").await;
    let failures = async || credentials::password_among(&town.app.db, khai).await.unwrap().unwrap().failures;
    let counted = async {
        while failures().await != 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), counted).await.unwrap();
    town.leave().await;
}

#[test]
fn another_password_is_wrong_in_each_notation() {
    assert!(VECTORS.lines().count() > 25);
    for text in VECTORS.lines() {
        assert!(matches!(verdict(PASSWORD, text), Verdict::Right | Verdict::RightButOutdated), "{text}");
        for other in ["correct horse batterY", "correct horse battery ", "", &"x".repeat(100_000)] {
            assert_eq!(verdict(other, text), Verdict::Wrong, "{text}");
        }
    }
}

/// What nobody chose otherwise is taken: argon2 too, for which Keycloak has 7 MiB and five passes, and Kratos 128 MiB and one.
#[test]
fn what_keycloak_and_kratos_make_by_default_is_compared() {
    let mut all: Vec<String> = DEFAULTS.lines().map(str::to_owned).collect();
    for (memory_kib, iterations) in [(7168, 5), (131_072, 1)] {
        let (cost, mut workspace) = (Cost { memory_kib, iterations, parallelism: 1 }, Workspace::default());
        all.push(password::hash(PASSWORD, [7; 16], cost, None, &mut workspace).unwrap().phc);
    }
    let fields: Vec<&str> = all[8].split('$').collect();
    let secret = format!("{:?}", format!(r#"{{"value":"{}","salt":"{}"}}"#, fields[5], fields[4]));
    let data = r#"{"hashIterations":5,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["7168"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}"#;
    all.push(format!("{{\"secretData\":{secret},\"credentialData\":{data:?}}}"));
    assert_eq!(all.len(), 11);
    for text in all {
        assert_eq!(verdict(PASSWORD, &text), Verdict::RightButOutdated, "{text}");
        assert_eq!(verdict("correct horse batterY", &text), Verdict::Wrong, "{text}");
    }
}

/// The first version of argon2, which its strings did not name: a vector of the reference implementation's test.c.
#[test]
fn the_first_version_of_argon2_is_known() {
    let text = "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY";
    assert_eq!(verdict("password", text), Verdict::RightButOutdated);
    assert_eq!(verdict("passwore", text), Verdict::Wrong);
}

/// What would take minutes or gigabytes, and what could never be signed in with, is refused where it is read.
#[test]
fn what_is_unknown_malformed_or_too_dear_is_refused_with_the_reason() {
    const KEY: &str = "c2l4dGVlbiBieXRlcyBvaw$A553ShwI3q7HlAym+dsR6+Pd5TL9Gfv2k2WBH1f/Lpw";
    let keycloak = |data: &str| {
        let (secret, data) =
            (format!("{:?}", r#"{"value":"A553ShwI3q7HlAym+dsR6w==","salt":"c2FsdA=="}"#), format!("{data:?}"));
        format!("{{\"secretData\":{secret},\"credentialData\":{data}}}")
    };
    for (text, why) in [
        (String::new(), "a notation that is known"),
        ("correct horse".into(), "a notation that is known"),
        ("$1$salt$qJH7.N4xYta3aEG/dfqo/0".into(), "a notation that is known"),
        ("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=".into(), "a notation that is known"),
        ("{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=".into(), "a salt"),
        ("{SSHA}AAAA".into(), "20 bytes"),
        ("{SSHA}é".into(), "base64"),
        ("$2b$31$abcdefghijklmnopqrstuu50eFBEC8vQwBnuFXMHE45jBnqvQ8xz.".into(), "costs too much"),
        ("$2b$10$short".into(), "bcrypt"),
        ("$2x$06$abcdefghijklmnopqrstuu50eFBEC8vQwBnuFXMHE45jBnqvQ8xz.".into(), "a notation that is known"),
        (format!("$pbkdf2-sha256$i=400000000,l=32${KEY}"), "costs too much"),
        (format!("$pbkdf2-sha256$i=0,l=32${KEY}"), "one iteration"),
        (format!("$pbkdf2-sha256$i=1000,l=64${KEY}"), "the length"),
        ("$pbkdf2-sha256$i=1000,l=3$c2FsdA$AAAA".into(), "16 to 128 bytes"),
        (format!("$scrypt$ln=24,r=8,p=1${KEY}"), "costs too much"),
        (format!("$scrypt$ln=14,r=8,p=4000000000${KEY}"), "costs too much"),
        (format!("$scrypt$ln=65537,r=8,p=1${KEY}"), "power of two"),
        (format!("$scrypt$ln=2147483648,r=4294967295,p=1${KEY}"), "costs too much"),
        (format!("$argon2id$v=19$m=4194304,t=1,p=1${KEY}"), "costs too much"),
        (format!("$argon2id$v=19$m=65536,t=100000,p=1${KEY}"), "costs too much"),
        (format!("$argon2i$v=20$m=64,t=1,p=1${KEY}"), "v=19"),
        (format!("$argon2d$v=19$m=64,t=1,p=1${KEY}"), "a notation that is known"),
        ("$6$rounds=999999999$saltsalt$x".into(), "costs too much"),
        ("$6$saltsalt$short".into(), "86"),
        (format!("$sha256$pf=e1BBU1NXT1JEfQ==${KEY}"), "a salt"),
        ("{\"secretData\":\"hunter2\"}".into(), "Keycloak"),
        (keycloak(r#"{"hashIterations":1,"algorithm":"md5"}"#), "pbkdf2-sha512"),
        (keycloak(r#"{"hashIterations":1,"algorithm":"argon2"}"#), "type"),
        (keycloak(r#"{"hashIterations":999999999,"algorithm":"pbkdf2-sha512"}"#), "costs too much"),
    ] {
        let refused = Foreign::parse(&text).unwrap_err();
        assert!(refused.contains(why) && !refused.contains("hunter2"), "{text}: {refused}");
        assert_eq!(verdict("correct horse", &text), Verdict::Wrong, "{text}");
    }
}

/// A file with such a hash is refused as a whole, and says where.
#[tokio::test]
async fn a_file_with_an_unknown_notation_is_refused_with_its_place() {
    let town = Town::new().await;
    let file = "[[people]]\nuser_name = \"moved\"\npassword_hash = '$1$salt$qJH7.N4xYta3aEG/dfqo/0'\n";
    let refused = town.try_apply(file, false).await.unwrap_err().to_string();
    assert!(refused.contains("password_hash") && refused.contains("line") && refused.contains("bcrypt"), "{refused}");
    town.leave().await;
}

/// Ours at any cost that the configuration allows is compared: half a gigabyte as well.
#[test]
fn a_hash_at_a_cost_that_the_configuration_allows_is_compared() {
    let (dear, mut workspace) = (Cost { memory_kib: 512 * 1024, ..COST }, Workspace::default());
    let stored = password::hash(PASSWORD, [7; 16], dear, None, &mut workspace).unwrap();
    assert!(password::verify(PASSWORD, &stored, dear, &[], &mut workspace).is_right());
}
