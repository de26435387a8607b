//! The audit trail.

use std::time::Duration;

use axum::response::Response;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Official;
use super::page::Asked;
use super::page::Listed;
use super::problem::Problem;
use crate::flows::admin::audit;
use crate::flows::admin::audit::Filter;
use crate::flows::admin::audit::Seen;
use crate::identity::audit::By;
use crate::identity::authority::Act;

/// Who did something to others.
#[derive(Serialize, ToSchema)]
pub struct Doer {
    /// `machine`, or `person:ID` or `client:ID` of an official.
    actor: String,
    /// In which office.
    office: Option<String>,
    /// Why, in their own words.
    reason: Option<String>,
}

impl From<By> for Doer {
    fn from(by: By) -> Self {
        Self { actor: by.actor.stored(), office: by.office.map(|office| office.to_string()), reason: by.reason }
    }
}

/// What happened.
#[derive(Serialize, ToSchema)]
pub struct AuditEvent {
    /// Its id, or what stands for it where the office may not know whom it concerns.
    id: Uuid,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What it was, by its name.
    #[schema(example = "declaration_applied")]
    act: String,
    /// To whom, where the office may know.
    person: Option<Uuid>,
    /// At which client.
    client: Option<String>,
    /// In which session, where the office may know.
    session: Option<Uuid>,
    /// What else matters, where the office may know.
    detail: Option<String>,
    /// Who did it, where that was an official or the machine's operator.
    by: Option<Doer>,
}

impl From<Seen> for AuditEvent {
    fn from(seen: Seen) -> Self {
        let Seen { id, at, act, person, client, session, detail, by } = seen;
        Self { id, at: at.to_string(), act, person, client, session, detail, by: by.map(Doer::from) }
    }
}

/// What the trail is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// Only events of this name.
    act: Option<String>,
    /// Only those that concern this person, where the office may know that.
    person: Option<Uuid>,
    /// Only those at this client.
    client: Option<String>,
    /// Since this instant; thirty days before `until` where it is absent.
    #[param(format = DateTime, example = "2026-11-01T00:00:00Z")]
    since: Option<String>,
    /// Until this instant; now where it is absent.
    #[param(format = DateTime, example = "2026-11-30T00:00:00Z")]
    until: Option<String>,
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

const USUAL: Duration = Duration::from_secs(30 * 86_400);

/// What happened, the latest first, as far as the office reaches: what concerns a client within it, and what officials did
/// in an office within it. A page may have fewer items than `limit`, or none, and go on: `next` says so.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit", operation_id = "listAudit", params(Narrowed),
    security(("office" = ["api:audit.look"])),
    responses((status = 200, body = Listed<AuditEvent>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Narrowed>) -> Result<Response, Problem> {
    let app = official.doing(Act::AuditLook)?;
    let Narrowed { act, person, client, since, until, cursor, limit } = &asked.query;
    let until = official.instant(until.as_deref())?.unwrap_or(official.now + Duration::from_secs(1));
    let since = official.instant(since.as_deref())?.unwrap_or(until - USUAL);
    let filter = Filter { act: act.as_deref(), person: *person, client: client.as_deref(), since, until };
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = audit::page(app, &wanted, &filter, official.now).await;
    Ok(official.listed::<_, AuditEvent, _>(&asked, official.done(page)?))
}
