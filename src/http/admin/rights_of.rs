//! What somebody may do, in which offices, and how their rights end or go on.

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
use super::problem::Kind;
use super::problem::Problem;
use super::rights::Became;
use super::rights::Right;
use super::sent::Reason;
use super::sent::Sent;
use super::services::Bilingual;
use crate::flows::admin::rights::Leaving;
use crate::flows::admin::rights::Mode;
use crate::flows::admin::rights::inquiry;
use crate::flows::admin::rights::inquiry::Question;
use crate::flows::admin::rights::look::Answered;
use crate::flows::admin::rights::look::Listed;
use crate::flows::admin::rights::look::OfficeOf;
use crate::http::respond;
use crate::i18n::Lang;
use crate::identity::agency;
use crate::identity::authority::Act;
use crate::identity::authority::Office;

/// What is asked of somebody.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Inquiry {
    /// Of whom: `person:ID` or `client:ID`.
    #[param(example = "client:health-robot")]
    holder: String,
    /// The act, or `every` for all that are about such a target.
    #[param(example = "clients.change")]
    act: String,
    /// `country`, `unit:CODE`, `branch:CODE`, `agency:ID`, `service:ID`, `client:ID`, `person:ID` or `right:ID`.
    #[param(example = "unit:province/01")]
    target: String,
    /// By the rights of one of their offices alone.
    office: Option<String>,
    /// As of this day or instant; now where it is absent.
    #[param(example = "2025-06-30")]
    at: Option<String>,
}

/// An answer.
#[derive(Serialize, ToSchema)]
pub struct Verdict {
    /// The act.
    act: &'static str,
    /// Whether they may.
    allowed: bool,
    /// Why.
    words: Bilingual,
}

impl From<Answered> for Verdict {
    fn from(answer: Answered) -> Self {
        let words = agency::Bilingual { vi: answer.words(Lang::Vi), en: answer.words(Lang::En) };
        Self { act: answer.act.as_str(), allowed: answer.verdict.is_allowed(), words: words.into() }
    }
}

/// Answers.
#[derive(Serialize, ToSchema)]
pub struct Verdicts {
    /// One for each act that was asked about.
    answers: Vec<Verdict>,
}

/// Whether somebody may do something, and why: of oneself, and of whom all rights lie within the office. It changes nothing.
#[utoipa::path(
    get, path = "/api/v1/rights/check", tag = "rights", operation_id = "checkRight", params(Inquiry),
    security(("office" = ["api:rights.look"])),
    responses((status = 200, body = Verdicts), Problem)
)]
pub async fn check(official: Official, asked: Asked<Inquiry>) -> Result<Response, Problem> {
    let app = official.doing(Act::RightsLook)?;
    let Inquiry { holder, act, target, office, at } = &asked.query;
    let wrong = || official.problem(Kind::Mistake, "office: expected everywhere, or bounds as an office is written");
    let office = office.as_deref().map(|text| Office::parse(text).ok_or_else(wrong)).transpose()?;
    let question = Question { holder, office: office.as_ref(), act, target };
    let at = official.moment(at.as_deref())?;
    let answers = official.done(inquiry::check(app, &question, at, official.now).await)?;
    let answers = answers.into_iter().map(Verdict::from).collect();
    Ok(respond::json(StatusCode::OK, &Verdicts { answers }))
}

/// Of whom is asked where they act.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Where {
    /// Of whom: `person:ID` or `client:ID`.
    #[param(example = "client:health-robot")]
    holder: String,
    /// As of this day or instant; now where it is absent.
    #[param(example = "2025-06-30")]
    at: Option<String>,
}

/// An office of somebody.
#[derive(Serialize, ToSchema)]
pub struct Desk {
    /// The office, as a token names it.
    office: String,
    /// What it is called.
    name: String,
    /// The roles that they have there.
    roles: Vec<&'static str>,
}

impl From<OfficeOf> for Desk {
    fn from(one: OfficeOf) -> Self {
        let roles = one.rights.iter().map(|right| right.role.as_str()).collect();
        Self { office: one.office.to_string(), name: one.called, roles }
    }
}

