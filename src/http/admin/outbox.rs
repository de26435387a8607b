//! What could not be told to services, or to people.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Official;
use super::page::Asked;
use super::page::Listed;
use super::page::Paged;
use super::problem::Problem;
use super::sent::Reason;
use crate::flows::admin::outbox;
use crate::flows::admin::outbox::Way;
use crate::identity::authority::Act;

/// What waits to be told.
#[derive(Serialize, ToSchema)]
pub struct Waiting {
    /// Its id.
    id: Uuid,
    /// By which way: `logout` (a client is told of a session that ended), `mail` or `sms` (a letter to somebody).
    way: String,
    /// The client that is to be told.
    client: Option<String>,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
    /// How many tries were begun.
    tries: i64,
    /// When it is tried again; absent where it was given up.
    #[schema(format = DateTime)]
    next_try_at: Option<String>,
    /// When it was given up.
    #[schema(format = DateTime)]
    given_up_at: Option<String>,
    /// Why the last try failed.
    last_error: Option<String>,
}

impl From<outbox::Waiting> for Waiting {
    fn from(waiting: outbox::Waiting) -> Self {
        let outbox::Waiting { id, way, since, tries, next_try_at, given_up_at, last_error } = waiting;
        let (way, client) = match way {
            Way::Logout(client) => ("logout".to_owned(), Some(client)),
            Way::Letter(channel) => (channel, None),
        };
        let next_try_at = given_up_at.is_none().then(|| next_try_at.to_string());
        let given_up_at = given_up_at.map(|at| at.to_string());
        Self { id, way, client, since: since.to_string(), tries, next_try_at, given_up_at, last_error }
    }
}

/// What services and people were not told yet, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/outbox", tag = "outbox", operation_id = "listOutbox", params(Paged),
    security(("office" = ["api:outbox.look"])),
    responses((status = 200, body = Listed<Waiting>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Paged>) -> Result<Response, Problem> {
    let app = official.doing(Act::OutboxLook)?;
    let Paged { cursor, limit } = &asked.query;
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = outbox::page(app, &wanted, official.now).await;
    Ok(official.listed::<_, Waiting, _>(&asked, official.done(page)?))
}

/// Has one of them tried once more, given up or not.
#[utoipa::path(
    post, path = "/api/v1/outbox/{id}/retry", tag = "outbox", operation_id = "retry",
    params(("id" = Uuid, Path, description = "Its id"), Reason),
    security(("office" = ["api:outbox.retry"])),
    responses((status = 204, description = "It is tried again within seconds"), Problem)
)]
pub async fn retry(official: Official, Path(id): Path<String>, asked: Asked<Reason>) -> Result<StatusCode, Problem> {
    let app = official.because(Act::OutboxRetry, &asked.query)?;
    official.done(outbox::again(&app, official.id(&id)?, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}
