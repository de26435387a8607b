//! What operators look after: keys, what could not be told, and the trail.

use http::StatusCode;
use motcua::base::id;
use motcua::identity::authority::Role;
use serde_json::json;

use super::each;
use super::get;
use super::given;
use super::nation;
use super::send;
use super::token;
use super::town;
use crate::store::execute;

/// "Sensitive acts (… keys …) need a second official": asked, approved by another, carried out by whoever asked, once.
#[tokio::test]
async fn a_key_is_replaced_by_two() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let (asks, approves) = (token(&town, "clerk", &[]).await, token(&town, "other", &[]).await);
    let keys = get(&town, &asks, "/api/v1/keys?limit=200").await.json();
    let current = keys["items"].as_array().unwrap().iter().find(|key| key["algorithm"] == "ES256").unwrap().clone();
    assert_eq!((current["does"].as_str(), current["stage"].as_str()), (Some("signs"), Some("current")), "{keys}");
    assert!(current.get("private_key").is_none() && current.get("d").is_none());

    let rotation = json!({"algorithm": "ES256", "at_once": true});
    let page = send(&town, &asks, "POST /api/v1/keys/rotation?reason=a+leak", &[], Some(&rotation)).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "{}", page.body);
    let id = page.json()["pending"].as_str().unwrap().to_owned();
    let execution = format!("POST /api/v1/pending/{id}/execution?reason=now");
    assert_eq!(send(&town, &asks, &execution, &[], None).await.status, StatusCode::CONFLICT, "nobody approved it");
    let approval = format!("POST /api/v1/pending/{id}/approval?reason=fine");
    assert_eq!(send(&town, &approves, &approval, &[], None).await.status, StatusCode::OK);
    assert_eq!(send(&town, &approves, &execution, &[], None).await.status, StatusCode::CONFLICT, "another asked");
    let page = send(&town, &asks, &execution, &[], None).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let kid = page.json()["kid"].as_str().unwrap().to_owned();
    assert_ne!(Some(kid.as_str()), current["kid"].as_str());
    assert_eq!(send(&town, &asks, &execution, &[], None).await.status, StatusCode::CONFLICT, "once");
    let keys = get(&town, &asks, "/api/v1/keys?limit=200").await.json();
    let there = keys["items"].as_array().unwrap().iter().find(|key| key["kid"] == *kid).unwrap().clone();
    assert_eq!(there["stage"], "current", "{keys}");

    let page = send(&town, &asks, &format!("POST /api/v1/keys/{kid}/revocation?reason=leak"), &[], None).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "{}", page.body);
    let odd = [json!({"algorithm": "none"}), json!({"algorithm": "ECDH-ES+A128KW"}), json!({})];
    for rotation in odd {
        let page = send(&town, &asks, "POST /api/v1/keys/rotation?reason=x", &[], Some(&rotation)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{rotation}");
    }
    let unknown = "POST /api/v1/keys/nobody/revocation?reason=x";
    assert_eq!(send(&town, &asks, unknown, &[], None).await.status, StatusCode::NOT_FOUND);
    town.leave().await;
}

