//! The audit trail.

use std::borrow::Cow;

use sqlx::FromRow;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Pool;
use super::db::Tx;
use super::partitions::CLOCKS;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::audit::By;
use crate::identity::audit::Event;
use crate::identity::authority::Actor;
use crate::identity::authority::Office;
use crate::identity::authorization::LONGEST_LOGIN;

/// An event with its identifier and its time.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Entry {
    pub id: Uuid,
    pub at: Timestamp,
    pub event: Event,
}

static INSERT: Batch = Batch::new(
    "INSERT INTO audit_events (id, shard, at, act, person_id, client_id, session_id, detail, actor, office, reason) \
     SELECT id, shard, at, act, person_id, client_id, session_id, detail, actor, office, reason FROM ",
    &["id", "shard", "at", "act", "person_id", "client_id", "session_id", "detail", "actor", "office", "reason"],
    "",
);

fn inserted(rows: &[Entry]) -> Vec<Column<'_>> {
    let ids = || rows.iter().map(|entry| entry.id);
    let events = || rows.iter().map(|entry| &entry.event);
    let by = || events().map(|event| event.by.as_ref());
    vec![
        Column::ids(ids()),
        Column::shards(ids()),
        Column::numbers(rows.iter().map(|entry| entry.at.micros())),
        Column::texts(events().map(|event| event.act.as_str())),
        Column::Ids(events().map(|event| event.person).collect()),
        Column::Texts(events().map(|event| event.client.as_deref().map(Cow::Borrowed)).collect()),
        Column::Ids(events().map(|event| event.session).collect()),
        Column::Texts(events().map(|event| event.detail.as_deref().map(Cow::Borrowed)).collect()),
        Column::Texts(by().map(|by| by.map(|by| Cow::Owned(by.actor.stored()))).collect()),
        Column::Texts(by().map(|by| Some(Cow::Owned(by?.office.as_ref()?.to_string()))).collect()),
        Column::Texts(by().map(|by| by?.reason.as_deref().map(Cow::Borrowed)).collect()),
    ]
}

/// Writes events in the transaction of their acts.
pub async fn write(tx: &mut Tx, rows: &[Entry]) -> Result<(), Fault> {
    INSERT.execute_in(tx, rows, inserted).await
}

/// What the trail says since `since`: (act, client, detail), oldest first, at most `limit`.
pub async fn since(db: &Db, since: Uuid, limit: i64) -> Result<Vec<(String, Option<String>, Option<String>)>, Fault> {
    const SINCE: &str = "SELECT act, client_id, detail FROM audit_events WHERE id >= $1 ORDER BY id LIMIT $2";
    on!(db.reads, c => sqlx::query_as(SINCE).bind(since).bind(limit).fetch_all(c).await)
}

/// What is looked for in the trail.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Of one person.
    pub person: Option<Uuid>,
    /// Of one client.
    pub client: Option<&'a str>,
    /// Made from then on.
    pub from: Timestamp,
    /// And before then.
    pub until: Timestamp,
    /// At most so many.
    pub limit: i64,
}

/// A row of the trail.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    /// Its identifier.
    pub id: Uuid,
    at: i64,
    /// What happened.
    pub act: String,
    /// To whom.
    pub person_id: Option<Uuid>,
    /// At which client.
    pub client_id: Option<String>,
    /// In which session.
    pub session_id: Option<Uuid>,
    /// What else matters.
    pub detail: Option<String>,
    #[sqlx(default)]
    actor: Option<String>,
    #[sqlx(default)]
    office: Option<String>,
    #[sqlx(default)]
    reason: Option<String>,
}

impl Row {
    /// Who did it to others, in which office and why.
    pub fn by(&self) -> Option<By> {
        let actor = self.actor.as_deref().and_then(Actor::parse)?;
        Some(By { actor, office: self.office.as_deref().and_then(Office::parse), reason: self.reason.clone() })
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }
}

/// The statements by which one of the two tables is read, the latest row first.
struct Texts {
    all: &'static str,
    of_person: &'static str,
    of_client: &'static str,
    step: &'static str,
}

/// What happened.
pub async fn events(db: &Db, wanted: &Wanted<'_>) -> Result<Vec<Row>, Fault> {
    const ALL: &str = "SELECT id, at, act, person_id, client_id, session_id, detail, actor, office, reason FROM audit_events \
         WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    const OF_PERSON: &str = "SELECT id, at, act, person_id, client_id, session_id, detail, actor, office, reason FROM audit_events \
         WHERE id >= $1 AND id < $2 AND person_id = $4 AND shard = $5 AND (CAST($6 AS TEXT) IS NULL OR client_id = $6) \
         ORDER BY id DESC LIMIT $3";
    const OF_CLIENT: &str = "SELECT id, at, act, person_id, client_id, session_id, detail, actor, office, reason FROM \
         (SELECT * FROM audit_events WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT $5) AS latest \
         WHERE client_id = $4 ORDER BY id DESC LIMIT $3";
    const STEP: &str = "SELECT id FROM audit_events WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3";
    rows(db, wanted, &Texts { all: ALL, of_person: OF_PERSON, of_client: OF_CLIENT, step: STEP }).await
}

/// An event, and where its client stands as long as it is there.
#[derive(Clone, Debug, FromRow)]
pub struct Placed {
    /// The event.
    #[sqlx(flatten)]
    pub row: Row,
    /// Its client, if that is there still.
    pub known: Option<String>,
    /// The agency of that.
    pub agency: Option<String>,
}

