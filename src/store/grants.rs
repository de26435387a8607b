//! Grants: what one sign-in at one client gave. A code's id is its grant's id, and names the partition of its day.
//!
//! A grant that nobody revoked dies with its session, unless it has refresh tokens: then `families` says whether it lives.

use std::borrow::Cow;

use sqlx::ColumnIndex;
use sqlx::Decode;
use sqlx::FromRow;
use sqlx::Row;
use sqlx::Type;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Pool;
use super::db::Tx;
use super::outbox::Ended;
use super::partitions;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::assurance::Acr;
use crate::identity::assurance::Amr;
use crate::identity::authorization::Authorization;
use crate::identity::authorization::LONGEST_LOGIN;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims::ClaimsRequest;

/// The columns of a grant and of its family, as they are read.
macro_rules! columns {
    () => {
        "g.id, g.client_id, g.client_epoch, g.person_id, g.session_id, g.scope, g.claims, g.resource, g.auth_time, g.acr, \
         g.amr, g.offline, g.created_at, COALESCE(f.generation, 0) AS generation, COALESCE(f.used_at, g.created_at) AS used_at, \
         COALESCE(g.revoked_at, f.revoked_at) AS revoked_at"
    };
}

/// A grant, with what became of its refresh tokens.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What the sign-in gave.
    pub authorization: Authorization,
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
    /// Which attempt to redeem the code it is.
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
            offline: row.try_get("offline")?,
            generation: row.try_get("generation")?,
            created_at: instant("created_at")?,
            used_at: instant("used_at")?,
            revoked_at: row.try_get("revoked_at")?,
        })
    }
}

/// Leaves out codes that were redeemed before, and those of people who may not sign in any more or whose session ended: what
/// they would buy could outlive that. Each guard is a look by key for each row, whatever the planner knows of the tables.
pub(super) static INSERT: Batch = Batch::new(
    "INSERT INTO grants (id, shard, redemption_id, client_id, client_epoch, person_id, session_id, scope, claims, resource, \
     auth_time, acr, amr, offline, created_at) SELECT id, shard, redemption_id, client_id, client_epoch, person_id, \
     session_id, scope, claims, resource, auth_time, acr, amr, offline, created_at FROM ",
    &[
        "id",
        "shard",
        "client_id",
        "client_epoch",
        "person_id",
        "session_id",
        "scope",
        "claims",
        "resource",
        "auth_time",
        "acr",
        "amr",
        "created_at",
        "redemption_id",
        "offline",
    ],
    " WHERE (SELECT disabled_at FROM people WHERE people.id = v.person_id AND people.shard = v.shard \
     /*AND people.shard = ANY($2)*/) IS NULL \
     AND (SELECT ended_at FROM sessions WHERE sessions.id = v.session_id AND sessions.shard = v.shard \
     /*AND sessions.shard = ANY($2)*/) IS NULL \
     ON CONFLICT (id, shard) DO NOTHING RETURNING id, redemption_id",
);

/// The columns of [`INSERT`].
pub(super) fn inserted<'a>(rows: &'a [NewGrant]) -> Vec<Column<'a>> {
    // In one order: two replicas that redeem the same codes in different orders would wait for each other. Of two attempts
    // the first in the queue stays the first.
    let mut rows: Vec<&NewGrant> = rows.iter().collect();
    rows.sort_by_key(|new| new.authorization.grant);
    let mut columns = given(rows.iter().copied());
    columns.push(Column::ids(rows.iter().map(|new| new.redemption_id)));
    columns.push(Column::Flags(rows.iter().map(|new| new.offline).collect()));
    columns
}

/// The columns that a grant and its family share.
pub(super) fn given<'a>(rows: impl Iterator<Item = &'a NewGrant> + Clone) -> Vec<Column<'a>> {
    let given = rows.clone().map(|new| &new.authorization);
    let claims = |given: &Authorization| {
        let text = (!given.claims.is_empty()).then(|| serde_json::to_string(&given.claims));
        text.and_then(Result::ok).map(Cow::Owned)
    };
    vec![
        Column::ids(given.clone().map(|given| given.grant)),
        Column::shards(given.clone().map(|given| given.grant)),
        Column::texts(given.clone().map(|given| given.client.as_str())),
        Column::numbers(given.clone().map(|given| given.client_epoch)),
        Column::ids(given.clone().map(|given| given.person)),
        Column::ids(given.clone().map(|given| given.session)),
        Column::texts(given.clone().map(|given| given.scope.as_str())),
        Column::Texts(given.clone().map(claims).collect()),
        Column::Texts(given.clone().map(|given| given.resource.as_deref().map(Cow::Borrowed)).collect()),
        Column::numbers(given.clone().map(|given| given.auth_time.micros())),
        Column::texts(given.clone().map(|given| given.acr.as_str())),
        Column::Texts(given.map(|given| Some(Cow::Owned(given.amr.to_string()))).collect()),
        Column::numbers(rows.map(|new| new.now.micros())),
    ]
}

