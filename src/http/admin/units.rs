//! Units of the territory.

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
use crate::flows::admin::declaration::shape::UnitDeclaration;
use crate::flows::admin::declaration::single;
use crate::flows::admin::units::look;
use crate::flows::admin::units::look::Filter;
use crate::flows::admin::units::tree::Line;
use crate::identity::authority::Act;

/// A unit, as of a day.
#[derive(Serialize, ToSchema)]
pub struct Unit {
    /// Its level.
    #[schema(example = "province")]
    level: String,
    /// How far its level is from the top: units of one level have the same.
    rank: i64,
    /// Its official code, which is its own within its level.
    #[schema(example = "01")]
    code: String,
    /// What kind of its level it is.
    kind: Option<String>,
    /// Its name in Vietnamese.
    name: String,
    /// Its name in English.
    name_en: String,
    /// The code of what it is a part of.
    parent: Option<String>,
    /// The level of that.
    parent_level: Option<String>,
    /// The first day on which it is there.
    #[schema(format = Date)]
    valid_from: String,
    /// The first day on which it is not any more.
    #[schema(format = Date)]
    valid_to: Option<String>,
}

impl From<Line> for Unit {
    fn from(line: Line) -> Self {
        let Line { level, rank, code, kind, name, name_en, parent, parent_level, valid_from, valid_to, .. } = line;
        Self { level, rank, code, kind, name, name_en, parent, parent_level, valid_from, valid_to }
    }
}

/// What units are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// As of this day; today where it is absent.
    #[param(format = Date, example = "2025-07-01")]
    at: Option<String>,
    /// Only this unit and what is beneath it: its code, or level and code as `province/01`.
    within: Option<String>,
    /// Only units of this level.
    level: Option<String>,
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// Units by level and code, as far as the office reaches.
#[utoipa::path(
    get, path = "/api/v1/units", tag = "units", operation_id = "listUnits", params(Narrowed),
    security(("office" = ["api:units.look"])),
    responses((status = 200, body = Listed<Unit>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Narrowed>) -> Result<Response, Problem> {
    let app = official.doing(Act::UnitsLook)?;
    let Narrowed { at, within, level, cursor, limit } = &asked.query;
    let filter = Filter { at: official.day(at.as_deref())?, within: within.as_deref(), level: level.as_deref() };
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = look::units(app, &wanted, &filter, official.now).await;
    Ok(official.listed::<_, Unit, _>(&asked, official.done(page)?))
}

/// As of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// As of this day; today where it is absent.
    #[param(format = Date, example = "2025-07-01")]
    pub at: Option<String>,
}

/// One unit; its ETag is its version.
#[utoipa::path(
    get, path = "/api/v1/units/{level}/{code}", tag = "units", operation_id = "getUnit",
    params(("level" = String, Path, description = "Its level"), ("code" = String, Path, description = "Its code"), AsOf),
    security(("office" = ["api:units.look"])),
    responses((status = 200, body = Unit, headers(("ETag" = String, description = "Its version"))), Problem)
)]
pub async fn one(
    official: Official,
    Path((level, code)): Path<(String, String)>,
    asked: Asked<AsOf>,
) -> Result<Response, Problem> {
    let app = official.doing(Act::UnitsLook)?;
    let at = official.day(asked.query.at.as_deref())?;
    let unit = look::unit(app, &format!("{level}/{code}"), at, official.now).await;
    let (unit, version) = official.done(unit)?;
    Ok(official.versioned(StatusCode::OK, &Unit::from(unit), version))
}

/// What a unit is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitDescription {
    /// Its name. Another one than that of the unit that is there makes it another unit, which takes its place.
    name: Bilingual,
    /// What kind of its level it is; whatever it was, where absent.
    kind: Option<String>,
    /// What it is a part of: a code, or level and code as `province/01`. Of none are units of the highest level alone.
    parent: Option<String>,
    /// The first day on which it is so; today where absent.
    #[schema(format = Date)]
    from: Option<String>,
}

/// Writes a unit as it is from a day on: another version of the one that is there then (`If-Match`, with the ETag as of that day),
/// or a new one (`If-None-Match: *`), by whoever has power over it and over what it is to be a part of. What became of a unit
/// that goes, `units/succession` says.
#[utoipa::path(
    put, path = "/api/v1/units/{level}/{code}", tag = "units", operation_id = "putUnit",
    params(
        ("level" = String, Path, description = "Its level"), ("code" = String, Path, description = "Its code"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` for a unit that is not there yet"),
    ),
    request_body = UnitDescription,
    security(("office" = ["api:units.change"])),
    responses(
        (status = 200, body = Unit, headers(("ETag" = String, description = "Its version"))),
        (status = 201, body = Unit, headers(("ETag" = String, description = "Its version"))),
        Problem
    )
)]
pub async fn put(
    official: Official,
    Path((level, code)): Path<(String, String)>,
    asked: Asked<Reason>,
    Basis(how): Basis,
    Sent(description): Sent<UnitDescription>,
) -> Result<Response, Problem> {
    let app = official.because(Act::UnitsChange, &asked.query)?;
    let UnitDescription { name, kind, parent, from } = description;
    let from = official.day(from.as_deref())?;
    let declared = UnitDeclaration { level, code, kind, name: name.into(), parent, from };
    let (unit, version) = official.done(single::unit(&app, declared, how, official.now).await)?;
    Ok(official.versioned(written(how), &Unit::from(unit), version))
}
