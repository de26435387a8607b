//! Grants: what one sign-in at one client gave. A code's id is its grant's id.

use sqlx::FromRow;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::db::Db;
use super::db::Pool;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims::ClaimsRequest;

/// A row of `grants`.
#[derive(Clone, Debug, FromRow)]
pub struct Grant {
    /// The code's id.
    pub id: Uuid,
    /// Which attempt to redeem the code has won.
    pub redemption_id: Uuid,
    /// The client.
    pub client_id: String,
    /// The person.
    pub person_id: Uuid,
    /// The session in which the code was given.
    pub session_id: Uuid,
    scope: String,
    claims: Option<String>,
    /// The resource that the access tokens are for (RFC 8707); the issuer itself where absent.
    pub resource: Option<String>,
    auth_time: i64,
    /// The context class of the sign-in.
    pub acr: String,
    /// Its methods, space-delimited.
    pub amr: String,
    /// Whether there are refresh tokens.
    pub offline: bool,
    /// How often the refresh token was exchanged.
    pub generation: i64,
    created_at: i64,
    used_at: i64,
    revoked_at: Option<i64>,
}

/// A grant about to be.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in Grant
pub struct NewGrant {
    pub id: Uuid,
    pub redemption_id: Uuid,
    pub client_id: String,
    pub person_id: Uuid,
    pub session_id: Uuid,
    pub scope: Scope,
    pub claims: ClaimsRequest,
    pub resource: Option<String>,
    pub auth_time: Timestamp,
    pub acr: String,
    pub amr: String,
    pub offline: bool,
    pub now: Timestamp,
}

impl Grant {
    /// The scope that was granted.
    pub fn scope(&self) -> Scope {
        Scope::parse(&self.scope).unwrap_or_default()
    }

    /// The claims that were asked for one by one.
    pub fn claims(&self) -> ClaimsRequest {
        self.claims.as_deref().and_then(|text| ClaimsRequest::parse(text).ok()).unwrap_or_default()
    }

    /// When the person signed in.
    pub fn auth_time(&self) -> Timestamp {
        Timestamp::from_micros(self.auth_time)
    }

    /// When the code was redeemed.
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_micros(self.created_at)
    }

    /// When it was last refreshed.
    pub fn used_at(&self) -> Timestamp {
        Timestamp::from_micros(self.used_at)
    }

    /// Whether it was revoked.
    pub fn is_revoked(&self) -> bool {
        self.revoked_at.is_some()
    }
}

/// Appends the rows to one `INSERT` that leaves out codes that were redeemed before.
pub(super) fn insert<DB>(rows: &[NewGrant]) -> QueryBuilder<DB>
where
    DB: sqlx::Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> Option<String>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> bool: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut query = QueryBuilder::new(
        "INSERT INTO grants (id, redemption_id, client_id, person_id, session_id, scope, claims, resource, auth_time, \
         acr, amr, offline, generation, created_at, used_at) ",
    );
    query.push_values(rows, |mut row, grant| {
        let claims = (!grant.claims.is_empty()).then(|| serde_json::to_string(&grant.claims).unwrap_or_default());
        row.push_bind(grant.id)
            .push_bind(grant.redemption_id)
            .push_bind(grant.client_id.clone())
            .push_bind(grant.person_id)
            .push_bind(grant.session_id)
            .push_bind(grant.scope.as_str().to_owned())
            .push_bind(claims)
            .push_bind(grant.resource.clone())
            .push_bind(grant.auth_time.micros())
            .push_bind(grant.acr.clone())
            .push_bind(grant.amr.clone())
            .push_bind(grant.offline)
            .push_bind(0_i64)
            .push_bind(grant.now.micros())
            .push_bind(grant.now.micros());
    });
    query.push(" ON CONFLICT (id) DO NOTHING RETURNING id, redemption_id");
    query
}

/// A refresh token presented by a client: the guard of the exchange.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The grant.
    pub family: Uuid,
    /// The client that presents it.
    pub client_id: String,
    /// The generation that it presents.
    pub generation: i64,
    /// The present instant.
    pub now: Timestamp,
    /// The last use must lie after this.
    pub used_after: Timestamp,
    /// The sign-in must lie after this.
    pub created_after: Timestamp,
}

/// Appends the rows to one `UPDATE` that exchanges each generation that is the current one.
pub(super) fn rotate<DB>(rows: &[Rotation]) -> QueryBuilder<DB>
where
    DB: sqlx::Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut query = QueryBuilder::new("UPDATE grants SET generation = generation + 1, used_at = v.column4 FROM (");
    query.push_values(rows, |mut row, rotation| {
        row.push_bind(rotation.family)
            .push_bind(rotation.client_id.clone())
            .push_bind(rotation.generation)
            .push_bind(rotation.now.micros())
            .push_bind(rotation.used_after.micros())
            .push_bind(rotation.created_after.micros());
    });
    query.push(
        ") AS v WHERE grants.id = v.column1 AND grants.client_id = v.column2 AND grants.generation = v.column3 AND \
         grants.used_at > v.column5 AND grants.created_at > v.column6 AND grants.offline AND grants.revoked_at IS NULL \
         AND EXISTS (SELECT 1 FROM people WHERE people.id = grants.person_id AND people.disabled_at IS NULL) \
         RETURNING id, redemption_id, client_id, person_id, session_id, scope, claims, resource, auth_time, acr, amr, \
         offline, generation, created_at, used_at, revoked_at",
    );
    query
}

