//! How each act is asked of the API.

use motcua::identity::authority::Act;
use motcua::identity::authority::Role;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::Things;
use crate::api::people::WHY;
use crate::authority::table;

/// A request, and what of its answers says that it may be done.
#[derive(Default)]
pub struct Way {
    pub what: String,
    pub body: Option<Value>,
    /// It rests on a version that there is not.
    pub has_version: bool,
    /// It names what is not there, which only whoever may learns.
    pub is_of_none: bool,
    /// It is a list of what was named, which is empty to whoever may not.
    pub is_narrowed: bool,
}

fn way(what: impl Into<String>) -> Way {
    Way { what: what.into(), ..Way::default() }
}

/// Whether an act is about a unit or a branch itself.
const fn is_of_a_tree(act: Act) -> bool {
    matches!(act, Act::UnitsLook | Act::BranchesLook)
}

/// Whether a role does an act of no place, by the one table, with bounds or as the whole country's.
pub fn is_done(role: Role, act: Act, whole: bool) -> bool {
    match table::roles()[&(role, act)] {
        'x' => whole || !is_of_a_tree(act),
        'C' => whole,
        _ => false,
    }
}

/// An act on what stands at a place; none where the API has no address for that.
pub fn at_a_place(act: Act, things: &Things) -> Option<Way> {
    let Things { agency, right, pending, happened, .. } = things;
    let service = json!({
        "agency": agency, "name": { "vi": "D", "en": "S" }, "purpose": { "vi": "d", "en": "s" },
        "legal_basis": "public-task",
    });
    let client = json!({ "service": format!("s-{agency}"), "redirect_uris": ["https://c.example/cb"] });
    let none = Uuid::nil();
    let until = *happened + std::time::Duration::from_secs(2);
    Some(match act {
        Act::AgenciesLook => way(format!("GET /api/v1/agencies/{agency}")),
        Act::ServicesLook => way(format!("GET /api/v1/services/s-{agency}")),
        Act::ServicesChange => {
            let what = format!("PUT /api/v1/services/s-{agency}?reason=matrix");
            Way { body: Some(service), has_version: true, ..way(what) }
        }
        Act::ClientsLook => way(format!("GET /api/v1/clients/c-{agency}")),
        Act::FiguresLook => way(format!("GET /api/v1/figures?agency={agency}")),
        Act::ClientsChange => {
            let what = format!("PUT /api/v1/clients/c-{agency}?reason=matrix");
            Way { body: Some(client), has_version: true, ..way(what) }
        }
        Act::ClientsRemove => {
            Way { has_version: true, ..way(format!("DELETE /api/v1/clients/c-{agency}?reason=matrix")) }
        }
        Act::RightsLook => way(format!("GET /api/v1/rights/{right}")),
        Act::RightsGrant => Way { body: Some(things.auditor()), ..way("POST /api/v1/rights?reason=matrix") },
        Act::RightsRevoke => way(format!("DELETE /api/v1/rights/{right}?reason=matrix")),
        Act::PendingLook => way(format!("GET /api/v1/pending/{pending}")),
        Act::PendingDecide => way(format!("POST /api/v1/pending/{pending}/refusal?reason=matrix")),
        Act::GrantsLook => way(format!("GET /api/v1/clients/c-{agency}/grants")),
        Act::GrantsRevoke => {
            let what = format!("DELETE /api/v1/clients/c-{agency}/grants/{none}?reason=matrix");
            Way { is_of_none: true, ..way(what) }
        }
        Act::AuditLook => {
            let what = format!("GET /api/v1/audit?client=c-{agency}&since={happened}&until={until}");
            Way { is_narrowed: true, ..way(what) }
        }
        _ => return None,
    })
}

/// An act that is of no place: on a person, on a unit or a branch itself, on what is the whole country's.
pub fn of_no_place(act: Act, whom: Uuid, new: &str) -> Vec<Way> {
    let person = format!("/api/v1/people/{whom}");
    let (why, none) = ("reason=matrix", Uuid::nil());
    let by = json!({ "identity_number": "036187004321" });
    let proof = json!({ "level": 2, "method": "in-person", "evidence": "chip card", "agency": "101-health" });
    let entered = json!({ "user_name": format!("new-{new}"), "password": "correct horse battery" });
    match act {
        Act::UnitsLook => ["province/01", "commune/00001"].map(|unit| way(format!("GET /api/v1/units/{unit}"))).into(),
        Act::BranchesLook => ["health", "party"].map(|code| way(format!("GET /api/v1/branches/{code}"))).into(),
        Act::PeopleFind => vec![
            Way { body: Some(by), ..way(format!("POST /api/v1/people/searches?{WHY}")) },
            way(format!("GET {person}?{WHY}")),
        ],
        Act::PeopleSignOut => vec![way(format!("POST {person}/sign-out?{why}"))],
        Act::PeopleProof => vec![Way { body: Some(proof), ..way(format!("POST {person}/proofs?{why}")) }],
        Act::PeopleRecover => vec![way(format!("POST {person}/recovery?{why}"))],
        Act::PeopleDisable => vec![way(format!("POST {person}/disablement?{why}"))],
        Act::PeopleEnable => vec![way(format!("DELETE {person}/disablement?{why}"))],
        Act::PeopleEnter => vec![Way { body: Some(entered), ..way(format!("POST /api/v1/people?{why}")) }],
        Act::PeopleRemove => vec![way(format!("DELETE {person}?{why}"))],
        Act::SessionsLook => vec![way(format!("GET {person}/sessions?{WHY}"))],
        Act::SessionsEnd => vec![Way { is_of_none: true, ..way(format!("DELETE {person}/sessions/{none}?{why}")) }],
        Act::GrantsLook => vec![way(format!("GET {person}/grants?{WHY}"))],
        Act::GrantsRevoke => vec![Way { is_of_none: true, ..way(format!("DELETE {person}/grants/{none}?{why}")) }],
        Act::KeysLook => vec![way("GET /api/v1/keys")],
        Act::KeysRotate => {
            let body = Some(json!({ "algorithm": "ES256" }));
            vec![Way { body, ..way(format!("POST /api/v1/keys/rotation?{why}")) }]
        }
        Act::KeysRevoke => vec![Way { is_of_none: true, ..way(format!("POST /api/v1/keys/none/revocation?{why}")) }],
        Act::OutboxLook => vec![way("GET /api/v1/outbox")],
        Act::OutboxRetry => vec![Way { is_of_none: true, ..way(format!("POST /api/v1/outbox/{none}/retry?{why}")) }],
        Act::DeclarationLook => vec![way("GET /api/v1/declaration?format=json")],
        Act::DeclarationApply => {
            vec![Way { body: Some(json!({})), ..way(format!("POST /api/v1/declaration?dry_run=true&{why}")) }]
        }
        _ => Vec::new(),
    }
}
