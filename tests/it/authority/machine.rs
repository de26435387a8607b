//! Local commands act as the machine's operator, are recorded as such, and can be refused.

use motcua::identity::authority::Role;
use motcua::store::db::Db;
use serde_json::Value;

use super::country;
use crate::operations::program::Site;
use crate::store::texts;

async fn site() -> Site {
    let site = Site::new("", "").await;
    let db = site.db().await;
    country::found(&db).await;
    db.close().await;
    site.write("officials.toml", &super::declared());
    site.configured(&["apply", "officials.toml"]).succeeded();
    site
}

async fn recorded(db: &Db) -> Vec<String> {
    let sql = "SELECT act || ' ' || COALESCE(actor, '-') || ' ' || COALESCE(reason, '-') FROM audit_events \
               WHERE act IN ('right_granted', 'right_revoked', 'person_disabled') ORDER BY at, act";
    texts(db, sql.to_owned()).await
}

/// "the national operator is a right like any other, given at the first start by the command line, to at least two people"
#[tokio::test]
async fn the_first_national_operators_are_two() {
    let site = site().await;
    let grant = |people: &[&str]| {
        let people = people.iter().flat_map(|name| ["--person", name]);
        let rest = ["rights", "grant", "--role", "national-operator", "--may-delegate", "--reason", "the first start"];
        site.configured(&rest.into_iter().chain(people).collect::<Vec<_>>())
    };
    assert!(grant(&["second"]).failed().contains("two people at least"));
    assert!(grant(&["second", "second"]).failed().contains("two people at least"));
    assert!(grant(&["second", "stranger"]).failed().contains("nobody signs in with the name stranger"));
    let given = grant(&["second", "third"]).succeeded();
    assert_eq!(given.lines().filter(|line| line.starts_with("gave right ")).count(), 2, "{given}");
    assert_eq!(grant(&["an"]).succeeded().lines().count(), 1, "a third comes alone");
    let listed: Vec<Value> = serde_json::from_str(&site.configured(&["rights", "list", "--json"]).succeeded()).unwrap();
    assert_eq!(listed.len(), 3);
    assert!(listed.iter().all(|right| right["role"] == "national-operator" && right["bounds"] == "everywhere"));
    assert!(listed.iter().all(|right| right["granted_by"] == "machine" && right["may_delegate"] == true));
    // One alone could have nothing approved: that is said when it comes to it.
    let id = |name: &str| {
        let of = listed.iter().find(|right| right["name"] == name).unwrap();
        of["id"].as_str().unwrap().to_owned()
    };
    let revoke = |name| site.configured(&["rights", "revoke", &id(name), "--reason", "leaves"]);
    assert!(!revoke("an").succeeded().contains("warning"));
    assert!(revoke("an").failed().contains("no such thing"), "it ended before");
    assert!(revoke("third").succeeded().contains("warning: one national operator is left"));
    let db = site.db().await;
    let granted = "right_granted machine the first start";
    let revoked = "right_revoked machine leaves";
    assert_eq!(recorded(&db).await, [granted, granted, granted, revoked, revoked]);
    db.close().await;
    site.leave().await;
}

