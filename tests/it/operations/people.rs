//! People, as an operator meets them at the terminal.

use motcua::store::db::Pool;
use serde_json::Value;

use super::program::Site;
use crate::store::execute;
use crate::town::PASSWORD;
use crate::town::Tokens;
use crate::town::Town;

const PEOPLE: &str = "[[people]]\nuser_name = \"khai\"\nidentity_number = \"036187001234\"\n\
                      password = \"correct horse battery\"\n[people.claims]\nemail = \"khai@songlam.example\"\n\
                      [[people]]\nuser_name = \"an\"\npassword = \"correct horse battery\"\n";

/// Any name serves; what is printed holds no identity number; what cannot be done is said.
#[tokio::test]
async fn an_operator_looks_at_a_person_disables_and_enables_them() {
    let site = Site::new("", "").await;
    site.write("people.toml", PEOPLE);
    site.configured(&["apply", "people.toml"]).succeeded();
    assert_eq!(site.configured(&["people", "count"]).succeeded(), "2 people, 0 of them disabled\n");
    let show = |name: &str| -> Value {
        let text = site.configured(&["people", "show", name, "--json"]).succeeded();
        assert!(!text.contains("036187001234"), "{text}");
        serde_json::from_str(&text).unwrap()
    };
    let khai = show("036 187 001 234");
    assert_eq!((khai["user_name"].as_str(), &khai["disabled_at"]), (Some("khai"), &Value::Null));
    assert_eq!(khai, show("KHAI@songlam.example"));
    assert!(site.configured(&["people", "show", "khai"]).succeeded().contains("khai, known since"));
    assert_eq!(site.configured(&["people", "disable", "khai"]).succeeded(), "disabled khai\n");
    assert_eq!(site.configured(&["people", "disable", "khai"]).succeeded(), "khai was disabled before\n");
    assert!(show("khai")["disabled_at"].is_string());
    let count: Value = serde_json::from_str(&site.configured(&["people", "count", "--json"]).succeeded()).unwrap();
    assert_eq!((count["all"].as_i64(), count["disabled"].as_i64()), (Some(2), Some(1)));
    assert_eq!(site.configured(&["people", "enable", "khai"]).succeeded(), "enabled khai\n");
    assert_eq!(show("khai")["disabled_at"], Value::Null);
    let out = site.configured(&["people", "sign-out", "an", "--everything"]).succeeded();
    assert_eq!(out, "signed out an: 0 sessions ended\n");
    for verb in ["show", "sign-out", "disable", "enable"] {
        let refused = site.configured(&["people", verb, "stranger"]).failed();
        assert!(refused.contains("nobody signs in with the name stranger"), "{verb}: {refused}");
    }
    site.leave().await;
}

/// "`motcua people add | set-password | remove`", the password never on the command line; what may not be is said.
#[tokio::test]
async fn an_operator_enters_a_person_gives_them_a_password_and_removes_them() {
    let site = Site::new("", "").await;
    site.configured(&["migrate"]).succeeded();
    let add =
        ["people", "add", "mai", "--identity-number", "036 187 001 234", "--claim", "email=mai@x.example", "--claim"];
    let add = [&add[..], &["email_verified=true", "--json"]].concat();
    for (input, says) in [
        ("fourteen chars", "15 characters"),
        ("", "15 characters"),
        ("a tab\tin between", "control character"),
        ("1234567890qwerty", "many people have"),
        ("Mai, 036 187 001 234", "own names"),
    ] {
        let refused = site.fed(input, &add).failed();
        assert!(refused.contains("password") && refused.contains(says), "{refused}");
    }
    for (name, more, says) in [
        ("mai", &["--identity-number", "12"][..], "12 digits"),
        ("mai", &["--claim", "birthdate=1987-02-30"], "birthdate"),
        ("mai", &["--claim", "shoe_size=43"], "standard claim"),
        ("\u{1f600}", &[], "user_name"),
    ] {
        let refused = site.fed("a password of hers\n", &[&["people", "add", name], more].concat()).failed();
        assert!(refused.contains(says), "{refused}");
    }
    let added: Value = serde_json::from_str(&site.fed("a password of hers\r\n", &add).succeeded()).unwrap();
    let refused = site.fed("a password of hers\n", &["people", "add", "MAI@x.example"]).failed();
    assert!(refused.contains("\"mai\""), "{refused}");
    let show: Value =
        serde_json::from_str(&site.configured(&["people", "show", "036187001234", "--json"]).succeeded()).unwrap();
    assert_eq!((show["id"].as_str(), show["user_name"].as_str()), (added["id"].as_str(), Some("mai")));
    for (input, says) in [("fourteen chars", "15 characters"), ("mai@x.example mai", "own names")] {
        let refused = site.fed(input, &["people", "set-password", "mai"]).failed();
        assert!(refused.contains("password") && refused.contains(says), "{refused}");
    }
    let set: Value =
        serde_json::from_str(&site.fed("another of hers", &["people", "set-password", "mai", "--json"]).succeeded())
            .unwrap();
    assert_eq!(set["sessions_ended"], 0);
    let kept = site.configured(&["people", "remove", "mai"]).failed();
    assert!(kept.contains("--yes"), "nobody can be asked: {kept}");
    assert!(site.configured(&["people", "remove", "mai", "--yes"]).succeeded().starts_with("removed mai"));
    for name in ["mai", "036187001234", "mai@x.example"] {
        assert!(site.configured(&["people", "show", name]).failed().contains("nobody"), "{name}");
    }
    // Their names are free, and whoever has them next is another.
    let again: Value = serde_json::from_str(&site.fed("a password of hers\n", &add).succeeded()).unwrap();
    assert_ne!(again["id"], added["id"]);
    let trail = |person: &str| {
        let lines = site.configured(&["audit", "--person", person, "--json"]).succeeded();
        let acts =
            lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["act"].as_str().unwrap().to_owned());
        acts.collect::<Vec<_>>()
    };
    assert_eq!(trail(added["id"].as_str().unwrap()), ["person_removed", "password_set", "person_added"], "each once");
    assert_eq!(trail("mai"), ["person_added"]);
    site.leave().await;
}

