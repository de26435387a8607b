//! "Versions of what is registered: every change of a service or client is a version with who, when, why and what changed; any
//! version can be compared and restored; `apply` and registration write through the same writer."

use std::time::Duration;

use http::StatusCode;
use motcua::flows::admin::versions;
use motcua::jobs;
use motcua::parts::client_writer;
use motcua::parts::client_writer::Declared;
use motcua::parts::record::Change;
use motcua::parts::service_writer;
use motcua::parts::versions::How;
use motcua::parts::versions::Kind;
use motcua::parts::versions::State;
use motcua::parts::versions::Version;
use motcua::parts::versions::What;
use motcua::parts::versions::current;
use motcua::protocol::oauth::client_metadata::ClientMetadata;
use motcua::store::agencies;
use motcua::store::clients;
use serde_json::json;
use uuid::Uuid;

use crate::oauth::registration;
use crate::races::at_once;
use crate::store::execute;
use crate::store::is_postgres;
use crate::town::Town;

pub const DAY: Duration = Duration::from_secs(86_400);

pub fn client(more: &str) -> String {
    format!(
        "[[clients]]\nclient_id = \"desk\"\nredirect_uris = [\"https://desk.example/cb\"]\nscope = \"openid\"\n{more}\n"
    )
}

pub const SECRET: &str = "secrets = [\"desk-secret-of-a-test-that-is-long-enough\"]";

pub async fn of(town: &Town, kind: Kind, id: &str) -> Vec<Version> {
    let mut all = versions::list(&town.app.db, kind, id).await.unwrap();
    all.reverse();
    for (version, number) in all.iter().zip(1..) {
        assert_eq!(version.number, number, "none is left out");
        assert_eq!(version.state.is_none(), version.what == What::Removed);
    }
    all
}

pub fn whats(all: &[Version]) -> Vec<&'static str> {
    all.iter().map(|version| version.what.as_str()).collect()
}

fn actor(version: &Version) -> String {
    version.by.as_ref().map(|by| by.actor.stored()).unwrap_or_default()
}

pub fn members(all: &[Version]) -> Vec<Vec<&str>> {
    all.iter().map(|version| version.members.iter().map(String::as_str).collect()).collect()
}

#[tokio::test]
async fn what_a_declaration_changes_is_a_version_and_what_it_does_not_is_none() {
    let town = Town::new().await;
    let service = |name: &str| {
        format!(
            "[[services]]\nid = \"desk\"\nagency = \"province\"\nlegal_basis = \"consent\"\n\
             name = {{ vi = \"Quầy\", en = \"{name}\" }}\npurpose = {{ vi = \"tiếp\", en = \"seeing to you\" }}\n"
        )
    };
    let first = town.app.clock.now();
    town.apply(&(service("Desk") + &client(SECRET))).await;
    town.apply(&(service("Desk") + &client(SECRET))).await;
    town.clock.pass(DAY);
    town.apply(&(service("The desk") + &client(&SECRET.replace("desk", "other")))).await;
    town.apply(&client(&format!("{SECRET}\nservice = \"desk\"\nclient_name = \"Bàn \\\"một\\\"\""))).await;
    let all = of(&town, Kind::Client, "desk").await;
    assert_eq!(whats(&all), ["created", "changed", "changed"]);
    assert_eq!(members(&all), [vec![], vec!["secrets"], vec!["client_name", "service", "secrets"]]);
    assert!(all.iter().all(|version| actor(version) == "machine"));
    assert_eq!((all[0].at, all[1].at), (first, first + DAY));
    assert!(!serde_json::to_string(&all[2].state).unwrap().contains("sha256"), "of secrets not even the digest");
    let service = of(&town, Kind::Service, "desk").await;
    assert_eq!((whats(&service), members(&service)), (vec!["created", "changed"], vec![vec![], vec!["name"]]));
    assert_eq!(versions::list(&town.app.db, Kind::Client, "nobody").await.unwrap(), []);

    // What goes leaves who removed it; what comes again under its id is another, and is counted on.
    let rest = include_str!("../town/town.toml");
    town.try_apply(rest, true).await.unwrap();
    town.clock.pass(DAY);
    town.apply(&client("token_endpoint_auth_method = \"none\"")).await;
    let again = of(&town, Kind::Client, "desk").await;
    assert_eq!(whats(&again)[3..], ["removed", "created"]);
    assert_eq!((again[3].epoch, again[4].epoch.unwrap() > again[0].epoch.unwrap()), (again[0].epoch, true));
    assert_eq!(whats(&of(&town, Kind::Service, "desk").await), ["created", "changed", "removed"]);
    town.leave().await;
}

