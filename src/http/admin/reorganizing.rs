//! What becomes of units: many at once, from a day on.

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

use super::Official;
use super::file::File;
use super::file::Rows;
use super::keys::Waits;
use super::page::Asked;
use super::problem::Problem;
use super::sent::Reason;
use crate::flows::admin::rights::Mode;
use crate::flows::admin::rights::deed::Deed;
use crate::flows::admin::rights::desk as rights;
use crate::flows::admin::units::desk;
use crate::flows::admin::units::import;
use crate::flows::admin::units::succession;
use crate::http::respond;
use crate::identity::authority::Act;

/// What came of a file, or would.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
#[serde(transparent)]
pub struct UnitsEntered(import::Report);

/// How the units of a file are entered.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Import {
    /// Why: it stands in the audit trail, with who did it and in which office.
    #[param(min_length = 1, max_length = 500, example = "Decision 123/QĐ-UBND")]
    reason: String,
    /// The first day on which it is so.
    #[param(format = Date, example = "2025-07-01")]
    effective: String,
    /// Whether nothing is to change: the answer says what would.
    #[serde(default)]
    #[param(default = false)]
    dry_run: bool,
}

/// Enters the units of a file as they are from a day on, all of them or, with one mistake, none. A table (its first line names
/// the columns `level`, `code`, `name`, `parent`, and `name_en` and `kind` if you like) or objects with these members, of at
/// most 8 MiB. What the file does not name stays as it is. A day that lies ahead takes effect at its midnight by itself.
#[utoipa::path(
    post, path = "/api/v1/units/import", tag = "units", operation_id = "importUnits", params(Import),
    request_body(content((String = "text/csv"), (Object = "application/json"))),
    security(("office" = ["api:units.change"])),
    responses((status = 200, body = UnitsEntered), Problem)
)]
pub async fn import(official: Official, asked: Asked<Import>, Rows(file): Rows) -> Result<Response, Problem> {
    let Import { reason, effective, dry_run } = &asked.query;
    let app = official.because(Act::UnitsChange, &Reason { reason: reason.clone() })?;
    let day = official.first_day(effective)?;
    let mode = if *dry_run { Mode::Look } else { Mode::Do };
    let File { text, unhurried: _until_answered, .. } = file;
    let report = official.done(desk::import(&app, &text, day, mode, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &UnitsEntered(report)))
}

/// What would become of units.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
#[serde(transparent)]
pub struct Reform(succession::Report);

/// How a file counts that says what became of units.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Succession {
    /// Why: it stands in the audit trail, with who did it and in which office.
    #[param(min_length = 1, max_length = 500, example = "Decision 123/QĐ-UBND")]
    reason: String,
    /// The first day on which it is so.
    #[param(format = Date, example = "2025-07-01")]
    effective: String,
    /// The act of law, where a row does not name another.
    legal_basis: Option<String>,
    /// Whether nothing is asked for: the answer says what would become of what.
    #[serde(default)]
    #[param(default = false)]
    dry_run: bool,
}

/// Asks to say what became of the units of the eve: merged, divided, renamed, abolished. A table (its first line names the
/// columns `level`, `from`, `to`, `share`, and `portion` and `legal_basis` if you like) or objects with these members, of at
/// most 8 MiB. Another official approves it, and whoever asked carries it out; what changes among the units meanwhile makes it
/// void. With `dry_run` the answer says what would become of what, and nothing is asked for.
#[utoipa::path(
    post, path = "/api/v1/units/succession", tag = "units", operation_id = "succeedUnits", params(Succession),
    request_body(content((String = "text/csv"), (Object = "application/json"))),
    security(("office" = ["api:units.succeed"])),
    responses((status = 200, body = Reform), (status = 202, body = Waits), Problem)
)]
pub async fn succeed(official: Official, asked: Asked<Succession>, Rows(file): Rows) -> Result<Response, Problem> {
    let Succession { reason, effective, legal_basis, dry_run } = asked.query;
    let app = official.because(Act::UnitsSucceed, &Reason { reason })?;
    let day = official.first_day(&effective)?;
    let File { text, unhurried: _until_answered, .. } = file;
    if dry_run {
        let how = (day, legal_basis.as_deref());
        let report = official.done(desk::would_succeed(&app, &text, how, official.now).await)?;
        return Ok(respond::json(StatusCode::OK, &Reform(report)));
    }
    let deed = Deed::Succeed { file: text, day, legal_basis, becomes: None };
    let pending = official.done(rights::ask(&app, &deed, official.now).await)?;
    Ok(respond::json(StatusCode::ACCEPTED, &Waits { pending }))
}