/// The grant with this id.
pub async fn find(db: &Db, id: Uuid) -> Result<Option<Grant>, Fault> {
    const FIND: &str = "SELECT id, redemption_id, client_id, person_id, session_id, scope, claims, resource, auth_time, \
         acr, amr, offline, generation, created_at, used_at, revoked_at FROM grants WHERE id = $1";
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)
}

/// The grant, and what is sealed about its person, if the person may still sign in and has not signed out of what does
/// not outlive the session: a replica that had not heard of it yet may have made the grant after that.
pub async fn find_with_person(db: &Db, id: Uuid) -> Result<Option<(Grant, Vec<u8>)>, Fault> {
    const FIND: &str = "SELECT grants.id, redemption_id, client_id, grants.person_id, session_id, scope, claims, resource, \
         grants.auth_time, grants.acr, grants.amr, offline, generation, grants.created_at, used_at, revoked_at, people.data \
         FROM grants JOIN people ON people.id = grants.person_id LEFT JOIN sessions ON sessions.id = grants.session_id \
         WHERE grants.id = $1 AND people.disabled_at IS NULL AND (grants.offline OR sessions.ended_at IS NULL)";
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        grant: Grant,
        data: Vec<u8>,
    }
    let row: Option<Row> = on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(|row| (row.grant, row.data)))
}

/// The clients of a person's latest grants, at most `limit`, the latest first; one that was used often stands there often.
pub async fn clients_of_late(db: &Db, person: Uuid, limit: i64) -> Result<Vec<String>, Fault> {
    const LATE: &str = "SELECT client_id FROM grants WHERE person_id = $1 ORDER BY id DESC LIMIT $2";
    on!(db.reads, c => sqlx::query_scalar(LATE).bind(person).bind(limit).fetch_all(c).await)
}

/// Revokes one grant and all that it bought; `false` if it was dead already.
pub async fn revoke(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    const REVOKE: &str = "UPDATE grants SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    in_tx!(tx, c => sqlx::query(REVOKE).bind(id).bind(now.micros()).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Revokes what a session gave, but for grants that outlive it (`offline_access`).
pub async fn revoke_with_session(tx: &mut Tx, session: Uuid, now: Timestamp) -> Result<(), Fault> {
    const REVOKE: &str =
        "UPDATE grants SET revoked_at = $2 WHERE session_id = $1 AND NOT offline AND revoked_at IS NULL";
    in_tx!(tx, c => sqlx::query(REVOKE).bind(session).bind(now.micros()).execute(c).await.map(|_| ()))
}

/// The clients at which `session` gave something, as far as they are still registered.
pub async fn clients_of_session(tx: &mut Tx, session: Uuid) -> Result<Vec<SessionClient>, Fault> {
    const CLIENTS: &str = "SELECT DISTINCT grants.client_id, metadata ->> 'backchannel_logout_uri' IS NOT NULL AS told \
         FROM grants JOIN clients ON clients.id = grants.client_id WHERE session_id = $1 ORDER BY grants.client_id";
    in_tx!(tx, c => sqlx::query_as(CLIENTS).bind(session).fetch_all(c).await)
}

/// A client at which a session gave something.
#[derive(Clone, Debug, FromRow)]
pub struct SessionClient {
    /// Which.
    pub client_id: String,
    /// Whether it wants to be told when the session ends (OpenID Connect Back-Channel Logout §2.2).
    pub told: bool,
}

/// The clients at which something that `session` gave is alive.
pub async fn live_clients_of_session(db: &Db, session: Uuid) -> Result<Vec<String>, Fault> {
    const LIVE: &str = "SELECT DISTINCT client_id FROM grants WHERE session_id = $1 AND revoked_at IS NULL";
    on!(db.reads, c => sqlx::query_scalar(LIVE).bind(session).fetch_all(c).await)
}

/// Revokes what a session gave at one client, but for grants that outlive it; returns what died.
pub async fn revoke_at_client(tx: &mut Tx, session: Uuid, client: &str, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
    const REVOKE: &str = "UPDATE grants SET revoked_at = $3 \
         WHERE session_id = $1 AND client_id = $2 AND NOT offline AND revoked_at IS NULL RETURNING id";
    in_tx!(tx, c => sqlx::query_scalar(REVOKE).bind(session).bind(client).bind(now.micros()).fetch_all(c).await)
}

/// Drops at most `limit` grants made before `before` (SQLite; PostgreSQL drops partitions).
pub async fn drop_before(db: &Db, before: Uuid, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM grants WHERE id IN (SELECT id FROM grants WHERE id < $1 ORDER BY id LIMIT $2)";
    match &db.writes {
        Pool::Postgres(_) => Ok(0),
        Pool::Sqlite(_) => change!(db, c => {
            sqlx::query(DROP).bind(before).bind(limit).execute(c).await.map(|done| done.rows_affected())
        }),
    }
}
