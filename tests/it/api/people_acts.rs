//! What officials do to people, their sessions and their grants.

use std::time::Duration;

use http::StatusCode;
use motcua::flows::admin::rights;
use motcua::identity::assurance::Level;
use motcua::identity::audit::By;
use motcua::identity::authority::Role;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::each;
use super::get;
use super::given;
use super::people::WHY;
use super::people::id;
use super::people::operators;
use super::people::search;
use super::people::trail;
use super::send;
use super::token;
use super::town;
use crate::account::signed_in;
use crate::credentials::proof;

/// What officials do: each act works, and stands in the trail with who and why.
#[tokio::test]
async fn what_officials_do_to_people_is_done() {
    let town = town().await;
    operators(&town).await;
    let token = token(&town, "clerk", &[]).await;
    let new = json!({"user_name": "mai", "identity_number": "036187009999", "password": "correct-horse-battery-1",
        "claims": {"name": "Trần Thị Mai", "birthdate": "1990-02-03"}});
    let page = send(&town, &token, "POST /api/v1/people?reason=new", &[], Some(&new)).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
    let mai = page.json()["id"].as_str().unwrap().to_owned();
    let again = send(&town, &token, "POST /api/v1/people?reason=new", &[], Some(&new)).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(!again.body.contains("correct-horse"), "{}", again.body);
    let found = search(&town, &token, &json!({"identity_number": "036187009999"})).await.json();
    assert_eq!((each(&found, "id"), each(&found, "name")), (vec![&*mai], vec!["Trần Thị Mai"]));
    let act = async |what: &str, body: Option<&Value>| {
        let (method, path) = what.split_once(' ').unwrap();
        send(&town, &token, &format!("{method} /api/v1/people/{mai}{path}"), &[], body).await
    };
    let proof = json!({"level": 2, "method": "in-person", "evidence": "chip card", "agency": "101-health",
        "identity_number": "036187009999"});
    let page = act("POST /proofs?reason=seen", Some(&proof)).await;
    assert_eq!((page.status, &page.json()["level"]), (StatusCode::OK, &json!(2)), "{}", page.body);
    for odd in [json!({"level": 3}), json!({"level": 2, "evidence": "card 036187009999"})] {
        let mut body = proof.clone();
        body.as_object_mut().unwrap().extend(odd.as_object().unwrap().clone());
        assert_eq!(act("POST /proofs?reason=seen", Some(&body)).await.status, StatusCode::BAD_REQUEST, "{odd}");
    }
    assert_eq!(act("POST /sign-out?reason=lost&everything=true", None).await.json(), json!({"sessions_ended": 0}));
    for _ in 0..2 {
        assert_eq!(act("POST /disablement?reason=abuse", None).await.status, StatusCode::NO_CONTENT);
    }
    let seen = get(&town, &token, &format!("/api/v1/people/{mai}?{WHY}")).await.json();
    assert!(seen["disabled_at"].is_string() && seen["level"] == 2, "{seen}");
    assert_eq!(act("DELETE /disablement?reason=over", None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(act("DELETE ?reason=gone", None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(act("DELETE ?reason=gone", None).await.status, StatusCode::NOT_FOUND);
    for (name, expected) in [
        ("person_added", "client:clerk new -"),
        ("person_disabled", "client:clerk abuse -"),
        ("person_enabled", "client:clerk over -"),
        ("person_removed", "client:clerk gone -"),
        ("person_signed_out", "client:clerk lost everything"),
    ] {
        assert_eq!(trail(&town, name).await, [expected], "{name}");
    }
    town.leave().await;
}

/// "a person's recovery needs a second official": the code is shown to whoever asked, once, and to nobody else.
#[tokio::test]
async fn a_recovery_waits_for_a_second_official() {
    let town = town().await;
    let right = given(&town, "clerk", Role::SupportDesk, "01").await;
    given(&town, "other", Role::UnitAdministrator, "01").await;
    let (asks, approves) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let khai = id(&town, "khai").await;
    let recover = format!("POST /api/v1/people/{khai}/recovery?reason=lost+everything");
    assert_eq!(
        send(&town, &asks, &recover, &[], None).await.status,
        StatusCode::CONFLICT,
        "nobody looked who they are"
    );
    proof(&town, "khai", Level::Two).await;
    let page = send(&town, &asks, &recover, &[], None).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "{}", page.body);
    let id = page.json()["pending"][0].as_str().unwrap().to_owned();
    // Another office neither sees it nor decides.
    town.apply(&super::robot("far")).await;
    given(&town, "far", Role::UnitAdministrator, "202").await;
    let far = token(&town, "far", &[]).await;
    assert_eq!(get(&town, &far, "/api/v1/pending").await.json()["items"], json!([]));
    assert_eq!(get(&town, &far, &format!("/api/v1/pending/{id}")).await.status, StatusCode::FORBIDDEN);
    let elsewhere = format!("POST /api/v1/pending/{id}/approval?reason=x");
    assert_eq!(send(&town, &far, &elsewhere, &[], None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(each(&get(&town, &approves, "/api/v1/pending").await.json(), "id"), [&*id]);
    assert_eq!(trail(&town, "official_refused").await.len(), 2, "each try is in the trail");

    let execute = format!("POST /api/v1/pending/{id}/execution?reason=approved");
    assert_eq!(send(&town, &asks, &execute, &[], None).await.status, StatusCode::CONFLICT, "nobody approved it");
    let approval = format!("POST /api/v1/pending/{id}/approval?reason=I+saw+her");
    assert_eq!(trail(&town, "official_refused").await.len(), 2, "who is early does nothing that he may not");
    assert_eq!(send(&town, &asks, &approval, &[], None).await.status, StatusCode::CONFLICT, "it is his own");
    assert_eq!(send(&town, &approves, &approval, &[], None).await.status, StatusCode::OK);
    let page = send(&town, &approves, &execute, &[], None).await;
    assert!(!page.status.is_success() && !page.body.contains("code"), "{}", page.body);
    let tries = trail(&town, "official_refused").await;
    let tried = |what: String| tries.iter().filter(|told| told.ends_with(&what)).count();
    assert_eq!(tried(format!("pending.decide pending:{id}, which is his own")), 1, "{tries:?}");
    assert_eq!((tried(format!("client:other approved carrying out pending:{id}")), tries.len()), (1, 4), "{tries:?}");
    let key = [("idempotency-key", "\"once\"")];
    let page = send(&town, &asks, &execute, &key, None).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(send(&town, &asks, &execute, &key, None).await.body, page.body, "the answer was lost on its way");
    assert!(page.json()["code"].as_str().is_some_and(|code| code.len() > 8), "{}", page.body);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(send(&town, &asks, &execute, &[], None).await.status, StatusCode::CONFLICT, "once");
    assert_eq!(trail(&town, "recovery_began").await.len(), 1);
    let (by, now) = (By::machine(), town.app.clock.now());
    assert!(rights::revoke(&town.app, &by, right, now).await.unwrap().is_ok());
    let late = send(&town, &asks, &execute, &key, None).await;
    assert!(late.status == StatusCode::FORBIDDEN && !late.body.contains("code"), "{}", late.body);
    town.leave().await;
}

/// Sessions and grants: looked at for a purpose, ended and revoked one by one; one of another person is not theirs.
#[tokio::test]
async fn sessions_and_grants_are_seen_and_end_one_by_one() {
    let town = town().await;
    given(&town, "clerk", Role::SupportDesk, "01").await;
    let token = token(&town, "clerk", &[]).await;
    let mut browser = signed_in(&town, "khai").await;
    town.clock.pass(Duration::from_secs(60));
    let tokens = town.rp("clinic").tokens(&mut browser, &[]).await;
    let (khai, an) = (id(&town, "khai").await, id(&town, "an").await);
    let list = async |whose: Uuid, what: &str| {
        let page = get(&town, &token, &format!("/api/v1/people/{whose}/{what}?{WHY}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        page.json()
    };
    let act =
        async |what: String| send(&town, &token, &format!("DELETE /api/v1/people/{what}?reason=x"), &[], None).await;
    let (sessions, grants) = (list(khai, "sessions").await, list(khai, "grants").await);
    assert_eq!(each(&grants, "client_id"), ["clinic"]);
    assert_eq!(list(an, "sessions").await["items"], json!([]));
    let (session, grant) = (each(&sessions, "id")[0].to_owned(), each(&grants, "id")[0].to_owned());
    assert_eq!(act(format!("{an}/grants/{grant}")).await.status, StatusCode::NOT_FOUND, "it is khai's");
    assert_eq!(act(format!("{an}/sessions/{session}")).await.status, StatusCode::NOT_FOUND, "it is khai's");
    assert_eq!(town.rp("clinic").userinfo(tokens.access_token()).await.status, StatusCode::OK);
    assert_eq!(act(format!("{khai}/grants/{grant}")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(town.rp("clinic").userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(list(khai, "grants").await["items"], json!([]));
    assert_eq!(act(format!("{khai}/grants/{grant}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(act(format!("{khai}/sessions/{session}")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(list(khai, "sessions").await["items"], json!([]));
    assert_eq!(browser.open("/account/history").await.path(), "/sign-in");
    assert_eq!(trail(&town, "grant_revoked").await, ["client:clerk x by an official"]);
    assert_eq!(trail(&town, "signed_out").await, ["client:clerk x -"]);
    town.deliver().await;
    town.leave().await;
}

/// Grants of a client: without whose they are, page by page, within the office alone.
#[tokio::test]
async fn grants_of_a_client_tell_nobody_whose_they_are() {
    let town = town().await;
    given(&town, "clerk", Role::SupportDesk, "").await;
    given(&town, "other", Role::SupportDesk, "101").await;
    let (own, other) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let portal = town.rp("portal").with_scope("openid offline_access");
    for name in ["khai", "an"] {
        let mut browser = signed_in(&town, name).await;
        town.clock.pass(Duration::from_secs(60));
        portal.tokens(&mut browser, &[("prompt", "consent")]).await;
    }
    let path = "/api/v1/clients/portal/grants";
    let page = get(&town, &own, &format!("{path}?limit=1")).await;
    assert_eq!(each(&page.json(), "client_id"), ["portal"], "{}", page.body);
    for name in ["khai", "an"] {
        assert!(!page.body.contains(&id(&town, name).await.to_string()), "{}", page.body);
    }
    let next = page.json()["next"].as_str().unwrap().to_owned();
    let rest = get(&town, &own, &format!("{path}?limit=1&cursor={next}")).await.json();
    let (first, second) = (each(&page.json(), "id")[0].to_owned(), each(&rest, "id")[0].to_owned());
    assert!(first != second && rest["next"].is_null(), "{rest}");
    assert!(each(&page.json(), "given_at")[0] > each(&rest, "given_at")[0], "the latest first");
    // An id bears where its person's rows lie: these are others.
    for name in ["khai", "an"] {
        let person = id(&town, name).await;
        let known = get(&town, &own, &format!("/api/v1/people/{person}/grants?{WHY}")).await.json();
        assert!(each(&known, "id").iter().all(|id| *id != first && *id != second), "{known}");
    }
    assert_eq!(get(&town, &other, &format!("{path}?limit=1&cursor={next}")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(get(&town, &other, path).await.status, StatusCode::FORBIDDEN);
    let revoke = |client: &str, grant: &str| format!("DELETE /api/v1/clients/{client}/grants/{grant}?reason=x");
    assert_eq!(send(&town, &other, &revoke("portal", &first), &[], None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(send(&town, &own, &revoke("clinic", &first), &[], None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(each(&get(&town, &own, path).await.json(), "id"), [&*first, &*second]);
    assert_eq!(send(&town, &own, &revoke("portal", &first), &[], None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(each(&get(&town, &own, path).await.json(), "id"), [&*second]);
    let tries = trail(&town, "official_refused").await;
    assert_eq!(tries.len(), 4, "{tries:?}");
    town.leave().await;
}