/// The grant with this id.
pub async fn find(db: &Db, id: Uuid) -> Result<Option<Grant>, Fault> {
    const FIND: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM grants AS g LEFT JOIN families AS f ON f.id = g.id AND f.shard = g.shard WHERE g.id = $1 AND g.shard = $2"
    );
    let sql = || partitions::of(db, FIND, id);
    on!(db.reads, c => sqlx::query_as(sql()).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await)
}

/// Whether there is a grant with this id, or was as long as its record is kept.
pub async fn exists(db: &Db, id: Uuid) -> Result<bool, Fault> {
    const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM grants AS g WHERE g.id = $1 AND g.shard = $2)";
    let sql = || partitions::of(db, EXISTS, id);
    on!(db.reads, c => sqlx::query_scalar(sql()).bind(id).bind(Shard::of(id).number()).fetch_one(c).await)
}

/// The grant, and what is sealed about its person, if the person may still sign in and has not signed out of what does
/// not outlive the session.
pub async fn find_with_person(db: &Db, id: Uuid) -> Result<Option<(Grant, Vec<u8>)>, Fault> {
    const FIND: &str = concat!(
        "SELECT ",
        columns!(),
        ", data FROM grants AS g JOIN people AS p ON p.id = g.person_id AND p.shard = g.shard \
         LEFT JOIN families AS f ON f.id = g.id AND f.shard = g.shard \
         WHERE g.id = $1 AND g.shard = $2 AND p.disabled_at IS NULL AND (g.offline OR NOT EXISTS (SELECT 1 FROM sessions AS s \
         WHERE s.id = g.session_id AND s.shard = $2 AND s.ended_at IS NOT NULL))"
    );
    #[derive(FromRow)]
    struct WithPerson {
        #[sqlx(flatten)]
        grant: Grant,
        data: Vec<u8>,
    }
    let sql = || partitions::of(db, FIND, id);
    let row: Option<WithPerson> =
        on!(db.reads, c => sqlx::query_as(sql()).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await)?;
    Ok(row.map(|row| (row.grant, row.data)))
}

/// The clients of a person's grants since `since`, at most `limit`, the latest first; one that was used often stands there
/// often.
pub async fn clients_of_late(
    db: &Db,
    person: Uuid,
    [since, now]: [Timestamp; 2],
    limit: i64,
) -> Result<Vec<String>, Fault> {
    const LATE: &str = "SELECT client_id FROM (SELECT id, client_id FROM grants AS g WHERE person_id = $1 AND shard = $4 AND id >= $2 \
         ORDER BY id DESC LIMIT $3) AS h ORDER BY id DESC LIMIT $3";
    let sql = || partitions::over(db, LATE, since, now);
    on!(db.reads, c => sqlx::query_scalar(sql())
        .bind(person)
        .bind(id::floor(since))
        .bind(limit)
        .bind(Shard::of(person).number())
        .fetch_all(c)
        .await)
}

