//! Attacks: "another office's objects by id, by filter, by cursor of somebody else, by `Idempotency-Key` of somebody else, by a
//! token of a former office, by a role that ended a second ago: nothing is shown, nothing changes, each try is in the trail."

use std::time::Duration;

use http::StatusCode;
use motcua::flows::admin::rights;
use motcua::http::routes::Caller;
use motcua::http::routes::ROUTES;
use motcua::http::routes::Route;
use motcua::identity::assurance::Level;
use motcua::identity::audit::By;
use motcua::identity::authority::Role;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::get;
use super::given;
use super::matrix::Things;
use super::nation;
use super::people::WHY;
use super::people::id;
use super::robot;
use super::send;
use super::token;
use super::town;
use super::watch::Watch;
use crate::credentials::proof;
use crate::store::texts;
use crate::town::Page;
use crate::town::Town;

/// A town with things at a place, and somebody with the country's right who asked for one of them.
async fn with_things(agency: &str) -> (Town, Things) {
    let town = town().await;
    town.apply(&robot("asker")).await;
    given(&town, "asker", Role::NationalOperator, "vn").await;
    let asker = token(&town, "asker", &[]).await;
    let things = Things::of(&town, &asker, agency).await;
    (town, things)
}

/// How an address of the API is asked about what there is: with all that it needs, so that only the right may lack.
struct Address<'a> {
    things: &'a Things,
    person: Uuid,
}

impl Address<'_> {
    /// The address with what it names filled in.
    fn filled(&self, method: &str, path: &str) -> String {
        let Things { agency, right, pending, .. } = self.things;
        let (none, nothing) = (Uuid::nil().to_string(), "1".to_owned());
        let id = match path.split('/').nth(3).unwrap() {
            "agencies" => agency.clone(),
            "services" => format!("s-{agency}"),
            "clients" => format!("c-{agency}"),
            "rights" => right.to_string(),
            "pending" => pending.to_string(),
            "people" => self.person.to_string(),
            _ => none.clone(),
        };
        let code = if path.contains("/branches/") { &self.things.branch } else { &self.things.unit };
        let filled = [("{id}", &id), ("{code}", code), ("{number}", &nothing), ("{kid}", &none), ("{session}", &none)];
        let more = [("{grant}", &none), ("{level}", &"district".to_owned())];
        let path = filled.into_iter().chain(more).fold(path.to_owned(), |path, (name, own)| path.replace(name, own));
        let query = match (method, path.contains("/people")) {
            ("GET", true) => WHY,
            ("POST", true) if path.ends_with("/searches") => WHY,
            ("GET", false) if path.ends_with("/comparison") => "with=1",
            ("GET", false) => "",
            _ => "reason=attack",
        };
        format!("{method} {path}?{query}")
    }

    /// What is sent there, as it could be sent by whoever may.
    fn body(&self, path: &str) -> Option<Value> {
        let Things { agency, .. } = self.things;
        let text = json!({"vi": "D", "en": "S"});
        Some(match path {
            "/api/v1/rights" => self.things.auditor(),
            "/api/v1/services/{id}" => {
                json!({"agency": agency, "name": text, "purpose": text, "legal_basis": "public-task"})
            }
            "/api/v1/clients/{id}" => {
                json!({"service": format!("s-{agency}"), "redirect_uris": ["https://other.example/cb"]})
            }
            "/api/v1/agencies/{id}" | "/api/v1/branches/{code}" => json!({"name": text}),
            "/api/v1/units/{level}/{code}" => json!({"name": text, "parent": "province/01"}),
            "/api/v1/branches/{code}/end" => json!({"effective": "2027-01-01"}),
            "/api/v1/agencies/{id}/move" => json!({"unit": "district/101", "effective": "2027-01-01"}),
            "/api/v1/agencies/{id}/end" => json!({"effective": "2027-01-01"}),
            "/api/v1/rights/{id}/settlement" => json!({"units": ["district/101"]}),
            "/api/v1/declaration" => json!({}),
            "/api/v1/keys/rotation" => json!({"algorithm": "ES256"}),
            "/api/v1/people/searches" => json!({"email": "khai@songlam.example"}),
            "/api/v1/people" => json!({"user_name": "mai", "password": "correct-horse-battery-1"}),
            "/api/v1/people/{id}/proofs" => {
                json!({"level": 2, "method": "in-person", "evidence": "card", "agency": agency})
            }
            _ => return None,
        })
    }

    /// Whether an address wants a query or a body that is not written above.
    fn takes_what_nobody_knows(&self, route: &Route, page: &Page) -> bool {
        let unread = matches!(page.status, StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE);
        unread && self.body(route.path).is_none()
    }

    async fn asked(&self, town: &Town, token: &str, method: &str, path: &str) -> Page {
        let what = self.filled(method, path);
        let versioned = matches!(method, "PUT" | "DELETE")
            || path.ends_with("/restoration")
            || path.ends_with("/move")
            || path.ends_with("/end");
        let versioned = versioned
            && ["/services/", "/clients/", "/agencies/", "/branches/", "/units/"].iter().any(|of| path.contains(of));
        let headers: &[(&str, &str)] = if versioned { &[("if-match", "\"1\"")] } else { &[] };
        let body = if matches!(method, "PUT" | "POST") { self.body(path) } else { None };
        send(town, token, &what, headers, body.as_ref()).await
    }
}

