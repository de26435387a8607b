//! The declaration: what there is as one text, and many changes by one.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
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
use super::sent;
use super::sent::LONGEST_DECLARATION;
use super::sent::Reason;
use crate::flows::admin::declaration::Report;
use crate::flows::admin::declaration::desk;
use crate::http::Web;
use crate::http::extract::arrival::Arrival;
use crate::http::extract::arrival::Arriving;
use crate::http::extract::form;
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
}

/// What there is, as one declaration: levels, branches, units, agencies, services, and clients without their secrets. Sent
/// back it changes nothing.
#[utoipa::path(
    get, path = "/api/v1/declaration", tag = "declaration", operation_id = "getDeclaration", params(Written),
    security(("office" = ["api:declaration.look"])),
    responses((status = 200, content((String = "application/toml"), (Object = "application/json"))), Problem)
)]
pub async fn get(official: Official, asked: Asked<Written>) -> Result<Response, Problem> {
    let app = official.doing(Act::DeclarationLook)?;
    let exported = official.done(desk::look(app, official.now).await)?;
    match asked.query.format {
        Notation::Json => Ok(respond::json(StatusCode::OK, &exported.json())),
        Notation::Toml => match exported.toml() {
            Ok(text) => Ok(respond::typed(StatusCode::OK, TOML, text)),
            Err(why) => Err(official.problem(Kind::Conflict, &why)),
        },
    }
}

/// A declaration that is sent.
pub struct Declared {
    name: &'static str,
    text: String,
    /// Thousands of services take longer than an answer may otherwise.
    unhurried: Option<Arriving>,
}

impl FromRequest<Arc<Web>> for Declared {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let official = Official::from_request_parts(&mut parts, web).await?;
        let name = match [JSON, TOML].into_iter().find(|kind| form::is(&parts.headers, kind)) {
            Some(JSON) => "declaration.json",
            Some(_) => "declaration.toml",
            None => {
                let why = "the content type must be application/toml or application/json";
                return Err(official.problem(Kind::MediaType, why));
            }
        };
        let bytes = form::bytes(&parts, body, LONGEST_DECLARATION)
            .await
            .map_err(|unread| sent::problem(&official, unread, LONGEST_DECLARATION))?;
        let text = String::from_utf8(bytes).map_err(|_| official.problem(Kind::Invalid, "the body is no UTF-8"))?;
        let unhurried = parts.extensions.get::<Arrival>().map(Arrival::unhurried);
        Ok(Self { name, text, unhurried })
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
        let Report { changes, diff, warnings } = report;
        Self { changes, diff, warnings }
    }
}

/// Brings what there is in line with a declaration, whole or not at all: in TOML or JSON, as `motcua apply` reads it, of at
/// most 8 MiB. What is wrong is told with its line. Nothing goes that it does not name; people and rights are not in it, and
/// secrets refer to no file and no variable. Clients of which no secret is said keep theirs.
#[utoipa::path(
    post, path = "/api/v1/declaration", tag = "declaration", operation_id = "applyDeclaration", params(How),
    request_body(content((String = "application/toml"), (Object = "application/json"))),
    security(("office" = ["api:declaration.apply"])),
    responses((status = 200, body = Applied), Problem)
)]
pub async fn apply(official: Official, asked: Asked<How>, declared: Declared) -> Result<Response, Problem> {
    let How { reason, dry_run } = &asked.query;
    let app = official.because(Act::DeclarationApply, &Reason { reason: reason.clone() })?;
    let Declared { name, text, unhurried: _until_answered } = declared;
    let report = official.done(desk::apply(&app, (name, text), *dry_run, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &Applied::from(report)))
}
