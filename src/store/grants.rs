//! Grants: what one sign-in at one client gave. A code's id is its grant's id.

use sqlx::ColumnIndex;
use sqlx::Decode;
use sqlx::FromRow;
use sqlx::QueryBuilder;
use sqlx::Row;
use sqlx::Type;
use uuid::Uuid;

use super::db::Db;
use super::db::Pool;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::assurance::Acr;
use crate::identity::assurance::Amr;
use crate::identity::authorization::Authorization;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims::ClaimsRequest;

/// The columns of `grants`, as they are read and written.
macro_rules! columns {
    () => {
        "id, redemption_id, client_id, person_id, session_id, scope, claims, resource, auth_time, acr, amr, offline, \
         generation, created_at, used_at, revoked_at, client_epoch"
    };
}

/// A row of `grants`.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What the sign-in gave.
    pub authorization: Authorization,
    /// Which attempt to redeem the code has won.
    pub redemption_id: Uuid,
    /// Whether there are refresh tokens.
    pub offline: bool,
    /// How often the refresh token was exchanged.
    pub generation: i64,
    /// When the code was redeemed.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub used_at: Timestamp,
    revoked_at: Option<i64>,
}

/// A grant about to be.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in Grant
pub struct NewGrant {
    pub authorization: Authorization,
    pub redemption_id: Uuid,
    pub offline: bool,
    pub now: Timestamp,
}

impl Grant {
    /// Its id.
    pub const fn id(&self) -> Uuid {
        self.authorization.grant
    }

    /// Whether it was revoked.
    pub const fn is_revoked(&self) -> bool {
        self.revoked_at.is_some()
    }
}

impl<'r, R: Row> FromRow<'r, R> for Grant
where
    for<'c> &'c str: ColumnIndex<R>,
    Uuid: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        let instant = |name: &str| row.try_get(name).map(Timestamp::from_micros);
        let (scope, claims): (String, Option<String>) = (row.try_get("scope")?, row.try_get("claims")?);
        let (acr, amr): (String, String) = (row.try_get("acr")?, row.try_get("amr")?);
        let authorization = Authorization {
            grant: row.try_get("id")?,
            person: row.try_get("person_id")?,
            session: row.try_get("session_id")?,
            client: row.try_get("client_id")?,
            client_epoch: row.try_get("client_epoch")?,
            scope: Scope::parse(&scope).unwrap_or_default(),
            claims: claims.and_then(|text| ClaimsRequest::parse(&text).ok()).unwrap_or_default(),
            resource: row.try_get("resource")?,
            nonce: None, // it answered the request (OpenID Connect Core §12.2)
            auth_time: instant("auth_time")?,
            acr: Acr::stored(&acr),
            amr: Amr::parse(&amr),
        };
        Ok(Self {
            authorization,
            redemption_id: row.try_get("redemption_id")?,
            offline: row.try_get("offline")?,
            generation: row.try_get("generation")?,
            created_at: instant("created_at")?,
            used_at: instant("used_at")?,
            revoked_at: row.try_get("revoked_at")?,
        })
    }
}

