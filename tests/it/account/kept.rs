//! "everything as one JSON object": whatever a table keeps of a person is in the file, or stands here with the reason why not.

use std::collections::BTreeSet;
use std::time::Duration;

use motcua::flows::admin::people;
use motcua::identity::assurance::Level;
use motcua::identity::authority::Actor;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use motcua::identity::authority::Scope;
use motcua::identity::authority::Wanted;
use motcua::parts::leads::NEVER;
use motcua::parts::record::Change;
use motcua::store::people as rows;
use motcua::store::rights;
use motcua::store::rights::NewRight;
use motcua::store::stops;
use motcua::store::stops::What;
use serde_json::Value;
use uuid::Uuid;

use super::confirm;
use super::on_a_phone;
use crate::store::columns;
use crate::store::tables;
use crate::town::Device;
use crate::town::Town;

/// Of each table that has a person: which column is told where in the file.
const TOLD: [(&str, &[(&str, &str)]); 14] = [
    (
        "audit_events",
        &[
            ("at", "/history/0/at"),
            ("act", "/history/0/act"),
            ("client_id", "/history/0/client"),
            ("detail", "/history/0/detail"),
            ("office", "/history/0/office"),
            ("reason", "/history/0/reason"),
        ],
    ),
    (
        "authenticators",
        &[
            ("kind", "/authenticators/0/kind"),
            ("used_at", "/authenticators/0/last_used"),
            ("used_from", "/authenticators/0/used_from"),
            ("failures", "/authenticators/0/wrong_tries"),
            ("created_at", "/authenticators/0/since"),
            ("model", "/authenticators/0/model"),
        ],
    ),
    (
        "consents",
        &[
            ("client_id", "/agreed/0/client"),
            ("scope", "/agreed/0/scope"),
            ("claims", "/agreed/0/claims"),
            ("given_at", "/agreed/0/at"),
        ],
    ),
    (
        "credentials",
        &[
            ("created_at", "/password/first_set"),
            ("updated_at", "/password_since"),
            ("failures", "/password/wrong_tries"),
        ],
    ),
    (
        "families",
        &[
            ("client_id", "/while_away/0/client"),
            ("scope", "/while_away/0/scope"),
            ("claims", "/while_away/0/claims"),
            ("resource", "/while_away/0/resource"),
            ("auth_time", "/while_away/0/signed_in_at"),
            ("acr", "/while_away/0/acr"),
            ("amr", "/while_away/0/amr"),
            ("created_at", "/while_away/0/since"),
            ("generation", "/while_away/0/refreshed"),
            ("used_at", "/while_away/0/last_used"),
        ],
    ),
    (
        "grants",
        &[
            ("client_id", "/received/client"),
            ("scope", "/received/scope"),
            ("claims", "/received/claims"),
            ("resource", "/received/resource"),
            ("auth_time", "/received/signed_in_at"),
            ("acr", "/received/acr"),
            ("amr", "/received/amr"),
            ("offline", "/received/while_away"),
            ("created_at", "/received/at"),
            ("revoked_at", "/received/revoked_at"),
        ],
    ),
    (
        "letters",
        &[
            ("channel", "/letters/0/by"),
            ("payload", "/letters/0/to"),
            ("created_at", "/letters/0/written_at"),
            ("expires_at", "/letters/0/until"),
            ("tries", "/letters/0/tries"),
            ("next_try_at", "/letters/0/next_try_at"),
            ("given_up_at", "/letters/0/given_up_at"),
            ("last_error", "/letters/0/last_error"),
        ],
    ),
    (
        "people",
        &[
            ("data", "/person/user_name"),
            ("created_at", "/known_since"),
            ("updated_at", "/remembered/changed_at"),
            ("networks", "/remembered/known_networks"),
            ("passkey_offer_after", "/remembered/passkey_offered_after"),
            ("closes_at", "/closes_at"),
            ("devices", "/remembered/browsers_forgotten"),
            ("removals", "/remembered/credentials_taken"),
        ],
    ),
    (
        "proofings",
        &[
            ("level", "/proofed/0/level"),
            ("method", "/proofed/0/method"),
            ("evidence", "/proofed/0/evidence"),
            ("agency", "/proofed/0/agency"),
            ("at", "/proofed/0/at"),
        ],
    ),
    (
        "recoveries",
        &[("way", "/recoveries/0/by"), ("ready_at", "/recoveries/0/from"), ("expires_at", "/recoveries/0/until")],
    ),
    ("refused_sign_ins", &[("minute", "/refused/0/minute"), ("act", "/refused/0/act"), ("tries", "/refused/0/tries")]),
    (
        "rights",
        &[
            ("role", "/official/0/role"),
            ("unit_id", "/official/0/office"),
            ("branch", "/official/0/office"),
            ("agency_id", "/official/0/office"),
            ("subordinates", "/official/0/office"),
            ("may_delegate", "/official/0/may_delegate"),
            ("valid_from", "/official/0/from"),
            ("valid_until", "/official/0/until"),
            ("revoked_at", "/official/0/revoked_at"),
        ],
    ),
    (
        "sessions",
        &[
            ("auth_time", "/signed_in/0/since"),
            ("acr", "/signed_in/0/acr"),
            ("amr", "/signed_in/0/amr"),
            ("last_used_at", "/signed_in/0/last_used"),
            ("expires_at", "/signed_in/0/until"),
            ("device", "/signed_in/0/device"),
            ("lead", "/signed_in/0/leads_to"),
        ],
    ),
    (
        "stops",
        &[("what", "/stopped/0/what"), ("done_at", "/stopped/0/done_at"), ("stopped_at", "/stopped/0/stopped_at")],
    ),
];

