//! One expected table through every door: each role at each act on own, subordinate, sibling, superior and foreign units and
//! branches, before and after a succession, through the API and at the command line with `--server`. The table is that of
//! [`table`], which the function alone answers there.

use std::time::Duration;

use http::StatusCode;
use motcua::base::time::Clock;
use motcua::base::time::SystemClock;
use motcua::identity::authority::Act;
use motcua::identity::authority::Role;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::given;
use super::robot;
use super::send;
use super::token;
use super::town;
use crate::authority::country;
use crate::authority::table;
use crate::operations::program::Ran;
use crate::operations::program::Serving;
use crate::operations::program::Site;
use crate::operations::program::http;
use crate::operations::program::run_in;
use crate::town::Town;

/// Acts for which the API has no address about a place, and who tries them.
const ELSEWHERE: &[(&[Act], &str)] = &[
    (&[Act::UnitsLook, Act::BranchesLook], "a unit is of no branch, and a branch of no unit: below"),
    (
        &[Act::UnitsChange, Act::UnitsSucceed, Act::BranchesChange, Act::AgenciesChange],
        "the tree is changed where the database is: authority::table",
    ),
    (
        &[Act::ClientsChange, Act::ClientsRemove, Act::ClientsToProduction],
        "clients are changed where the database is: authority::table",
    ),
    (
        &[Act::PeopleFind, Act::PeopleSignOut, Act::PeopleProof, Act::PeopleRecover, Act::PeopleDisable],
        "people come to any office: authority::table",
    ),
    (
        &[Act::PeopleEnable, Act::PeopleEnter, Act::PeopleRemove, Act::PeopleExport],
        "people come to any office: authority::table",
    ),
    (&[Act::SessionsLook, Act::SessionsEnd, Act::GrantsLook, Act::GrantsRevoke], "people's: authority::table"),
    (&[Act::KeysLook, Act::KeysRotate, Act::KeysRevoke], "the whole country's: authority::table"),
    (&[Act::OutboxLook, Act::OutboxRetry, Act::AuditLook], "the whole country's: authority::table"),
    (&[Act::DeclarationLook, Act::DeclarationApply], "the whole country's: authority::table"),
];

/// A service of an agency, with a client.
fn declared(agency: &str) -> String {
    format!(
        "[[services]]\nid = \"s-{agency}\"\nagency = \"{agency}\"\nname = {{ vi = \"D\", en = \"S\" }}\n\
         purpose = {{ vi = \"d\", en = \"s\" }}\nlegal_basis = \"public-task\"\n\
         [[clients]]\nclient_id = \"c-{agency}\"\nservice = \"s-{agency}\"\nredirect_uris = [\"https://c.example/cb\"]\n\
         secrets = [\"a-secret-of-a-test-that-is-long-enough\"]\n"
    )
}

/// What stands at a place: the agency of a unit and a branch.
struct Things {
    agency: String,
    unit: String,
    branch: String,
    right: Uuid,
    pending: Uuid,
}

impl Things {
    /// A service with a client, a right of somebody, and a right that somebody asked for.
    async fn of(town: &Town, asker: &str, agency: &str) -> Self {
        town.apply(&declared(agency)).await;
        let (unit, branch) = agency.split_once('-').unwrap();
        let (unit, branch, none) = (unit.to_owned(), branch.to_owned(), Uuid::nil());
        let mut things = Self { agency: agency.to_owned(), unit, branch, right: none, pending: none };
        things.right = things.given(town).await;
        things.pending = things.asked(town, asker).await;
        things
    }

    /// After the reform: the right is there as before, what waited is void.
    async fn reformed(&mut self, town: &Town, asker: &str) {
        self.unit = country::became(&self.unit).to_owned();
        self.pending = self.asked(town, asker).await;
    }

    /// A right of an auditor here.
    async fn given(&self, town: &Town) -> Uuid {
        given(town, "other", Role::Auditor, &format!("{} {} ={}", self.unit, self.branch, self.agency)).await
    }

    /// The same as somebody asks for it.
    fn auditor(&self) -> Value {
        let Self { agency, unit, branch, .. } = self;
        json!({ "holder": "client:other", "role": "auditor", "unit": unit, "branch": branch, "agency": agency })
    }

    /// Asks for it; returns what waits.
    async fn asked(&self, town: &Town, asker: &str) -> Uuid {
        let page = send(town, asker, "POST /api/v1/rights?reason=matrix", &[], Some(&self.auditor())).await;
        assert_eq!(page.status, StatusCode::ACCEPTED, "{}: {}", self.agency, page.body);
        page.json()["pending"][0].as_str().unwrap().parse().unwrap()
    }
}