/// What there is, as nobody may have changed it.
async fn state(town: &Town) -> Vec<String> {
    let mut state = Vec::new();
    for sql in [
        "SELECT id FROM services ORDER BY id",
        "SELECT id FROM clients ORDER BY id",
        "SELECT CAST(COUNT(*) AS TEXT) FROM registration_versions",
        "SELECT CAST(COUNT(*) AS TEXT) FROM rights WHERE revoked_at IS NULL",
        "SELECT state FROM pending_acts ORDER BY state",
        "SELECT CAST(COUNT(*) AS TEXT) FROM people WHERE disabled_at IS NULL",
        "SELECT CAST(COUNT(*) AS TEXT) FROM proofings",
        "SELECT CAST(COUNT(*) AS TEXT) FROM sessions",
        "SELECT CAST(COUNT(*) AS TEXT) FROM audit_events WHERE act NOT IN ('official_refused', 'right_granted')",
    ] {
        state.extend(texts(&town.app.db, sql.to_owned()).await);
    }
    state
}

/// "by a token of a former office, by a role that ended a second ago": at every address, lists and single things and changes.
#[tokio::test]
async fn a_token_of_a_former_office_is_refused_at_every_address() {
    let (town, things) = with_things("101-health").await;
    nation(&town, ["other", "asker"]).await;
    let right = given(&town, "clerk", Role::NationalOperator, "101").await;
    let token = token(&town, "clerk", &[]).await;
    let person = id(&town, "khai").await;
    proof(&town, "khai", Level::Two).await;
    let address = Address { things: &things, person };
    assert_eq!(address.asked(&town, &token, "GET", "/api/v1/services/{id}").await.status, StatusCode::OK);
    assert!(rights::revoke(&town.app, &By::machine(), right, town.app.clock.now()).await.unwrap().is_ok());
    given(&town, "clerk", Role::NationalOperator, "202").await;
    town.clock.pass(Duration::from_secs(1));
    let (before, mut watch, mut count) = (state(&town).await, Watch::default(), 0);
    watch.new_tries(&town).await;
    for route in ROUTES.iter().filter(|route| matches!(route.caller, Caller::Official)) {
        let page = address.asked(&town, &token, route.method, route.path).await;
        if address.takes_what_nobody_knows(route, &page) {
            continue;
        }
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{} {}: {}", route.method, route.path, page.body);
        for shown in ["khai", "s-101-health", "c.example"] {
            assert!(!page.body.contains(shown), "{} {}: {}", route.method, route.path, page.body);
        }
        let new = watch.new_tries(&town).await;
        assert!(!new.is_empty(), "{} {}: no try in the trail", route.method, route.path);
        assert!(new.iter().all(|one| one.starts_with("client:clerk: ")), "{new:?}");
        count += 1;
    }
    assert!(count >= 54, "{count}");
    assert_eq!(state(&town).await, before, "nothing changes");
    town.leave().await;
}

