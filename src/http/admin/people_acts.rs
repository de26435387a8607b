//! What officials do to people.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Official;
use super::page::Asked;
use super::problem::Problem;
use super::rights::Became;
use super::sent;
use super::sent::Reason;
use super::sent::Sent;
use crate::base::secret::Secret;
use crate::flows::admin::declaration::file::PersonDeclaration;
use crate::flows::admin::people::doing;
use crate::flows::admin::proofing::Seen;
use crate::http::respond;
use crate::identity::assurance::Level;
use crate::identity::authority::Act;
use crate::parts::sessions::Reach;

/// How much ends, and why.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignOut {
    /// Why: it stands in the audit trail and in the person's history.
    #[param(min_length = 1, max_length = 500)]
    reason: String,
    /// Whether what goes on while they are away (`offline_access`) ends as well.
    #[serde(default)]
    #[param(default = false)]
    everything: bool,
}

/// How many sessions ended.
#[derive(Serialize, ToSchema)]
pub struct SignedOut {
    /// So many.
    sessions_ended: usize,
}

/// Ends every session of a person; their services are told.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/sign-out", tag = "people", operation_id = "signPersonOut",
    params(("id" = Uuid, Path, description = "Their id"), SignOut),
    security(("office" = ["api:people.sign-out"])),
    responses((status = 200, body = SignedOut), Problem)
)]
pub async fn sign_out(official: Official, Path(id): Path<String>, asked: Asked<SignOut>) -> Result<Response, Problem> {
    let SignOut { reason, everything } = asked.query;
    let app = official.because(Act::PeopleSignOut, &Reason { reason })?;
    let reach = if everything { Reach::Everything } else { Reach::Sessions };
    let ended = doing::sign_out(&app, official.id(&id)?, reach, official.now).await;
    Ok(respond::json(StatusCode::OK, &SignedOut { sessions_ended: official.done(ended)? }))
}

/// Takes from a person the right to sign in, and ends all that they are signed in to.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/disablement", tag = "people", operation_id = "disablePerson",
    params(("id" = Uuid, Path, description = "Their id"), Reason),
    security(("office" = ["api:people.disable"])),
    responses((status = 204, description = "They may not sign in"), Problem)
)]
pub async fn disable(official: Official, Path(id): Path<String>, asked: Asked<Reason>) -> Result<StatusCode, Problem> {
    let app = official.because(Act::PeopleDisable, &asked.query)?;
    official.done(doing::disable(&app, official.id(&id)?, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives it back; what ended before does not come back.
#[utoipa::path(
    delete, path = "/api/v1/people/{id}/disablement", tag = "people", operation_id = "enablePerson",
    params(("id" = Uuid, Path, description = "Their id"), Reason),
    security(("office" = ["api:people.enable"])),
    responses((status = 204, description = "They may sign in"), Problem)
)]
pub async fn enable(official: Official, Path(id): Path<String>, asked: Asked<Reason>) -> Result<StatusCode, Problem> {
    let app = official.because(Act::PeopleEnable, &asked.query)?;
    official.done(doing::enable(&app, official.id(&id)?, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a person for good; what they did stays in the trail, of nobody.
#[utoipa::path(
    delete, path = "/api/v1/people/{id}", tag = "people", operation_id = "removePerson",
    params(("id" = Uuid, Path, description = "Their id"), Reason),
    security(("office" = ["api:people.remove"])),
    responses((status = 204, description = "They are removed"), Problem)
)]
pub async fn remove(official: Official, Path(id): Path<String>, asked: Asked<Reason>) -> Result<StatusCode, Problem> {
    let app = official.because(Act::PeopleRemove, &asked.query)?;
    official.done(doing::remove(&app, official.id(&id)?, official.now).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A person who is to be entered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The name that they sign in with.
    user_name: String,
    /// The number of the identity card, under which they can sign in as well.
    identity_number: Option<String>,
    /// Their first password.
    #[schema(value_type = String, format = Password)]
    password: Secret<String>,
    /// Standard claims (OpenID Connect Core §5.1).
    #[serde(default)]
    #[schema(value_type = Object)]
    claims: Map<String, Value>,
}

/// Who was entered.
#[derive(Serialize, ToSchema)]
pub struct Entered {
    /// Their id.
    id: Uuid,
}

/// Enters a person who is new.
#[utoipa::path(
    post, path = "/api/v1/people", tag = "people", operation_id = "enterPerson", params(Reason), request_body = NewPerson,
    security(("office" = ["api:people.enter"])),
    responses((status = 201, body = Entered), Problem)
)]
pub async fn enter(official: Official, asked: Asked<Reason>, Sent(new): Sent<NewPerson>) -> Result<Response, Problem> {
    let app = official.because(Act::PeopleEnter, &asked.query)?;
    let NewPerson { user_name, identity_number, password, claims } = new;
    let password = Some(password);
    let person = PersonDeclaration { user_name, identity_number, password, password_hash: None, claims };
    let id = official.done(doing::enter(&app, &person, official.now).await)?;
    Ok(respond::json(StatusCode::CREATED, &Entered { id }))
}

/// That somebody looked who a person is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The level that it gives; 0 takes back what was given before, and ends the sessions that rest on it.
    #[schema(minimum = 0, maximum = 2)]
    #[serde(deserialize_with = "sent::whole")]
    level: u8,
    /// How.
    #[schema(example = "in-person")]
    method: String,
    /// What was looked at: the kind of a document, never its number.
    #[schema(example = "chip card")]
    evidence: String,
    /// The agency that looked.
    agency: String,
    /// The identity number that was read, where the person has none yet.
    identity_number: Option<String>,
}

