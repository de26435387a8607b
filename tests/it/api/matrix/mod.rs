//! One expected table through every door: each role at each act on own, subordinate, sibling, superior and foreign units and
//! branches, before and after a succession, through the API, at the command line with `--server`, and through the pages. The
//! table is that of [`table`], which the function alone answers there.

mod terminal;
mod ways;

use std::collections::BTreeSet;
use std::time::Duration;

use http::StatusCode;
use motcua::base::time::Timestamp;
use motcua::identity::assurance::Level;
use motcua::identity::audit;
use motcua::identity::audit::Event;
use motcua::identity::authority::Act;
use motcua::identity::authority::Role;
use motcua::parts::record::Change;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use self::ways::Way;
use super::given;
use super::nation;
use super::robot;
use super::send;
use super::token;
use super::town;
use crate::authority::country;
use crate::authority::table;
use crate::credentials::proof;
use crate::town::Town;

/// Acts that are tried elsewhere, and where.
const ELSEWHERE: [(Act, &str); 6] = [
    (Act::UnitsChange, "a file of the whole tree: api::reorganizing, authority::table"),
    (Act::UnitsSucceed, "a file of the whole tree: api::reorganizing, authority::table"),
    (Act::BranchesChange, "branches come by the declaration: authority::table"),
    (Act::AgenciesChange, "what is moved stands elsewhere for whoever comes next: api::reorganizing, authority::table"),
    (Act::ClientsToProduction, "clients have one environment yet: authority::table"),
    (Act::PeopleExport, "everybody is written out: api::bulk, authority::table"),
];

/// Every act is tried here, or said to be elsewhere.
fn each_is_tried(tried: &BTreeSet<Act>, elsewhere: &[(Act, &str)]) {
    for act in Act::ALL {
        let elsewhere = elsewhere.iter().any(|(own, _)| *own == act);
        assert_eq!(tried.contains(&act), !elsewhere, "{act:?}: who tries it?");
    }
}

/// A service of an agency, with a client.
pub fn declared(agency: &str) -> String {
    format!(
        "[[services]]\nid = \"s-{agency}\"\nagency = \"{agency}\"\nname = {{ vi = \"D\", en = \"S\" }}\n\
         purpose = {{ vi = \"d\", en = \"s\" }}\nlegal_basis = \"public-task\"\n\
         [[clients]]\nclient_id = \"c-{agency}\"\nservice = \"s-{agency}\"\nredirect_uris = [\"https://c.example/cb\"]\n\
         secrets = [\"a-secret-of-a-test-that-is-long-enough\"]\n"
    )
}

/// Somebody who is looked for and helped.
pub fn person(name: &str, number: &str) -> String {
    format!(
        "[[people]]\nuser_name = \"{name}\"\nidentity_number = \"{number}\"\npassword = \"correct horse battery\"\n\
         [people.claims]\nname = \"Dan\"\n"
    )
}

/// What stands at a place: the agency of a unit and a branch.
pub struct Things {
    pub agency: String,
    pub unit: String,
    pub branch: String,
    pub right: Uuid,
    pub pending: Uuid,
    /// When something happened at its client.
    pub happened: Timestamp,
}

impl Things {
    /// A service with a client at which something happened, a right of somebody, and a right that somebody asked for.
    pub async fn of(town: &Town, asker: &str, agency: &str) -> Self {
        town.apply(&declared(agency)).await;
        let mut change = Change::begin(&town.app).await.unwrap();
        change.act(Event::new(audit::Act::ClientUpdated).client(&format!("c-{agency}")));
        change.commit().await.unwrap();
        let (unit, branch) = agency.split_once('-').unwrap();
        let (unit, branch, happened) = (unit.to_owned(), branch.to_owned(), town.app.clock.now());
        let (agency, right, pending) = (agency.to_owned(), Uuid::nil(), Uuid::nil());
        let mut things = Self { agency, unit, branch, right, pending, happened };
        things.right = things.given(town).await;
        things.pending = things.asked(town, asker).await;
        things
    }

    /// After the reform: the right is there as before, what waited is void.
    pub async fn reformed(&mut self, town: &Town, asker: &str) {
        self.unit = country::became(&self.unit).to_owned();
        self.pending = self.asked(town, asker).await;
    }

    /// The same place, with a right and something that waits of its own: what is gone afterwards is another for each.
    pub async fn anew(&self, town: &Town, asker: &str) -> Self {
        let Self { agency, unit, branch, happened, .. } = self;
        let (right, pending) = (self.given(town).await, self.asked(town, asker).await);
        let (agency, unit, branch) = (agency.clone(), unit.clone(), branch.clone());
        Self { agency, unit, branch, right, pending, happened: *happened }
    }

    /// A right of an auditor here.
    async fn given(&self, town: &Town) -> Uuid {
        given(town, "other", Role::Auditor, &format!("{} {} ={}", self.unit, self.branch, self.agency)).await
    }

