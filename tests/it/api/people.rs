//! People, as officials see them: looked for exactly and for a purpose, shown as far as the role needs it, and told of it.

use std::time::Duration;

use http::StatusCode;
use motcua::flows::admin::rights;
use motcua::flows::admin::rights::look;
use motcua::identity::audit::By;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use motcua::identity::authority::Wanted;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::each;
use super::get;
use super::give;
use super::given;
use super::robot;
use super::send;
use super::token;
use super::town;
use crate::account::signed_in;
use crate::authority::scope;
use crate::store::texts;
use crate::town::Page;
use crate::town::Town;

/// Why, as every look needs it.
pub const WHY: &str = "reason=ticket+4711&purpose=sign-in-help";

/// Looks for somebody.
pub async fn search(town: &Town, token: &str, by: &Value) -> Page {
    send(town, token, &format!("POST /api/v1/people/searches?{WHY}"), &[], Some(by)).await
}

/// The id of a person.
pub async fn id(town: &Town, name: &str) -> Uuid {
    look::person(&town.app, name).await.unwrap().unwrap()
}

/// A client that acts by itself for the whole country, beside two people who do.
pub async fn operators(town: &Town) {
    let from = town.app.clock.now();
    let people = [id(town, "khai").await, id(town, "an").await];
    let holders = [Holder::Client("clerk".to_owned()), Holder::Person(people[0]), Holder::Person(people[1])];
    let wanted = holders.map(|holder| Wanted {
        holder,
        role: Role::NationalOperator,
        scope: scope(""),
        may_delegate: true,
        from,
        until: None,
    });
    let by = By::machine().because("a test");
    assert!(rights::grant(&town.app, &by, &wanted, None, from).await.unwrap().is_ok());
}

/// Acts of the trail, each with who, whom and what.
pub async fn trail(town: &Town, act: &str) -> Vec<String> {
    let sql = "SELECT COALESCE(actor, '-') || ' ' || COALESCE(reason, '-') || ' ' || COALESCE(detail, '-') \
         FROM audit_events WHERE act = 'ACT' ORDER BY id";
    texts(&town.app.db, sql.replace("ACT", act)).await
}

/// "it finds by exact identity number, phone or e-mail, never by browsing"
#[tokio::test]
async fn somebody_is_found_by_what_is_exactly_theirs() {
    let town = town().await;
    given(&town, "clerk", Role::SupportDesk, "101").await;
    let token = token(&town, "clerk", &[]).await;
    let khai = id(&town, "khai").await.to_string();
    for by in [
        json!({"identity_number": "036187001234"}),
        json!({"identity_number": "036 187 001 234"}),
        json!({"email": "KHAI@songlam.example"}),
        json!({"phone_number": "0912 000 412"}),
        json!({"phone_number": "+84912000412"}),
        json!({"name": "nguyễn thị  MINH KHAI", "birth_date": "1987-04-12"}),
    ] {
        let page = search(&town, &token, &by).await;
        assert_eq!(page.status, StatusCode::OK, "{by}: {}", page.body);
        assert_eq!(each(&page.json(), "id"), [&*khai], "{by}: {}", page.body);
    }
    for by in [
        json!({"identity_number": "03618700123"}),
        json!({"identity_number": "khai"}),
        json!({"identity_number": "khai@songlam.example"}),
        json!({"email": "036187001234"}),
        json!({"email": "songlam.example"}),
        json!({"email": "%"}),
        json!({"phone_number": "0912000413"}),
        json!({"name": "Nguyễn Thị Minh Khai", "birth_date": "1987-04-13"}),
        json!({"name": "Minh Khai", "birth_date": "1987-04-12"}),
    ] {
        let page = search(&town, &token, &by).await;
        assert_eq!((page.status, each(&page.json(), "id")), (StatusCode::OK, vec![]), "{by}");
    }
    assert_eq!(trail(&town, "person_sought").await.len(), 15, "those that found nobody as well");
    town.leave().await;
}

/// "a search needs a reason and a purpose from a list": what lacks them, or says more or less than one thing, finds nobody.
#[tokio::test]
async fn a_search_says_why_and_what_for() {
    let town = town().await;
    given(&town, "clerk", Role::SupportDesk, "").await;
    let token = token(&town, "clerk", &[]).await;
    let by = json!({"identity_number": "036187001234"});
    for query in ["", "reason=x", "purpose=recovery", "reason=%20&purpose=recovery", "reason=x&purpose=curiosity"] {
        let page = send(&town, &token, &format!("POST /api/v1/people/searches?{query}"), &[], Some(&by)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}: {}", page.body);
        let person = id(&town, "khai").await;
        assert_eq!(get(&town, &token, &format!("/api/v1/people/{person}?{query}")).await.status, 400, "{query}");
    }
    for by in [
        json!({}),
        json!({"identity_number": "036187001234", "email": "khai@songlam.example"}),
        json!({"name": "Khai"}),
        json!({"birth_date": "1987-04-12"}),
        json!({"name": "Khai", "birth_date": "12/04/1987"}),
        json!({"identity_number": ""}),
        json!({"phone_number": "none"}),
        json!(["036187001234"]),
    ] {
        assert_eq!(search(&town, &token, &by).await.status, StatusCode::BAD_REQUEST, "{by}");
    }
    assert!(trail(&town, "person_sought").await.is_empty());
    town.leave().await;
}

