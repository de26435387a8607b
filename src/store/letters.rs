//! Letters that were not brought yet. What was brought leaves no row; what was given up stays for operators to see.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;

/// By which way a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// By mail.
    Mail,
    /// By text message.
    Sms,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Sms];

    /// As rows and metrics bear it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
        }
    }
}

/// A letter.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    /// Its id, in the shard of the person whom it concerns.
    pub id: Uuid,
    /// Whom it concerns, where that is known.
    pub person_id: Option<Uuid>,
    channel: String,
    /// To whom it goes and what it says, sealed.
    pub payload: Vec<u8>,
    created_at: i64,
    expires_at: i64,
    /// How many tries were begun. Who raised it owns the try: nobody else settles it.
    pub tries: i64,
    next_try_at: i64,
    given_up_at: Option<i64>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

impl Row {
    /// A letter that is due at once and until `expires_at`.
    pub fn new(
        id: Uuid,
        person: Option<Uuid>,
        channel: Channel,
        payload: Vec<u8>,
        (now, expires_at): (Timestamp, Timestamp),
    ) -> Self {
        Self {
            id,
            person_id: person,
            channel: channel.as_str().to_owned(),
            payload,
            created_at: now.micros(),
            expires_at: expires_at.micros(),
            tries: 0,
            next_try_at: now.micros(),
            given_up_at: None,
            last_error: None,
        }
    }

    /// By which way it goes.
    pub fn channel(&self) -> &str {
        &self.channel
    }

    /// When it was written.
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_micros(self.created_at)
    }

    /// Until when it makes sense to bring it.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_micros(self.expires_at)
    }

    /// When it is tried again.
    pub fn next_try_at(&self) -> Timestamp {
        Timestamp::from_micros(self.next_try_at)
    }

    /// When it was given up, if it was.
    pub fn given_up_at(&self) -> Option<Timestamp> {
        self.given_up_at.map(Timestamp::from_micros)
    }

    fn shard(&self) -> i32 {
        Shard::of(self.id).number()
    }
}

/// Writes a letter in the transaction of what it tells.
pub async fn insert(tx: &mut Tx, letter: &Row) -> Result<(), Fault> {
    const INSERT: &str = "INSERT INTO letters (id, shard, person_id, channel, payload, created_at, expires_at, tries, next_try_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(letter.id)
        .bind(letter.shard())
        .bind(letter.person_id)
        .bind(&letter.channel)
        .bind(&letter.payload)
        .bind(letter.created_at)
        .bind(letter.expires_at)
        .bind(letter.tries)
        .bind(letter.next_try_at)
        .execute(c)
        .await
        .map(|_| ()))
}

/// At most `limit` letters of a way that are due, those first that are soonest worth nothing.
pub async fn due(db: &Db, channel: Channel, now: Timestamp, limit: i64) -> Result<Vec<Row>, Fault> {
    const DUE: &str = "SELECT id, person_id, channel, payload, created_at, expires_at, tries, next_try_at, given_up_at, \
         last_error FROM letters WHERE channel = $1 AND given_up_at IS NULL AND next_try_at <= $2 \
         ORDER BY expires_at, next_try_at LIMIT $3";
    let channel = channel.as_str();
    on!(db.reads, c => sqlx::query_as(DUE).bind(channel).bind(now.micros()).bind(limit).fetch_all(c).await)
}

/// Begins the next try of a letter; `None` where another process began it. Should this one die, the next is due at
/// `next_try_at`.
pub async fn claim(db: &Db, letter: Row, next_try_at: Timestamp) -> Result<Option<Row>, Fault> {
    const CLAIM: &str = "UPDATE letters SET tries = tries + 1, next_try_at = $4 \
         WHERE id = $1 AND shard = $2 AND tries = $3 AND given_up_at IS NULL";
    let claimed = change!(db, c => sqlx::query(CLAIM)
        .bind(letter.id)
        .bind(letter.shard())
        .bind(letter.tries)
        .bind(next_try_at.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(claimed.then(|| Row { tries: letter.tries + 1, next_try_at: next_try_at.micros(), ..letter }))
}

/// Strikes out a letter: it was brought, or is worth nothing any more.
pub async fn settle(db: &Db, letter: &Row) -> Result<(), Fault> {
    const SETTLE: &str = "DELETE FROM letters WHERE id = $1 AND shard = $2 AND tries = $3";
    let (id, shard, tries) = (letter.id, letter.shard(), letter.tries);
    change!(db, c => sqlx::query(SETTLE).bind(id).bind(shard).bind(tries).execute(c).await.map(|_| ()))
}

/// Notes why a try failed, and when the next is due.
pub async fn failed(db: &Db, letter: &Row, error: &str, next_try_at: Timestamp) -> Result<(), Fault> {
    const FAILED: &str =
        "UPDATE letters SET last_error = $4, next_try_at = $5 WHERE id = $1 AND shard = $2 AND tries = $3";
    change!(db, c => sqlx::query(FAILED)
        .bind(letter.id)
        .bind(letter.shard())
        .bind(letter.tries)
        .bind(error)
        .bind(next_try_at.micros())
        .execute(c)
        .await
        .map(|_| ()))
}

/// Gives a letter up; `false` if somebody else settled it.
pub async fn give_up(tx: &mut Tx, letter: &Row, error: &str, now: Timestamp) -> Result<bool, Fault> {
    const GIVE_UP: &str = "UPDATE letters SET given_up_at = $5, last_error = $4 \
         WHERE id = $1 AND shard = $2 AND tries = $3 AND given_up_at IS NULL";
    in_tx!(tx, c => sqlx::query(GIVE_UP)
        .bind(letter.id)
        .bind(letter.shard())
        .bind(letter.tries)
        .bind(error)
        .bind(now.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// At most `limit` letters that were not brought yet, the oldest first.
pub async fn all(db: &Db, limit: i64) -> Result<Vec<Row>, Fault> {
    const ALL: &str = "SELECT id, person_id, channel, payload, created_at, expires_at, tries, next_try_at, given_up_at, \
         last_error FROM letters ORDER BY created_at, id LIMIT $1";
    on!(db.reads, c => sqlx::query_as(ALL).bind(limit).fetch_all(c).await)
}

/// At most `limit` letters that were not brought yet, whose ids come after `after`, by their ids.
pub async fn after(db: &Db, after: Uuid, limit: i64) -> Result<Vec<Row>, Fault> {
    const AFTER: &str = "SELECT id, person_id, channel, payload, created_at, expires_at, tries, next_try_at, given_up_at, \
         last_error FROM letters WHERE id > $1 ORDER BY id LIMIT $2";
    on!(db.reads, c => sqlx::query_as(AFTER).bind(after).bind(limit).fetch_all(c).await)
}

/// Makes a letter due at once, given up or not, until `expires_at`; `None` where there is none, else whom it concerns.
pub async fn retry(
    tx: &mut Tx,
    id: Uuid,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Option<Option<Uuid>>, Fault> {
    const RETRY: &str = "UPDATE letters SET given_up_at = NULL, next_try_at = $3, expires_at = $4 \
         WHERE id = $1 AND shard = $2 RETURNING person_id";
    in_tx!(tx, c => sqlx::query_scalar(RETRY)
        .bind(id)
        .bind(Shard::of(id).number())
        .bind(now.micros())
        .bind(expires_at.micros())
        .fetch_optional(c)
        .await)
}

/// Drops at most `limit` letters that were given up before `before`.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM letters WHERE id IN (SELECT id FROM letters WHERE given_up_at < $1 LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.micros()).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}