/// RFC 7591 and RFC 7592: a client that registers itself is written by the same writer.
#[tokio::test]
async fn what_a_client_does_to_itself_is_a_version() {
    let town = registration::open_town().await;
    let told = registration::registered(&town, &registration::least()).await;
    let (id, token) = (told["client_id"].as_str().unwrap(), told["registration_access_token"].as_str().unwrap());
    let address = format!("/register/{id}");
    let mut update = registration::with(&json!({ "client_id": id, "client_name": "Sổ tay" }));
    for _ in 0..2 {
        assert_eq!(town.send_json("PUT", &address, Some(token), &update).await.status, StatusCode::OK);
    }
    update["token_endpoint_auth_method"] = json!("none");
    assert_eq!(town.send_json("PUT", &address, Some(token), &update).await.status, StatusCode::OK);
    let page = town.send_json("DELETE", &address, Some(token), &json!({})).await;
    assert_eq!(page.status, StatusCode::NO_CONTENT);
    let all = of(&town, Kind::Client, id).await;
    assert_eq!(whats(&all), ["created", "changed", "changed", "removed"]);
    assert_eq!(members(&all)[1..3], [vec!["client_name"], vec!["token_endpoint_auth_method", "secrets"]]);
    assert!(all.iter().all(|version| actor(version) == format!("client:{id}")));

    assert!(current(&town.app, Kind::Client, id).await.unwrap().is_none());

    // What is gone is kept for as long as the trail.
    town.clock.pass(*town.app.config.tokens.history - DAY);
    jobs::clean::run(town.app.clone()).await.unwrap();
    assert_eq!(of(&town, Kind::Client, id).await.len(), 4);
    town.clock.pass(DAY * 2);
    jobs::clean::run(town.app.clone()).await.unwrap();
    assert_eq!(of(&town, Kind::Client, id).await, []);
    town.close().await;
}

/// A stranger may change a client as often as the hour allows: of that, too, the database keeps no more than so much.
#[tokio::test]
async fn of_a_client_that_changes_itself_the_last_hundred_versions_are_kept() {
    let town = Town::with(|config| {
        registration::open(config);
        config.registration.hourly_updates = 0;
    })
    .await;
    let told = registration::registered(&town, &registration::least()).await;
    let (id, token) = (told["client_id"].as_str().unwrap(), told["registration_access_token"].as_str().unwrap());
    for n in 2..=104 {
        let update = registration::with(&json!({ "client_id": id, "client_name": format!("name {n}") }));
        let page = town.send_json("PUT", &format!("/register/{id}"), Some(token), &update).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    }
    let kept: Vec<i64> =
        versions::list(&town.app.db, Kind::Client, id).await.unwrap().iter().map(|version| version.number).collect();
    assert_eq!(kept, (5..=104).rev().collect::<Vec<i64>>());
    assert_eq!(current(&town.app, Kind::Client, id).await.unwrap().unwrap().number, 104);
    town.close().await;
}

/// Strangers do not fill the database with what nobody used.
#[tokio::test]
async fn a_client_that_nobody_came_to_leaves_no_version() {
    let town = registration::open_town().await;
    let told = registration::registered(&town, &registration::least()).await;
    let id = told["client_id"].as_str().unwrap();
    assert_eq!(of(&town, Kind::Client, id).await.len(), 1);
    town.clock.pass(*town.app.config.registration.unused + DAY);
    jobs::clean::run(town.app.clone()).await.unwrap();
    assert!(clients::find(&town.app.db, id).await.unwrap().is_none());
    assert_eq!(of(&town, Kind::Client, id).await, []);
    town.close().await;
}

#[tokio::test]
async fn a_client_that_is_declared_ends_its_registration_by_a_version() {
    let town = registration::open_town().await;
    let told = registration::registered(&town, &registration::least()).await;
    let id = told["client_id"].as_str().unwrap();
    let metadata = clients::find(&town.app.db, id).await.unwrap().unwrap().metadata;
    let secrets = [];
    let declared = Declared { id, service: None, sector: "unused", metadata: &metadata, secrets: &secrets };
    let mut change = Change::begin(&town.app).await.unwrap();
    let how = How::at(town.app.clock.now());
    client_writer::declare(&mut change, &declared, Uuid::from_u128(7), how).await.unwrap().unwrap();
    change.commit().await.unwrap();
    let all = of(&town, Kind::Client, id).await;
    assert_eq!((whats(&all), members(&all)[1].clone()), (vec!["created", "changed"], vec!["registration", "secrets"]));
    town.close().await;
}