/// "only what the role needs is shown, the rest hidden"
#[tokio::test]
async fn each_role_sees_what_it_needs() {
    let town = town().await;
    let khai = id(&town, "khai").await;
    let seen = async |client: &str, role: Role, bounds: &str| {
        given(&town, client, role, bounds).await;
        let token = token(&town, client, &[]).await;
        get(&town, &token, &format!("/api/v1/people/{khai}?{WHY}")).await
    };
    let page = seen("clerk", Role::SupportDesk, "101").await;
    let support = page.json();
    assert_eq!(support["user_name"], "khai", "{support}");
    assert_eq!(support["identity_number"], "••••••••1234");
    assert_eq!(support["email"], "k•••@songlam.example");
    assert!(support["phone_number"].as_str().unwrap().ends_with("412") && !page.body.contains("912000412"));
    assert_eq!((&support["level"], &support["disabled_at"]), (&json!(0), &Value::Null));
    let page = seen("other", Role::ProofingOfficial, "101").await.json();
    assert_eq!(page["identity_number"], "••••••••1234");
    assert!(page["email"].is_null() && page["phone_number"].is_null() && page["user_name"].is_null(), "{page}");
    town.apply(&robot("third")).await;
    given(&town, "third", Role::Auditor, "").await;
    let blind = token(&town, "third", &[]).await;
    assert_eq!(get(&town, &blind, &format!("/api/v1/people/{khai}?{WHY}")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(search(&town, &blind, &json!({"identity_number": "036187001234"})).await.status, StatusCode::FORBIDDEN);
    let tries = trail(&town, "official_refused").await;
    assert_eq!(tries.len(), 2, "{tries:?}");
    town.leave().await;
}

/// "it is written to that person's history, which they see with office and reason", in both languages; and so is what was done.
#[tokio::test]
async fn whoever_was_looked_at_reads_by_which_office_and_why() {
    let town = town().await;
    given(&town, "clerk", Role::UnitAdministrator, "101").await;
    let token = token(&town, "clerk", &[]).await;
    let khai = id(&town, "khai").await;
    assert_eq!(search(&town, &token, &json!({"identity_number": "036187001234"})).await.status, StatusCode::OK);
    assert_eq!(get(&town, &token, &format!("/api/v1/people/{khai}?{WHY}")).await.status, StatusCode::OK);
    let done =
        send(&town, &token, &format!("POST /api/v1/people/{khai}/sign-out?reason=a+lost+phone"), &[], None).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    give(&town, Holder::Person(khai), Role::Auditor, "202").await;
    let mut browser = signed_in(&town, "khai").await;
    let page = browser.open("/account/history").await;
    for said in [
        "An official looked for you by what you are known by",
        "An official looked at what is known of you",
        "By the office for ",
        "Purpose: help with signing in",
        "Reason given: ticket 4711",
        "Reason given: a lost phone",
        "You were given a right as an official",
        "Reason given: a test",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let page = browser.open("/account/history?lang=vi").await;
    for said in
        ["Cán bộ tra cứu bạn", "Cán bộ xem thông tin", "Nơi thực hiện: ", "hỗ trợ đăng nhập", "Lý do: ticket 4711"]
    {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    town.leave().await;
}

/// "unusual numbers of searches raise an alarm": once, in the trail; and many times as many are refused.
#[tokio::test]
async fn unusual_numbers_of_searches_raise_an_alarm_and_end() {
    let town = Town::with(|config| config.officials.searches = 2).await;
    crate::authority::country::found(&town.app.db).await;
    town.apply(&["clerk", "other"].map(robot).concat()).await;
    for client in ["clerk", "other"] {
        given(&town, client, Role::SupportDesk, "101").await;
    }
    let (own, other) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let khai = id(&town, "khai").await;
    for n in 1..=10 {
        let page = if n % 2 == 0 {
            search(&town, &own, &json!({"identity_number": format!("0361870{n:05}")})).await
        } else {
            get(&town, &own, &format!("/api/v1/people/{khai}?{WHY}")).await
        };
        assert_eq!(page.status, StatusCode::OK, "{n}: {}", page.body);
        let alarms = trail(&town, "searches_unusual").await;
        assert_eq!(alarms.len(), usize::from(n > 2), "{n}");
    }
    assert_eq!(trail(&town, "searches_unusual").await, ["client:clerk ticket 4711 more than 2 in an hour"]);
    let page = search(&town, &own, &json!({"identity_number": "036187001234"})).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{}", page.body);
    let wait: u64 = page.header("retry-after").unwrap().parse().unwrap();
    assert_eq!(trail(&town, "official_refused").await, ["client:clerk ticket 4711 more searches than are let through"]);
    assert_eq!(search(&town, &other, &json!({"identity_number": "036187001234"})).await.status, StatusCode::OK);
    town.clock.pass(Duration::from_secs(wait));
    let own = token(&town, "clerk", &[]).await;
    assert_eq!(search(&town, &own, &json!({"identity_number": "036187001234"})).await.status, StatusCode::OK);
    town.leave().await;
}

/// Attacks: a token of a former office and a right that ended a second ago show nothing and change nothing; each try is in the
/// trail. So is what a role of a unit may not: what takes an account away is the country's.
#[tokio::test]
async fn a_right_that_ended_finds_nobody_and_does_nothing() {
    let town = town().await;
    let right = given(&town, "clerk", Role::UnitAdministrator, "101").await;
    let token = token(&town, "clerk", &[]).await;
    let khai = id(&town, "khai").await;
    let disable = format!("POST /api/v1/people/{khai}/disablement?reason=x");
    assert_eq!(send(&town, &token, &disable, &[], None).await.status, StatusCode::FORBIDDEN, "a unit's");
    let now = town.app.clock.now();
    assert!(rights::revoke(&town.app, &By::machine(), right, now).await.unwrap().is_ok());
    given(&town, "clerk", Role::UnitAdministrator, "202").await;
    let proof = json!({"level": 2, "method": "in-person", "evidence": "card", "agency": "x"});
    let new = json!({"user_name": "mai", "password": "correct-horse-battery-1"});
    let by = json!({"identity_number": "036187001234"});
    let person = format!("/api/v1/people/{khai}");
    let ways: [(String, Option<&Value>); 11] = [
        (format!("POST /api/v1/people/searches?{WHY}"), Some(&by)),
        (format!("GET {person}?{WHY}"), None),
        (format!("GET {person}/sessions?{WHY}"), None),
        (format!("GET {person}/grants?{WHY}"), None),
        (format!("POST {person}/sign-out?reason=x"), None),
        (disable, None),
        (format!("DELETE {person}/disablement?reason=x"), None),
        (format!("POST {person}/proofs?reason=x"), Some(&proof)),
        (format!("POST {person}/recovery?reason=x"), None),
        (format!("DELETE {person}?reason=x"), None),
        ("POST /api/v1/people?reason=x".to_owned(), Some(&new)),
    ];
    for (what, body) in &ways {
        let page = send(&town, &token, what, &[], *body).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{what}: {}", page.body);
        assert!(!page.body.contains("Khai") && !page.body.contains("1234"), "{what}: {}", page.body);
    }
    assert_eq!(trail(&town, "official_refused").await.len(), ways.len() + 1);
    for act in ["person_sought", "person_looked_at", "person_signed_out", "person_disabled", "person_proofed"] {
        assert!(trail(&town, act).await.is_empty(), "{act}");
    }
    town.leave().await;
}

/// Nobody walks ids: what is none, and what is nobody's, names nobody, and each try is in the trail.
#[tokio::test]
async fn ids_lead_nowhere() {
    let town = town().await;
    given(&town, "clerk", Role::SupportDesk, "").await;
    let token = token(&town, "clerk", &[]).await;
    for id in ["1", "khai", "036187001234", "00000000-0000-7000-8000-000000000001"] {
        let page = get(&town, &token, &format!("/api/v1/people/{id}?{WHY}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}: {}", page.body);
    }
    assert_eq!(trail(&town, "official_refused").await.len(), 1);
    town.leave().await;
}

/// "name with birth date": several people may share both, and are shown, but no more than a few. Who is renamed, or removed, is
/// found so no more; who was there before is gone over once.
#[tokio::test]
async fn people_of_one_name_and_birth_date_are_shown_as_long_as_they_are_few() {
    let town = town().await;
    operators(&town).await;
    let token = token(&town, "clerk", &[]).await;
    let by = json!({"name": "Trần Thị Mai", "birth_date": "1990-02-03"});
    let enter = async |n: u32, name: &str| {
        town.apply(&format!(
            "[[people]]\nuser_name = \"mai{n}\"\npassword = \"correct-horse-battery-{n}\"\n\
             claims = {{ name = \"{name}\", birthdate = \"1990-02-03\" }}\n"
        ))
        .await;
    };
    let found = async || search(&town, &token, &by).await;
    for n in 1..=5 {
        enter(n, "Trần Thị Mai").await;
        assert_eq!(each(&found().await.json(), "id").len(), usize::try_from(n).unwrap());
    }
    enter(6, "Trần Thị Mai").await;
    assert_eq!(found().await.status, StatusCode::BAD_REQUEST);
    enter(6, "Trần Thị Lan").await;
    assert_eq!(each(&found().await.json(), "id").len(), 5);
    let gone = id(&town, "mai5").await;
    let remove = format!("DELETE /api/v1/people/{gone}?reason=x");
    assert_eq!(send(&town, &token, &remove, &[], None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(each(&found().await.json(), "id").len(), 4);
    for sql in ["DELETE FROM births", "DELETE FROM passes WHERE name = 'births'"] {
        crate::store::execute(&town.app.db, sql).await;
    }
    assert_eq!(each(&found().await.json(), "id").len(), 0);
    motcua::jobs::births::run(std::sync::Arc::clone(&town.app)).await.unwrap();
    assert_eq!(each(&found().await.json(), "id").len(), 4);
    town.leave().await;
}
