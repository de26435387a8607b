//! Branches of administration.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

use super::Official;
use super::agencies::End;
use super::page::Asked;
use super::page::Listed;
use super::problem::Problem;
use super::sent::Basis;
use super::sent::Reason;
use super::sent::Sent;
use super::sent::written;
use super::services::Bilingual;
use super::units::AsOf;
use crate::flows::admin::declaration::shape::BranchDeclaration;
use crate::flows::admin::declaration::single;
use crate::flows::admin::units::desk;
use crate::flows::admin::units::look;
use crate::flows::admin::units::look::BranchLine;
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

/// One branch; its ETag is its version.
#[utoipa::path(
    get, path = "/api/v1/branches/{code}", tag = "branches", operation_id = "getBranch",
    params(("code" = String, Path, description = "Its key"), AsOf),
    security(("office" = ["api:branches.look"])),
    responses((status = 200, body = Branch, headers(("ETag" = String, description = "Its version"))), Problem)
)]
pub async fn one(official: Official, Path(code): Path<String>, asked: Asked<AsOf>) -> Result<Response, Problem> {
    let app = official.doing(Act::BranchesLook)?;
    let at = official.day(asked.query.at.as_deref())?;
    let (branch, version) = official.done(look::branch(app, &code, at, official.now).await)?;
    Ok(official.versioned(StatusCode::OK, &Branch::from(branch), version))
}

/// What a branch is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchDescription {
    /// Its name.
    name: Bilingual,
    /// The branch that it is a part of; of none, where absent.
    parent: Option<String>,
    /// The first day on which that is so. Where absent: of a new branch it always was so, of another it is so from today on.
    #[schema(format = Date)]
    from: Option<String>,
}

/// Writes a branch: another version of the one that is there (`If-Match`), or a new one (`If-None-Match: *`), by whoever has power
/// over it and over what it is to be a part of.
#[utoipa::path(
    put, path = "/api/v1/branches/{code}", tag = "branches", operation_id = "putBranch",
    params(
        ("code" = String, Path, description = "Its key: letters, digits, '-', '_' and '.'"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` for a branch that is not there yet"),
    ),
    request_body = BranchDescription,
    security(("office" = ["api:branches.change"])),
    responses(
        (status = 200, body = Branch, headers(("ETag" = String, description = "Its version"))),
        (status = 201, body = Branch, headers(("ETag" = String, description = "Its version"))),
        Problem
    )
)]
pub async fn put(
    official: Official,
    Path(code): Path<String>,
    asked: Asked<Reason>,
    Basis(how): Basis,
    Sent(description): Sent<BranchDescription>,
) -> Result<Response, Problem> {
    let app = official.because(Act::BranchesChange, &asked.query)?;
    let BranchDescription { name, parent, from } = description;
    let from = official.day(from.as_deref())?;
    let declared = BranchDeclaration { code, name: name.into(), parent, from };
    let (branch, version) = official.done(single::branch(&app, declared, how, official.now).await)?;
    Ok(official.versioned(written(how), &Branch::from(branch), version))
}

/// Ends a branch from a day on: refused while others are parts of it, or agencies stand in it. Its key is nobody's afterwards,
/// and a right for it reaches nothing.
#[utoipa::path(
    post, path = "/api/v1/branches/{code}/end", tag = "branches", operation_id = "endBranch",
    params(
        ("code" = String, Path, description = "Its key"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    request_body = End,
    security(("office" = ["api:branches.change"])),
    responses((status = 200, body = Branch, headers(("ETag" = String, description = "Its version"))), Problem)
)]
pub async fn end(
    official: Official,
    Path(code): Path<String>,
    asked: Asked<Reason>,
    Basis(how): Basis,
    Sent(End { effective }): Sent<End>,
) -> Result<Response, Problem> {
    let app = official.because(Act::BranchesChange, &asked.query)?;
    let day = official.first_day(&effective)?;
    let ended = desk::end_branch(&app, &code, day, how.basis(), official.now).await;
    let (branch, version) = official.done(ended)?;
    Ok(official.versioned(StatusCode::OK, &Branch::from(branch), version))
}
