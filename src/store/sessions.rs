//! SSO sessions: one browser signed in.

use sqlx::FromRow;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::assurance::Acr;
use crate::identity::assurance::Amr;
use crate::identity::lead::Lead;

/// A row of `sessions`.
#[derive(Clone, Debug, FromRow)]
pub struct Session {
    /// Its id, from which each sector's `sid` derives.
    pub id: Uuid,
    /// SHA-256 of the secret that the browser's cookie carries.
    pub secret: Vec<u8>,
    /// Who is signed in.
    pub person_id: Uuid,
    auth_time: i64,
    acr: String,
    amr: String,
    last_used_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
    /// The browser and the system, in a few words, where they are known.
    pub device: Option<String>,
    lead: Option<String>,
    #[sqlx(default)]
    closes_at: Option<i64>,
}

/// A session about to be.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in Session
pub struct NewSession {
    pub id: Uuid,
    pub secret: [u8; 32],
    pub person_id: Uuid,
    pub auth_time: Timestamp,
    pub acr: Acr,
    pub amr: Amr,
    pub expires_at: Timestamp,
    pub device: Option<String>,
    pub lead: Option<Lead>,
}

impl Session {
    /// When the person signed in.
    pub fn auth_time(&self) -> Timestamp {
        Timestamp::from_micros(self.auth_time)
    }

    /// The context class of the sign-in.
    pub fn acr(&self) -> Acr {
        Acr::stored(&self.acr)
    }

    /// Its methods.
    pub fn amr(&self) -> Amr {
        Amr::parse(&self.amr)
    }

    /// When it was last known to be used.
    pub fn last_used_at(&self) -> Timestamp {
        Timestamp::from_micros(self.last_used_at)
    }

    /// When it ends at the latest.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_micros(self.expires_at)
    }

    /// When the person's account closes, if they want it closed: then they began the session only after they had said so.
    pub fn closes_at(&self) -> Option<Timestamp> {
        self.closes_at.map(Timestamp::from_micros)
    }

    /// Where the sign-in leads that nobody answered yet.
    pub fn lead(&self) -> Option<Lead> {
        self.lead.as_deref().and_then(Lead::stored)
    }

    /// Whether somebody ended it.
    pub fn is_ended(&self) -> bool {
        self.ended_at.is_some()
    }
}