/// Whether it is done through the API; nothing, where that has no address for it.
async fn through_the_api(town: &Town, bearer: &str, act: Act, things: &Things) -> Option<bool> {
    let Things { agency, right, pending, .. } = things;
    let service = json!({
        "agency": agency, "name": { "vi": "D", "en": "S" }, "purpose": { "vi": "d", "en": "s" },
        "legal_basis": "public-task",
    });
    let grant = things.auditor();
    let (what, body) = match act {
        Act::AgenciesLook => (format!("GET /api/v1/agencies/{agency}"), None),
        Act::ServicesLook => (format!("GET /api/v1/services/s-{agency}"), None),
        Act::ServicesChange => (format!("PUT /api/v1/services/s-{agency}?reason=matrix"), Some(&service)),
        Act::ClientsLook => (format!("GET /api/v1/clients/c-{agency}"), None),
        Act::RightsLook => (format!("GET /api/v1/rights/{right}"), None),
        Act::RightsGrant => ("POST /api/v1/rights?reason=matrix".to_owned(), Some(&grant)),
        Act::RightsRevoke => (format!("DELETE /api/v1/rights/{right}?reason=matrix"), None),
        Act::PendingLook => (format!("GET /api/v1/pending/{pending}"), None),
        Act::PendingDecide => (format!("POST /api/v1/pending/{pending}/refusal?reason=matrix"), None),
        _ => {
            assert!(ELSEWHERE.iter().any(|(acts, _)| acts.contains(&act)), "nobody tries {act:?}");
            return None;
        }
    };
    // No version of the table's: what may be changed is not.
    let headers: &[(&str, &str)] = if act == Act::ServicesChange { &[("if-match", "\"9999\"")] } else { &[] };
    let page = send(town, bearer, &what, headers, body).await;
    match page.status {
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Some(false),
        status if status.is_success() || status == StatusCode::PRECONDITION_FAILED => Some(true),
        status => panic!("{what}: {status} {}", page.body),
    }
}

