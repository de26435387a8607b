//! Rights.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Official;
use super::page::Asked;
use super::problem::Problem;
use super::sent::Reason;
use super::sent::Sent;
use crate::flows::admin::rights::Given;
use crate::flows::admin::rights::Named;
use crate::flows::admin::rights::desk;
use crate::flows::admin::rights::listed;
use crate::flows::admin::rights::look::Listed;
use crate::http::respond;
use crate::identity::authority::Act;

/// A right.
#[derive(Serialize, ToSchema)]
pub struct Right {
    /// Its id.
    id: Uuid,
    /// Who has it: `person:ID` or `client:ID`.
    holder: String,
    /// What they are called.
    name: String,
    /// What it lets them do.
    role: &'static str,
    /// Where, by codes.
    bounds: String,
    /// Whether they may give it on, or less than it.
    may_delegate: bool,
    /// Since when it counts.
    #[schema(format = DateTime)]
    from: String,
    /// Until when; for good where it is absent.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Who gave it.
    granted_by: String,
    /// Who approved that.
    approved_by: Option<String>,
    /// Whether its unit is gone, and somebody has to decide who has it.
    undecided: bool,
    /// What became of its unit, or of it.
    note: Option<String>,
}

impl From<Listed> for Right {
    fn from(listed: Listed) -> Self {
        let undecided = listed.is_undecided();
        let Listed { authority: right, holder, bounds, note } = listed;
        Self {
            id: right.id,
            holder: right.holder.stored(),
            name: holder,
            role: right.role.as_str(),
            bounds,
            may_delegate: right.may_delegate,
            from: right.from.to_string(),
            until: right.until.map(|until| until.to_string()),
            granted_by: right.granted_by.stored(),
            approved_by: right.approved_by.map(|by| by.stored()),
            undecided,
            note,
        }
    }
}

/// What rights are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// Only those of this holder: `person:ID` or `client:ID`.
    holder: Option<String>,
    /// As of this day or instant; now where it is absent.
    #[param(example = "2025-06-30")]
    at: Option<String>,
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// Rights that are not over, the oldest first, as far as the office reaches.
#[utoipa::path(
    get, path = "/api/v1/rights", tag = "rights", operation_id = "listRights", params(Narrowed),
    security(("office" = ["api:rights.look"])),
    responses((status = 200, body = super::page::Listed<Right>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Narrowed>) -> Result<Response, Problem> {
    let app = official.doing(Act::RightsLook)?;
    let Narrowed { holder, at, cursor, limit } = &asked.query;
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let at = official.moment(at.as_deref())?;
    let page = listed::page(app, &wanted, (holder.as_deref(), at), official.now).await;
    Ok(official.listed::<_, Right, _>(&asked, official.done(page)?))
}

/// One right.
#[utoipa::path(
    get, path = "/api/v1/rights/{id}", tag = "rights", operation_id = "getRight",
    params(("id" = Uuid, Path, description = "Its id")),
    security(("office" = ["api:rights.look"])),
    responses((status = 200, body = Right), Problem)
)]
pub async fn one(official: Official, Path(id): Path<String>) -> Result<Response, Problem> {
    let app = official.doing(Act::RightsLook)?;
    let right = official.done(desk::one(app, official.id(&id)?, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &Right::from(right)))
}

/// A right that is to be given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRight {
    /// Who gets it: `person:ID` or `client:ID`.
    holder: String,
    /// What it lets them do.
    #[schema(example = "registrar")]
    role: String,
    /// A unit and all beneath it: its code, or level and code as `province/01`; everywhere where it is absent.
    unit: Option<String>,
    /// A branch and all beneath it; all where it is absent.
    branch: Option<String>,
    /// One agency; all where it is absent.
    agency: Option<String>,
    /// Whether the agency's subordinates as well.
    #[serde(default)]
    subordinates: bool,
    /// Whether they may give it on, or less than it.
    #[serde(default)]
    may_delegate: bool,
    /// The first day; today where it is absent.
    #[schema(format = Date)]
    from: Option<String>,
    /// The last day; for good where it is absent.
    #[schema(format = Date)]
    until: Option<String>,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub struct Became {
    /// Rights that were given.
    rights: Vec<Uuid>,
    /// Acts that wait for a second official.
    pending: Vec<Uuid>,
}

impl Became {
    /// Nothing yet: this waits for a second official.
    pub fn waiting(pending: Uuid) -> Self {
        Self { rights: Vec::new(), pending: vec![pending] }
    }
}

impl From<Given> for Became {
    fn from(given: Given) -> Self {
        match given {
            Given::Rights(rights) => Self { rights, pending: Vec::new() },
            Given::Pending(pending) => Self { rights: Vec::new(), pending },
        }
    }
}

/// Gives a right; where a second official has to approve it, it waits for one.
#[utoipa::path(
    post, path = "/api/v1/rights", tag = "rights", operation_id = "giveRight", params(Reason), request_body = NewRight,
    security(("office" = ["api:rights.grant"])),
    responses((status = 202, body = Became), Problem)
)]
pub async fn give(official: Official, asked: Asked<Reason>, Sent(new): Sent<NewRight>) -> Result<Response, Problem> {
    let app = official.because(Act::RightsGrant, &asked.query)?;
    let (from, until) = (official.day(new.from.as_deref())?, official.day(new.until.as_deref())?);
    let NewRight { holder, role, unit, branch, agency, subordinates, may_delegate, .. } = new;
    let named = Named { role, unit, branch, agency, subordinates, may_delegate, from, until };
    let given = official.done(desk::give(&app, &holder, &named, official.now).await)?;
    Ok(respond::json(StatusCode::ACCEPTED, &Became::from(given)))
}

/// Takes a right away; what its holder asked by it is void.
#[utoipa::path(
    delete, path = "/api/v1/rights/{id}", tag = "rights", operation_id = "takeRight",
    params(("id" = Uuid, Path, description = "Its id"), Reason),
    security(("office" = ["api:rights.revoke"])),
    responses((status = 204, description = "It is taken away"), Problem)
)]
pub async fn take(official: Official, Path(id): Path<String>, asked: Asked<Reason>) -> Result<StatusCode, Problem> {
    let app = official.because(Act::RightsRevoke, &asked.query)?;
    official.done(desk::take(&app, official.id(&id)?, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}
