//! What waits for a second official.

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
use super::sent::Reason;
use crate::flows::admin::rights::carrying::CarriedOut;
use crate::flows::admin::rights::desk;
use crate::flows::admin::rights::look::Looked;
use crate::http::respond;
use crate::identity::authority::Act;

/// An act that waits for a second official, or did.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
#[serde(transparent)]
pub struct PendingAct(serde_json::Value);

impl From<Looked> for PendingAct {
    fn from(looked: Looked) -> Self {
        Self(looked.shown.json)
    }
}

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// Those that are decided or over as well.
    #[serde(default)]
    #[param(default = false)]
    every: bool,
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// What waits, the latest first, as far as the office reaches.
#[utoipa::path(
    get, path = "/api/v1/pending", tag = "pending", operation_id = "listPending", params(Narrowed),
    security(("office" = ["api:pending.look"])),
    responses((status = 200, body = Listed<PendingAct>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Narrowed>) -> Result<Response, Problem> {
    let app = official.doing(Act::PendingLook)?;
    let Narrowed { every, cursor, limit } = &asked.query;
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = desk::pending(app, &wanted, *every, official.now).await;
    Ok(official.listed::<_, PendingAct, _>(&asked, official.done(page)?))
}

/// One act that waits, or did.
#[utoipa::path(
    get, path = "/api/v1/pending/{id}", tag = "pending", operation_id = "getPending",
    params(("id" = Uuid, Path, description = "Its id")),
    security(("office" = ["api:pending.look"])),
    responses((status = 200, body = PendingAct), Problem)
)]
pub async fn one(official: Official, Path(id): Path<String>) -> Result<Response, Problem> {
    let app = official.doing(Act::PendingLook)?;
    let shown = official.done(desk::pending_one(app, official.id(&id)?, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &PendingAct::from(shown)))
}

/// Approves it, as the second official.
#[utoipa::path(
    post, path = "/api/v1/pending/{id}/approval", tag = "pending", operation_id = "approve",
    params(("id" = Uuid, Path, description = "Its id"), Reason),
    security(("office" = ["api:pending.decide"])),
    responses((status = 200, body = PendingAct), Problem)
)]
pub async fn approve(official: Official, Path(id): Path<String>, asked: Asked<Reason>) -> Result<Response, Problem> {
    decide(&official, &id, &asked.query, true).await
}

/// Refuses it; whoever asked may think better of it in the same way.
#[utoipa::path(
    post, path = "/api/v1/pending/{id}/refusal", tag = "pending", operation_id = "refuse",
    params(("id" = Uuid, Path, description = "Its id"), Reason),
    security(("office" = ["api:pending.decide"])),
    responses((status = 200, body = PendingAct), Problem)
)]
pub async fn refuse(official: Official, Path(id): Path<String>, asked: Asked<Reason>) -> Result<Response, Problem> {
    decide(&official, &id, &asked.query, false).await
}

/// What carrying out gave.
#[derive(Default, Serialize, ToSchema)]
pub struct Outcome {
    /// A code with which a person comes in again: it is shown this once, and to nobody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Until when the code works.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    until: Option<String>,
    /// The identifier of a key that replaces another.
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    /// The number of a key that seals what is known of people after the lead time.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_key: Option<u32>,
    /// What became of units.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    report: Option<serde_json::Value>,
}

impl From<CarriedOut> for Outcome {
    fn from(done: CarriedOut) -> Self {
        match done {
            CarriedOut::Code(code, until) => {
                Self { code: Some(code.expose().clone()), until: Some(until.to_string()), ..Self::default() }
            }
            CarriedOut::Key(kid) => Self { kid: Some(kid), ..Self::default() },
            CarriedOut::DataKey(number) => Self { data_key: Some(number), ..Self::default() },
            CarriedOut::Reform(report) => Self { report: Some(report), ..Self::default() },
            CarriedOut::Done | CarriedOut::Void(_) | CarriedOut::No => Self::default(),
        }
    }
}

/// Carries out what another official approved: whoever asked does, once, with a token that allows the act itself.
#[utoipa::path(
    post, path = "/api/v1/pending/{id}/execution", tag = "pending", operation_id = "carryOut",
    params(("id" = Uuid, Path, description = "Its id"), Reason),
    security(("office" = ["api:pending.look"])),
    responses((status = 200, body = Outcome), Problem)
)]
pub async fn carry_out(official: Official, Path(id): Path<String>, asked: Asked<Reason>) -> Result<Response, Problem> {
    let id = official.id(&id)?;
    let act = official.done(desk::act_of(official.doing(Act::PendingLook)?, id, official.now).await)?;
    let app = official.because(act, &asked.query)?;
    let done = official.done(desk::carry_out(&app, id, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &Outcome::from(done)))
}

async fn decide(official: &Official, id: &str, reason: &Reason, approves: bool) -> Result<Response, Problem> {
    let app = official.because(Act::PendingDecide, reason)?;
    let shown = official.done(desk::decide(&app, official.id(id)?, approves, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &PendingAct::from(shown)))
}