/// Tries every act of a role at a place, and compares with the table.
async fn tried(town: &Town, role: Role, (bearer, asker): (&str, &str), things: &Things, reached: bool) -> usize {
    let mut tried = 0;
    for act in Act::ALL {
        let expected = reached && table::roles()[&(role, act)] == 'x';
        let own;
        let things = match act {
            // What is gone afterwards is another for each.
            Act::RightsRevoke | Act::PendingDecide if expected => {
                let (right, pending) = (things.given(town).await, things.asked(town, asker).await);
                let (agency, unit, branch) = (things.agency.clone(), things.unit.clone(), things.branch.clone());
                own = Things { agency, unit, branch, right, pending };
                &own
            }
            _ => things,
        };
        if let Some(done) = through_the_api(town, bearer, act, things).await {
            assert_eq!(done, expected, "{role:?} {act:?} {}", things.agency);
            tried += 1;
        }
    }
    for of_neither in ["units/district/101", "units/province/01", "branches/health", "branches/party"] {
        let page = super::get(town, bearer, &format!("/api/v1/{of_neither}")).await;
        assert!(matches!(page.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{of_neither}: {}", page.body);
    }
    tried
}

/// "a generated matrix tries every role at every act … before and after a succession, through API …, with one expected table".
#[tokio::test]
async fn every_role_at_every_act_through_the_api() {
    let town = town().await;
    let robots: String = Role::ALL.iter().map(|role| robot(role.as_str())).collect();
    town.apply(&(robots + &robot("asker"))).await;
    for role in Role::ALL {
        given(&town, role.as_str(), role, "101 health").await;
    }
    given(&town, "asker", Role::NationalOperator, "vn").await;
    let places = table::places();
    let later = |agency: &str| agency.starts_with("103-");
    let (mut things, mut count): (Vec<(Things, [bool; 2])>, usize) = (Vec::new(), 0);
    for n in [0, 1] {
        if n == 1 {
            town.clock.pass(Duration::from_secs(24 * 60 * 60));
            country::reform(&town.app.db, town.app.clock.now()).await;
        }
        let asker = token(&town, "asker", &[]).await;
        for (known, _) in &mut things {
            known.reformed(&town, &asker).await;
        }
        for (agency, reached) in places.iter().filter(|(agency, _)| later(agency) == (n == 1)) {
            things.push((Things::of(&town, &asker, agency).await, *reached));
        }
        for role in Role::ALL {
            town.clock.pass(Duration::from_secs(61));
            let bearer = token(&town, role.as_str(), &[]).await;
            for (place, reached) in &things {
                count += tried(&town, role, (&bearer, &asker), place, reached[n]).await;
            }
        }
    }
    assert!(count > 3000, "{count}");
    let refused =
        crate::store::texts(&town.app.db, "SELECT act FROM audit_events WHERE act = 'official_refused'".into());
    assert!(refused.await.len() > 1000, "each try is in the trail");
    town.leave().await;
}

/// The places at the command line, and when each is tried: own before and after, foreign before.
const AT_THE_COMMAND_LINE: [(&str, usize, bool); 3] =
    [("101-health", 0, true), ("101-justice", 0, false), ("101-health", 1, true)];

/// A country that is served, with a client for each role.
async fn served() -> (Site, Serving) {
    let site = Site::new("", "").await;
    let db = site.db().await;
    country::found(&db).await;
    db.close().await;
    let serving = site.serve().await;
    let described: Value = http().get(serving.url("/api/v1/openapi.json")).send().await.unwrap().json().await.unwrap();
    let resource = format!("{}/api/v1", described["servers"][0]["url"].as_str().unwrap());
    let roles = Role::ALL.iter().map(|role| role.as_str()).chain(["asker", "other"]);
    let robots: String = roles.map(|id| robot(id).replace(super::API, &resource)).collect();
    let things: String = ["101-health", "101-justice"].iter().map(|agency| declared(agency)).collect();
    site.write("matrix.toml", &(robots + &things));
    site.configured(&["apply", "matrix.toml"]).succeeded();
    for role in Role::ALL.iter().map(|role| role.as_str()) {
        let grant = ["rights", "grant", "--role", role, "--client", role, "--unit", "101", "--branch", "health"];
        site.configured(&[&grant[..], &["--may-delegate", "--reason", "matrix"]].concat()).succeeded();
    }
    let asker = ["rights", "grant", "--role", "national-operator", "--client", "asker", "--unit", "vn"];
    site.configured(&[&asker[..], &["--may-delegate", "--reason", "matrix"]].concat()).succeeded();
    (site, serving)
}

/// A clerk at a terminal somewhere.
struct Terminal<'a> {
    site: &'a Site,
    url: String,
    asker: String,
    /// The unit, the branch and the agency where he works.
    place: [&'a str; 3],
}

impl Terminal<'_> {
    fn run(&self, token: &str, arguments: &[&str]) -> Ran {
        let all = [arguments, &["--server", &self.url]].concat();
        run_in(self.site.directory.path(), &all, &[("MOTCUA_TOKEN", token)])
    }

    fn grant(&self) -> Vec<&str> {
        let [unit, branch, agency] = self.place;
        let role = ["rights", "grant", "--role", "auditor", "--client", "other", "--reason", "matrix"];
        [&role[..], &["--unit", unit, "--branch", branch, "--agency", agency]].concat()
    }

    /// A right that is here; the machine's operator gave it.
    fn given(&self) -> String {
        let said = self.site.configured(&self.grant()).succeeded();
        said.lines().next().unwrap().strip_prefix("gave right ").unwrap().to_owned()
    }

    /// What waits here.
    fn asked(&self) -> String {
        let said = self.run(&self.asker, &self.grant()).succeeded();
        said.trim().strip_prefix("asked for approval: ").unwrap().to_owned()
    }

    /// Whether it is done; nothing, where no command does it with `--server`.
    fn tries(&self, token: &str, act: Act, (right, pending): (&str, &str)) -> Option<bool> {
        let agency = self.place[2];
        let (service, client) = (format!("s-{agency}"), format!("c-{agency}"));
        let shows = |arguments: &[&str], what: &str| {
            let ran = self.run(token, arguments);
            ran.ok && ran.out.contains(what)
        };
        let why = ["--reason", "matrix"];
        Some(match act {
            Act::AgenciesLook => shows(&["agencies", "show", agency], agency),
            Act::ServicesLook => shows(&["services", "list"], &service),
            Act::ClientsLook => shows(&["clients", "show", &client], &client),
            Act::RightsLook => shows(&["rights", "list"], right),
            Act::RightsGrant => shows(&self.grant(), "asked for approval"),
            Act::RightsRevoke => shows(&[&["rights", "revoke", right], &why[..]].concat(), right),
            Act::PendingLook => shows(&["pending", "show", pending], pending),
            Act::PendingDecide => shows(&[&["pending", "refuse", pending], &why[..]].concat(), pending),
            _ => return None,
        })
    }
}

/// "… through … command line (with `--server`), with one expected table": a sample of every act that a command does there.
#[tokio::test]
async fn every_role_at_a_sample_of_every_act_at_the_command_line() {
    let (site, serving) = served().await;
    let token = |client: &str| {
        let said = site.configured(&["api", "token", "--client", client]).succeeded();
        said.trim().to_owned()
    };
    let (mut reformed, mut count) = (false, 0);
    for (agency, n, reached) in AT_THE_COMMAND_LINE {
        if n == 1 && !reformed {
            let db = site.db().await;
            country::reform(&db, SystemClock.now()).await;
            db.close().await;
            reformed = true;
        }
        let (unit, branch) = agency.split_once('-').unwrap();
        let unit = if reformed { country::became(unit) } else { unit };
        let asker = token("asker");
        let terminal = Terminal { site: &site, url: serving.url(""), asker, place: [unit, branch, agency] };
        let (right, pending) = (terminal.given(), terminal.asked());
        for role in Role::ALL {
            let bearer = token(role.as_str());
            for act in Act::ALL {
                let expected = reached && table::roles()[&(role, act)] == 'x';
                let (mut right, mut pending) = (right.clone(), pending.clone());
                if expected && act == Act::RightsRevoke {
                    right = terminal.given();
                }
                if expected && act == Act::PendingDecide {
                    pending = terminal.asked();
                }
                if let Some(done) = terminal.tries(&bearer, act, (&right, &pending)) {
                    assert_eq!(done, expected, "{role:?} {act:?} {agency} {n}");
                    count += 1;
                }
            }
        }
    }
    assert_eq!(count, 3 * 8 * Role::ALL.len());
    serving.stop().await;
    site.leave().await;
}
