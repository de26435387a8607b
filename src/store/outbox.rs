//! What must reach others, tried until it does or is given up. What was delivered leaves no row; what was given up stays
//! for operators to see.

use serde::Deserialize;
use serde::Serialize;
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;

/// A notice to a client that a session ended.
#[derive(Clone, Debug, FromRow)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// Who is to be told.
    pub client_id: String,
    payload: Json<Ended>,
    created_at: i64,
    /// How many tries were begun. Who raised it owns the try: nobody else settles it.
    pub tries: i64,
    next_try_at: i64,
    given_up_at: Option<i64>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The session that ended.
    pub session: Uuid,
    /// Whose it was.
    pub person: Uuid,
}

impl Notice {
    /// A notice whose first try belongs to whoever writes it; the next is due at `next_try_at`.
    pub fn begun(id: Uuid, client_id: &str, ended: Ended, now: Timestamp, next_try_at: Timestamp) -> Self {
        Self {
            id,
            client_id: client_id.to_owned(),
            payload: Json(ended),
            created_at: now.micros(),
            tries: 1,
            next_try_at: next_try_at.micros(),
            given_up_at: None,
            last_error: None,
        }
    }

    /// What is told.
    pub fn ended(&self) -> Ended {
        self.payload.0
    }

    /// When the session ended.
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_micros(self.created_at)
    }

    /// When it is tried again.
    pub fn next_try_at(&self) -> Timestamp {
        Timestamp::from_micros(self.next_try_at)
    }

    /// When it was given up, if it was.
    pub fn given_up_at(&self) -> Option<Timestamp> {
        self.given_up_at.map(Timestamp::from_micros)
    }
}

/// Writes a notice in the transaction of the sign-out.
pub async fn insert(tx: &mut Tx, notice: &Notice) -> Result<(), Fault> {
    const INSERT: &str = "INSERT INTO outbox (id, kind, client_id, payload, created_at, tries, next_try_at) \
         VALUES ($1, 'backchannel_logout', $2, $3, $4, $5, $6)";
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(notice.id)
        .bind(&notice.client_id)
        .bind(notice.payload)
        .bind(notice.created_at)
        .bind(notice.tries)
        .bind(notice.next_try_at)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Whose notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Of clients that the operator declared, or that are gone.
    Declared,
    /// Of clients that registered themselves.
    Registered,
}

/// At most `limit` notices that are due, those that wait longest first.
pub async fn due(db: &Db, whose: Whose, now: Timestamp, limit: i64) -> Result<Vec<Notice>, Fault> {
    const DECLARED: &str = "SELECT id, client_id, payload, created_at, tries, next_try_at, given_up_at, last_error \
         FROM outbox WHERE given_up_at IS NULL AND next_try_at <= $1 \
         AND NOT EXISTS (SELECT 1 FROM registrations WHERE registrations.client_id = outbox.client_id) \
         ORDER BY next_try_at LIMIT $2";
    const REGISTERED: &str = "SELECT id, client_id, payload, created_at, tries, next_try_at, given_up_at, last_error \
         FROM outbox WHERE given_up_at IS NULL AND next_try_at <= $1 \
         AND EXISTS (SELECT 1 FROM registrations WHERE registrations.client_id = outbox.client_id) \
         ORDER BY next_try_at LIMIT $2";
    let due = match whose {
        Whose::Declared => DECLARED,
        Whose::Registered => REGISTERED,
    };
    on!(db.reads, c => sqlx::query_as(due).bind(now.micros()).bind(limit).fetch_all(c).await)
}

/// Begins the next try of a notice; `None` where another process began it.
pub async fn claim(db: &Db, notice: Notice, next_try_at: Timestamp) -> Result<Option<Notice>, Fault> {
    const CLAIM: &str =
        "UPDATE outbox SET tries = tries + 1, next_try_at = $3 WHERE id = $1 AND tries = $2 AND given_up_at IS NULL";
    let claimed = change!(db, c => sqlx::query(CLAIM)
        .bind(notice.id)
        .bind(notice.tries)
        .bind(next_try_at.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(claimed.then(|| Notice { tries: notice.tries + 1, next_try_at: next_try_at.micros(), ..notice }))
}

/// Strikes out a notice: it was delivered, or there is nobody to tell any more.
pub async fn settle(db: &Db, notice: &Notice) -> Result<(), Fault> {
    const SETTLE: &str = "DELETE FROM outbox WHERE id = $1 AND tries = $2";
    change!(db, c => sqlx::query(SETTLE).bind(notice.id).bind(notice.tries).execute(c).await.map(|_| ()))
}

/// Notes why a try failed; the next is due already.
pub async fn failed(db: &Db, notice: &Notice, error: &str) -> Result<(), Fault> {
    const FAILED: &str = "UPDATE outbox SET last_error = $3 WHERE id = $1 AND tries = $2";
    change!(db, c => {
        sqlx::query(FAILED).bind(notice.id).bind(notice.tries).bind(error).execute(c).await.map(|_| ())
    })
}

/// Takes back a try that did not come to pass, and notes why; the next is due at `next_try_at`.
pub async fn put_off(db: &Db, notice: &Notice, error: &str, next_try_at: Timestamp) -> Result<(), Fault> {
    const PUT_OFF: &str =
        "UPDATE outbox SET tries = tries - 1, last_error = $3, next_try_at = $4 WHERE id = $1 AND tries = $2";
    change!(db, c => sqlx::query(PUT_OFF)
        .bind(notice.id)
        .bind(notice.tries)
        .bind(error)
        .bind(next_try_at.micros())
        .execute(c)
        .await
        .map(|_| ()))
}

/// Gives a notice up; `false` if somebody else settled it.
pub async fn give_up(tx: &mut Tx, notice: &Notice, error: &str, now: Timestamp) -> Result<bool, Fault> {
    const GIVE_UP: &str = "UPDATE outbox SET given_up_at = $4, last_error = $3 \
         WHERE id = $1 AND tries = $2 AND given_up_at IS NULL";
    in_tx!(tx, c => sqlx::query(GIVE_UP)
        .bind(notice.id)
        .bind(notice.tries)
        .bind(error)
        .bind(now.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// At most `limit` notices that were not delivered yet, the oldest first.
pub async fn all(db: &Db, limit: i64) -> Result<Vec<Notice>, Fault> {
    const ALL: &str = "SELECT id, client_id, payload, created_at, tries, next_try_at, given_up_at, last_error FROM outbox \
         ORDER BY created_at, id LIMIT $1";
    on!(db.reads, c => sqlx::query_as(ALL).bind(limit).fetch_all(c).await)
}

/// At most `limit` notices that were not delivered yet, whose ids come after `after`, by their ids.
pub async fn after(db: &Db, after: Uuid, limit: i64) -> Result<Vec<Notice>, Fault> {
    const AFTER: &str = "SELECT id, client_id, payload, created_at, tries, next_try_at, given_up_at, last_error FROM outbox \
         WHERE id > $1 ORDER BY id LIMIT $2";
    on!(db.reads, c => sqlx::query_as(AFTER).bind(after).bind(limit).fetch_all(c).await)
}

/// Makes a notice due at once, given up or not; returns whom it is for.
pub async fn retry(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<Option<String>, Fault> {
    const RETRY: &str = "UPDATE outbox SET given_up_at = NULL, next_try_at = $2 WHERE id = $1 RETURNING client_id";
    in_tx!(tx, c => sqlx::query_scalar(RETRY).bind(id).bind(now.micros()).fetch_optional(c).await)
}

/// Drops at most `limit` notices that were given up before `before`.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE given_up_at < $1 LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.micros()).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}
