//! Keys that sign and decrypt.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Official;
use super::page::Asked;
use super::page::Listed;
use super::page::Paged;
use super::problem::Problem;
use super::sent::Reason;
use super::sent::Sent;
use crate::flows::admin::keys;
use crate::flows::admin::keys::Seen;
use crate::flows::admin::rights::deed::Deed;
use crate::flows::admin::rights::desk;
use crate::http::respond;
use crate::identity::authority::Act;

/// A key; what is private of it is never shown.
#[derive(Serialize, ToSchema)]
pub struct Key {
    /// Its identifier, as the JWK set has it.
    kid: String,
    /// Its algorithm.
    #[schema(example = "ES256")]
    algorithm: String,
    /// `signs` or `decrypts`.
    does: &'static str,
    /// `next`, `current`, or what it was after that.
    stage: String,
    /// Since when it does.
    #[schema(format = DateTime)]
    active_at: String,
}

impl From<Seen> for Key {
    fn from(seen: Seen) -> Self {
        let Seen { kid, algorithm, signs, stage, active_at } = seen;
        let does = if signs { "signs" } else { "decrypts" };
        Self { kid, algorithm, does, stage, active_at: active_at.to_string() }
    }
}

/// Every key that is not revoked, by algorithm and age.
#[utoipa::path(
    get, path = "/api/v1/keys", tag = "keys", operation_id = "listKeys", params(Paged),
    security(("office" = ["api:keys.look"])),
    responses((status = 200, body = Listed<Key>), Problem)
)]
pub async fn list(official: Official, asked: Asked<Paged>) -> Result<Response, Problem> {
    let app = official.doing(Act::KeysLook)?;
    let Paged { cursor, limit } = &asked.query;
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = keys::page(app, &wanted, official.now).await;
    Ok(official.listed::<_, Key, _>(&asked, official.done(page)?))
}

/// Which key gets a successor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// The current key of this algorithm.
    #[schema(example = "ES256")]
    algorithm: String,
    /// Whether the successor signs at once; clients that keep the JWK set may have to read it again.
    #[serde(default)]
    at_once: bool,
}

/// What waits for a second official.
#[derive(Serialize, ToSchema)]
pub struct Waits {
    /// The id of the pending act.
    pub pending: Uuid,
}

/// Asks that the current key of an algorithm gets a successor: another official approves it, and whoever asked carries it
/// out.
#[utoipa::path(
    post, path = "/api/v1/keys/rotation", tag = "keys", operation_id = "rotateKey", params(Reason),
    request_body = Rotation,
    security(("office" = ["api:keys.rotate"])),
    responses((status = 202, body = Waits), Problem)
)]
pub async fn rotate(
    official: Official,
    asked: Asked<Reason>,
    Sent(rotation): Sent<Rotation>,
) -> Result<Response, Problem> {
    let Rotation { algorithm, at_once } = rotation;
    ask(&official, &asked.query, &Deed::RotateKey { algorithm, at_once }).await
}

/// Asks that a key is revoked, in an emergency: nothing that it signed or that was encrypted to it is accepted any more.
/// Another official approves it, and whoever asked carries it out.
#[utoipa::path(
    post, path = "/api/v1/keys/{kid}/revocation", tag = "keys", operation_id = "revokeKey",
    params(("kid" = String, Path, description = "Its identifier"), Reason),
    security(("office" = ["api:keys.revoke"])),
    responses((status = 202, body = Waits), Problem)
)]
pub async fn revoke(official: Official, Path(kid): Path<String>, asked: Asked<Reason>) -> Result<Response, Problem> {
    ask(&official, &asked.query, &Deed::RevokeKey { kid }).await
}

/// A key that seals what is known of people.
#[derive(Serialize, ToSchema)]
pub struct DataKey {
    /// Its number.
    number: u32,
    /// `seals`, or `opens` what it sealed.
    does: &'static str,
    /// `next`, `current` or `former`.
    stage: String,
    /// Since when it seals, or from when on.
    #[schema(format = DateTime)]
    active_at: String,
}

impl From<keys::DataKey> for DataKey {
    fn from(key: keys::DataKey) -> Self {
        let does = if key.seals { "seals" } else { "opens" };
        Self { number: key.number, does, stage: key.stage, active_at: key.since.to_string() }
    }
}

/// How far a place has come that is sealed anew.
#[derive(Serialize, ToSchema)]
pub struct Place {
    /// Where.
    place: String,
    /// Whether all is sealed anew.
    over: bool,
    /// From when on it is gone over.
    #[schema(format = DateTime)]
    begins_at: String,
    /// Rows that were seen.
    seen: i64,
    /// Those of them that were sealed anew.
    sealed_anew: i64,
    /// How many rows there are, where that is known.
    of: Option<i64>,
    /// Whether that is about so many.
    about: bool,
}

impl From<keys::Coming> for Place {
    fn from(at: keys::Coming) -> Self {
        let keys::Coming { place, over, begins_at, seen, stale, of } = at;
        let (of, about) = of.map_or((None, false), |(all, about)| (Some(all), about));
        Self { place, over, begins_at: begins_at.to_string(), seen, sealed_anew: stale, of, about }
    }
}

/// The keys that seal what is known of people.
#[derive(Serialize, ToSchema)]
pub struct DataKeys {
    /// By their numbers.
    keys: Vec<DataKey>,
    /// How far the current one has come, where it takes over from a former one.
    places: Vec<Place>,
}

/// The keys that seal what is known of people, and how far one has come that takes over.
#[utoipa::path(
    get, path = "/api/v1/keys/data", tag = "keys", operation_id = "listDataKeys",
    security(("office" = ["api:keys.look"])),
    responses((status = 200, body = DataKeys), Problem)
)]
pub async fn data(official: Official) -> Result<Response, Problem> {
    let app = official.doing(Act::KeysLook)?;
    let (keys, places) = official.done(keys::look_at_data(app, official.now).await)?;
    let (keys, places) = (keys.into_iter().map(DataKey::from), places.into_iter().map(Place::from));
    Ok(respond::json(StatusCode::OK, &DataKeys { keys: keys.collect(), places: places.collect() }))
}

/// Asks that the key that seals what is known of people gets a successor, which seals after the lead time: everything is sealed
/// anew then, and the former key wiped. Another official approves it, and whoever asked carries it out.
#[utoipa::path(
    post, path = "/api/v1/keys/data/rotation", tag = "keys", operation_id = "rotateDataKey", params(Reason),
    security(("office" = ["api:keys.rotate"])),
    responses((status = 202, body = Waits), Problem)
)]
pub async fn rotate_data(official: Official, asked: Asked<Reason>) -> Result<Response, Problem> {
    ask(&official, &asked.query, &Deed::RotateDataKey).await
}

async fn ask(official: &Official, reason: &Reason, deed: &Deed) -> Result<Response, Problem> {
    let app = official.because(deed.act(), reason)?;
    let pending = official.done(desk::ask(&app, deed, official.now).await)?;
    Ok(respond::json(StatusCode::ACCEPTED, &Waits { pending }))
}
