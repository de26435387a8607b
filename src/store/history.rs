//! What a person's history says: what they and others did, and what services received. It is read a few weeks at a time, each
//! time from the days that it lies in.

use std::collections::BTreeMap;
use std::collections::HashMap;

use serde::Deserialize;
use serde::Serialize;
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::audit::Row;
use super::db::Db;
use super::partitions;
use super::partitions::CLOCKS;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::authorization::LONGEST_LOGIN;

/// A part of somebody's history.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// Whose.
    pub person: Uuid,
    /// At one client.
    pub client: Option<&'a str>,
    /// Identifiers from here on.
    pub from: Uuid,
    /// And before this one.
    pub before: Uuid,
    /// At most so many rows, the latest.
    pub limit: i64,
}

/// What a client received by a code.
#[derive(Clone, Debug, FromRow)]
pub struct Disclosure {
    /// The grant; it is as old as the interaction.
    pub id: Uuid,
    at: i64,
    /// Who received it.
    pub client_id: String,
    /// Which incarnation of that id it was.
    pub client_epoch: i64,
    /// In which session.
    pub session_id: Uuid,
    /// The scope.
    pub scope: String,
    /// The `claims` parameter.
    pub claims: Option<String>,
    /// For which API, where it was not for us.
    pub resource: Option<String>,
    auth_time: i64,
    /// How surely the person had signed in.
    pub acr: String,
    /// By which methods.
    pub amr: String,
    /// Whether it goes on while the person is away.
    pub offline: bool,
    revoked_at: Option<i64>,
}

impl Disclosure {
    /// When.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }

    /// When the person had signed in.
    pub fn auth_time(&self) -> Timestamp {
        Timestamp::from_micros(self.auth_time)
    }

    /// When it was taken back.
    pub fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at.map(Timestamp::from_micros)
    }
}

/// The identifiers that what happened between two instants may have: an interaction is older than what came of it.
pub fn identifiers([from, until]: [Timestamp; 2]) -> [Uuid; 2] {
    [id::floor(from - LONGEST_LOGIN - CLOCKS), id::floor(until + CLOCKS)]
}

/// What happened, the latest first.
pub async fn events(db: &Db, part: &Part<'_>) -> Result<Vec<Row>, Fault> {
    const EVENTS: &str = "SELECT * FROM (SELECT id, at, act, person_id, client_id, session_id, detail, actor, office, reason \
         FROM audit_events AS g \
         WHERE person_id = $1 AND shard = $2 AND id >= $3 AND id < $4 AND (CAST($5 AS TEXT) IS NULL OR client_id = $5) \
         ORDER BY id DESC LIMIT $6) AS h ORDER BY id DESC LIMIT $6";
    rows(db, EVENTS, part).await
}

/// What clients received, the latest first.
pub async fn disclosures(db: &Db, part: &Part<'_>) -> Result<Vec<Disclosure>, Fault> {
    const DISCLOSURES: &str = "SELECT * FROM (SELECT id, created_at AS at, client_id, client_epoch, session_id, scope, claims, \
         resource, auth_time, acr, amr, offline, revoked_at FROM grants AS g WHERE person_id = $1 AND shard = $2 AND id >= $3 AND id < $4 \
         AND (CAST($5 AS TEXT) IS NULL OR client_id = $5) ORDER BY id DESC LIMIT $6) AS h ORDER BY id DESC LIMIT $6";
    rows(db, DISCLOSURES, part).await
}

/// So many of one person are looked at: nobody has more.
const MOST: i64 = 1000;

/// What clients received by lasting access that was given before an instant and used since, the latest first: a refresh writes no
/// row of its own, and what it gave in between is anybody's guess.
pub async fn lasting(db: &Db, person: Uuid, client: Option<&str>, since: Timestamp) -> Result<Vec<Disclosure>, Fault> {
    const LASTING: &str = "SELECT id, created_at AS at, client_id, client_epoch, session_id, scope, claims, resource, auth_time, \
         acr, amr, TRUE AS offline, revoked_at FROM families WHERE person_id = $1 AND shard = $2 AND created_at < $3 \
         AND used_at >= $3 AND (CAST($4 AS TEXT) IS NULL OR client_id = $4) ORDER BY id DESC LIMIT $5";
    on!(db.reads, c => sqlx::query_as(LASTING)
        .bind(person)
        .bind(Shard::of(person).number())
        .bind(since.micros())
        .bind(client)
        .bind(MOST)
        .fetch_all(c)
        .await)
}

/// When a person's lasting access was last used, by the grant that gave it, where it was used since.
pub async fn last_uses(db: &Db, person: Uuid) -> Result<HashMap<Uuid, Timestamp>, Fault> {
    const USES: &str = "SELECT id, used_at FROM families WHERE person_id = $1 AND shard = $2 AND used_at > created_at \
         ORDER BY id DESC LIMIT $3";
    let shard = Shard::of(person).number();
    let rows: Vec<(Uuid, i64)> =
        on!(db.reads, c => sqlx::query_as(USES).bind(person).bind(shard).bind(MOST).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, at)| (id, Timestamp::from_micros(at))).collect())
}

