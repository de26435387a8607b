//! What is sealed in columns, gone over row by row for another data key; and how far that has come.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Db;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;

/// Where sealed columns lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Place {
    People,
    Authenticators,
    Letters,
    Figures,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::People, Self::Authenticators, Self::Letters, Self::Figures];

    /// As rows bear it: the name of the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Authenticators => "authenticators",
            Self::Letters => "letters",
            Self::Figures => "figures",
        }
    }
}

/// A row with a sealed column.
#[derive(Clone, Debug, FromRow)]
pub struct SealedRow {
    /// Its id.
    pub id: Uuid,
    /// What is sealed in it.
    pub kind: String,
    /// The column.
    pub sealed: Vec<u8>,
}

/// How far a place has come.
#[derive(Clone, Debug, FromRow)]
pub struct Progress {
    /// The data key.
    pub number: i64,
    place: String,
    /// How often everything was gone over before.
    pub round: i64,
    begun_at: i64,
    /// The last row of this round; nil before the first.
    pub reached: Uuid,
    /// Rows of this round.
    pub seen: i64,
    /// Those of them that were sealed under another key.
    pub stale: i64,
    ended_at: Option<i64>,
}

impl Progress {
    /// Where.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// When this round begins, or began.
    pub const fn begun_at(&self) -> Timestamp {
        Timestamp::from_micros(self.begun_at)
    }

    /// Whether nothing is sealed under another key any more.
    pub const fn is_over(&self) -> bool {
        self.ended_at.is_some()
    }

    /// The same, some rows further.
    #[must_use]
    pub fn further(&self, reached: Uuid, seen: i64, stale: i64) -> Self {
        Self { reached, seen: self.seen.saturating_add(seen), stale: self.stale.saturating_add(stale), ..self.clone() }
    }

    /// The same, at the begin of the next round.
    #[must_use]
    pub fn once_more(&self, begun_at: Timestamp) -> Self {
        let (round, begun_at) = (self.round.saturating_add(1), begun_at.micros());
        Self { round, begun_at, reached: Uuid::nil(), seen: 0, stale: 0, ..self.clone() }
    }

    /// The same, at the end.
    #[must_use]
    pub fn ended(&self, now: Timestamp) -> Self {
        Self { ended_at: Some(now.micros()), ..self.clone() }
    }
}

/// At most `limit` rows of a place after `after`, in the order of their ids.
pub async fn rows(db: &Db, place: Place, after: Uuid, limit: i64) -> Result<Vec<SealedRow>, Fault> {
    const PEOPLE: &str =
        "SELECT id, CAST('person' AS TEXT) AS kind, data AS sealed FROM people WHERE id > $1 ORDER BY id LIMIT $2";
    const AUTHENTICATORS: &str =
        "SELECT id, kind, secret AS sealed FROM authenticators WHERE id > $1 ORDER BY id LIMIT $2";
    const LETTERS: &str =
        "SELECT id, CAST('letter' AS TEXT) AS kind, payload AS sealed FROM letters WHERE id > $1 ORDER BY id LIMIT $2";
    const FIGURES: &str = "SELECT id, CAST('sketch' AS TEXT) AS kind, people AS sealed FROM figures \
         WHERE id > $1 AND LENGTH(people) > 0 ORDER BY id LIMIT $2";
    let sql = match place {
        Place::People => PEOPLE,
        Place::Authenticators => AUTHENTICATORS,
        Place::Letters => LETTERS,
        Place::Figures => FIGURES,
    };
    on!(db.reads, c => sqlx::query_as(sql).bind(after).bind(limit).fetch_all(c).await)
}

/// Puts what is sealed anew in the place of what was; `false` where somebody changed it meanwhile.
pub async fn replace(db: &Db, place: Place, row: &SealedRow, anew: &[u8]) -> Result<bool, Fault> {
    const PEOPLE: &str = "UPDATE people SET data = $4 WHERE id = $1 AND shard = $2 AND data = $3";
    const AUTHENTICATORS: &str = "UPDATE authenticators SET secret = $4 WHERE id = $1 AND shard = $2 AND secret = $3";
    const LETTERS: &str = "UPDATE letters SET payload = $4 WHERE id = $1 AND shard = $2 AND payload = $3";
    // Figures lie in no shard.
    const FIGURES: &str =
        "UPDATE figures SET people = $4 WHERE id = $1 AND CAST($2 AS INTEGER) IS NOT NULL AND people = $3";
    let sql = match place {
        Place::People => PEOPLE,
        Place::Authenticators => AUTHENTICATORS,
        Place::Letters => LETTERS,
        Place::Figures => FIGURES,
    };
    let shard = Shard::of(row.id).number();
    change!(db, c => {
        let query = sqlx::query(sql).bind(row.id).bind(shard).bind(&row.sealed).bind(anew);
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// How far each place has come for each key.
pub async fn all(db: &Db) -> Result<Vec<Progress>, Fault> {
    const ALL: &str =
        "SELECT number, place, round, begun_at, reached, seen, stale, ended_at FROM reseals ORDER BY number, place";
    on!(db.reads, c => sqlx::query_as(ALL).fetch_all(c).await)
}

/// How far a place has come for a key; it begins where nobody began.
pub async fn look(db: &Db, number: i64, place: Place, now: Timestamp) -> Result<Progress, Fault> {
    const BEGIN: &str = "INSERT INTO reseals (number, place, round, begun_at, reached, seen, stale) \
         VALUES ($1, $2, 0, $3, $4, 0, 0) ON CONFLICT DO NOTHING";
    const LOOK: &str = "SELECT number, place, round, begun_at, reached, seen, stale, ended_at FROM reseals \
         WHERE number = $1 AND place = $2";
    let place = place.as_str();
    let found: Option<Progress> =
        on!(db.reads, c => sqlx::query_as(LOOK).bind(number).bind(place).fetch_optional(c).await)?;
    if let Some(found) = found {
        return Ok(found);
    }
    change!(db, c => {
        let query = sqlx::query(BEGIN).bind(number).bind(place).bind(now.micros()).bind(Uuid::nil());
        query.execute(c).await.map(|_| ())
    })?;
    on!(db.reads, c => sqlx::query_as(LOOK).bind(number).bind(place).fetch_one(c).await)
}

/// It has come from `before` to `after`; `false` where another replica brought it further meanwhile.
pub async fn advance(db: &Db, before: &Progress, after: &Progress) -> Result<bool, Fault> {
    const ADVANCE: &str = "UPDATE reseals SET round = $5, begun_at = $6, reached = $7, seen = $8, stale = $9, ended_at = $10 \
         WHERE number = $1 AND place = $2 AND round = $3 AND reached = $4 AND ended_at IS NULL";
    change!(db, c => sqlx::query(ADVANCE)
        .bind(before.number)
        .bind(&before.place)
        .bind(before.round)
        .bind(before.reached)
        .bind(after.round)
        .bind(after.begun_at)
        .bind(after.reached)
        .bind(after.seen)
        .bind(after.stale)
        .bind(after.ended_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}