/// Another password, or none at all any more: what was opened by the former ends, and what was given with it.
#[tokio::test]
async fn a_password_that_is_set_ends_what_the_former_opened_and_so_does_removal() {
    use motcua::flows::admin::people;
    let town = Town::new().await;
    let portal = town.rp("portal");
    let signs_in = async |password: &str| {
        let mut browser = town.browser();
        let page = browser.open(&portal.url(&[])).await;
        let arrived = browser.fill(&page, &[("username", "khai"), ("password", password)]).await;
        let code = arrived.parameter("code")?;
        let tokens = Tokens(portal.redeem(&code, &[]).await.json());
        Some((tokens.access_token().to_owned(), browser))
    };
    let now = || town.app.clock.now();
    let (token, mut browser) = signs_in(PASSWORD).await.unwrap();
    assert_eq!(portal.userinfo(&token).await.status, http::StatusCode::OK);
    let another = motcua::base::secret::Secret::new("another horse of hers".into());
    let ended = people::set_password(&town.app, "khai", another, now()).await;
    assert_eq!(ended.unwrap(), Some(Ok(1)));
    assert_eq!(portal.userinfo(&token).await.status, http::StatusCode::UNAUTHORIZED);
    assert_eq!(browser.open(&portal.url(&[])).await.path(), "/login", "the session ended");
    assert!(signs_in(PASSWORD).await.is_none());
    let (token, mut browser) = signs_in("another horse of hers").await.unwrap();
    assert!(people::remove(&town.app, "khai", now()).await.unwrap().is_some());
    assert_eq!(portal.userinfo(&token).await.status, http::StatusCode::UNAUTHORIZED);
    assert_eq!(browser.open(&portal.url(&[])).await.path(), "/login", "the session ended");
    assert!(signs_in("another horse of hers").await.is_none());
    town.leave().await;
}

/// "`motcua hash-password`": what it prints stands in a declaration, and fits any instance.
#[tokio::test]
async fn a_hashed_password_signs_in_where_the_declaration_has_it() {
    let site = Site::new("", "[passwords]\niterations = 3\n").await;
    let phc = site.fed("mật khẩu của Mai\n", &["hash-password"]).succeeded();
    assert!(phc.starts_with("$argon2id$v=19$m=19456,t=3,p=1$") && phc.lines().count() == 1, "{phc}");
    let json: Value =
        serde_json::from_str(&site.fed("mật khẩu của Mai", &["hash-password", "--json"]).succeeded()).unwrap();
    assert_ne!(json["password_hash"], phc.trim(), "each has a salt of its own");
    assert!(site.fed("fourteen chars", &["hash-password"]).failed().contains("15 characters"));
    site.leave().await;
    let town = Town::new().await;
    town.apply(&format!("[[people]]\nuser_name = \"mai\"\npassword_hash = \"{}\"\n", phc.trim())).await;
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let typed = [("username", "mai"), ("password", "ma\u{323}\u{302}t kha\u{302}\u{309}u cu\u{309}a Mai")];
    assert!(browser.fill(&page, &typed).await.parameter("code").is_some());
    town.leave().await;
}

/// Of many people nobody waits for all to be read where the database knows about how many there are.
#[tokio::test]
async fn many_people_are_counted_in_batches_or_about() {
    let town = Town::new().await;
    let db = &town.app.db;
    let (number, id) = match db.writes {
        Pool::Sqlite(_) => {
            let numbers =
                "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 60000)";
            (numbers, "randomblob(16)")
        }
        Pool::Postgres(_) => ("WITH numbers (n) AS (SELECT generate_series(1, 60000))", "gen_random_uuid()"),
    };
    execute(
        db,
        &format!(
            "{number} INSERT INTO people (id, shard, data, disabled_at, created_at, updated_at) \
         SELECT {id}, 0, CAST('x' AS BYTEA), CASE WHEN n % 4 = 0 THEN 1 END, 1, 1 FROM numbers"
        ),
    )
    .await;
    let exact = motcua::flows::admin::people::count(db, true).await.unwrap();
    assert_eq!((exact.all, exact.disabled, exact.about), (60_002, 15_000, false));
    if matches!(db.writes, Pool::Postgres(_)) {
        execute(db, "ANALYZE people").await;
    }
    let count = motcua::flows::admin::people::count(db, false).await.unwrap();
    assert_eq!(count.about, matches!(db.writes, Pool::Postgres(_)) && !db.groups.are_spread());
    assert!((59_000..61_000).contains(&count.all) && (13_000..17_000).contains(&count.disabled), "{count:?}");
    town.leave().await;
}