/// "Two officials who change one thing at once: one gets 412 with what changed."
#[tokio::test]
async fn who_expected_another_version_learns_what_changed_since() {
    let town = Town::new().await;
    town.apply(&client(SECRET)).await;
    let metadata = ClientMetadata { client_name: Some("Bàn".into()), ..ClientMetadata::default() };
    let declared = Declared { id: "desk", service: None, sector: "client:desk", metadata: &metadata, secrets: &[] };
    let declare = async |version| {
        let mut change = Change::begin(&town.app).await.unwrap();
        let how = How::at(town.app.clock.now()).on(version);
        let written = client_writer::declare(&mut change, &declared, Uuid::from_u128(7), how).await.unwrap();
        change.commit().await.unwrap();
        written
    };
    for wrong in [0, 2] {
        let conflict = declare(wrong).await.unwrap_err();
        assert_eq!((conflict.expected, conflict.there), (wrong, 1));
    }
    assert_eq!(declare(1).await, Ok(2));
    let conflict = declare(1).await.unwrap_err();
    assert_eq!((conflict.expected, conflict.there, whats(&conflict.since)), (1, 2, vec!["changed"]));
    let words = conflict.to_string();
    assert!(words.contains("version 2 is there, and not 1; 2 changed: ") && words.contains("client_name"), "{words}");
    assert_eq!(of(&town, Kind::Client, "desk").await.len(), 2);
    let mut change = Change::begin(&town.app).await.unwrap();
    client_writer::remove(&mut change, "desk", How::at(town.app.clock.now())).await.unwrap().unwrap();
    change.commit().await.unwrap();
    let conflict = declare(2).await.unwrap_err();
    assert_eq!((conflict.there, whats(&conflict.since)), (0, vec!["removed"]));
    assert!(conflict.to_string().contains("it was removed"));
    assert_eq!(declare(0).await, Ok(4), "where nothing is, it comes");

    let mut service = agencies::services(&town.app.db).await.unwrap().remove(0);
    service.name.en.push_str(" again");
    let mut change = Change::begin(&town.app).await.unwrap();
    let conflict = service_writer::put(&mut change, &service, How::at(town.app.clock.now()).on(9)).await.unwrap();
    assert_eq!(conflict.unwrap_err().there, 1);
    drop(change);
    town.close().await;
}

/// A client that changes itself is no exception.
#[tokio::test]
async fn a_change_of_a_registration_may_rest_on_a_version() {
    let town = registration::open_town().await;
    let told = registration::registered(&town, &registration::least()).await;
    let id = told["client_id"].as_str().unwrap();
    let before = clients::find(&town.app.db, id).await.unwrap().unwrap();
    let metadata = ClientMetadata { client_name: Some("Khác".into()), ..before.metadata.clone() };
    for (basis, expected) in [(9, Some(Err(1))), (1, Some(Ok(2))), (1, Some(Err(2)))] {
        let mut change = Change::begin(&town.app).await.unwrap();
        let how = How::at(town.app.clock.now()).on(basis);
        let written = client_writer::replace(&mut change, id, &metadata, &before.secrets, how).await.unwrap();
        assert_eq!(written.map(|written| written.map_err(|conflict| conflict.there)), expected);
        change.commit().await.unwrap();
    }
    let mut change = Change::begin(&town.app).await.unwrap();
    let how = How::at(town.app.clock.now());
    let none = client_writer::replace(&mut change, "portal", &metadata, &[], how).await.unwrap();
    assert_eq!(none, None, "it registered nothing");
    drop(change);
    town.close().await;
}

/// Versions are counted without a gap, and none is lost, whoever writes at once; of those who expect one version, one wins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_writers_at_once_each_writes_a_version_of_its_own() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let apps = [town.app.clone(), replica.app.clone()];
    let write = |basis: Option<i64>| {
        let apps = apps.clone();
        move |n: usize| {
            let app = apps[n % 2].clone();
            async move {
                let metadata = ClientMetadata { client_name: Some(format!("{n} {basis:?}")), ..Default::default() };
                let declared =
                    Declared { id: "desk", service: None, sector: "client:desk", metadata: &metadata, secrets: &[] };
                let mut change = Change::begin(&app).await.unwrap();
                let how = How::at(app.clock.now());
                let how = basis.map_or(how, |basis| how.on(basis));
                let written = client_writer::declare(&mut change, &declared, Uuid::from_u128(7), how).await.unwrap();
                if written.is_ok() {
                    change.commit().await.unwrap();
                }
                written.ok()
            }
        }
    };
    let mut numbers: Vec<i64> = at_once(20, write(None)).await.into_iter().flatten().collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<i64>>());
    let all = of(&town, Kind::Client, "desk").await;
    assert_eq!(whats(&all).iter().filter(|what| **what == "created").count(), 1);
    assert!(all[1..].iter().all(|version| version.members == ["client_name"]), "each knows what was there before");
    let won: Vec<i64> = at_once(20, write(Some(20))).await.into_iter().flatten().collect();
    assert_eq!(won, [21]);
    town.close().await;
}