/// Opens a session; `false` if there is one under this id, or was.
pub async fn insert(tx: &mut Tx, new: &NewSession) -> Result<bool, Fault> {
    const INSERT: &str = "INSERT INTO sessions (id, secret, person_id, auth_time, acr, amr, last_used_at, expires_at, shard, \
         device, lead) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id, shard) DO NOTHING";
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(new.id)
        .bind(new.secret.as_slice())
        .bind(new.person_id)
        .bind(new.auth_time.micros())
        .bind(new.acr.as_str())
        .bind(new.amr.to_string())
        .bind(new.auth_time.micros())
        .bind(new.expires_at.micros())
        .bind(Shard::of(new.id).number())
        .bind(&new.device)
        .bind(new.lead.map(Lead::as_str))
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// Renews a session of the same person: another secret, a later sign-in, a later end; its id stays.
pub async fn renew(tx: &mut Tx, new: &NewSession) -> Result<bool, Fault> {
    const RENEW: &str = "UPDATE sessions SET secret = $2, auth_time = $4, acr = $5, amr = $6, last_used_at = $4, \
         expires_at = $7, device = $9, lead = $10 WHERE id = $1 AND shard = $8 AND person_id = $3 AND ended_at IS NULL";
    in_tx!(tx, c => sqlx::query(RENEW)
        .bind(new.id)
        .bind(new.secret.as_slice())
        .bind(new.person_id)
        .bind(new.auth_time.micros())
        .bind(new.acr.as_str())
        .bind(new.amr.to_string())
        .bind(new.expires_at.micros())
        .bind(Shard::of(new.id).number())
        .bind(&new.device)
        .bind(new.lead.map(Lead::as_str))
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// It leads nowhere any more.
pub async fn answer(tx: &mut Tx, id: Uuid) -> Result<(), Fault> {
    const ANSWER: &str = "UPDATE sessions SET lead = NULL WHERE id = $1 AND shard = $2";
    in_tx!(tx, c => sqlx::query(ANSWER).bind(id).bind(Shard::of(id).number()).execute(c).await.map(|_| ()))
}

/// The session with this id, if its person may still sign in.
pub async fn find(db: &Db, id: Uuid) -> Result<Option<Session>, Fault> {
    const FIND: &str = "SELECT sessions.id, secret, person_id, auth_time, acr, amr, last_used_at, expires_at, ended_at, device, lead, \
         closes_at FROM sessions JOIN people ON people.id = sessions.person_id AND people.shard = sessions.shard \
         WHERE sessions.id = $1 AND sessions.shard = $2 AND people.disabled_at IS NULL";
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await)
}

/// Ends a session; `false` if it had ended already.
pub async fn end(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    const END: &str = "UPDATE sessions SET ended_at = $3 WHERE id = $1 AND shard = $2 AND ended_at IS NULL";
    in_tx!(tx, c => sqlx::query(END)
        .bind(id)
        .bind(Shard::of(id).number())
        .bind(now.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// Whether there was a session with this id, and somebody ended it.
pub async fn is_ended(tx: &mut Tx, id: Uuid) -> Result<bool, Fault> {
    const ENDED: &str = "SELECT id FROM sessions WHERE id = $1 AND shard = $2 AND ended_at IS NOT NULL";
    let ended: Option<Uuid> = in_tx!(tx, c => {
        sqlx::query_scalar(ENDED).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await
    })?;
    Ok(ended.is_some())
}

/// The sessions of a person that nobody ended and that are not over.
pub async fn open_of(tx: &mut Tx, person: Uuid, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
    const OPEN: &str = "SELECT id FROM sessions WHERE person_id = $1 AND shard = $2 AND ended_at IS NULL AND expires_at > $3 \
         ORDER BY id";
    in_tx!(tx, c => {
        sqlx::query_scalar(OPEN).bind(person).bind(Shard::of(person).number()).bind(now.micros()).fetch_all(c).await
    })
}

/// The same, whole, the latest first.
pub async fn all_open_of(db: &Db, person: Uuid, now: Timestamp) -> Result<Vec<Session>, Fault> {
    const OPEN: &str = "SELECT id, secret, person_id, auth_time, acr, amr, last_used_at, expires_at, ended_at, device, lead \
         FROM sessions WHERE person_id = $1 AND shard = $2 AND ended_at IS NULL AND expires_at > $3 ORDER BY auth_time DESC, id";
    on!(db.reads, c => {
        sqlx::query_as(OPEN).bind(person).bind(Shard::of(person).number()).bind(now.micros()).fetch_all(c).await
    })
}

/// Ends what is over already: what it gave at the last moment dies as well.
pub async fn end_over(tx: &mut Tx, person: Uuid, now: Timestamp) -> Result<(), Fault> {
    const END: &str = "UPDATE sessions SET ended_at = $3 WHERE person_id = $1 AND shard = $2 AND ended_at IS NULL \
         AND expires_at <= $3";
    in_tx!(tx, c => {
        let query = sqlx::query(END).bind(person).bind(Shard::of(person).number()).bind(now.micros());
        query.execute(c).await.map(|_| ())
    })
}

/// Moves each session's last use forward.
pub(super) static TOUCH: Batch = Batch::new(
    "UPDATE sessions SET last_used_at = v.seen FROM ",
    &["session", "session_shard", "seen"],
    " WHERE sessions.id = v.session AND sessions.shard = v.session_shard \
     /*AND sessions.shard = ANY($2)*/ AND sessions.last_used_at < v.seen",
);

/// The columns of [`TOUCH`].
pub(super) fn touched(uses: &[(Uuid, Timestamp)]) -> Vec<Column<'_>> {
    let ids = || uses.iter().map(|(session, _)| *session);
    vec![Column::ids(ids()), Column::shards(ids()), Column::numbers(uses.iter().map(|(_, seen)| seen.micros()))]
}

/// Drops at most `limit` sessions that ended at the latest before `before`.
pub async fn drop_before(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str =
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before.micros()).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}
