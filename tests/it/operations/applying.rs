//! `motcua apply` at the terminal: looked at before it is done, and asked where much would go.

use super::program::Site;

const FILE: &str = "[[agencies]]\nid = \"ministry\"\nname = { vi = \"Bộ\", en = \"Ministry\" }\n\
     [[services]]\nid = \"passports\"\nagency = \"ministry\"\nlegal_basis = \"consent\"\n\
     name = { vi = \"Hộ chiếu\", en = \"Passports\" }\npurpose = { vi = \"cấp\", en = \"issuing\" }\n\
     [[clients]]\nclient_id = \"web\"\nservice = \"passports\"\nscope = \"openid email\"\n\
     redirect_uris = [\"https://passports.example/cb\"]\nsecrets = [\"a-secret-of-a-test-that-is-long-enough\"]\n\
     [[people]]\nuser_name = \"binh\"\npassword = \"a password of a test\"\nidentity_number = \"036187001234\"\n\
     [people.claims]\nname = \"Bình\"\nemail = \"binh@x.example\"\n";

async fn site() -> Site {
    let site = Site::empty("", "").await;
    site.write("all.toml", FILE);
    site
}

/// "`--dry-run` shows what would change, like a diff", and changes nothing.
#[tokio::test]
async fn a_dry_run_shows_what_would_change_and_changes_nothing() {
    let site = site().await;
    let dry = |file: &str| site.configured(&["apply", file, "--prune", "--dry-run"]).succeeded();
    let refused = site.configured(&["apply", "all.toml", "--dry-run"]).failed();
    assert!(refused.contains("no database yet") || refused.contains("migrate"), "{refused}");
    site.configured(&["migrate", "--init"]).succeeded();
    let all = dry("all.toml");
    for line in
        ["+ agency ministry", "+ service passports", "+ client web", "    + scope = \"openid email\"", "+ person binh"]
    {
        assert!(all.lines().any(|said| said == line), "{line}: {all}");
    }
    assert_eq!(site.configured(&["people", "count"]).succeeded(), "0 people, 0 of them disabled\n");
    site.configured(&["apply", "all.toml"]).succeeded();
    assert_eq!(dry("all.toml"), "nothing to change\n");
    let changed = FILE
        .replace("openid email", "openid")
        .replace("a-secret-of-a-test", "another-secret-of-a-test")
        .replace("en = \"Ministry\"", "en = \"The Ministry\"")
        .replace("binh@x.example", "an.binh@x.example")
        .replace("name = \"Bình\"\n", "nickname = \"Bình\"\n")
        .replace("a password of a test", "another password of a test");
    site.write("changed.toml", &changed);
    let expected = "~ agency ministry\n    - name = {\"en\":\"Ministry\",\"vi\":\"Bộ\"}\n    + name = {\"en\":\"The Ministry\",\
         \"vi\":\"Bộ\"}\n~ client web\n    - scope = \"openid email\"\n    + scope = \"openid\"\n    ~ secrets\n~ person binh\n    \
         ~ claims.email\n    - claims.name\n    + claims.nickname\n    ~ password\n";
    assert_eq!(dry("changed.toml"), expected, "and nothing of a person or of a secret but that it differs");
    assert_eq!(dry("all.toml"), "nothing to change\n", "it was not applied");
    site.write("none.toml", "");
    let none = dry("none.toml");
    for line in ["- client web", "- service passports", "- agency ministry"] {
        assert!(none.lines().any(|said| said == line), "{line}: {none}");
    }
    assert!(none.lines().any(|said| said == "- person binh (disabled)"), "{none}");
    assert_eq!(dry("all.toml"), "nothing to change\n");
    site.leave().await;
}

/// "`--prune` of more than a tenth asks, or wants `--yes`"
#[tokio::test]
async fn pruning_more_than_a_tenth_is_asked_for() {
    let site = site().await;
    let person = |n: u32| format!("[[people]]\nuser_name = \"person{n}\"\npassword = \"a password of a test\"\n");
    let people = |numbers: std::ops::Range<u32>| numbers.map(person).collect::<String>();
    site.write("all.toml", &(FILE.to_owned() + &people(0..19)));
    site.configured(&["migrate", "--init"]).succeeded();
    site.configured(&["apply", "all.toml"]).succeeded();
    let refused = site.configured(&["apply", "--prune", "/dev/null"]).failed();
    for says in ["1 of 1 clients", "1 of 1 services", "1 of 1 agencies", "20 of 20 people", "--yes", "--dry-run"] {
        assert!(refused.contains(says), "{says}: {refused}");
    }
    assert_eq!(site.configured(&["apply", "all.toml"]).succeeded(), "nothing to change\n");
    // Two of twenty are a tenth; three are more.
    site.write("fewer.toml", &(FILE.to_owned() + &people(0..17)));
    let done = site.configured(&["apply", "--prune", "fewer.toml"]).succeeded();
    assert_eq!(done.lines().filter(|line| line.starts_with("disabled person")).count(), 2, "{done}");
    site.write("fewer.toml", &(FILE.to_owned() + &people(0..15)));
    let refused = site.configured(&["apply", "--prune", "fewer.toml"]).failed();
    assert!(refused.contains("2 of 18 people") && !refused.contains("clients"), "{refused}");
    let done = site.configured(&["apply", "--prune", "--yes", "/dev/null"]).succeeded();
    assert!(done.contains("removed client web") && done.contains("removed agency ministry"), "{done}");
    assert_eq!(site.configured(&["people", "count"]).succeeded(), "20 people, 20 of them disabled\n");
    site.leave().await;
}
