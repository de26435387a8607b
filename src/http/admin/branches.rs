//! Branches of administration.

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
use crate::flows::admin::units::look;
use crate::flows::admin::units::look::BranchLine;
use crate::http::respond;
use crate::identity::authority::Act;

/// A branch of administration, as of a day.
#[derive(Serialize, ToSchema)]
pub struct Branch {
    /// Its key.
    #[schema(example = "health")]
    code: String,
    /// Its name in Vietnamese.
    name: String,
    /// Its name in English.
    name_en: String,
    /// The branch that it is a part of.
    parent: Option<String>,
    /// The first day on which it is there.
    #[schema(format = Date)]
    valid_from: String,
    /// The first day on which it is not any more.
    #[schema(format = Date)]
    valid_to: Option<String>,
}

impl From<BranchLine> for Branch {
    fn from(line: BranchLine) -> Self {
        let BranchLine { code, name, name_en, parent, valid_from, valid_to } = line;
        Self { code, name, name_en, parent, valid_from, valid_to }
    }
}

/// What branches are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// As of this day; today where it is absent.
    #[param(format = Date, example = "2025-07-01")]
    at: Option<String>,
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// Branches by their keys, as far as the office reaches.
#[utoipa::path(
    get, path = "/api/v1/branches", tag = "branches", operation_id = "listBranches", params(Narrowed),
    security(("office" = ["api:branches.look"])),
    responses((status = 200, body = Listed<Branch>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Narrowed>) -> Result<Response, Problem> {
    let app = official.doing(Act::BranchesLook)?;
    let Narrowed { at, cursor, limit } = &asked.query;
    let at = official.day(at.as_deref())?;
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = look::branches(app, &wanted, at, official.now).await;
    Ok(official.listed::<_, Branch, _>(&asked, official.done(page)?))
}

/// One branch.
#[utoipa::path(
    get, path = "/api/v1/branches/{code}", tag = "branches", operation_id = "getBranch",
    params(("code" = String, Path, description = "Its key"), AsOf),
    security(("office" = ["api:branches.look"])),
    responses((status = 200, body = Branch), Problem)
)]
pub async fn one(official: Official, Path(code): Path<String>, asked: Asked<AsOf>) -> Result<Response, Problem> {
    let app = official.doing(Act::BranchesLook)?;
    let at = official.day(asked.query.at.as_deref())?;
    let branch = look::branch(app, &code, at, official.now).await;
    Ok(respond::json(StatusCode::OK, &Branch::from(official.done(branch)?)))
}
