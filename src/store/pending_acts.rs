//! What an official asks and another has to approve.

use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Actor;

/// What became of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing yet.
    Waits,
    /// It may be done.
    Approved,
    /// Somebody would not have it.
    Refused,
    /// What it was about is not as whoever asked saw it.
    Void,
}

impl State {
    const ALL: [Self; 4] = [Self::Waits, Self::Approved, Self::Refused, Self::Void];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Void => "void",
        }
    }
}

/// A row of `pending_acts`.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    /// The act.
    pub act: String,
    /// What it will do.
    pub deed: Json<Value>,
    /// The digest of what whoever asked saw.
    pub seen: Vec<u8>,
    /// Whom it concerns.
    pub person_id: Option<Uuid>,
    asked_by: String,
    /// By which right.
    pub asked_right: Option<Uuid>,
    /// The agency in which they asked.
    pub office: Option<String>,
    /// Why.
    pub reason: String,
    asked_at: i64,
    expires_at: i64,
    state: String,
    decided_by: Option<String>,
    decided_at: Option<i64>,
    done_at: Option<i64>,
    /// Why it was refused, or is void.
    pub why: Option<String>,
}

impl Row {
    /// Who asked.
    pub fn asked_by(&self) -> Result<Actor, Fault> {
        Actor::parse(&self.asked_by).ok_or_else(|| Fault::broken("a pending act was asked by nobody that is known"))
    }

    /// When.
    pub fn asked_at(&self) -> Timestamp {
        Timestamp::from_micros(self.asked_at)
    }

    /// Until when it can be approved.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_micros(self.expires_at)
    }

    /// What became of it.
    pub fn state(&self) -> State {
        State::ALL.into_iter().find(|state| state.as_str() == self.state).unwrap_or(State::Void)
    }

    /// Who decided, and when.
    pub fn decided(&self) -> Option<(Actor, Timestamp)> {
        Some((Actor::parse(self.decided_by.as_deref()?)?, Timestamp::from_micros(self.decided_at?)))
    }

    /// When it was done.
    pub fn done_at(&self) -> Option<Timestamp> {
        self.done_at.map(Timestamp::from_micros)
    }
}

/// One about to be.
#[allow(missing_docs)] // as in Row
pub struct NewPending<'a> {
    pub id: Uuid,
    pub act: &'a str,
    pub deed: &'a Value,
    pub seen: [u8; 32],
    pub person: Option<Uuid>,
    pub asked_by: &'a Actor,
    pub asked_right: Uuid,
    pub office: Option<String>,
    pub reason: &'a str,
    pub asked_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Asks for it.
pub async fn insert(tx: &mut Tx, new: &NewPending<'_>) -> Result<(), Fault> {
    const INSERT: &str = "INSERT INTO pending_acts (id, act, deed, seen, person_id, asked_by, asked_right, office, reason, \
         asked_at, expires_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waits')";
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(new.id)
        .bind(new.act)
        .bind(Json(new.deed))
        .bind(new.seen.as_slice())
        .bind(new.person)
        .bind(new.asked_by.stored())
        .bind(new.asked_right)
        .bind(&new.office)
        .bind(new.reason)
        .bind(new.asked_at.micros())
        .bind(new.expires_at.micros())
        .execute(c)
        .await
        .map(|_| ()))
}

macro_rules! columns {
    () => {
        "id, act, deed, seen, person_id, asked_by, asked_right, office, reason, asked_at, expires_at, state, decided_by, \
         decided_at, done_at, why"
    };
}

/// One.
pub async fn find(db: &Db, id: Uuid) -> Result<Option<Row>, Fault> {
    const FIND: &str = concat!("SELECT ", columns!(), " FROM pending_acts WHERE id = $1");
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)
}

/// At most `limit` that came before `before`, the latest first; those alone that wait still at `now`, where one is given.
pub async fn page(db: &Db, waiting: Option<Timestamp>, before: Uuid, limit: i64) -> Result<Vec<Row>, Fault> {
    const ALL: &str = concat!("SELECT ", columns!(), " FROM pending_acts WHERE id < $1 ORDER BY id DESC LIMIT $2");
    const WAITING: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pending_acts WHERE id < $1 AND state = 'waits' AND expires_at > $3 ORDER BY id DESC LIMIT $2"
    );
    match waiting {
        None => on!(db.reads, c => sqlx::query_as(ALL).bind(before).bind(limit).fetch_all(c).await),
        Some(now) => on!(db.reads, c => {
            sqlx::query_as(WAITING).bind(before).bind(limit).bind(now.micros()).fetch_all(c).await
        }),
    }
}