/// "another office's objects by id": single things and changes, also under the name of what is to be new.
#[tokio::test]
async fn what_is_another_offices_is_neither_shown_nor_changed() {
    let (town, things) = with_things("202-health").await;
    given(&town, "clerk", Role::UnitAdministrator, "101").await;
    let token = token(&town, "clerk", &[]).await;
    let address = Address { things: &things, person: id(&town, "khai").await };
    let (before, mut watch) = (state(&town).await, Watch::default());
    let all = ROUTES.iter().filter(|route| matches!(route.caller, Caller::Official) && route.path.contains("{id}"));
    for route in all.filter(|route| !route.path.contains("/people/") && !route.path.contains("/outbox/")) {
        let page = address.asked(&town, &token, route.method, route.path).await;
        if address.takes_what_nobody_knows(route, &page) {
            continue;
        }
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{} {}: {}", route.method, route.path, page.body);
        assert_eq!(watch.new_tries(&town).await.len(), 1, "{} {}", route.method, route.path);
    }
    for path in ["/api/v1/services/{id}", "/api/v1/clients/{id}"] {
        let (what, body) = (address.filled("PUT", path), address.body(path).unwrap());
        let mut own = body.clone();
        own["agency"] = "101-health".into();
        for body in [Some(body), Some(own).filter(|_| path.contains("services"))].into_iter().flatten() {
            let page = send(&town, &token, &what, &[("if-none-match", "*")], Some(&body)).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{what}: {}", page.body);
            assert_eq!(watch.new_tries(&town).await.len(), 1, "{what}");
        }
    }
    for path in ["units/district/202", "units/district/999", "agencies/202-health", "agencies/none", "branches/health"]
    {
        let page = get(&town, &token, &format!("/api/v1/{path}")).await;
        assert!(matches!(page.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{path}: {}", page.body);
        assert_eq!(watch.new_tries(&town).await.len(), 1, "{path}");
    }
    assert_eq!(state(&town).await, before, "nothing changes");
    town.leave().await;
}

/// "by id": of what is not there nothing is learnt either, and whoever walks ids is seen.
#[tokio::test]
async fn ids_that_are_nobodys_are_tries() {
    let town = town().await;
    given(&town, "clerk", Role::UnitAdministrator, "101").await;
    let token = token(&town, "clerk", &[]).await;
    let (none, mut watch) = ("01890a5d-ac96-774b-bcce-b302099a8057", Watch::default());
    for what in [
        format!("GET /api/v1/rights/{none}"),
        format!("DELETE /api/v1/rights/{none}?reason=x"),
        format!("GET /api/v1/pending/{none}"),
        format!("POST /api/v1/pending/{none}/approval?reason=x"),
        format!("POST /api/v1/pending/{none}/refusal?reason=x"),
        format!("POST /api/v1/pending/{none}/execution?reason=x"),
        "GET /api/v1/services/none".to_owned(),
        "GET /api/v1/services/none/versions".to_owned(),
        "GET /api/v1/clients/none/versions/1".to_owned(),
        "GET /api/v1/clients/none/grants".to_owned(),
    ] {
        let page = send(&town, &token, &what, &[], None).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{what}: {}", page.body);
        assert_eq!(watch.new_tries(&town).await.len(), 1, "{what}");
    }
    town.leave().await;
}

/// "by filter": a list that is narrowed to what lies elsewhere is empty, and the try is in the trail; one that is narrowed to
/// what lies above, or to nothing that is there, is none.
#[tokio::test]
async fn a_filter_for_what_is_another_offices_shows_nothing() {
    let (town, _) = with_things("202-health").await;
    given(&town, "clerk", Role::UnitAdministrator, "101").await;
    let token = token(&town, "clerk", &[]).await;
    let mut watch = Watch::default();
    for (list, said) in [
        ("units?within=district/202", "units.look within district/202"),
        ("agencies?within=district/202", "agencies.look within district/202"),
        ("services?agency=202-health", "services.look of agency:202-health"),
        ("clients?service=s-202-health", "clients.look of service:s-202-health"),
        ("rights?holder=client:other", "rights.look of client:other"),
        ("audit?client=c-202-health", "audit.look at client:c-202-health"),
    ] {
        let page = get(&town, &token, &format!("/api/v1/{list}")).await;
        assert_eq!((page.status, page.json()["items"].clone()), (StatusCode::OK, json!([])), "{list}");
        assert_eq!(watch.new_tries(&town).await, [format!("client:clerk: {said}")], "{list}");
    }
    for list in [
        "units?within=province/01",
        "agencies?within=district/101",
        "services?agency=101-health",
        "services?agency=none",
        "clients?service=none",
        "rights?holder=client:none",
        "rights?holder=client:clerk",
        "audit?client=none",
        "pending",
    ] {
        let page = get(&town, &token, &format!("/api/v1/{list}")).await;
        assert_eq!(page.status, StatusCode::OK, "{list}: {}", page.body);
        assert!(!page.body.contains("202-health"), "{list}: {}", page.body);
        assert_eq!(watch.new_tries(&town).await, [""; 0], "{list}");
    }
    town.leave().await;
}

/// "by cursor of somebody else": at every list, also of one's own in another office.
#[tokio::test]
async fn a_cursor_of_somebody_else_goes_on_nowhere() {
    let (town, things) = with_things("101-health").await;
    nation(&town, ["clerk", "other"]).await;
    given(&town, "clerk", Role::NationalOperator, "vn").await;
    let own = token(&town, "clerk", &[("office", "everywhere")]).await;
    let unit = format!("unit:{}", crate::authority::country::unit("vn").0);
    let elsewhere = token(&town, "clerk", &[("office", &unit)]).await;
    let other = token(&town, "other", &[("office", "everywhere")]).await;
    let asker = token(&town, "asker", &[]).await;
    things.anew(&town, &asker).await;
    let mut service = Address { things: &things, person: Uuid::nil() }.body("/api/v1/services/{id}").unwrap();
    service["purpose"] = json!({"vi": "khác", "en": "another"});
    let what = "PUT /api/v1/services/s-101-health?reason=x";
    assert_eq!(send(&town, &own, what, &[("if-match", "\"1\"")], Some(&service)).await.status, StatusCode::OK);
    let mut watch = Watch::default();
    for list in [
        "units",
        "branches",
        "agencies",
        "services",
        "clients",
        "rights",
        "pending",
        "audit",
        "services/s-101-health/versions",
    ] {
        let page = get(&town, &own, &format!("/api/v1/{list}?limit=1")).await.json();
        let next = page["next"].as_str().unwrap_or_else(|| panic!("{list}: {page}"));
        let following = format!("/api/v1/{list}?limit=1&cursor={next}");
        assert_eq!(get(&town, &own, &following).await.status, StatusCode::OK, "{list}");
        for token in [&other, &elsewhere] {
            let page = get(&town, token, &following).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{list}: {}", page.body);
            assert!(page.json()["items"].is_null(), "{list}: {}", page.body);
            let new = watch.new_tries(&town).await;
            assert!(new.len() == 1 && new[0].ends_with(": a cursor of somebody else"), "{list}: {new:?}");
        }
    }
    town.leave().await;
}

const KEY: (&str, &str) = ("idempotency-key", "\"the-clerks-own\"");

/// "by `Idempotency-Key` of somebody else … by a role that ended a second ago": what was answered is shown to nobody else, and to
/// whom it was given as long as his rights last.
#[tokio::test]
async fn what_was_answered_is_shown_again_only_to_who_may_see_it() {
    let (town, things) = with_things("101-health").await;
    let right = given(&town, "clerk", Role::UnitAdministrator, "101").await;
    given(&town, "other", Role::UnitAdministrator, "202").await;
    let elsewhere = format!("unit:{}", crate::authority::country::unit("202").0);
    let (own, other) = (token(&town, "clerk", &[]).await, token(&town, "other", &[("office", &elsewhere)]).await);
    let narrow = token(&town, "clerk", &[("scope", "api:units")]).await;
    let ask = async |token: &str| {
        send(&town, token, "POST /api/v1/rights?reason=help", &[KEY], Some(&things.auditor())).await
    };
    let first = ask(&own).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.body);
    assert_eq!(ask(&own).await.body, first.body);
    let mut watch = Watch::default();
    for (token, said) in
        [(&other, "client:other: rights.grant"), (&narrow, "client:clerk: rights.grant without its scope")]
    {
        let page = ask(token).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
        assert_eq!(watch.new_tries(&town).await, [said]);
    }
    assert!(rights::revoke(&town.app, &By::machine(), right, town.app.clock.now()).await.unwrap().is_ok());
    town.clock.pass(Duration::from_secs(1));
    let page = ask(&own).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    assert_eq!(watch.new_tries(&town).await, ["client:clerk: rights.grant country"]);
    town.leave().await;
}

/// What the token does not allow, and a token that was ended, are tries as well: each is in the trail, and no flood of them fills
/// it.
#[tokio::test]
async fn what_the_token_does_not_allow_is_in_the_trail_and_does_not_fill_it() {
    let town = Town::with(|config| config.officials.requests = 3).await;
    crate::authority::country::found(&town.app.db).await;
    town.apply(&["clerk", "other", "third"].map(robot).concat()).await;
    given(&town, "clerk", Role::UnitAdministrator, "101").await;
    let narrow = token(&town, "clerk", &[("scope", "api:branches")]).await;
    for what in ["GET /api/v1/units", "DELETE /api/v1/clients/c?reason=x"] {
        let page = send(&town, &narrow, what, &[("if-match", "\"1\"")], None).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    }
    let mut watch = Watch::default();
    let expected = ["client:clerk: clients.remove without its scope", "client:clerk: units.look without its scope"];
    assert_eq!(watch.new_tries(&town).await, expected);
    nation(&town, ["other", "third"]).await;
    let operator = token(&town, "other", &[]).await;
    let what = "DELETE /api/v1/clients/clerk?reason=it+leaked";
    let page = send(&town, &operator, what, &[("if-match", "\"1\"")], None).await;
    assert_eq!(page.status, StatusCode::NO_CONTENT, "{}", page.body);
    town.clock.pass(Duration::from_secs(60));
    for _ in 0..10 {
        assert_eq!(get(&town, &narrow, "/api/v1/branches").await.status, StatusCode::UNAUTHORIZED);
    }
    let more = ["client:clerk: more in this minute than is kept one by one"];
    let ended = ["client:clerk: with an access token that was ended"; 3];
    assert_eq!(watch.new_tries(&town).await, [&more[..], &ended].concat());
    town.clock.pass(Duration::from_secs(60));
    assert_eq!(get(&town, &narrow, "/api/v1/branches").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(watch.new_tries(&town).await, ended[..1], "the next minute is another");
    town.leave().await;
}