const OPENS: &str = "it opens something, or whoever has it tries at leisure what does";
const DIGEST: &str = "a digest by which rows are found of what is told as it is";
const INTERNAL: &str = "a number of ours that says nothing of anybody";
const ELSEWHERE: &str = "the history says it, in words";
const STATE: &str = "who of the officials it was: the state answers for them";
const COUNTS: &str = "how far a device or a clock had counted, so that nothing counts twice";

/// What of a table is left out, and why. `*`: all of it.
const LEFT_OUT: [(&str, &str, &str); 41] = [
    ("audit_events", "session_id", INTERNAL),
    ("audit_events", "actor", STATE),
    ("authenticators", "secret", OPENS),
    ("authenticators", "lookup", DIGEST),
    ("authenticators", "counter", COUNTS),
    ("authenticators", "used_by", DIGEST),
    ("births", "*", DIGEST),
    ("consents", "holder", "which incarnation of the client it was"),
    ("credentials", "kind", "there are passwords alone"),
    ("credentials", "secret", OPENS),
    ("credentials", "pepper", "the name of a key"),
    ("credentials", "declared", DIGEST),
    ("families", "client_epoch", INTERNAL),
    ("families", "session_id", INTERNAL),
    ("families", "revoked_at", "those that are over are in the history"),
    ("grants", "redemption_id", INTERNAL),
    ("grants", "client_epoch", INTERNAL),
    ("grants", "session_id", INTERNAL),
    ("histories", "*", "the services of the history, read once"),
    ("names", "*", DIGEST),
    ("pending_acts", "*", ELSEWHERE),
    ("people", "user_name", DIGEST),
    ("people", "identity_number", DIGEST),
    ("people", "email", DIGEST),
    ("people", "disabled_at", "who is disabled gets no file"),
    ("recoveries", "digest", OPENS),
    ("recoveries", "began_at", ELSEWHERE),
    ("recoveries", "mail_letter", INTERNAL),
    ("recoveries", "mail_outcome", "whether an open recovery waits for a letter, which is among the letters"),
    ("recoveries", "sms_letter", INTERNAL),
    ("recoveries", "sms_outcome", "whether an open recovery waits for a letter, which is among the letters"),
    ("refused_sign_ins", "network", "empty where the account is somebody's"),
    ("rights", "client_id", "empty where a person has the right"),
    ("rights", "client_epoch", "empty where a person has the right"),
    ("rights", "parent_id", INTERNAL),
    ("rights", "granted_by", STATE),
    ("rights", "granted_at", ELSEWHERE),
    ("rights", "approved_by", STATE),
    ("rights", "revoked_by", STATE),
    ("sessions", "ended_at", "those that are over are in the history"),
    ("sessions", "secret", OPENS),
];

/// The same of every table.
const ANYWHERE: [&str; 3] = ["id", "shard", "person_id"];

fn told_of(table: &str) -> &'static [(&'static str, &'static str)] {
    TOLD.iter().find(|(name, _)| *name == table).map_or(&[], |(_, columns)| columns)
}

