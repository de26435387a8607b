//! Sign-ins that were refused or put off: counts, not acts, or strangers would choose how fast the audit trail grows.

use sqlx::FromRow;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::audit::Refused;

/// Tries of one kind in one minute, for one account or, where nobody has it, from one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Since 1970.
    pub minute: i64,
    /// What became of them.
    pub act: Refused,
    /// Whose account it was; nil where nobody's.
    pub person: Uuid,
    /// From where, where it was nobody's.
    pub network: String,
    /// How many.
    pub tries: i64,
}

impl Refusal {
    /// One try.
    pub fn new(act: Refused, person: Option<Uuid>, network: &str, now: Timestamp) -> Self {
        let network = if person.is_some() { String::new() } else { network.to_owned() };
        Self { minute: now.seconds() / 60, act, person: person.unwrap_or_default(), network, tries: 1 }
    }

    /// The person's, or that of the network.
    pub(super) fn home(&self) -> Shard {
        if self.person.is_nil() { Shard::of_digest(&sha256(self.network.as_bytes())) } else { Shard::of(self.person) }
    }
}

/// Adds to what was counted before.
pub(super) static ADD: Batch = Batch::new(
    "INSERT INTO refused_sign_ins (minute, shard, act, person_id, network, tries) \
     SELECT minute, shard, act, person_id, network, tries FROM ",
    &["minute", "shard", "act", "person_id", "network", "tries"],
    " WHERE TRUE ON CONFLICT (minute, person_id, network, act, shard) \
     DO UPDATE SET tries = refused_sign_ins.tries + excluded.tries",
);

/// The columns of [`ADD`].
pub(super) fn added(rows: &[Refusal]) -> Vec<Column<'_>> {
    // In one order: two replicas that add to the same rows in different orders would wait for each other.
    let mut rows: Vec<&Refusal> = rows.iter().collect();
    rows.sort_unstable_by_key(|refusal| (refusal.minute, refusal.person, &refusal.network, refusal.act));
    vec![
        Column::numbers(rows.iter().map(|refusal| refusal.minute)),
        Column::Shards(rows.iter().map(|refusal| refusal.home().number()).collect()),
        Column::texts(rows.iter().map(|refusal| refusal.act.as_str())),
        Column::ids(rows.iter().map(|refusal| refusal.person)),
        Column::texts(rows.iter().map(|refusal| refusal.network.as_str())),
        Column::numbers(rows.iter().map(|refusal| refusal.tries)),
    ]
}

/// How many tries were counted since `minute`: (act, tries), by act.
pub async fn since(db: &Db, minute: i64) -> Result<Vec<(String, i64)>, Fault> {
    const SINCE: &str = "SELECT act, CAST(SUM(tries) AS BIGINT) FROM refused_sign_ins WHERE minute >= $1 GROUP BY act \
         ORDER BY act";
    on!(db.reads, c => sqlx::query_as(SINCE).bind(minute).fetch_all(c).await)
}

/// Tries of one kind in one minute.
#[derive(Clone, Debug, FromRow)]
pub struct Counted {
    /// Since 1970.
    pub minute: i64,
    /// What became of them.
    pub act: String,
    /// Whose account it was; nil where nobody's.
    pub person_id: Uuid,
    /// From where, where it was nobody's.
    pub network: String,
    /// How many.
    pub tries: i64,
}

impl Counted {
    /// When the minute began.
    pub const fn at(&self) -> Timestamp {
        Timestamp::from_seconds(self.minute * 60)
    }
}

/// When the minute of an instant is over.
pub const fn end_of_minute(now: Timestamp) -> Timestamp {
    Timestamp::from_seconds((now.seconds() / 60 + 1) * 60)
}

/// What was counted in the minutes of `from` until `until`, of one account or of all, the latest first, at most `limit`.
pub async fn between(
    db: &Db,
    person: Option<Uuid>,
    [from, until]: [Timestamp; 2],
    limit: i64,
) -> Result<Vec<Counted>, Fault> {
    const BETWEEN: &str = "SELECT minute, act, person_id, network, tries FROM refused_sign_ins \
         WHERE minute >= $1 AND minute <= $2 ORDER BY minute DESC, person_id DESC, network DESC, act DESC LIMIT $3";
    const OF: &str = "SELECT minute, act, person_id, network, tries FROM refused_sign_ins \
         WHERE minute >= $1 AND minute <= $2 AND person_id = $3 AND shard = $4 \
         ORDER BY minute DESC, act DESC LIMIT $5";
    let (from, until) = (from.seconds() / 60, (until.micros() - 1).div_euclid(60_000_000));
    on!(db.reads, c => match person {
        Some(person) => {
            let shard = Shard::of(person).number();
            sqlx::query_as(OF).bind(from).bind(until).bind(person).bind(shard).bind(limit).fetch_all(c).await
        }
        None => sqlx::query_as(BETWEEN).bind(from).bind(until).bind(limit).fetch_all(c).await,
    })
}

/// Drops at most `limit` rows of before `before`.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM refused_sign_ins WHERE (minute, person_id, network, act) IN \
         (SELECT minute, person_id, network, act FROM refused_sign_ins WHERE minute < $1 ORDER BY minute LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.seconds() / 60).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}
