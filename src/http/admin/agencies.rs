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
use super::sent::Basis;
use super::sent::Reason;
use super::sent::Sent;
use super::sent::written;
use super::services::Bilingual;
use super::units::AsOf;
use crate::flows::admin::declaration::shape::AgencyDeclaration;
use crate::flows::admin::declaration::single;
use crate::flows::admin::units::Named;
use crate::flows::admin::units::desk;
use crate::flows::admin::units::look;
use crate::flows::admin::units::look::Filter;
use crate::flows::admin::units::moving::Move;
use crate::flows::admin::units::tree::Since;
use crate::flows::admin::units::tree::Standing;
use crate::identity::authority::Act;
use crate::identity::hierarchy;

/// A unit as others name it.
#[derive(Serialize, ToSchema)]
pub struct UnitName {
    /// Its level.
    level: String,
    /// Its code.
    code: String,
    /// Its name.
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
    /// Its key.
    #[schema(example = "so-y-te-ha-noi")]
    id: String,
    /// Its kind.
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
    /// The first day on which it is gone.
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

/// One agency; its ETag is its version.
#[utoipa::path(
    get, path = "/api/v1/agencies/{id}", tag = "agencies", operation_id = "getAgency",
    params(("id" = String, Path, description = "Its key"), AsOf),
    security(("office" = ["api:agencies.look"])),
    responses(
        (status = 200, body = AgencyWithHistory, headers(("ETag" = String, description = "Its version"))),
        Problem
    )
)]
pub async fn one(official: Official, Path(id): Path<String>, asked: Asked<AsOf>) -> Result<Response, Problem> {
    let app = official.doing(Act::AgenciesLook)?;
    let at = official.day(asked.query.at.as_deref())?;
    Ok(told(&official, official.done(look::agency(app, &id, at, official.now).await)?))
}

/// What an agency is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgencyKind {
    /// A body of the state.
    State,
    /// A body of the Party.
    Party,
    /// A mass organization.
    MassOrganization,
    /// An enterprise of the state.
    StateEnterprise,
    /// A private body with a public service.
    Private,
}

impl From<AgencyKind> for hierarchy::AgencyKind {
    fn from(kind: AgencyKind) -> Self {
        match kind {
            AgencyKind::State => Self::State,
            AgencyKind::Party => Self::Party,
            AgencyKind::MassOrganization => Self::MassOrganization,
            AgencyKind::StateEnterprise => Self::StateEnterprise,
            AgencyKind::Private => Self::Private,
        }
    }
}

/// What an agency is to be; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgencyDescription {
    /// Its name.
    name: Bilingual,
    /// What it is; `state`, of a new one of which nobody says it.
    kind: Option<AgencyKind>,
    /// Its sector, whose clients see the same subject identifiers. Of a new one its key, where absent.
    sector: Option<String>,
    /// Its unit: a code, or as `province/01`.
    unit: Option<String>,
    /// Its branch.
    branch: Option<String>,
    /// The agency above it.
    parent: Option<String>,
    /// Since when it stands there: today where absent, a new one always.
    #[schema(format = Date)]
    from: Option<String>,
}

/// Writes an agency.
///
/// By whoever has power over where it stands and will stand, and over its sector.
#[utoipa::path(
    put, path = "/api/v1/agencies/{id}", tag = "agencies", operation_id = "putAgency",
    params(
        ("id" = String, Path, description = "Its key"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` for a new one"),
    ),
    request_body = AgencyDescription,
    security(("office" = ["api:agencies.change"])),
    responses(
        (status = 200, body = Agency, headers(("ETag" = String, description = "Its version"))),
        (status = 201, body = Agency, headers(("ETag" = String, description = "Its version"))),
        Problem
    )
)]
pub async fn put(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<Reason>,
    Basis(how): Basis,
    Sent(description): Sent<AgencyDescription>,
) -> Result<Response, Problem> {
    let app = official.because(Act::AgenciesChange, &asked.query)?;
    let AgencyDescription { name, kind, sector, unit, branch, parent, from } = description;
    let (name, kind, from) = (name.into(), kind.map(Into::into), official.day(from.as_deref())?);
    let declared = AgencyDeclaration { id, name, sector, kind, unit, branch, parent, from };
    let (standing, _, version) = official.done(single::agency(&app, declared, how, official.now).await)?;
    Ok(official.versioned(written(how), &Agency::from(standing), version))
}

/// Where an agency is to stand; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlace {
    /// The unit: its code, or level and code as `province/01`.
    unit: Option<String>,
    /// Its branch.
    branch: Option<String>,
    /// The agency above it.
    parent: Option<String>,
    /// The first day on which it is so; today where it is absent.
    #[schema(format = Date)]
    effective: Option<String>,
}

/// Has an agency stand somewhere else from a day on, by whoever has power over where it stands, and over where it will.
#[utoipa::path(
    post, path = "/api/v1/agencies/{id}/move", tag = "agencies", operation_id = "moveAgency",
    params(
        ("id" = String, Path, description = "Its key"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    request_body = NewPlace,
    security(("office" = ["api:agencies.change"])),
    responses(
        (status = 200, body = Agency, headers(("ETag" = String, description = "Its version"))),
        Problem
    )
)]
pub async fn relocate(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<Reason>,
    Basis(how): Basis,
    Sent(new): Sent<NewPlace>,
) -> Result<Response, Problem> {
    let app = official.because(Act::AgenciesChange, &asked.query)?;
    let day = official.day(new.effective.as_deref())?;
    let NewPlace { unit, branch, parent, .. } = &new;
    let (unit, branch, parent) = (unit.as_deref(), branch.as_deref(), parent.as_deref());
    let to = Move { unit, branch, parent, basis: how.basis() };
    Ok(changed(&official, official.done(desk::move_agency(&app, &id, &to, day, official.now).await)?))
}

/// From when on it is not there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The first day on which it is not there.
    #[schema(format = Date, example = "2025-07-01")]
    pub effective: String,
}

/// Ends an agency from a day on: refused while it offers services, or others answer to it.
#[utoipa::path(
    post, path = "/api/v1/agencies/{id}/end", tag = "agencies", operation_id = "endAgency",
    params(
        ("id" = String, Path, description = "Its key"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    request_body = End,
    security(("office" = ["api:agencies.change"])),
    responses(
        (status = 200, body = Agency, headers(("ETag" = String, description = "Its version"))),
        Problem
    )
)]
pub async fn end(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<Reason>,
    Basis(how): Basis,
    Sent(End { effective }): Sent<End>,
) -> Result<Response, Problem> {
    let app = official.because(Act::AgenciesChange, &asked.query)?;
    let day = official.first_day(&effective)?;
    Ok(changed(&official, official.done(desk::end_agency(&app, &id, day, how.basis(), official.now).await)?))
}

fn changed(official: &Official, (standing, _, version): look::Version) -> Response {
    official.versioned(StatusCode::OK, &Agency::from(standing), version)
}

fn told(official: &Official, (standing, since, version): look::Version) -> Response {
    let history = since.into_iter().map(StoodThere::from).collect();
    official.versioned(StatusCode::OK, &AgencyWithHistory { agency: standing.into(), history }, version)
}
