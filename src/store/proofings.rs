//! How surely the state knows who somebody is: events, from which the level of a person derives.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::assurance::Level;

/// A row of `proofings`.
#[derive(Clone, Debug, FromRow)]
pub struct Proofing {
    /// Its id.
    pub id: Uuid,
    level: i64,
    /// How: `in-person`, for instance.
    pub method: String,
    /// What was looked at: the kind of a document, never its number.
    pub evidence: String,
    /// Who looked.
    pub agency: String,
    at: i64,
}

impl Proofing {
    /// The level that it gives.
    pub fn level(&self) -> Level {
        Level::stored(self.level)
    }

    /// When it was.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }
}

/// The SQL of a person's level: the highest that was given since the last event that took all of them back.
macro_rules! level_of {
    ($person:literal, $shard:literal) => {
        concat!(
            "(SELECT COALESCE(MAX(level), 0) FROM proofings WHERE person_id = ",
            $person,
            " AND shard = ",
            $shard,
            " AND at > COALESCE((SELECT MAX(at) FROM proofings WHERE level = 0 AND person_id = ",
            $person,
            " AND shard = ",
            $shard,
            "), 0))"
        )
    };
}
pub(super) use level_of;

/// The level of a person.
pub async fn level(db: &Db, person: Uuid) -> Result<Level, Fault> {
    const LEVEL: &str = concat!("SELECT ", level_of!("$1", "$2"));
    let shard = Shard::of(person).number();
    let level: i64 = on!(db.reads, c => sqlx::query_scalar(LEVEL).bind(person).bind(shard).fetch_one(c).await)?;
    Ok(Level::stored(level))
}

/// The events of a person, the latest first.
pub async fn of(db: &Db, person: Uuid) -> Result<Vec<Proofing>, Fault> {
    const OF: &str = "SELECT id, level, method, evidence, agency, at FROM proofings WHERE person_id = $1 AND shard = $2 \
         ORDER BY at DESC, id DESC";
    let shard = Shard::of(person).number();
    on!(db.reads, c => sqlx::query_as(OF).bind(person).bind(shard).fetch_all(c).await)
}

/// An event about to be.
#[allow(missing_docs)] // as in Proofing
pub struct NewProofing<'a> {
    pub id: Uuid,
    pub person: Uuid,
    pub level: Level,
    pub method: &'a str,
    pub evidence: &'a str,
    pub agency: &'a str,
    pub at: Timestamp,
}

/// Records one: after those that are there, whatever the clocks say of which each was made by.
pub async fn insert(tx: &mut Tx, new: &NewProofing<'_>) -> Result<(), Fault> {
    const INSERT: &str = "INSERT INTO proofings (id, shard, person_id, level, method, evidence, agency, at) \
         SELECT $1, $2, $3, $4, $5, $6, $7, CASE WHEN MAX(at) >= $8 THEN MAX(at) + 1 ELSE $8 END \
         FROM proofings WHERE person_id = $3 AND shard = $2";
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(new.id)
        .bind(Shard::of(new.person).number())
        .bind(new.person)
        .bind(new.level.number())
        .bind(new.method)
        .bind(new.evidence)
        .bind(new.agency)
        .bind(new.at.micros())
        .execute(c)
        .await
        .map(|_| ()))
}
