//! Agencies.

use std::borrow::Cow;

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

use super::Official;
use super::page::Asked;
use super::page::Listed;
use super::problem::Problem;
use super::units::AsOf;
use crate::flows::admin::units::Named;
use crate::flows::admin::units::look;
use crate::flows::admin::units::look::Filter;
use crate::flows::admin::units::tree::Since;
use crate::flows::admin::units::tree::Standing;
use crate::http::respond;
use crate::identity::authority::Act;

/// A unit as others name it.
#[derive(Serialize, ToSchema)]
pub struct UnitName {
    /// Its level.
    level: String,
    /// Its code.
    code: String,
    /// Its name in Vietnamese.
    name: String,
}

impl From<Named> for UnitName {
    fn from(named: Named) -> Self {
        let Named { level, code, name } = named;
        Self { level, code, name }
    }
}

/// An agency, as it stands on a day.
#[derive(Serialize, ToSchema)]
pub struct Agency {
    /// Its key, which stays.
    #[schema(example = "so-y-te-ha-noi")]
    id: String,
    /// Of the state, of the Party, a mass organization, a state enterprise or private.
    kind: Cow<'static, str>,
    /// Its name in Vietnamese.
    name: String,
    /// Its name in English.
    name_en: String,
    /// The unit in which it stands.
    unit: Option<UnitName>,
    /// Its branch.
    branch: Option<String>,
    /// The agency above it.
    parent: Option<String>,
    /// The unit that was divided, where somebody has yet to decide where the agency goes.
    undecided_since_division_of: Option<UnitName>,
    /// The first day on which it is there.
    #[schema(format = Date)]
    valid_from: String,
    /// The first day on which it is not any more.
    #[schema(format = Date)]
    valid_to: Option<String>,
}

impl From<Standing> for Agency {
    fn from(standing: Standing) -> Self {
        Self {
            id: standing.id,
            kind: standing.kind,
            name: standing.name,
            name_en: standing.name_en,
            unit: standing.unit.map(UnitName::from),
            branch: standing.branch,
            parent: standing.parent,
            undecided_since_division_of: standing.undecided_since_division_of.map(UnitName::from),
            valid_from: standing.valid_from,
            valid_to: standing.valid_to,
        }
    }
}

/// Where an agency stood from a day on.
#[derive(Serialize, ToSchema)]
pub struct StoodThere {
    /// The day.
    #[schema(format = Date)]
    from: String,
    /// The unit.
    unit: Option<UnitName>,
    /// The branch.
    branch: Option<String>,
    /// The agency above.
    parent: Option<String>,
}

impl From<Since> for StoodThere {
    fn from(since: Since) -> Self {
        let Since { from, unit, branch, parent } = since;
        Self { from, unit: unit.map(UnitName::from), branch, parent }
    }
}

/// An agency with where it stood, from when on.
#[derive(Serialize, ToSchema)]
pub struct AgencyWithHistory {
    /// As it stands on the day.
    #[serde(flatten)]
    agency: Agency,
    /// Where it stood, the earliest first.
    history: Vec<StoodThere>,
}

/// What agencies are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// As of this day; today where it is absent.
    #[param(format = Date, example = "2025-07-01")]
    at: Option<String>,
    /// Only those in this unit and beneath it: its code, or level and code as `province/01`.
    within: Option<String>,
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// Agencies by their keys, as far as the office reaches.
#[utoipa::path(
    get, path = "/api/v1/agencies", tag = "agencies", operation_id = "listAgencies", params(Narrowed),
    security(("office" = ["api:agencies.look"])),
    responses((status = 200, body = Listed<Agency>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Narrowed>) -> Result<Response, Problem> {
    let app = official.doing(Act::AgenciesLook)?;
    let Narrowed { at, within, cursor, limit } = &asked.query;
    let filter = Filter { at: official.day(at.as_deref())?, within: within.as_deref(), level: None };
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = look::agencies(app, &wanted, &filter, official.now).await;
    Ok(official.listed::<_, Agency, _>(&asked, official.done(page)?))
}

/// One agency.
#[utoipa::path(
    get, path = "/api/v1/agencies/{id}", tag = "agencies", operation_id = "getAgency",
    params(("id" = String, Path, description = "Its key"), AsOf),
    security(("office" = ["api:agencies.look"])),
    responses((status = 200, body = AgencyWithHistory), Problem)
)]
pub async fn one(official: Official, Path(id): Path<String>, asked: Asked<AsOf>) -> Result<Response, Problem> {
    let app = official.doing(Act::AgenciesLook)?;
    let at = official.day(asked.query.at.as_deref())?;
    let (standing, since) = official.done(look::agency(app, &id, at, official.now).await)?;
    let history = since.into_iter().map(StoodThere::from).collect();
    Ok(respond::json(StatusCode::OK, &AgencyWithHistory { agency: standing.into(), history }))
}