/// Who writes and who removes at once: each finds what the other left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing_and_removing_at_once_leave_versions_that_follow_from_each_other() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let apps = [town.app.clone(), replica.app.clone()];
    at_once(24, |n| {
        let app = apps[n % 2].clone();
        async move {
            let now = app.clock.now();
            let mut change = Change::begin(&app).await.unwrap();
            if n % 3 == 0 {
                client_writer::remove(&mut change, "desk", How::at(now)).await.unwrap().unwrap();
            } else {
                let metadata = ClientMetadata { client_name: Some(n.to_string()), ..Default::default() };
                let declared =
                    Declared { id: "desk", service: None, sector: "client:desk", metadata: &metadata, secrets: &[] };
                let sector = Uuid::from_u128(7);
                client_writer::declare(&mut change, &declared, sector, How::at(now)).await.unwrap().unwrap();
            }
            change.commit().await.unwrap();
        }
    })
    .await;
    let all = of(&town, Kind::Client, "desk").await;
    assert_eq!(
        all.iter().filter(|version| version.state.is_some()).count(),
        16,
        "each that writes writes another name"
    );
    let mut there = false;
    for version in &all {
        let expected = if there { [What::Changed, What::Removed] } else { [What::Created; 2] };
        assert!(expected.contains(&version.what), "{:?}", whats(&all));
        there = version.state.is_some();
    }
    let stored = clients::find(&town.app.db, "desk").await.unwrap();
    assert_eq!(stored.is_some(), there);
    town.close().await;
}

/// A former version of the program writes beside this one while it is replaced, and knows of no versions.
#[tokio::test]
async fn what_nobody_recorded_is_found_before_it_is_changed() {
    let town = Town::new().await;
    let db = &town.app.db;
    town.apply(&client(SECRET)).await;
    execute(db, "DELETE FROM registration_subjects WHERE subject = 'portal'").await;
    execute(db, "UPDATE clients SET metadata = (SELECT metadata FROM clients WHERE id = 'clinic') WHERE id = 'desk'")
        .await;
    town.apply(&client(SECRET)).await;
    let all = of(&town, Kind::Client, "desk").await;
    assert_eq!(whats(&all), ["created", "found", "changed"]);
    assert_eq!((all[1].by.as_ref(), all[1].members.clone()), (None, all[2].members.clone()));
    assert_eq!(all[2].state, all[0].state);
    let mut change = Change::begin(&town.app).await.unwrap();
    client_writer::remove(&mut change, "portal", How::at(town.app.clock.now())).await.unwrap().unwrap();
    change.commit().await.unwrap();
    assert_eq!(whats(&of(&town, Kind::Client, "portal").await), ["found", "removed"]);
    town.close().await;
}

/// What was there before anybody counted is version 1, as it is.
#[tokio::test]
async fn the_migration_writes_what_is_there() {
    let town = registration::open_town().await;
    registration::registered(&town, &registration::least()).await;
    let db = &town.app.db;
    let mut written = Vec::new();
    for kind in [Kind::Client, Kind::Service] {
        for id in crate::store::texts(db, format!("SELECT id FROM {}s ORDER BY id", kind.as_str())).await {
            let state = of(&town, kind, &id).await.pop().unwrap().state.unwrap();
            written.push((kind, id, State::read(kind, &state).unwrap()));
        }
    }
    execute(db, "DELETE FROM registration_subjects").await;
    let sql = match is_postgres(db) {
        true => include_str!("../../../migrations/0021_versions.postgres.sql"),
        false => include_str!("../../../migrations/0021_versions.sqlite.sql"),
    };
    for statement in sql.split_inclusive(";\n").filter(|statement| statement.trim_start().starts_with("INSERT")) {
        execute(db, statement).await;
    }
    assert!(written.len() > 5);
    for (kind, id, state) in written {
        let all = of(&town, kind, &id).await;
        assert_eq!((whats(&all), all[0].by.as_ref()), (vec!["found"], None));
        assert_eq!(State::read(kind, all[0].state.as_ref().unwrap()).unwrap(), state);
    }
    let report = town.apply(&include_str!("../town/town.toml").replace("Tâm An appointments", "Appointments")).await;
    assert_eq!(report.changes, ["changed service appointments"]);
    assert_eq!(whats(&of(&town, Kind::Service, "appointments").await), ["found", "changed"], "and is not found again");
    town.close().await;
}
