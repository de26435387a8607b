//! Clients.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa::ToSchema;

use super::Official;
use super::page::Asked;
use super::page::Listed;
use super::problem::Problem;
use super::sent::Basis;
use super::sent::Reason;
use super::sent::Sent;
use crate::flows::admin::clients;
use crate::flows::admin::clients::Filter;
use crate::flows::admin::clients::Listed as Known;
use crate::identity::authority::Act;
use crate::protocol::oauth::client_metadata::ClientMetadata;

/// A client; its secrets are never shown.
#[derive(Serialize, ToSchema)]
pub struct Client {
    /// Its identifier, as its requests name it.
    client_id: String,
    /// The service that it belongs to.
    service: Option<String>,
    /// Since when it is there.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was changed the last time.
    #[schema(format = DateTime)]
    updated_at: String,
    /// When it registered itself; absent for one that was declared.
    #[schema(format = DateTime)]
    registered_at: Option<String>,
    /// Whether it registered itself, and nobody signed in at it yet.
    unused: bool,
    /// What it is registered as (RFC 7591 §2, and the members that the declaration knows besides).
    #[schema(value_type = Object)]
    metadata: ClientMetadata,
}

impl From<Known> for Client {
    fn from(known: Known) -> Self {
        Self {
            unused: known.is_unused(),
            client_id: known.id,
            service: known.service,
            created_at: known.created_at.to_string(),
            updated_at: known.updated_at.to_string(),
            registered_at: known.registered_at.map(|at| at.to_string()),
            metadata: known.metadata,
        }
    }
}

/// What clients are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// Only those of this service.
    service: Option<String>,
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// Clients by their ids, as far as the office reaches.
#[utoipa::path(
    get, path = "/api/v1/clients", tag = "clients", operation_id = "listClients", params(Narrowed),
    security(("office" = ["api:clients.look"])),
    responses((status = 200, body = Listed<Client>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Narrowed>) -> Result<Response, Problem> {
    let app = official.doing(Act::ClientsLook)?;
    let Narrowed { service, cursor, limit } = &asked.query;
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = clients::page(app, &wanted, Filter { service: service.as_deref() }, official.now).await;
    Ok(official.listed::<_, Client, _>(&asked, official.done(page)?))
}

/// One client; its ETag is its version.
#[utoipa::path(
    get, path = "/api/v1/clients/{id}", tag = "clients", operation_id = "getClient",
    params(("id" = String, Path, description = "Its identifier")),
    security(("office" = ["api:clients.look"])),
    responses((status = 200, body = Client, headers(("ETag" = String, description = "Its version"))), Problem)
)]
pub async fn one(official: Official, Path(id): Path<String>) -> Result<Response, Problem> {
    let app = official.doing(Act::ClientsLook)?;
    let (seen, version) = official.done(clients::one(app, &id, official.now).await)?;
    Ok(official.versioned(StatusCode::OK, &Client::from(seen), version))
}

/// Writes a client: another version of the one that is there (`If-Match`), or a new one (`If-None-Match: *`). Its secrets stay
/// what they are where none are said; references to files and variables are not read.
#[utoipa::path(
    put, path = "/api/v1/clients/{id}", tag = "clients", operation_id = "putClient",
    params(
        ("id" = String, Path, description = "Its identifier"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` for a client that is not there yet"),
    ),
    request_body(
        content = Object,
        description = "`service`, `secrets` (at most two: each a text, or `{\"sha256\": …}`, or `{\"phc\": …}`), and flat beside \
            them what it registers (RFC 7591 §2)"
    ),
    security(("office" = ["api:clients.change"])),
    responses((status = 200, body = Client, headers(("ETag" = String, description = "Its version"))), Problem)
)]
pub async fn write(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<Reason>,
    Basis(how): Basis,
    Sent(members): Sent<Map<String, Value>>,
) -> Result<Response, Problem> {
    let app = official.because(Act::ClientsChange, &asked.query)?;
    let version = official.done(clients::write(&app, &id, members, how, official.now).await)?;
    let seen = official.done(clients::written(&app, &id).await)?;
    Ok(official.versioned(StatusCode::OK, &Client::from(seen), version))
}

/// Removes a client; what comes under its identifier later is another one.
#[utoipa::path(
    delete, path = "/api/v1/clients/{id}", tag = "clients", operation_id = "removeClient",
    params(
        ("id" = String, Path, description = "Its identifier"), Reason,
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    security(("office" = ["api:clients.remove"])),
    responses((status = 204, description = "It is gone"), Problem)
)]
pub async fn withdraw(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<Reason>,
    Basis(how): Basis,
) -> Result<StatusCode, Problem> {
    let app = official.because(Act::ClientsRemove, &asked.query)?;
    official.done(clients::withdraw(&app, &id, how, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}
