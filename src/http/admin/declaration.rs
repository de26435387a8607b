//! The declaration: what there is as one text, and many changes by one.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

use super::Official;
use super::file::File;
use super::page::Asked;
use super::problem::Kind;
use super::problem::Problem;
use super::sent::Reason;
use crate::flows::admin::declaration::Report;
use crate::flows::admin::declaration::desk;
use crate::flows::admin::declaration::desk::Along;
use crate::http::Web;
use crate::http::respond;
use crate::identity::authority::Act;

const TOML: &str = "application/toml";
const JSON: &str = "application/json";

/// In which notation.
#[derive(Clone, Copy, Default, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Notation {
    /// TOML.
    #[default]
    Toml,
    /// JSON.
    Json,
}

/// How it is written.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Written {
    /// In which notation.
    #[serde(default)]
    #[param(inline)]
    format: Notation,
    /// Whether people go along, with the rights that they have: for a reason, and with the scope `api:people.export`.
    #[serde(default)]
    #[param(default = false)]
    people: bool,
    /// Why people go along: it stands in the audit trail, with who did it and in which office.
    #[param(min_length = 1, max_length = 500, example = "Decision 123/QĐ-UBND")]
    reason: Option<String>,
}

/// What there is, as one declaration: levels, branches, units, agencies, services, clients without their secrets, rights where
/// the access token allows `rights.look`, and people where they are asked for. Sent back it changes nothing.
#[utoipa::path(
    get, path = "/api/v1/declaration", tag = "declaration", operation_id = "getDeclaration", params(Written),
    security(("office" = ["api:declaration.look"])),
    responses((status = 200, content((String = "application/toml"), (Object = "application/json"))), Problem)
)]
pub async fn get(official: Official, asked: Asked<Written>) -> Result<Response, Problem> {
    let Written { format, people, reason } = asked.query;
    let mut app = official.doing(Act::DeclarationLook)?;
    let acting;
    if people {
        let none = || official.problem(Kind::Mistake, "reason: people are written out for one");
        acting = official.because(Act::PeopleExport, &Reason { reason: reason.ok_or_else(none)? })?;
        app = &acting;
    }
    let along = Along { people, rights: official.doing(Act::RightsLook).is_ok() };
    let exported = official.done(desk::look(app, along, official.now).await)?;
    match format {
        Notation::Json => Ok(respond::json(StatusCode::OK, &exported.json())),
        Notation::Toml => match exported.toml() {
            Ok(text) => Ok(respond::typed(StatusCode::OK, TOML, text)),
            Err(why) => Err(official.problem(Kind::Conflict, &why)),
        },
    }
}

/// A declaration that is sent.
pub struct Declared(File);

impl FromRequest<Arc<Web>> for Declared {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Problem> {
        File::read(request, web, &[TOML, JSON]).await.map(Self)
    }
}

/// How it is applied.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct How {
    /// Why: it stands in the audit trail, with who did it and in which office.
    #[param(min_length = 1, max_length = 500, example = "Decision 123/QĐ-UBND")]
    reason: String,
    /// Whether nothing is to change: the answer says what would.
    #[serde(default)]
    #[param(default = false)]
    dry_run: bool,
}

/// What came of it, or would.
#[derive(Serialize, ToSchema)]
pub struct Applied {
    /// A line for each thing that changed.
    changes: Vec<String>,
    /// The same, member by member.
    diff: Vec<String>,
    /// What should be known besides.
    warnings: Vec<String>,
}

impl From<Report> for Applied {
    fn from(report: Report) -> Self {
        let Report { changes, diff, warnings, .. } = report;
        Self { changes, diff, warnings }
    }
}

/// Brings what there is in line with a declaration, whole or not at all: in TOML or JSON, as `motcua apply` reads it, of at
/// most 8 MiB. What is wrong is told with its line. Nothing goes that it does not name, and
/// secrets refer to no file and no variable. Clients of which no secret is said keep theirs, and so do people their passwords;
/// people need the scope `api:people.enter`, and rights `api:rights.grant`: each that is not there yet waits for a second official.
#[utoipa::path(
    post, path = "/api/v1/declaration", tag = "declaration", operation_id = "applyDeclaration", params(How),
    request_body(content((String = "application/toml"), (Object = "application/json"))),
    security(("office" = ["api:declaration.apply"])),
    responses((status = 200, body = Applied), Problem)
)]
pub async fn apply(official: Official, asked: Asked<How>, declared: Declared) -> Result<Response, Problem> {
    let How { reason, dry_run } = &asked.query;
    let app = official.because(Act::DeclarationApply, &Reason { reason: reason.clone() })?;
    let Declared(File { kind, text, unhurried: _until_answered }) = declared;
    let name = if kind == JSON { "declaration.json" } else { "declaration.toml" };
    let is_allowed = |act| official.doing(act).is_ok();
    let along = Along { people: is_allowed(Act::PeopleEnter), rights: is_allowed(Act::RightsGrant) };
    let report = official.done(desk::apply(&app, (name, text), *dry_run, along, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &Applied::from(report)))
}
