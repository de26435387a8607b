//! What a person's history says: what they and others did, and what services received. It is read a few weeks at a time, each
//! time from the days that it lies in.

use std::collections::HashMap;

use sqlx::FromRow;
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
    /// Whether it goes on while the person is away.
    pub offline: bool,
}

impl Disclosure {
    /// When.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }
}

/// The identifiers that what happened between two instants may have: an interaction is older than what came of it.
pub fn identifiers([from, until]: [Timestamp; 2]) -> [Uuid; 2] {
    [id::floor(from - LONGEST_LOGIN - CLOCKS), id::floor(until + CLOCKS)]
}

/// What happened, the latest first.
pub async fn events(db: &Db, part: &Part<'_>) -> Result<Vec<Row>, Fault> {
    const EVENTS: &str = "SELECT * FROM (SELECT id, at, act, person_id, client_id, session_id, detail FROM audit_events AS g \
         WHERE person_id = $1 AND shard = $2 AND id >= $3 AND id < $4 AND (CAST($5 AS TEXT) IS NULL OR client_id = $5) \
         ORDER BY id DESC LIMIT $6) AS h ORDER BY id DESC LIMIT $6";
    rows(db, EVENTS, part).await
}

/// What clients received, the latest first.
pub async fn disclosures(db: &Db, part: &Part<'_>) -> Result<Vec<Disclosure>, Fault> {
    const DISCLOSURES: &str = "SELECT * FROM (SELECT id, created_at AS at, client_id, client_epoch, session_id, scope, claims, offline \
         FROM grants AS g WHERE person_id = $1 AND shard = $2 AND id >= $3 AND id < $4 \
         AND (CAST($5 AS TEXT) IS NULL OR client_id = $5) ORDER BY id DESC LIMIT $6) AS h ORDER BY id DESC LIMIT $6";
    rows(db, DISCLOSURES, part).await
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