/// Revokes one grant; whether it has refresh tokens, `None` if it was revoked already.
pub async fn revoke(db: &Db, tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<Option<bool>, Fault> {
    const REVOKE: &str = "UPDATE grants AS g SET revoked_at = $3 WHERE id = $1 AND shard = $2 AND revoked_at IS NULL \
         RETURNING offline";
    let sql = || partitions::of(db, REVOKE, id);
    in_tx!(tx, c => sqlx::query_scalar(sql())
        .bind(id)
        .bind(Shard::of(id).number())
        .bind(now.micros())
        .fetch_optional(c)
        .await)
}

/// No grant of the session is older, whichever replica made its id. A grant's id is as old as its interaction, which may
/// have begun before the one that opened the session.
fn begun(session: Ended) -> Timestamp {
    id::made_at(session.session) - partitions::CLOCKS - LONGEST_LOGIN
}

/// A client at which a session gave something.
#[derive(Clone, Debug, FromRow)]
pub struct SessionClient {
    /// Which.
    pub client_id: String,
    /// Whether it wants to be told when the session ends (OpenID Connect Back-Channel Logout §2.2).
    pub told: bool,
}

/// The clients at which a session gave something, as far as they are still registered.
pub async fn clients_of_session(
    db: &Db,
    tx: &mut Tx,
    ended: Ended,
    now: Timestamp,
) -> Result<Vec<SessionClient>, Fault> {
    const CLIENTS: &str = "SELECT DISTINCT h.client_id, metadata ->> 'backchannel_logout_uri' IS NOT NULL AS told FROM \
         (SELECT client_id, client_epoch FROM grants AS g WHERE person_id = $1 AND shard = $4 AND session_id = $2 AND id >= $3) AS h \
         JOIN clients ON clients.id = h.client_id AND clients.created_at = h.client_epoch ORDER BY h.client_id";
    let begun = begun(ended);
    let sql = || partitions::over(db, CLIENTS, begun, now);
    in_tx!(tx, c => sqlx::query_as(sql())
        .bind(ended.person)
        .bind(ended.session)
        .bind(id::floor(begun))
        .bind(Shard::of(ended.person).number())
        .fetch_all(c)
        .await)
}

/// The clients at which something that a session gave is alive.
pub async fn live_clients_of_session(db: &Db, session: Ended, now: Timestamp) -> Result<Vec<String>, Fault> {
    const LIVE: &str = "SELECT DISTINCT client_id FROM (SELECT client_id FROM grants AS g WHERE person_id = $1 \
         AND shard = $4 AND session_id = $2 AND id >= $3 AND revoked_at IS NULL) AS h ORDER BY client_id";
    let begun = begun(session);
    let sql = || partitions::over(db, LIVE, begun, now);
    on!(db.reads, c => sqlx::query_scalar(sql())
        .bind(session.person)
        .bind(session.session)
        .bind(id::floor(begun))
        .bind(Shard::of(session.person).number())
        .fetch_all(c)
        .await)
}

/// What a session gave that is alive, at most `limit`, the latest first.
pub async fn live_of_session(db: &Db, session: Ended, limit: i64, now: Timestamp) -> Result<Vec<Grant>, Fault> {
    const LIVE: &str = "SELECT * FROM (SELECT id, client_id, client_epoch, person_id, session_id, scope, claims, resource, \
         auth_time, acr, amr, offline, created_at, CAST(0 AS BIGINT) AS generation, created_at AS used_at, revoked_at \
         FROM grants AS g WHERE person_id = $1 AND shard = $4 AND session_id = $2 AND id >= $3 AND revoked_at IS NULL \
         ORDER BY id DESC LIMIT $5) AS h ORDER BY id DESC LIMIT $5";
    let begun = begun(session);
    let sql = || partitions::over(db, LIVE, begun, now);
    on!(db.reads, c => sqlx::query_as(sql())
        .bind(session.person)
        .bind(session.session)
        .bind(id::floor(begun))
        .bind(Shard::of(session.person).number())
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// Revokes what a session gave at one client, but for grants that outlive it; returns what died.
pub async fn revoke_at_client(
    db: &Db,
    tx: &mut Tx,
    (session, client): (Ended, &str),
    now: Timestamp,
) -> Result<Vec<Uuid>, Fault> {
    const REVOKE: &str = "UPDATE grants AS g SET revoked_at = $5 WHERE person_id = $1 AND shard = $6 AND session_id = $2 \
         AND id >= $3 AND client_id = $4 AND NOT offline AND revoked_at IS NULL RETURNING id";
    let begun = begun(session);
    let mut died: Vec<Uuid> = Vec::new();
    for sql in partitions::each(db, REVOKE, begun, now) {
        let sql = || sql.clone();
        let here: Vec<Uuid> = in_tx!(tx, c => sqlx::query_scalar(sql())
            .bind(session.person)
            .bind(session.session)
            .bind(id::floor(begun))
            .bind(client)
            .bind(now.micros())
            .bind(Shard::of(session.person).number())
            .fetch_all(c)
            .await)?;
        died.extend(here);
    }
    Ok(died)
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