/// Keys and the outbox are the whole country's.
#[tokio::test]
async fn what_is_the_country_s_is_none_of_a_commune_s() {
    let town = town().await;
    given(&town, "clerk", Role::UnitAdministrator, "101").await;
    let token = token(&town, "clerk", &[]).await;
    for path in ["/api/v1/keys", "/api/v1/outbox"] {
        assert_eq!(get(&town, &token, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let nil = uuid::Uuid::nil();
    for (path, body) in [
        ("POST /api/v1/keys/rotation?reason=x".to_owned(), Some(json!({"algorithm": "ES256"}))),
        ("POST /api/v1/keys/nobody/revocation?reason=x".to_owned(), None),
        (format!("POST /api/v1/outbox/{nil}/retry?reason=x"), None),
    ] {
        let page = send(&town, &token, &path, &[], body.as_ref()).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}: {}", page.body);
    }
    town.leave().await;
}

/// Notices and letters that wait, page by page; one of them is tried once more.
#[tokio::test]
async fn what_could_not_be_told_is_tried_once_more() {
    let town = town().await;
    nation(&town, ["clerk", "other"]).await;
    let token = token(&town, "clerk", &[]).await;
    let (now, mut ids) = (town.app.clock.now(), Vec::new());
    for number in 0..5 {
        let id = id::new(now + std::time::Duration::from_secs(number), &*town.app.entropy);
        let at = now.micros();
        let (table, more, values) = match number % 2 {
            0 => ("outbox", "kind, client_id, payload", "'backchannel_logout', 'portal', 'ENDED'"),
            _ => ("letters", "shard, channel, payload, expires_at", "SHARD, 'mail', '', 9000000000000000"),
        };
        let nil = uuid::Uuid::nil();
        let values = values.replace("ENDED", &format!("{{\"session\":\"{nil}\",\"person\":\"{nil}\"}}"));
        let values = values.replace("SHARD", &id::Shard::of(id).number().to_string());
        let id_text =
            if crate::store::is_postgres(&town.app.db) { format!("'{id}'") } else { format!("x'{}'", id.simple()) };
        let payload = if crate::store::is_postgres(&town.app.db) { "'\\x'" } else { "x''" };
        let values = if table == "letters" { values.replace("''", payload) } else { values };
        let columns = format!("id, created_at, tries, next_try_at, given_up_at, {more}");
        let values = format!("{id_text}, {at}, 9, {at}, {at}, {values}");
        execute(&town.app.db, &format!("INSERT INTO {table} ({columns}) VALUES ({values})")).await;
        ids.push(id.to_string());
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/outbox?limit=2".to_owned());
    loop {
        let page = get(&town, &token, &path).await.json();
        seen.extend(each(&page, "id").into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/outbox?limit=2&cursor={next}");
    }
    assert_eq!(seen, ids);
    let first = get(&town, &token, "/api/v1/outbox?limit=1").await.json()["items"][0].clone();
    assert_eq!((first["way"].as_str(), first["client"].as_str()), (Some("logout"), Some("portal")), "{first}");
    assert!(first["given_up_at"].is_string() && first["next_try_at"].is_null(), "{first}");
    for id in &ids[..2] {
        let page = send(&town, &token, &format!("POST /api/v1/outbox/{id}/retry?reason=again"), &[], None).await;
        assert_eq!(page.status, StatusCode::NO_CONTENT, "{}", page.body);
    }
    let waiting = get(&town, &token, "/api/v1/outbox").await.json();
    let given_up = waiting["items"].as_array().unwrap().iter().filter(|one| one["given_up_at"].is_string()).count();
    assert_eq!(given_up, 3, "{waiting}");
    for (id, status) in [(uuid::Uuid::nil().to_string(), 404), ("x".to_owned(), 404)] {
        let page = send(&town, &token, &format!("POST /api/v1/outbox/{id}/retry?reason=again"), &[], None).await;
        assert_eq!(page.status, status, "{id}");
    }
    for table in ["outbox", "letters"] {
        execute(&town.app.db, &format!("DELETE FROM {table}")).await;
    }
    town.leave().await;
}

/// "events whose subject lies beyond are not shown; a national official sees all".
#[tokio::test]
async fn the_trail_is_seen_as_far_as_the_office_reaches() {
    let town = town().await;
    for (client, role, unit) in [("clerk", Role::UnitAdministrator, "101"), ("other", Role::UnitAdministrator, "202")] {
        given(&town, client, role, unit).await;
    }
    town.apply(&super::robot("nation")).await;
    given(&town, "nation", Role::Auditor, "").await;
    let [own, other, all] = [token(&town, "clerk", &[]), token(&town, "other", &[]), token(&town, "nation", &[])];
    let (own, other, all) = (own.await, other.await, all.await);
    let text = json!({"vi": "Khai sinh", "en": "Births"});
    let service = json!({"agency": "101-health", "name": text, "purpose": text, "legal_basis": "consent"});
    let put = "PUT /api/v1/services/births?reason=a+decree";
    let page = send(&town, &own, put, &[("if-none-match", "*")], Some(&service)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    town.apply(
        "[[clients]]\nclient_id = \"counter\"\nservice = \"births\"\nredirect_uris = [\"https://counter.example/cb\"]\n\
         secrets = [\"counter-secret-of-a-test-that-is-long-enough\"]\nscope = \"openid\"\n",
    )
    .await;
    town.rp("counter").with_scope("openid").tokens(&mut town.browser(), &[]).await;

    let about = async |token: &str, query: &str| {
        let page = get(&town, token, &format!("/api/v1/audit?limit=200{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        page.json()["items"].as_array().unwrap().clone()
    };
    let applied = about(&own, "&act=declaration_applied").await;
    let said: Vec<&str> = applied.iter().filter_map(|event| event["detail"].as_str()).collect();
    assert_eq!(said, ["created service births"], "{applied:?}");
    assert_eq!(applied.len(), 2, "{applied:?}");
    let by_machine = applied.iter().find(|event| event["client"] == "counter").unwrap();
    assert!(by_machine["by"].is_null(), "the machine's operator wrote it, and no office");
    assert!(applied.iter().any(|event| event["by"]["reason"] == "a decree"), "{applied:?}");
    let signed_in = about(&all, "&act=signed_in&client=counter").await;
    assert!(signed_in[0]["person"].is_string() && signed_in[0]["session"].is_string(), "{signed_in:?}");
    let signed_in = about(&own, "&client=counter").await;
    let person = |event: &serde_json::Value| !event["person"].is_null() || !event["session"].is_null();
    assert!(!signed_in.is_empty() && !signed_in.iter().any(person), "{signed_in:?}");
    // Nor by asking for a person, nor by an id, which bears where a person's rows lie.
    let person = super::people::id(&town, "khai").await;
    assert!(!about(&all, &format!("&person={person}")).await.is_empty());
    assert_eq!(about(&own, &format!("&person={person}")).await, Vec::<serde_json::Value>::new());
    let shown: Vec<&str> = signed_in.iter().filter_map(|event| event["id"].as_str()).collect();
    let known = about(&all, "&client=counter").await;
    assert!(!known.iter().any(|event| shown.contains(&event["id"].as_str().unwrap())), "{shown:?}");
    let moments = |events: &[serde_json::Value]| events.iter().map(|event| event["at"].clone()).collect::<Vec<_>>();
    assert_eq!(moments(&known), moments(&signed_in));
    assert_eq!(about(&other, "&client=counter").await, Vec::<serde_json::Value>::new());
    let beyond = about(&other, "").await;
    assert!(!beyond.iter().any(|event| event.to_string().contains("births")), "{beyond:?}");
    assert!(about(&all, "").await.len() > about(&own, "").await.len() + beyond.len());

    for (query, status) in [("since=yesterday", 400), ("person=lan", 400), ("colour=red", 400), ("limit=0", 400)] {
        assert_eq!(get(&town, &own, &format!("/api/v1/audit?{query}")).await.status, status, "{query}");
    }
    let now = town.app.clock.now();
    let past = format!("&until={}", now - std::time::Duration::from_secs(86_400));
    assert_eq!(about(&all, &past).await, Vec::<serde_json::Value>::new());
    let one = get(&town, &all, "/api/v1/audit?limit=1").await.json();
    let rest =
        get(&town, &all, &format!("/api/v1/audit?limit=1&cursor={}", one["next"].as_str().unwrap())).await.json();
    assert_ne!(one["items"][0]["id"], rest["items"][0]["id"]);
    town.leave().await;
}
