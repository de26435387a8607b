//! What services and clients were.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa::ToSchema;

use super::Official;
use super::audit::Doer;
use super::page::Asked;
use super::page::Listed;
use super::page::Paged;
use super::problem::Kind as ProblemKind;
use super::problem::Problem;
use super::sent::Basis;
use super::sent::Reason;
use crate::flows::admin::past;
use crate::flows::admin::versions;
use crate::flows::admin::versions::Difference;
use crate::flows::admin::versions::Kind;
use crate::http::respond;
use crate::identity::authority::Act;
use crate::parts::versions::How;

/// A version of a service or a client.
#[derive(Serialize, ToSchema)]
pub struct Version {
    /// Its number; the ETag of what is there is that of the last one.
    version: i64,
    /// `created`, `changed`, `restored`, `removed`; or `found`, where nobody recorded how it came to be.
    what: &'static str,
    /// Which version was restored.
    restored: Option<i64>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who did it.
    by: Option<Doer>,
    /// The members that became others; of secrets no more than that.
    changed: Vec<String>,
    /// What it was from then on; secrets are in none.
    #[schema(value_type = Option<Object>)]
    state: Option<Value>,
}

impl From<versions::Version> for Version {
    fn from(version: versions::Version) -> Self {
        let versions::Version { number, what, restored, at, by, members, state, .. } = version;
        let (what, by) = (what.as_str(), by.map(Doer::from));
        Self { version: number, what, restored, at: at.to_string(), by, changed: members, state }
    }
}

/// A member that differs.
#[derive(Serialize, ToSchema)]
pub struct Differing {
    /// Which.
    member: String,
    /// What it was.
    #[schema(value_type = Option<Object>)]
    was: Option<Value>,
    /// What it became.
    #[schema(value_type = Option<Object>)]
    became: Option<Value>,
}

/// What differs between two versions.
#[derive(Serialize, ToSchema)]
pub struct Comparison {
    /// Each member that differs.
    members: Vec<Differing>,
    /// Whether secrets were changed in between.
    secrets: bool,
}

impl From<Difference> for Comparison {
    fn from(difference: Difference) -> Self {
        let Difference { members, secrets } = difference;
        let differing = |(member, was, became)| Differing { member, was, became };
        Self { members: members.into_iter().map(differing).collect(), secrets }
    }
}

/// With which version another is compared.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct With {
    /// The number of the other version.
    #[param(minimum = 1)]
    with: i64,
}

/// Every version of a service, the latest first; of one that was removed too.
#[utoipa::path(
    get, path = "/api/v1/services/{id}/versions", tag = "services", operation_id = "listServiceVersions",
    params(("id" = String, Path, description = "Its key"), Paged),
    security(("office" = ["api:services.look"])),
    responses((status = 200, body = Listed<Version>), Problem)
)]
pub async fn of_service(official: Official, Path(id): Path<String>, asked: Asked<Paged>) -> Result<Response, Problem> {
    list(&official, Act::ServicesLook, (Kind::Service, &id), &asked).await
}

/// Every version of a client, the latest first; of one that was removed too.
#[utoipa::path(
    get, path = "/api/v1/clients/{id}/versions", tag = "clients", operation_id = "listClientVersions",
    params(("id" = String, Path, description = "Its identifier"), Paged),
    security(("office" = ["api:clients.look"])),
    responses((status = 200, body = Listed<Version>), Problem)
)]
pub async fn of_client(official: Official, Path(id): Path<String>, asked: Asked<Paged>) -> Result<Response, Problem> {
    list(&official, Act::ClientsLook, (Kind::Client, &id), &asked).await
}

async fn list(official: &Official, act: Act, of: (Kind, &str), asked: &Asked<Paged>) -> Result<Response, Problem> {
    let app = official.doing(act)?;
    let Paged { cursor, limit } = &asked.query;
    let wanted = asked.page(official, cursor.as_deref(), *limit)?;
    let page = past::page(app, of, &wanted, official.now).await;
    Ok(official.listed::<_, Version, _>(asked, official.done(page)?))
}