#[tokio::test]
async fn every_column_of_a_person_is_told_or_left_out_for_a_reason() {
    let town = Town::new().await;
    let (mut here, mut listed) = (BTreeSet::new(), BTreeSet::new());
    for table in tables(&town.app.db).await {
        let all = columns(&town.app.db, &table).await;
        if table == "people" || all.iter().any(|column| column == "person_id") {
            here.extend(all.into_iter().map(|column| (table.clone(), column)));
        }
    }
    for (table, column) in &here {
        let left_out = LEFT_OUT.iter().any(|(t, c, _)| t == table && (*c == "*" || c == column));
        let told = told_of(table).iter().any(|(c, _)| c == column) || ANYWHERE.contains(&column.as_str());
        assert!(told || left_out, "{table}.{column} is neither in the file nor left out for a reason");
        listed.insert((table.as_str(), column.as_str()));
    }
    let lists = TOLD.iter().flat_map(|(table, all)| all.iter().map(move |(column, _)| (*table, *column)));
    let gone = lists.chain(LEFT_OUT.iter().map(|(table, column, _)| (*table, *column)));
    let gone: Vec<_> = gone.filter(|(table, column)| *column != "*" && !listed.contains(&(table, column))).collect();
    assert!(gone.is_empty(), "{gone:?}");
    town.leave().await;
}

/// A right, a refusal, a stopped change, and what a row remembers.
async fn put_what_is_rare(town: &Town, person: Uuid) {
    let now = town.app.clock.now();
    let mut change = Change::begin(&town.app).await.unwrap();
    let wanted = Wanted {
        holder: Holder::Person(person),
        role: Role::SupportDesk,
        scope: Scope::default(),
        may_delegate: false,
        from: now,
        until: Some(now + Duration::from_secs(86_400)),
    };
    let (id, granted_by) = (Uuid::from_u128(7), &Actor::Machine);
    let right = NewRight { id, wanted: &wanted, parent: None, granted_by, approved_by: None, now };
    rights::insert(&mut change.tx, &right).await.unwrap();
    stops::put(&mut change.tx, person, What::Change, now - Duration::from_secs(60), now).await.unwrap();
    rows::put_passkey_offer_after(&mut change.tx, person, NEVER).await.unwrap();
    change.commit().await.unwrap();
}

/// Somebody of whom every table has a row finds each in the file.
#[tokio::test]
async fn what_any_table_keeps_of_somebody_is_in_their_file() {
    let town = Town::with_post(|_| {}).await;
    let person = people::show(&town.app, "khai", town.app.clock.now()).await.unwrap().unwrap().row.id;
    let mut stranger = town.browser();
    let page = stranger.open("/sign-in").await;
    stranger.fill(&page, &[("username", "khai"), ("password", "not the password at all")]).await;
    town.refusals().await;
    let mut khai = on_a_phone(&town, "khai").await;
    town.rp("clinic").with_scope("openid email offline_access").tokens(&mut khai, &[]).await;
    put_what_is_rare(&town, person).await;
    crate::credentials::proof(&town, "khai", Level::Two).await;
    khai.enrol(&mut Device::new()).await;
    motcua::flows::admin::recovery::open(&town.app, "khai", town.app.clock.now()).await.unwrap();
    let page = khai.open("/account").await;
    let mut whole = khai.submit("/account/export", &[("confirm", &confirm(&page))]).await.json();
    let received = whole["history"].as_array().unwrap().iter().find(|row| row["act"] == "received").unwrap().clone();
    let events: Vec<Value> =
        whole["history"].as_array().unwrap().iter().filter(|row| row["act"] != "received").cloned().collect();
    whole["history"] = events.into();
    whole["received"] = received;
    let told = TOLD.iter().flat_map(|(table, all)| all.iter().map(move |(column, path)| (table, column, path)));
    for (table, column, path) in told {
        assert!(whole.pointer(path).is_some(), "{table}.{column}: {path} of {whole:#}");
    }
    for (path, value) in [
        ("/official/0/role", "support-desk"),
        ("/official/0/office", "everywhere"),
        ("/refused/0/act", "sign_in_refused"),
        ("/remembered/passkey_offered_after", "never"),
        ("/stopped/0/what", "change"),
        ("/received/device", "Chrome · Android"),
        ("/received/purpose/en", "booking an appointment"),
        ("/received/client", "clinic"),
    ] {
        assert_eq!(whole.pointer(path).and_then(Value::as_str), Some(value), "{path} of {whole:#}");
    }
    assert_eq!((&whole["refused"][0]["tries"], &whole["remembered"]["known_networks"]), (&1.into(), &1.into()));
    let letters: Vec<(&str, &str)> = whole["letters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|letter| (letter["by"].as_str().unwrap(), letter["about"].as_str().unwrap()))
        .collect();
    assert!(
        letters.contains(&("mail", "credential_added")) && letters.contains(&("sms", "credential_added")),
        "{letters:?}"
    );
    assert!(!whole.to_string().contains("/stop"), "what a letter opens is in the letter alone");
    town.leave().await;
}