/// How sure the state is of a person.
#[derive(Serialize, ToSchema)]
pub struct Known {
    /// The level from now on.
    level: i64,
}

/// Records that somebody looked who a person is, or takes back what was recorded.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/proofs", tag = "people", operation_id = "proofPerson",
    params(("id" = Uuid, Path, description = "Their id"), Reason), request_body = Proof,
    security(("office" = ["api:people.proof"])),
    responses((status = 200, body = Known), Problem)
)]
pub async fn proof(
    official: Official,
    Path(id): Path<String>,
    asked: Asked<Reason>,
    Sent(proof): Sent<Proof>,
) -> Result<Response, Problem> {
    let app = official.because(Act::PeopleProof, &asked.query)?;
    let (seen, number) = proof.seen(&official)?;
    let level = doing::proof(&app, official.id(&id)?, (&seen, number.as_deref()), official.now).await;
    Ok(respond::json(StatusCode::OK, &Known { level: official.done(level)?.number() }))
}

impl Proof {
    fn seen(self, official: &Official) -> Result<(Seen, Option<String>), Problem> {
        let Self { level, method, evidence, agency, identity_number } = self;
        if level > 2 {
            return Err(official.problem(super::problem::Kind::Invalid, "level must be from 0 to 2"));
        }
        Ok((Seen { level: Level::stored(level.into()), method, evidence, agency }, identity_number))
    }
}

/// Asks that a person who was looked at gets a code by which they come in again: a second official approves it, and whoever
/// asked carries it out.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/recovery", tag = "people", operation_id = "recoverPerson",
    params(("id" = Uuid, Path, description = "Their id"), Reason),
    security(("office" = ["api:people.recover"])),
    responses((status = 202, body = Became), Problem)
)]
pub async fn recover(official: Official, Path(id): Path<String>, asked: Asked<Reason>) -> Result<Response, Problem> {
    let app = official.because(Act::PeopleRecover, &asked.query)?;
    let pending = official.done(doing::recover(&app, official.id(&id)?, official.now).await)?;
    Ok(respond::json(StatusCode::ACCEPTED, &Became::waiting(pending)))
}