/// Offices.
#[derive(Serialize, ToSchema)]
pub struct Desks {
    /// In the order of their rights.
    offices: Vec<Desk>,
}

/// The offices in which somebody can act: of oneself, and of whom all rights lie within the office.
#[utoipa::path(
    get, path = "/api/v1/rights/offices", tag = "rights", operation_id = "listOffices", params(Where),
    security(("office" = ["api:rights.look"])),
    responses((status = 200, body = Desks), Problem)
)]
pub async fn offices(official: Official, asked: Asked<Where>) -> Result<Response, Problem> {
    let app = official.doing(Act::RightsLook)?;
    let how = (official.moment(asked.query.at.as_deref())?, official.lang);
    let all = official.done(inquiry::offices(app, &asked.query.holder, how, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &Desks { offices: all.into_iter().map(Desk::from).collect() }))
}

/// Who has a right from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// Units: each by its code, or by level and code as `province/01`.
    units: Vec<String>,
}

/// Decides who has a right whose unit is gone: the same one, for these units, in its place. Another official approves it.
#[utoipa::path(
    post, path = "/api/v1/rights/{id}/settlement", tag = "rights", operation_id = "settleRight",
    params(("id" = Uuid, Path, description = "Its id"), Reason), request_body = Settlement,
    security(("office" = ["api:rights.grant"])),
    responses((status = 202, body = Became), Problem)
)]
pub async fn settle(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<Reason>,
    Sent(Settlement { units }): Sent<Settlement>,
) -> Result<Response, Problem> {
    let app = official.because(Act::RightsGrant, &asked.query)?;
    let given = official.done(inquiry::settle(&app, official.id(&id)?, &units, official.now).await)?;
    Ok(respond::json(StatusCode::ACCEPTED, &Became::from(given)))
}

/// Who leaves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaver {
    /// The person.
    person: Uuid,
    /// Whether nothing is to change: the answer says what would end.
    #[serde(default)]
    dry_run: bool,
}

/// What nobody else does.
#[derive(Serialize, ToSchema)]
pub struct Unmanned {
    /// Where: the right that reached there.
    right: Uuid,
    /// Which acts.
    acts: Vec<&'static str>,
}

/// What ended, or would.
#[derive(Serialize, ToSchema)]
pub struct Left {
    /// Whether nothing was changed.
    dry_run: bool,
    /// The rights.
    rights: Vec<Right>,
    /// What they alone could do.
    alone: Vec<Unmanned>,
    /// How many sessions.
    sessions: usize,
    /// Acts that waited for a second official.
    pending: Vec<Uuid>,
}

impl Left {
    fn of(dry_run: bool, (leaving, described): (Leaving, Vec<Listed>)) -> Self {
        let Leaving { alone, ended, sessions, .. } = leaving;
        let acts = |acts: Vec<Act>| acts.into_iter().map(Act::as_str).collect();
        let alone = alone.into_iter().map(|left| Unmanned { right: left.right, acts: acts(left.acts) });
        let (alone, rights) = (alone.collect(), described.into_iter().map(Right::from).collect());
        Self { dry_run, rights, alone, sessions, pending: ended.pending }
    }
}

/// Ends every right of a person who leaves, with sessions, tokens and what waits; says what nobody else can do.
#[utoipa::path(
    post, path = "/api/v1/rights/end", tag = "rights", operation_id = "endRights", params(Reason), request_body = Leaver,
    security(("office" = ["api:rights.revoke"])),
    responses((status = 200, body = Left), Problem)
)]
pub async fn end(official: Official, asked: Asked<Reason>, Sent(leaver): Sent<Leaver>) -> Result<Response, Problem> {
    let app = official.because(Act::RightsRevoke, &asked.query)?;
    let Leaver { person, dry_run } = leaver;
    let mode = if dry_run { Mode::Look } else { Mode::Do };
    let left = official.done(inquiry::end(&app, person, mode, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &Left::of(dry_run, left)))
}
