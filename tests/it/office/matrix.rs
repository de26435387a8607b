//! The one expected table through the pages: each role at each act that a page does, on own, subordinate, sibling, superior and
//! foreign units and branches, before and after a succession. [`crate::api::matrix`] tries the other doors.

use std::collections::BTreeSet;
use std::time::Duration;

use http::Method;
use http::StatusCode;
use motcua::identity::assurance::Level;
use motcua::identity::authority::Act;
use motcua::identity::authority::Role;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::Official;
use super::appointed;
use crate::api;
use crate::api::matrix::Things;
use crate::api::matrix::person;
use crate::api::matrix::takes_away;
use crate::authority::country;
use crate::authority::table;
use crate::credentials::proof;
use crate::town::Page;
use crate::town::Town;

/// Acts that a page does.
const DONE: [Act; 11] = [
    Act::RightsLook,
    Act::RightsGrant,
    Act::RightsRevoke,
    Act::PendingLook,
    Act::PendingDecide,
    Act::PeopleFind,
    Act::PeopleSignOut,
    Act::PeopleRecover,
    Act::PeopleDisable,
    Act::PeopleEnable,
    Act::AuditLook,
];

/// What is tried in a browser: a page, or a form that bears what proves that it is of this session and office.
struct Tries<'a> {
    official: &'a mut Official,
    confirm: String,
}

impl<'a> Tries<'a> {
    async fn of(official: &'a mut Official) -> Self {
        let page = official.browser.open("/office/people").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        Self { confirm: page.hidden_value("confirm"), official }
    }

    async fn opens(&mut self, path: &str) -> Page {
        self.official.browser.request(Method::GET, path, None).await
    }

    async fn sends(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let all = [("confirm", self.confirm.as_str()), ("reason", "matrix")].into_iter().chain(fields.iter().copied());
        let body = Serializer::new(String::new()).extend_pairs(all).finish();
        self.official.browser.request(Method::POST, path, Some(body)).await
    }

    /// An act on what stands at a place.
    async fn at_a_place(&mut self, act: Act, things: &Things) -> Option<Page> {
        let [unit, branch, agency] = [&things.unit, &things.branch, &things.agency].map(String::as_str);
        let (right, pending) = (things.right.to_string(), things.pending.to_string());
        Some(match act {
            Act::RightsLook => self.opens(&format!("/office/rights/one?id={right}")).await,
            Act::RightsGrant => {
                let right =
                    [("person", "an"), ("role", "auditor"), ("unit", unit), ("branch", branch), ("agency", agency)];
                self.sends("/office/rights/give", &right).await
            }
            Act::RightsRevoke => self.sends("/office/rights/take", &[("id", &right), ("decision", "take")]).await,
            Act::PendingLook => self.opens(&format!("/office/pending/one?id={pending}")).await,
            Act::PendingDecide => self.sends("/office/pending/one", &[("id", &pending), ("decision", "refuse")]).await,
            _ => return None,
        })
    }

    /// An act that is of no place: people come to any office, and the record is of all that the office sees.
    async fn of_no_place(&mut self, act: Act, dan: Uuid) -> Option<Page> {
        let dan = dan.to_string();
        let decision = match act {
            Act::PeopleFind => {
                let dan = [("by", "number"), ("sought", "036187004321"), ("purpose", "recovery")];
                return Some(self.sends("/office/people", &dan).await);
            }
            Act::AuditLook => return Some(self.opens("/office/audit").await),
            Act::PeopleSignOut => "sign-out",
            Act::PeopleRecover => "recover",
            Act::PeopleDisable => "disable",
            Act::PeopleEnable => "enable",
            _ => return None,
        };
        Some(self.sends("/office/people/one", &[("id", &dan), ("decision", decision)]).await)
    }
}