/// One version of a service.
#[utoipa::path(
    get, path = "/api/v1/services/{id}/versions/{number}", tag = "services", operation_id = "getServiceVersion",
    params(("id" = String, Path, description = "Its key"), ("number" = i64, Path, description = "Which version")),
    security(("office" = ["api:services.look"])),
    responses((status = 200, body = Version), Problem)
)]
pub async fn one_of_service(
    official: Official,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Problem> {
    one(&official, Act::ServicesLook, (Kind::Service, &id), &number).await
}

/// One version of a client.
#[utoipa::path(
    get, path = "/api/v1/clients/{id}/versions/{number}", tag = "clients", operation_id = "getClientVersion",
    params(("id" = String, Path, description = "Its identifier"), ("number" = i64, Path, description = "Which version")),
    security(("office" = ["api:clients.look"])),
    responses((status = 200, body = Version), Problem)
)]
pub async fn one_of_client(
    official: Official,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Problem> {
    one(&official, Act::ClientsLook, (Kind::Client, &id), &number).await
}

async fn one(official: &Official, act: Act, of: (Kind, &str), number: &str) -> Result<Response, Problem> {
    let app = official.doing(act)?;
    let version = past::one(app, of, official.number(number)?, official.now).await;
    Ok(respond::json(StatusCode::OK, &Version::from(official.done(version)?)))
}

/// What became another from one version of a service to another.
#[utoipa::path(
    get, path = "/api/v1/services/{id}/versions/{number}/comparison", tag = "services",
    operation_id = "compareServiceVersions",
    params(("id" = String, Path, description = "Its key"), ("number" = i64, Path, description = "The one version"), With),
    security(("office" = ["api:services.look"])),
    responses((status = 200, body = Comparison), Problem)
)]
pub async fn compare_of_service(
    official: Official,
    Path((id, number)): Path<(String, String)>,
    asked: Asked<With>,
) -> Result<Response, Problem> {
    compare(&official, Act::ServicesLook, (Kind::Service, &id), (&number, asked.query.with)).await
}

/// What became another from one version of a client to another.
#[utoipa::path(
    get, path = "/api/v1/clients/{id}/versions/{number}/comparison", tag = "clients",
    operation_id = "compareClientVersions",
    params(
        ("id" = String, Path, description = "Its identifier"), ("number" = i64, Path, description = "The one version"),
        With
    ),
    security(("office" = ["api:clients.look"])),
    responses((status = 200, body = Comparison), Problem)
)]
pub async fn compare_of_client(
    official: Official,
    Path((id, number)): Path<(String, String)>,
    asked: Asked<With>,
) -> Result<Response, Problem> {
    compare(&official, Act::ClientsLook, (Kind::Client, &id), (&number, asked.query.with)).await
}

async fn compare(
    official: &Official,
    act: Act,
    of: (Kind, &str),
    (one, other): (&str, i64),
) -> Result<Response, Problem> {
    let app = official.doing(act)?;
    let difference = past::compare(app, of, [official.number(one)?, other], official.now).await;
    Ok(respond::json(StatusCode::OK, &Comparison::from(official.done(difference)?)))
}

/// Makes a service again what it was, in a version of its own; one that was removed comes again (`If-None-Match: *`).
#[utoipa::path(
    post, path = "/api/v1/services/{id}/versions/{number}/restoration", tag = "services",
    operation_id = "restoreService",
    params(
        ("id" = String, Path, description = "Its key"), ("number" = i64, Path, description = "Which version"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` for a service that is not there"),
    ),
    security(("office" = ["api:services.change"])),
    responses((status = 200, body = Version, headers(("ETag" = String, description = "Its version"))), Problem)
)]
pub async fn restore_service(
    official: Official,
    Path((id, number)): Path<(String, String)>,
    asked: Asked<Reason>,
    Basis(how): Basis,
) -> Result<Response, Problem> {
    restore(&official, Act::ServicesChange, (Kind::Service, &id), (&number, &asked.query, how)).await
}

/// Makes a client again what it was, in a version of its own. Its secrets stay what they are.
#[utoipa::path(
    post, path = "/api/v1/clients/{id}/versions/{number}/restoration", tag = "clients", operation_id = "restoreClient",
    params(
        ("id" = String, Path, description = "Its identifier"), ("number" = i64, Path, description = "Which version"),
        Reason, ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    security(("office" = ["api:clients.change"])),
    responses((status = 200, body = Version, headers(("ETag" = String, description = "Its version"))), Problem)
)]
pub async fn restore_client(
    official: Official,
    Path((id, number)): Path<(String, String)>,
    asked: Asked<Reason>,
    Basis(how): Basis,
) -> Result<Response, Problem> {
    restore(&official, Act::ClientsChange, (Kind::Client, &id), (&number, &asked.query, how)).await
}

async fn restore(
    official: &Official,
    act: Act,
    of: (Kind, &str),
    (number, reason, how): (&str, &Reason, How),
) -> Result<Response, Problem> {
    let app = official.because(act, reason)?;
    let restored = past::restore(&app, of, official.number(number)?, how, official.now).await;
    let number = official.done(restored)?;
    let version = official.done(past::became(&app, of, number).await)?;
    Ok(official.versioned(StatusCode::OK, &Version::from(version), number))
}

impl Official {
    /// The number of a version in an address; what is none names nothing.
    fn number(&self, text: &str) -> Result<i64, Problem> {
        let number = text.parse().ok().filter(|number| *number > 0);
        number.ok_or_else(|| self.problem(ProblemKind::NotFound, ""))
    }
}