    /// The same as somebody asks for it.
    pub fn auditor(&self) -> Value {
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

/// Whether an act is done to what is gone afterwards.
pub const fn takes_away(act: Act) -> bool {
    matches!(act, Act::RightsRevoke | Act::PendingDecide)
}

/// Whether it is done.
async fn done(town: &Town, bearer: &str, way: &Way) -> bool {
    // No version of the table's: what may be changed is not.
    let headers: &[(&str, &str)] = if way.has_version { &[("if-match", "\"9999\"")] } else { &[] };
    let page = send(town, bearer, &way.what, headers, way.body.as_ref()).await;
    match page.status {
        StatusCode::FORBIDDEN => false,
        StatusCode::NOT_FOUND if way.is_of_none => true,
        StatusCode::PRECONDITION_FAILED if way.has_version => true,
        StatusCode::OK if way.is_narrowed => !page.json()["items"].as_array().unwrap().is_empty(),
        status if status.is_success() => true,
        status => panic!("{}: {status} {}", way.what, page.body),
    }
}

/// What was tried, and how often.
#[derive(Default)]
struct Tried {
    acts: BTreeSet<Act>,
    count: usize,
}

/// Tries every act of a role at a place, and compares with the table.
async fn at_a_place(
    town: &Town,
    role: Role,
    (bearer, asker): (&str, &str),
    (things, reached): (&Things, bool),
    tried: &mut Tried,
) {
    for act in Act::ALL {
        let expected = reached && table::roles()[&(role, act)] == 'x';
        let own = if expected && takes_away(act) { Some(things.anew(town, asker).await) } else { None };
        let Some(way) = ways::at_a_place(act, own.as_ref().unwrap_or(things)) else { continue };
        assert_eq!(done(town, bearer, &way).await, expected, "{role:?} {act:?} {}", things.agency);
        tried.acts.insert(act);
        tried.count += 1;
    }
}

/// Tries every act that is of no place. People come to any office; what is the whole country's is nobody's who has a bound, and
/// so are a unit, which is of no branch, and a branch, which is of no unit, to whom has both bounds.
async fn of_no_place(town: &Town, role: Role, bearer: &str, (whole, dan): (bool, Uuid), tried: &mut Tried) {
    for act in Act::ALL {
        let expected = ways::is_done(role, act, whole);
        let name = format!("{}-{}", role.as_str(), town.app.clock.now().seconds());
        let whom = if expected && act == Act::PeopleRemove {
            town.apply(&person(&name, "036187004322")).await;
            super::people::id(town, &name).await
        } else {
            dan
        };
        for way in ways::of_no_place(act, whom, &name) {
            assert_eq!(done(town, bearer, &way).await, expected, "{role:?} {act:?} {whole} {}", way.what);
            tried.acts.insert(act);
            tried.count += 1;
        }
    }
}

/// A country with somebody who is helped, and two clients for each role: one with a right for district 101 and health, and one
/// with a right without bounds.
async fn staffed() -> (Town, Uuid) {
    let town = town().await;
    let names = Role::ALL.iter().flat_map(|role| [role.as_str().to_owned(), format!("whole-{}", role.as_str())]);
    let robots: String = names.map(|name| robot(&name)).collect();
    town.apply(&(robots + &robot("asker") + &person("dan", "036187004321"))).await;
    proof(&town, "dan", Level::Two).await;
    for role in Role::ALL {
        given(&town, role.as_str(), role, "101 health").await;
        if role != Role::NationalOperator {
            given(&town, &format!("whole-{}", role.as_str()), role, "").await;
        }
    }
    nation(&town, ["whole-national-operator", "clerk"]).await;
    given(&town, "asker", Role::NationalOperator, "vn").await;
    let dan = super::people::id(&town, "dan").await;
    (town, dan)
}

/// "a generated matrix tries every role at every act … before and after a succession, through API …, with one expected table".
#[tokio::test]
async fn every_role_at_every_act_through_the_api() {
    let (town, dan) = staffed().await;
    let places = table::places();
    let later = |agency: &str| agency.starts_with("103-");
    let (mut things, mut tried): (Vec<(Things, [bool; 2])>, Tried) = (Vec::new(), Tried::default());
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
                at_a_place(&town, role, (&bearer, &asker), (place, reached[n]), &mut tried).await;
            }
            of_no_place(&town, role, &bearer, (false, dan), &mut tried).await;
            let bearer = token(&town, &format!("whole-{}", role.as_str()), &[]).await;
            at_a_place(&town, role, (&bearer, &asker), (&things[0].0, true), &mut tried).await;
            of_no_place(&town, role, &bearer, (true, dan), &mut tried).await;
        }
    }
    assert!(tried.count > 5000, "{}", tried.count);
    each_is_tried(&tried.acts, &ELSEWHERE);
    let refused =
        crate::store::texts(&town.app.db, "SELECT act FROM audit_events WHERE act = 'official_refused'".into());
    assert!(refused.await.len() > 2500, "each try is in the trail");
    town.leave().await;
}