/// Appends the rows to one `INSERT` that leaves out codes that were redeemed before, and those of people who may not sign in
/// any more or whose session ended: what they would buy could outlive that.
pub(super) fn insert<DB>(rows: &[NewGrant]) -> QueryBuilder<DB>
where
    DB: sqlx::Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> Option<String>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> Option<i64>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> bool: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut query = QueryBuilder::new(concat!("INSERT INTO grants (", columns!(), ") SELECT v.* FROM ("));
    query.push_values(rows, |mut row, grant| {
        let given = &grant.authorization;
        let claims = (!given.claims.is_empty()).then(|| serde_json::to_string(&given.claims).unwrap_or_default());
        row.push_bind(given.grant)
            .push_bind(grant.redemption_id)
            .push_bind(given.client.clone())
            .push_bind(given.person)
            .push_bind(given.session)
            .push_bind(given.scope.as_str().to_owned())
            .push_bind(claims)
            .push_bind(given.resource.clone())
            .push_bind(given.auth_time.micros())
            .push_bind(given.acr.as_str().to_owned())
            .push_bind(given.amr.to_string())
            .push_bind(grant.offline)
            .push_bind(0_i64)
            .push_bind(grant.now.micros())
            .push_bind(grant.now.micros())
            .push_bind(None::<i64>)
            .push_bind(given.client_epoch);
    });
    query.push(
        ") AS v WHERE NOT EXISTS (SELECT 1 FROM people WHERE people.id = v.column4 AND people.disabled_at IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.id = v.column5 AND sessions.ended_at IS NOT NULL) \
         ON CONFLICT (id) DO NOTHING RETURNING id, redemption_id",
    );
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
    /// Which incarnation of it.
    pub client_epoch: i64,
    /// The resources that it may have tokens for.
    pub resources: Vec<String>,
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
            .push_bind(rotation.created_after.micros())
            .push_bind(rotation.client_epoch)
            .push_bind(format!(" {} ", rotation.resources.join(" ")));
    });
    query.push(concat!(
        ") AS v WHERE grants.id = v.column1 AND grants.client_id = v.column2 AND grants.generation = v.column3 AND \
         grants.used_at > v.column5 AND grants.created_at > v.column6 AND grants.offline AND grants.revoked_at IS NULL \
         AND EXISTS (SELECT 1 FROM people WHERE people.id = grants.person_id AND people.disabled_at IS NULL) \
         AND COALESCE(grants.client_epoch = v.column7, grants.created_at >= v.column7) \
         AND (grants.resource IS NULL OR replace(v.column8, ' ' || grants.resource || ' ', '') <> v.column8) \
         RETURNING ",
        columns!()
    ));
    query
}

/// The grant with this id.
pub async fn find(db: &Db, id: Uuid) -> Result<Option<Grant>, Fault> {
    const FIND: &str = concat!("SELECT ", columns!(), " FROM grants WHERE id = $1");
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)
}

/// The grant, and what is sealed about its person, if the person may still sign in and has not signed out of what does
/// not outlive the session: a replica that had not heard of it yet may have made the grant after that.
pub async fn find_with_person(db: &Db, id: Uuid) -> Result<Option<(Grant, Vec<u8>)>, Fault> {
    const FIND: &str = concat!(
        "SELECT ",
        columns!(),
        ", data FROM grants JOIN (SELECT id AS whose, data FROM people WHERE disabled_at IS NULL) AS p \
         ON p.whose = person_id WHERE id = $1 AND (offline OR NOT EXISTS \
         (SELECT 1 FROM sessions WHERE sessions.id = grants.session_id AND sessions.ended_at IS NOT NULL))"
    );
    #[derive(FromRow)]
    struct WithPerson {
        #[sqlx(flatten)]
        grant: Grant,
        data: Vec<u8>,
    }
    let row: Option<WithPerson> = on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)?;
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

/// Revokes all that a person's sign-ins gave, also what outlives sessions.
pub async fn revoke_of(tx: &mut Tx, person: Uuid, now: Timestamp) -> Result<(), Fault> {
    const REVOKE: &str = "UPDATE grants SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL";
    in_tx!(tx, c => sqlx::query(REVOKE).bind(person).bind(now.micros()).execute(c).await.map(|_| ()))
}

/// Revokes what a person's ended sessions gave, also what outlives them.
pub async fn revoke_of_ended(tx: &mut Tx, person: Uuid, now: Timestamp) -> Result<(), Fault> {
    const REVOKE: &str = "UPDATE grants SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL \
         AND session_id IN (SELECT id FROM sessions WHERE person_id = $1 AND ended_at IS NOT NULL)";
    in_tx!(tx, c => sqlx::query(REVOKE).bind(person).bind(now.micros()).execute(c).await.map(|_| ()))
}

/// A person's grants that outlive sessions and were not revoked, at most `limit`, the latest first.
pub async fn offline_of(db: &Db, person: Uuid, limit: i64) -> Result<Vec<Grant>, Fault> {
    const OFFLINE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM grants WHERE person_id = $1 AND offline AND revoked_at IS NULL ORDER BY id DESC LIMIT $2"
    );
    on!(db.reads, c => sqlx::query_as(OFFLINE).bind(person).bind(limit).fetch_all(c).await)
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
         FROM grants JOIN clients ON clients.id = grants.client_id \
         AND COALESCE(client_epoch, clients.created_at) = clients.created_at WHERE session_id = $1 ORDER BY grants.client_id";
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