/// At most `limit` events before `before`, of one person where one is named, the latest first: read by keys alone.
pub async fn page(
    db: &Db,
    person: Option<Uuid>,
    (from, before): (Uuid, Uuid),
    limit: i64,
) -> Result<Vec<Placed>, Fault> {
    const ALL: &str = "SELECT audit_events.id, at, act, person_id, client_id, session_id, detail, actor, office, reason, \
         clients.id AS known, services.agency_id AS agency FROM audit_events \
         LEFT JOIN clients ON clients.id = audit_events.client_id LEFT JOIN services ON services.id = clients.service_id \
         WHERE audit_events.id >= $1 AND audit_events.id < $2 ORDER BY audit_events.id DESC LIMIT $3";
    const OF_PERSON: &str = "SELECT audit_events.id, at, act, person_id, client_id, session_id, detail, actor, office, reason, \
         clients.id AS known, services.agency_id AS agency FROM audit_events \
         LEFT JOIN clients ON clients.id = audit_events.client_id LEFT JOIN services ON services.id = clients.service_id \
         WHERE person_id = $4 AND shard = $5 AND audit_events.id >= $1 AND audit_events.id < $2 \
         ORDER BY audit_events.id DESC LIMIT $3";
    match person {
        None => on!(db.reads, c => {
            sqlx::query_as(ALL).bind(from).bind(before).bind(limit).fetch_all(c).await
        }),
        Some(person) => on!(db.reads, c => sqlx::query_as(OF_PERSON)
            .bind(from)
            .bind(before)
            .bind(limit)
            .bind(person)
            .bind(Shard::of(person).number())
            .fetch_all(c)
            .await),
    }
}

/// Codes that became tokens. Their identifiers are as old as the interactions that they come from.
pub async fn redemptions(db: &Db, wanted: &Wanted<'_>) -> Result<Vec<Row>, Fault> {
    const ALL: &str = "SELECT id, created_at AS at, 'code_redeemed' AS act, person_id, client_id, session_id, \
         scope AS detail FROM grants WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    const OF_PERSON: &str = "SELECT id, created_at AS at, 'code_redeemed' AS act, person_id, client_id, session_id, \
         scope AS detail FROM grants WHERE id >= $1 AND id < $2 AND person_id = $4 AND shard = $5 \
         AND (CAST($6 AS TEXT) IS NULL OR client_id = $6) ORDER BY id DESC LIMIT $3";
    const OF_CLIENT: &str = "SELECT id, created_at AS at, 'code_redeemed' AS act, person_id, client_id, session_id, \
         scope AS detail FROM (SELECT * FROM grants WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT $5) AS latest \
         WHERE client_id = $4 ORDER BY id DESC LIMIT $3";
    const STEP: &str = "SELECT id FROM grants WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3";
    let wider = Wanted { from: wanted.from - LONGEST_LOGIN - CLOCKS, ..wanted.clone() };
    let mut rows =
        rows(db, &wider, &Texts { all: ALL, of_person: OF_PERSON, of_client: OF_CLIENT, step: STEP }).await?;
    rows.retain(|row| (wanted.from..wanted.until).contains(&row.at()));
    Ok(rows)
}

/// Keys lead to what is wanted, but to a client's alone: for those the table is read, so many rows at a time.
async fn rows(db: &Db, wanted: &Wanted<'_>, texts: &Texts) -> Result<Vec<Row>, Fault> {
    const STEP: i64 = 20_000;
    let Wanted { person, client, from, until, limit } = wanted.clone();
    let (from, mut until) = (id::floor(from), id::floor(until));
    if let Some(person) = person {
        return on!(db.reads, c => sqlx::query_as(texts.of_person)
            .bind(from)
            .bind(until)
            .bind(limit)
            .bind(person)
            .bind(Shard::of(person).number())
            .bind(client)
            .fetch_all(c)
            .await);
    }
    let Some(client) = client else {
        return on!(db.reads, c => {
            sqlx::query_as(texts.all).bind(from).bind(until).bind(limit).fetch_all(c).await
        });
    };
    let mut found: Vec<Row> = Vec::new();
    loop {
        let left = limit - i64::try_from(found.len()).map_err(Fault::broken)?;
        let some: Vec<Row> = on!(db.reads, c => sqlx::query_as(texts.of_client)
            .bind(from)
            .bind(until)
            .bind(left)
            .bind(client)
            .bind(STEP)
            .fetch_all(c)
            .await)?;
        found.extend(some);
        let last: Option<Uuid> = on!(db.reads, c => {
            sqlx::query_scalar(texts.step).bind(from).bind(until).bind(STEP - 1).fetch_optional(c).await
        })?;
        match last {
            Some(last) if i64::try_from(found.len()).is_ok_and(|count| count < limit) => until = last,
            _ => return Ok(found),
        }
    }
}

/// Drops at most `limit` events before `before` (SQLite; PostgreSQL drops partitions).
pub async fn drop_before(db: &Db, before: Uuid, limit: i64) -> Result<u64, Fault> {
    const DROP: &str =
        "DELETE FROM audit_events WHERE id IN (SELECT id FROM audit_events WHERE id < $1 ORDER BY id LIMIT $2)";
    match &db.writes {
        Pool::Postgres(_) => Ok(0),
        Pool::Sqlite(_) => change!(db, c => {
            sqlx::query(DROP).bind(before).bind(limit).execute(c).await.map(|done| done.rows_affected())
        }),
    }
}
