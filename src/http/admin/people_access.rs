//! Sessions and grants of people.

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
use super::page::Listed;
use super::people::Because;
use super::problem::Problem;
use super::sent::Reason;
use crate::flows::admin::people::access;
use crate::http::respond;
use crate::identity::authority::Act;

/// A browser in which a person is signed in.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// Its id.
    id: Uuid,
    /// When they signed in.
    #[schema(format = DateTime)]
    signed_in_at: String,
    /// When it was last known to be used.
    #[schema(format = DateTime)]
    last_used_at: String,
    /// When it ends at the latest.
    #[schema(format = DateTime)]
    expires_at: String,
    /// How sure the sign-in was.
    acr: &'static str,
    /// The browser and the system, where they are known.
    device: Option<String>,
}

impl From<access::Session> for Session {
    fn from(session: access::Session) -> Self {
        Self {
            id: session.id,
            signed_in_at: session.auth_time().to_string(),
            last_used_at: session.last_used_at().to_string(),
            expires_at: session.expires_at().to_string(),
            acr: session.acr().as_str(),
            device: session.device,
        }
    }
}

/// What a sign-in gave a client.
#[derive(Serialize, ToSchema)]
pub struct Grant {
    /// Its id in this list.
    id: Uuid,
    /// The client.
    client_id: String,
    /// What it may.
    scope: String,
    /// Whether it goes on while the person is away.
    offline: bool,
    /// When it was given.
    #[schema(format = DateTime)]
    given_at: String,
    /// When it was last used to get tokens.
    #[schema(format = DateTime)]
    used_at: String,
}

impl From<access::Grant> for Grant {
    fn from(grant: access::Grant) -> Self {
        Self {
            id: grant.id(),
            scope: grant.authorization.scope.to_string(),
            client_id: grant.authorization.client,
            offline: grant.offline,
            given_at: grant.created_at.to_string(),
            used_at: grant.used_at.to_string(),
        }
    }
}

impl From<access::Nameless> for Grant {
    fn from(access::Nameless { id, grant }: access::Nameless) -> Self {
        Self { id, ..Self::from(grant) }
    }
}

/// Where a person is signed in, the latest first; they read in their history that an official looked.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/sessions", tag = "sessions", operation_id = "listSessions",
    params(("id" = Uuid, Path, description = "The person's id"), Because),
    security(("office" = ["api:sessions.look"])),
    responses((status = 200, body = Listed<Session>), Problem)
)]
pub async fn sessions(official: Official, Path(id): Path<String>, asked: Asked<Because>) -> Result<Response, Problem> {
    let (app, purpose) = asked.query.of(&official, Act::SessionsLook)?;
    let found = access::sessions(&app, official.id(&id)?, purpose, official.now).await;
    let items: Vec<Session> = official.done(found)?.into_iter().map(Session::from).collect();
    Ok(respond::json(StatusCode::OK, &Listed { items, next: None }))
}

/// Ends a session; its services are told.
#[utoipa::path(
    delete, path = "/api/v1/people/{id}/sessions/{session}", tag = "sessions", operation_id = "endSession",
    params(
        ("id" = Uuid, Path, description = "The person's id"), ("session" = Uuid, Path, description = "The session's id"), Reason,
    ),
    security(("office" = ["api:sessions.end"])),
    responses((status = 204, description = "It is over"), Problem)
)]
pub async fn end_session(
    official: Official,
    Path((id, session)): Path<(String, String)>,
    asked: Asked<Reason>,
) -> Result<StatusCode, Problem> {
    let app = official.because(Act::SessionsEnd, &asked.query)?;
    let (id, session) = (official.id(&id)?, official.id(&session)?);
    official.done(access::end_session(&app, id, session, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a person's sign-ins gave that lives, the latest first; they read in their history that an official looked.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/grants", tag = "grants", operation_id = "listGrants",
    params(("id" = Uuid, Path, description = "The person's id"), Because),
    security(("office" = ["api:grants.look"])),
    responses((status = 200, body = Listed<Grant>), Problem)
)]
pub async fn grants(official: Official, Path(id): Path<String>, asked: Asked<Because>) -> Result<Response, Problem> {
    let (app, purpose) = asked.query.of(&official, Act::GrantsLook)?;
    let found = access::grants(&app, official.id(&id)?, purpose, official.now).await;
    let items: Vec<Grant> = official.done(found)?.into_iter().map(Grant::from).collect();
    Ok(respond::json(StatusCode::OK, &Listed { items, next: None }))
}

/// Revokes what a sign-in gave, with every token that it bought.
#[utoipa::path(
    delete, path = "/api/v1/people/{id}/grants/{grant}", tag = "grants", operation_id = "revokeGrant",
    params(
        ("id" = Uuid, Path, description = "The person's id"), ("grant" = Uuid, Path, description = "The grant's id"), Reason,
    ),
    security(("office" = ["api:grants.revoke"])),
    responses((status = 204, description = "It is revoked"), Problem)
)]
pub async fn revoke_grant(
    official: Official,
    Path((id, grant)): Path<(String, String)>,
    asked: Asked<Reason>,
) -> Result<StatusCode, Problem> {
    let app = official.because(Act::GrantsRevoke, &asked.query)?;
    let (id, grant) = (official.id(&id)?, official.id(&grant)?);
    official.done(access::revoke(&app, id, grant, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What grants of a client are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfClient {
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// What a client may do for people while they are away (`offline_access`), the latest first, and not for whom.
#[utoipa::path(
    get, path = "/api/v1/clients/{id}/grants", tag = "grants", operation_id = "listGrantsOfClient",
    params(("id" = String, Path, description = "The client's identifier"), OfClient),
    security(("office" = ["api:grants.look"])),
    responses((status = 200, body = Listed<Grant>), Problem)
)]
pub async fn of_client(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<OfClient>,
) -> Result<Response, Problem> {
    let app = official.doing(Act::GrantsLook)?;
    let OfClient { cursor, limit } = &asked.query;
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = access::of_client(app, &id, &wanted, official.now).await;
    Ok(official.listed::<_, Grant, _>(&asked, official.done(page)?))
}

/// Revokes one of a client's grants, with every token that it bought.
#[utoipa::path(
    delete, path = "/api/v1/clients/{id}/grants/{grant}", tag = "grants", operation_id = "revokeGrantOfClient",
    params(
        ("id" = String, Path, description = "The client's identifier"),
        ("grant" = Uuid, Path, description = "The grant's id"), Reason,
    ),
    security(("office" = ["api:grants.revoke"])),
    responses((status = 204, description = "It is revoked"), Problem)
)]
pub async fn revoke_of_client(
    official: Official,
    Path((id, grant)): Path<(String, String)>,
    asked: Asked<Reason>,
) -> Result<StatusCode, Problem> {
    let app = official.because(Act::GrantsRevoke, &asked.query)?;
    let grant = official.id(&grant)?;
    official.done(access::revoke_of_client(&app, &id, grant, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}