fn done(page: &Page) -> bool {
    match page.status {
        StatusCode::FORBIDDEN => false,
        StatusCode::OK => true,
        StatusCode::SEE_OTHER => {
            assert!(page.location().unwrap().starts_with("/office/"), "{:?}", page.location());
            true
        }
        status => panic!("{}: {status} {}", page.url, page.body),
    }
}

/// Whether a role does an act, whose right has these bounds or none.
fn expected(role: Role, act: Act, (whole, reached): (bool, bool)) -> bool {
    match table::roles()[&(role, act)] {
        'x' => reached,
        'C' => whole,
        _ => false,
    }
}

/// Signs in anew, and sits down.
async fn at_work(official: &mut Official) -> Tries<'_> {
    official.browser.cookies.clear();
    let page = official.browser.open("/office").await;
    let page = official.uses_passkey(&page).await;
    assert_eq!(page.path(), "/office", "{}", page.body);
    Tries::of(official).await
}

/// What stands at a place, and whether bounds reach there before and after the reform.
type Place = (Things, [bool; 2]);

/// Tries every act that a page does, and compares with the table.
async fn tried(
    town: &Town,
    role: Role,
    (official, whole): (&mut Official, bool),
    (asker, places, n, dan): (&str, &[Place], usize, Uuid),
) -> (BTreeSet<Act>, usize) {
    let (mut tries, mut tried, mut count) = (at_work(official).await, BTreeSet::new(), 0);
    for act in Act::ALL {
        if let Some(page) = tries.of_no_place(act, dan).await {
            assert_eq!(done(&page), expected(role, act, (whole, true)), "{role:?} {act:?} {whole}: {}", page.body);
            tried.insert(act);
        }
        for (things, reached) in places {
            let expected = expected(role, act, (whole, whole || reached[n]));
            let own = if expected && takes_away(act) { Some(things.anew(town, asker).await) } else { None };
            let Some(page) = tries.at_a_place(act, own.as_ref().unwrap_or(things)).await else { break };
            assert_eq!(done(&page), expected, "{role:?} {act:?} {}: {}", things.agency, page.body);
            tried.insert(act);
            count += 1;
        }
    }
    (tried, count)
}

/// "a generated matrix tries every role at every act … through … page …, with one expected table".
#[tokio::test]
async fn every_role_at_every_act_through_the_pages() {
    let town = api::town().await;
    town.apply(&(api::robot("asker") + &person("dan", "036187004321"))).await;
    proof(&town, "dan", Level::Two).await;
    api::given(&town, "asker", Role::NationalOperator, "vn").await;
    let dan = api::people::id(&town, "dan").await;
    let mut officials = Vec::new();
    for role in Role::ALL {
        officials.push((role, appointed(&town, role.as_str(), &[(role, "101 health")]).await, false));
    }
    let whole = appointed(&town, "ha", &[]).await;
    appointed(&town, "lan", &[]).await;
    super::nationals(&town, ["ha", "lan"]).await;
    officials.push((Role::NationalOperator, whole, true));
    let mut places: Vec<(Things, [bool; 2])> = Vec::new();
    let (mut acts, mut count) = (BTreeSet::new(), 0);
    for n in [0, 1] {
        if n == 1 {
            town.clock.pass(Duration::from_secs(24 * 60 * 60));
            country::reform(&town.app.db, town.app.clock.now()).await;
        }
        let asker = api::token(&town, "asker", &[]).await;
        for (known, _) in &mut places {
            known.reformed(&town, &asker).await;
        }
        let later = |agency: &str| agency.starts_with("103-");
        for (agency, reached) in table::places().into_iter().filter(|(agency, _)| later(agency) == (n == 1)) {
            places.push((Things::of(&town, &asker, agency).await, reached));
        }
        for (role, official, whole) in &mut officials {
            let (tried, times) = tried(&town, *role, (official, *whole), (&asker, &places, n, dan)).await;
            acts.extend(tried);
            count += times;
        }
    }
    assert_eq!(acts, DONE.into_iter().collect());
    assert!(count > 1500, "{count}");
    town.leave().await;
}