/// The statement is another one for each part: connections do not keep it in the place of those that sign-ins need.
async fn rows<T>(db: &Db, sql: &'static str, part: &Part<'_>) -> Result<Vec<T>, Fault>
where
    T: Send + Unpin + for<'r> FromRow<'r, sqlx::sqlite::SqliteRow> + for<'r> FromRow<'r, sqlx::postgres::PgRow>,
{
    let [from, before] = [part.from, part.before].map(id::made_at);
    let sql = || partitions::over(db, sql, from, before);
    on!(db.reads, c => sqlx::query_as(sql())
        .bind(part.person)
        .bind(Shard::of(part.person).number())
        .bind(part.from)
        .bind(part.before)
        .bind(part.client)
        .bind(part.limit)
        .persistent(false)
        .fetch_all(c)
        .await)
}

/// How many services each session of a person has reached, of the sessions that opened since `since`.
pub async fn reached(db: &Db, person: Uuid, [since, now]: [Timestamp; 2]) -> Result<HashMap<Uuid, i64>, Fault> {
    const REACHED: &str = "SELECT session_id, COUNT(DISTINCT client_id) FROM (SELECT session_id, client_id FROM grants AS g \
         WHERE person_id = $1 AND shard = $2 AND id >= $3) AS h GROUP BY session_id";
    let [from, _] = identifiers([since, now]);
    let sql = || partitions::over(db, REACHED, id::made_at(from), now);
    let rows: Vec<(Uuid, i64)> = on!(db.reads, c => {
        sqlx::query_as(sql()).bind(person).bind(Shard::of(person).number()).bind(from).fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// A client that a history tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Met {
    /// When it was last there.
    pub last: i64,
    /// Which incarnation of its id received something last, if any did.
    pub epoch: Option<i64>,
}

/// Clients that a history tells of, by their ids.
pub type MetClients = BTreeMap<String, Met>;

/// Which clients a person met, of identifiers from one on and before another: a month of it or little more.
pub async fn met(db: &Db, person: Uuid, [from, before]: [Uuid; 2]) -> Result<Vec<(String, Met)>, Fault> {
    const EVENTS: &str = "SELECT client_id, MAX(at), CAST(NULL AS BIGINT) FROM (SELECT client_id, at FROM audit_events AS g \
         WHERE person_id = $1 AND shard = $2 AND id >= $3 AND id < $4 AND client_id IS NOT NULL) AS h GROUP BY client_id";
    const GRANTS: &str = "SELECT client_id, MAX(created_at), MAX(client_epoch) FROM (SELECT client_id, created_at, client_epoch \
         FROM grants AS g WHERE person_id = $1 AND shard = $2 AND id >= $3 AND id < $4) AS h GROUP BY client_id";
    let mut all = Vec::new();
    for sql in [EVENTS, GRANTS] {
        let sql = || partitions::over(db, sql, id::made_at(from), id::made_at(before));
        let rows: Vec<(String, i64, Option<i64>)> = on!(db.reads, c => sqlx::query_as(sql())
            .bind(person)
            .bind(Shard::of(person).number())
            .bind(from)
            .bind(before)
            .persistent(false)
            .fetch_all(c)
            .await)?;
        all.extend(rows.into_iter().map(|(client, last, epoch)| (client, Met { last, epoch })));
    }
    Ok(all)
}

/// What was read of it before: until when, and which clients.
pub async fn read_before(db: &Db, person: Uuid) -> Result<Option<(Timestamp, MetClients)>, Fault> {
    const READ: &str = "SELECT read_until, clients FROM histories WHERE person_id = $1 AND shard = $2";
    let row: Option<(i64, Json<MetClients>)> = on!(db.reads, c => {
        sqlx::query_as(READ).bind(person).bind(Shard::of(person).number()).fetch_optional(c).await
    })?;
    Ok(row.map(|(until, Json(clients))| (Timestamp::from_micros(until), clients)))
}

/// Keeps what was read, unless somebody kept more meanwhile, or the person is no more.
pub async fn keep(db: &Db, person: Uuid, until: Timestamp, clients: &MetClients) -> Result<(), Fault> {
    const KEEP: &str = "INSERT INTO histories (person_id, shard, read_until, clients) SELECT id, shard, $3, $4 FROM people \
         WHERE id = $1 AND shard = $2 ON CONFLICT (person_id, shard) DO UPDATE SET read_until = excluded.read_until, \
         clients = excluded.clients WHERE histories.read_until < excluded.read_until";
    change!(db, c => sqlx::query(KEEP)
        .bind(person)
        .bind(Shard::of(person).number())
        .bind(until.micros())
        .bind(Json(clients))
        .execute(c)
        .await
        .map(|_| ()))
}

/// Drops what was read before an instant, at most `limit` people's; how many there were.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM histories WHERE person_id IN \
         (SELECT person_id FROM histories WHERE read_until < $1 ORDER BY read_until LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.micros()).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}

/// What the trail says of the beginning of a session: with what it was opened.
pub async fn opened(db: &Db, person: Uuid, session: Uuid) -> Result<Option<String>, Fault> {
    const OPENED: &str = "SELECT detail FROM (SELECT id, detail FROM audit_events AS g WHERE person_id = $1 AND shard = $2 \
         AND id >= $3 AND id < $4 AND session_id = $5 AND act = 'signed_in') AS h ORDER BY id LIMIT 1";
    let at = id::made_at(session);
    let [from, before] = identifiers([at, at + LONGEST_LOGIN]);
    let sql = || partitions::over(db, OPENED, id::made_at(from), id::made_at(before));
    let detail: Option<Option<String>> = on!(db.reads, c => sqlx::query_scalar(sql())
        .bind(person)
        .bind(Shard::of(person).number())
        .bind(from)
        .bind(before)
        .bind(session)
        .persistent(false)
        .fetch_optional(c)
        .await)?;
    Ok(detail.flatten())
}
