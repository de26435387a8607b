//! Sign-ins that were refused or put off: counts, not acts, or strangers would choose how fast the audit trail grows.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::db::Db;
use crate::base::fault::Fault;
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
}

/// Appends the rows to one `INSERT` that adds to what was counted before.
pub(super) fn add<DB>(rows: &[Refusal]) -> QueryBuilder<DB>
where
    DB: sqlx::Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut query = QueryBuilder::new("INSERT INTO refused_sign_ins (minute, act, person_id, network, tries) ");
    // In one order: two replicas that add to the same rows in different orders would wait for each other.
    let mut rows = rows.to_vec();
    rows.sort_unstable_by(|a, b| (a.minute, a.person, &a.network, a.act).cmp(&(b.minute, b.person, &b.network, b.act)));
    query.push_values(rows, |mut row, refusal| {
        row.push_bind(refusal.minute)
            .push_bind(refusal.act.as_str())
            .push_bind(refusal.person)
            .push_bind(refusal.network)
            .push_bind(refusal.tries);
    });
    query.push(
        " ON CONFLICT (minute, person_id, network, act) DO UPDATE SET tries = refused_sign_ins.tries + excluded.tries",
    );
    query
}

/// How many tries were counted since `minute`: (act, tries), by act.
pub async fn since(db: &Db, minute: i64) -> Result<Vec<(String, i64)>, Fault> {
    const SINCE: &str = "SELECT act, CAST(SUM(tries) AS BIGINT) FROM refused_sign_ins WHERE minute >= $1 GROUP BY act \
         ORDER BY act";
    on!(db.reads, c => sqlx::query_as(SINCE).bind(minute).fetch_all(c).await)
}

/// Drops at most `limit` rows of before `before`.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM refused_sign_ins WHERE (minute, person_id, network, act) IN \
         (SELECT minute, person_id, network, act FROM refused_sign_ins WHERE minute < $1 ORDER BY minute LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.seconds() / 60).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}