/// Rights with every bound, at the terminal: given, listed as of a day, settled after a reform, ended with what is left.
#[tokio::test]
async fn rights_are_given_listed_and_ended_at_the_terminal() {
    let site = site().await;
    let grant = |more: &[&str]| site.configured(&[&["rights", "grant", "--reason", "a test"], more].concat());
    let whole = ["--role", "registrar", "--person", "registrar", "--unit", "commune/00001", "--branch", "hospitals"];
    let whole = [&whole[..], &["--agency", "101-health", "--subordinates", "--until", "2099-12-31"]].concat();
    grant(&whole).succeeded();
    grant(&["--role", "support-desk", "--person", "support-desk", "--unit", "202"]).succeeded();
    for (more, says) in [
        (&["--role", "clerk", "--person", "an"][..], "expected one of national-operator"),
        (&["--role", "auditor", "--person", "an", "--unit", "999"], "none has the code"),
        (&["--role", "auditor", "--person", "an", "--unit", "103"], "none has the code"), // of later
        (&["--role", "auditor", "--person", "an", "--branch", "sports"], "\"sports\" is not there"),
        (&["--role", "auditor", "--person", "an", "--agency", "none"], "\"none\" is not there"),
        (&["--role", "auditor", "--person", "an", "--until", "2020-01-01"], "until"),
        (&["--role", "auditor", "--client", "none"], "is not here"),
        (&["--role", "auditor"], "--person"),
    ] {
        assert!(grant(more).failed().contains(says), "{more:?}");
    }
    grant(&["--role", "auditor", "--person", "an", "--unit", "103", "--from", "2099-07-01"]).succeeded();
    let list = |more: &[&str]| site.configured(&[&["rights", "list"], more].concat()).succeeded();
    let own = list(&["--person", "registrar"]);
    let bounds = "registrar registrar: unit commune/00001, branch hospitals, agency 101-health and its subordinates";
    assert!(own.contains(bounds) && own.contains("until 2099-12-31T17:00:00Z"), "{own}");
    assert_eq!(list(&["--undecided"]), "no rights\n");
    let undecided = list(&["--undecided", "--at", country::JULY]);
    assert_eq!(undecided.lines().count(), 1, "{undecided}");
    assert!(undecided.contains("its unit was divided among unit district/203, unit district/204"), "{undecided}");
    assert!(undecided.contains("unit province/02 has it until somebody decides"), "{undecided}");
    let id = undecided.split(' ').next().unwrap();
    let settled = site.configured(&["rights", "settle", id, "--unit", "203", "--reason", "early"]).failed();
    assert!(settled.contains("nothing to decide"), "{settled}");

    let look = site.configured(&["rights", "end", "--person", "support-desk", "--dry-run"]).succeeded();
    assert!(
        look.contains("would end") && look.contains("nobody else does") && look.contains("people.recover"),
        "{look}"
    );
    assert_eq!(list(&["--person", "support-desk"]).matches("ended").count(), 0);
    site.configured(&["rights", "end", "--person", "support-desk"]).failed(); // why?
    let ended = site.configured(&["rights", "end", "--person", "support-desk", "--reason", "leaves"]).succeeded();
    assert!(ended.starts_with("ended ") && ended.contains("ended 0 sessions"), "{ended}");
    assert!(list(&["--person", "support-desk"]).contains("(ended "));
    assert_eq!(site.configured(&["pending", "list"]).succeeded(), "nothing waits\n");
    let trail = site.configured(&["audit", "--person", "support-desk", "--json"]).succeeded();
    let latest: Value = serde_json::from_str(trail.lines().next().unwrap()).unwrap();
    assert_eq!((latest["actor"].as_str(), latest["reason"].as_str()), (Some("machine"), Some("leaves")));
    site.leave().await;
}

/// "local commands act as the machine's operator, recorded as such, and can be refused (`[officials] local = false`)"
#[tokio::test]
async fn commands_of_the_machine_can_be_refused() {
    let site = site().await;
    site.configured(&["people", "disable", "an"]).succeeded();
    let db = site.db().await;
    assert_eq!(recorded(&db).await, ["person_disabled machine -"]);
    let declared = "SELECT DISTINCT COALESCE(actor, '-') FROM audit_events WHERE act = 'declaration_applied'";
    assert_eq!(texts(&db, declared.into()).await, ["machine"]);
    let before = texts(&db, "SELECT CAST(COUNT(*) AS TEXT) FROM audit_events".into()).await;
    let config = std::fs::read_to_string(site.path("motcua.toml")).unwrap();
    site.write("motcua.toml", &format!("{config}\n[officials]\nlocal = false\n"));
    for arguments in [
        &["people", "show", "an"][..],
        &["people", "enable", "an"],
        &["people", "count"],
        &["people", "export"],
        &["rights", "list"],
        &["rights", "grant", "--role", Role::Auditor.as_str(), "--person", "an", "--reason", "x"],
        &["pending", "list"],
        &["apply", "officials.toml"],
        &["keys", "list"],
        &["keys", "rotate"],
        &["clients", "list"],
        &["clients", "restore", "portal", "1", "--reason", "x"],
        &["services", "versions", "licences"],
        &["outbox", "list"],
        &["audit"],
    ] {
        let refused = site.configured(arguments).failed();
        assert!(refused.contains("officials.local = false"), "{arguments:?}: {refused}");
    }
    site.configured(&["migrate"]).succeeded();
    site.configured(&["check-config", "--connect"]).succeeded();
    let serving = site.serve().await;
    serving.stop().await;
    let after = texts(&db, "SELECT CAST(COUNT(*) AS TEXT) FROM audit_events WHERE act NOT LIKE 'key_%'".into()).await;
    let counted: i64 = after[0].parse().unwrap();
    assert!(counted <= before[0].parse().unwrap(), "nothing happened");
    db.close().await;
    site.leave().await;
}
