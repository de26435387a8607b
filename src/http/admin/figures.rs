//! How services are used.

use std::collections::BTreeMap;

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

use super::Official;
use super::page::Asked;
use super::problem::Kind;
use super::problem::Problem;
use crate::flows::admin::figures;
use crate::flows::admin::figures::Filter;
use crate::flows::admin::figures::Line;
use crate::flows::admin::figures::Span;
use crate::http::respond;
use crate::identity::authority::Act;

/// What was counted together.
#[derive(Serialize, ToSchema)]
pub struct Figures {
    /// The first of its days.
    #[schema(format = Date)]
    from: String,
    /// The last of its days.
    #[schema(format = Date)]
    to: String,
    /// How many people signed in, each counted once in a year.
    people: u64,
    /// Whether `people` is exact: it is up to 2,048 of them, and within 2 % as a rule beyond.
    exact: bool,
    /// How many there were of what: `sign_ins` of them by `class_…`, `by_…` and `within_…`, `refreshes`, pages that `asked_…`,
    /// and answers that were errors, by their codes.
    counts: BTreeMap<String, u64>,
}

impl From<&Line> for Figures {
    fn from(Line { from, to, sum }: &Line) -> Self {
        Self {
            from: from.to_string(),
            to: to.to_string(),
            people: sum.people(),
            exact: sum.is_exact(),
            counts: sum.counts.iter().map(|(name, count)| (name.to_owned(), count)).collect(),
        }
    }
}

/// Figures, the earliest first.
#[derive(Serialize, ToSchema)]
pub struct AllFigures {
    /// A day, week or month each, without a gap.
    items: Vec<Figures>,
}

/// What figures are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// Only those of this service.
    service: Option<String>,
    /// Only those of this agency, and of those that answer to it.
    agency: Option<String>,
    /// Only those in this unit and beneath it: its code, or level and code as `province/01`.
    unit: Option<String>,
    /// Only those in this branch and beneath it.
    branch: Option<String>,
    /// From this day on; 30 days where it is absent.
    #[param(format = Date, example = "2026-11-01")]
    from: Option<String>,
    /// Until this day; today where it is absent.
    #[param(format = Date, example = "2026-11-30")]
    to: Option<String>,
    /// What is counted together: `day`, `week`, `month` or `whole`.
    #[param(default = "day", pattern = "^(day|week|month|whole)$")]
    by: Option<String>,
}

/// How services are used, as far as the office reaches: every day by where things stood on it.
#[utoipa::path(
    get, path = "/api/v1/figures", tag = "figures", operation_id = "getFigures", params(Narrowed),
    security(("office" = ["api:figures.look"])),
    responses((status = 200, body = AllFigures), Problem)
)]
pub async fn get(official: Official, asked: Asked<Narrowed>) -> Result<Response, Problem> {
    let app = official.doing(Act::FiguresLook)?;
    let filter = filter(&official, &asked.query)?;
    let lines = official.done(figures::look(app, &filter, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &AllFigures { items: lines.iter().map(Figures::from).collect() }))
}

fn filter<'a>(official: &Official, query: &'a Narrowed) -> Result<Filter<'a>, Problem> {
    let span = query.by.as_deref().map_or(Some(Span::Day), Span::parse);
    let by = span.ok_or_else(|| official.problem(Kind::Invalid, "by must be day, week, month or whole"))?;
    Ok(Filter {
        service: query.service.as_deref(),
        agency: query.agency.as_deref(),
        unit: query.unit.as_deref(),
        branch: query.branch.as_deref(),
        from: official.day(query.from.as_deref())?,
        to: official.day(query.to.as_deref())?,
        by,
    })
}
