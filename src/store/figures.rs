//! How services are used, by day; and the processes that count it.

use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Tx;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::figures::Counts;

/// Of what something was counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// On which day.
    pub day: Day,
    /// Which service.
    pub service: String,
    /// Whose it was then.
    pub agency: String,
}

/// What was counted of it.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    day: i64,
    service_id: String,
    agency_id: String,
    counts: Json<Counts>,
    /// Who signed in, sealed; nothing, where nobody did.
    pub people: Vec<u8>,
}

/// What becomes of it.
pub struct Change {
    /// Its id.
    pub id: Uuid,
    /// How many there are of what.
    pub counts: Counts,
    /// Who signed in, sealed.
    pub people: Vec<u8>,
}

impl Row {
    /// Of what it is.
    pub fn subject(&self) -> Subject {
        let day = Day::numbered(self.day).unwrap_or_default();
        Subject { day, service: self.service_id.clone(), agency: self.agency_id.clone() }
    }

    /// How many there were of what.
    pub const fn counts(&self) -> &Counts {
        &self.counts.0
    }
}

/// Rows that are held at once: a sketch of many people is 24 KiB.
pub const CHUNK: usize = 200;

/// Whoever is first makes a row; whoever comes at the same time waits for it.
static HOLD: Batch = Batch::new(
    "INSERT INTO figures (id, day, service_id, agency_id, counts, people, revision) \
     SELECT id, day, service_id, agency_id, counts, people, 0 FROM ",
    &["id", "day", "service_id", "agency_id", "counts", "people"],
    " WHERE TRUE ON CONFLICT (day, service_id, agency_id) DO UPDATE SET revision = figures.revision + 1 \
     RETURNING id, day, service_id, agency_id, counts, people",
);

static WRITE: Batch = Batch::new(
    "UPDATE figures SET counts = v.counts, people = v.people FROM ",
    &["id", "counts", "people"],
    " WHERE figures.id = v.id",
);

/// Holds rows until the transaction ends, with what is in them. `subjects` in their order: two processes that hold the same
/// rows in different orders would wait for each other.
pub async fn hold(tx: &mut Tx, subjects: &[(Uuid, &Subject)]) -> Result<Vec<Row>, Fault> {
    HOLD.fetch_in(tx, subjects, held).await
}

fn held<'a>(rows: &'a [(Uuid, &Subject)]) -> Vec<Column<'a>> {
    vec![
        Column::ids(rows.iter().map(|(id, _)| *id)),
        Column::numbers(rows.iter().map(|(_, subject)| subject.day.number())),
        Column::texts(rows.iter().map(|(_, subject)| subject.service.as_str())),
        Column::texts(rows.iter().map(|(_, subject)| subject.agency.as_str())),
        Column::objects(rows.iter().map(|_| Counts::default())),
        Column::bytes(rows.iter().map(|_| &[][..])),
    ]
}

/// Writes what becomes of rows that are held.
pub async fn write(tx: &mut Tx, changes: &[Change]) -> Result<(), Fault> {
    WRITE.execute_in(tx, changes, changed).await
}

fn changed(rows: &[Change]) -> Vec<Column<'_>> {
    vec![
        Column::ids(rows.iter().map(|row| row.id)),
        Column::objects(rows.iter().map(|row| &row.counts)),
        Column::bytes(rows.iter().map(|row| row.people.as_slice())),
    ]
}

/// What was counted on the days from one to another, at most `limit` rows after `after`, in order.
pub async fn between(db: &Db, [from, to]: [Day; 2], after: Option<&Subject>, limit: i64) -> Result<Vec<Row>, Fault> {
    const BETWEEN: &str = "SELECT id, day, service_id, agency_id, counts, people FROM figures \
         WHERE (day, service_id, agency_id) > ($1, $2, $3) AND day <= $4 ORDER BY day, service_id, agency_id LIMIT $5";
    let (day, service, agency) = after.map_or_else(
        || (from.number(), "", ""), // no service has an empty key
        |after| (after.day.number(), after.service.as_str(), after.agency.as_str()),
    );
    on!(db.reads, c => sqlx::query_as(BETWEEN)
        .bind(day)
        .bind(service)
        .bind(agency)
        .bind(to.number())
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// A process that counts, or did.
#[derive(Clone, Debug, FromRow)]
pub struct Collector {
    /// Its mark.
    pub id: Uuid,
    counted_until: i64,
    seen_at: i64,
}

impl Collector {
    /// What was redeemed there before is in the figures.
    pub const fn counted_until(&self) -> Timestamp {
        Timestamp::from_micros(self.counted_until)
    }

    /// When it wrote last, by the database's clock.
    pub const fn seen_at(&self) -> Timestamp {
        Timestamp::from_micros(self.seen_at)
    }
}

/// Somebody counts from now on, which is `seen_at` by the database's clock; `false` where another process has the same number.
pub async fn join(db: &Db, id: Uuid, now: Timestamp, seen_at: Timestamp) -> Result<bool, Fault> {
    const JOIN: &str = "INSERT INTO figure_collectors (id, number, counted_until, seen_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING";
    let number = i64::from(Shard::of(id).number());
    change!(db, c => {
        let query = sqlx::query(JOIN).bind(id).bind(number).bind(now.micros()).bind(seen_at.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// All who count, or did and were not counted to the end.
pub async fn collectors(db: &Db) -> Result<Vec<Collector>, Fault> {
    const ALL: &str = "SELECT id, counted_until, seen_at FROM figure_collectors ORDER BY id";
    on!(db.reads, c => sqlx::query_as(ALL).fetch_all(c).await)
}

/// One of them, held until the transaction ends.
pub async fn hold_collector(tx: &mut Tx, id: Uuid) -> Result<Option<Collector>, Fault> {
    const HOLD: &str =
        "UPDATE figure_collectors SET seen_at = seen_at WHERE id = $1 RETURNING id, counted_until, seen_at";
    in_tx!(tx, c => sqlx::query_as(HOLD).bind(id).fetch_optional(c).await)
}

/// So far it is counted.
pub async fn advance(tx: &mut Tx, id: Uuid, until: Timestamp, seen_at: Timestamp) -> Result<(), Fault> {
    const ADVANCE: &str = "UPDATE figure_collectors SET counted_until = $2, seen_at = $3 WHERE id = $1";
    in_tx!(tx, c => {
        let query = sqlx::query(ADVANCE).bind(id).bind(until.micros()).bind(seen_at.micros());
        query.execute(c).await.map(|_| ())
    })
}

/// It counts no more, and all that it did is counted.
pub async fn leave(tx: &mut Tx, id: Uuid) -> Result<(), Fault> {
    const LEAVE: &str = "DELETE FROM figure_collectors WHERE id = $1";
    in_tx!(tx, c => sqlx::query(LEAVE).bind(id).execute(c).await.map(|_| ()))
}