/// A second official's word.
#[allow(missing_docs)]
pub struct Approval<'a> {
    pub id: Uuid,
    pub by: &'a Actor,
    /// The right by which; none of whoever has the machine.
    pub right: Option<Uuid>,
    /// The digest of what it is about as it is now.
    pub seen: [u8; 32],
    pub now: Timestamp,
}

/// Lets it be done, once: if it waits still, is about what whoever asked saw, was not asked by the same, and both rights count.
pub async fn approve(tx: &mut Tx, approval: &Approval<'_>) -> Result<bool, Fault> {
    const APPROVE: &str = "UPDATE pending_acts SET state = 'approved', decided_by = $2, decided_at = $4 \
         WHERE id = $1 AND state = 'waits' AND expires_at > $4 AND seen = $5 AND asked_by <> $2 \
         AND EXISTS (SELECT 1 FROM rights WHERE rights.id = pending_acts.asked_right AND revoked_at IS NULL \
         AND valid_from <= $4 AND (valid_until IS NULL OR valid_until > $4)) \
         AND (EXISTS (SELECT 1 FROM rights WHERE rights.id = $3 AND revoked_at IS NULL \
         AND valid_from <= $4 AND (valid_until IS NULL OR valid_until > $4)) OR $3 IS NULL)";
    in_tx!(tx, c => {
        let query = sqlx::query(APPROVE).bind(approval.id).bind(approval.by.stored()).bind(approval.right);
        let query = query.bind(approval.now.micros()).bind(approval.seen.as_slice());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// It is done.
pub async fn done(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    const DONE: &str = "UPDATE pending_acts SET done_at = $2 WHERE id = $1 AND state = 'approved' AND done_at IS NULL";
    in_tx!(tx, c => {
        sqlx::query(DONE).bind(id).bind(now.micros()).execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// It was approved, and cannot be done; `false` if it was done before.
pub async fn fail(tx: &mut Tx, id: Uuid, why: &str, now: Timestamp) -> Result<bool, Fault> {
    const FAIL: &str = "UPDATE pending_acts SET state = 'void', why = $2, done_at = $3 \
         WHERE id = $1 AND state = 'approved' AND done_at IS NULL";
    in_tx!(tx, c => {
        let query = sqlx::query(FAIL).bind(id).bind(why).bind(now.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Ends one that waits otherwise than by an approval; `false` if somebody decided before.
pub async fn end(
    tx: &mut Tx,
    id: Uuid,
    (state, why): (State, &str),
    by: &Actor,
    now: Timestamp,
) -> Result<bool, Fault> {
    const END: &str = "UPDATE pending_acts SET state = $2, why = $3, decided_by = $4, decided_at = $5 \
         WHERE id = $1 AND state = 'waits'";
    in_tx!(tx, c => {
        let query = sqlx::query(END).bind(id).bind(state.as_str()).bind(why).bind(by.stored()).bind(now.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Voids all that waits and was asked by a person, or concerns them; which they were.
pub async fn void_of(tx: &mut Tx, person: Uuid, why: &str, by: &Actor, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
    const VOID: &str = "UPDATE pending_acts SET state = 'void', why = $3, decided_by = $4, decided_at = $5 \
         WHERE state = 'waits' AND (asked_by = $1 OR person_id = $2) RETURNING id";
    let asked_by = format!("person:{person}");
    in_tx!(tx, c => {
        let query = sqlx::query_scalar(VOID).bind(asked_by).bind(person).bind(why).bind(by.stored());
        query.bind(now.micros()).fetch_all(c).await
    })
}

/// Voids all that waits and was asked by a right; which they were.
pub async fn void_by(tx: &mut Tx, right: Uuid, why: &str, by: &Actor, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
    const VOID: &str = "UPDATE pending_acts SET state = 'void', why = $2, decided_by = $3, decided_at = $4 \
         WHERE state = 'waits' AND asked_right = $1 RETURNING id";
    in_tx!(tx, c => {
        sqlx::query_scalar(VOID).bind(right).bind(why).bind(by.stored()).bind(now.micros()).fetch_all(c).await
    })
}

/// Those that wait and were asked by a person, or concern them.
pub async fn waiting_of(db: &Db, person: Uuid, now: Timestamp) -> Result<Vec<Row>, Fault> {
    const WAITING: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pending_acts WHERE state = 'waits' AND expires_at > $3 AND (asked_by = $1 OR person_id = $2) ORDER BY id"
    );
    let asked_by = format!("person:{person}");
    on!(db.reads, c => sqlx::query_as(WAITING).bind(asked_by).bind(person).bind(now.micros()).fetch_all(c).await)
}
