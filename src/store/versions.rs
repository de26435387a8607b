//! What services and clients were, each time that they changed.

use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::By;
use crate::identity::authority::Actor;
use crate::identity::authority::Office;

/// Of what something is a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A service.
    Service,
    /// A client.
    Client,
}

impl Kind {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Client => "client",
        }
    }
}

/// What happened by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Nothing that anybody recorded: so it was found, and nobody knows by whom.
    Found,
    /// It came.
    Created,
    /// It became another.
    Changed,
    /// It became what it was before.
    Restored,
    /// It went.
    Removed,
}

impl What {
    const ALL: [Self; 5] = [Self::Found, Self::Created, Self::Changed, Self::Restored, Self::Removed];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Restored => "restored",
            Self::Removed => "removed",
        }
    }
}

/// One version.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Its number: 1, and so on, without a gap.
    pub number: i64,
    /// Of which incarnation of the client it is.
    pub epoch: Option<i64>,
    /// What happened.
    pub what: What,
    /// Which version was restored.
    pub restored: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// Who did it, in which office and why; nobody knows of what was found.
    pub by: Option<By>,
    /// The members that became others, by name; of secrets no more than that.
    pub members: Vec<String>,
    /// What it was from then on; nothing where it went.
    pub state: Option<Value>,
}

#[derive(FromRow)]
struct Row {
    number: i64,
    epoch: Option<i64>,
    what: String,
    restored: Option<i64>,
    at: i64,
    actor: Option<String>,
    office: Option<String>,
    reason: Option<String>,
    members: Json<Vec<String>>,
    state: Option<Json<Value>>,
}

impl Row {
    fn version(self) -> Version {
        let Self { office, reason, .. } = self;
        let actor = self.actor.as_deref().and_then(Actor::parse);
        Version {
            number: self.number,
            epoch: self.epoch,
            what: What::ALL.into_iter().find(|what| what.as_str() == self.what).unwrap_or(What::Changed),
            restored: self.restored,
            at: Timestamp::from_micros(self.at),
            by: actor.map(|actor| By { actor, office: office.as_deref().and_then(Office::parse), reason }),
            members: self.members.0,
            state: self.state.map(|state| state.0),
        }
    }
}

macro_rules! columns {
    () => {
        "number, epoch, what, restored, at, actor, office, reason, members, state"
    };
}

/// The number of its last version, 0 where there is none. Until the transaction ends nobody else writes one.
pub async fn hold(tx: &mut Tx, kind: Kind, subject: &str) -> Result<i64, Fault> {
    const HOLD: &str = "INSERT INTO registration_subjects (kind, subject, last) VALUES ($1, $2, 0) \
         ON CONFLICT (kind, subject) DO UPDATE SET last = registration_subjects.last RETURNING last";
    in_tx!(tx, c => sqlx::query_scalar(HOLD).bind(kind.as_str()).bind(subject).fetch_one(c).await)
}

/// Writes a version of what is held.
pub async fn insert(tx: &mut Tx, kind: Kind, subject: &str, version: &Version) -> Result<(), Fault> {
    const COUNT: &str = "UPDATE registration_subjects SET last = $3, gone_at = $4 WHERE kind = $1 AND subject = $2";
    const INSERT: &str = "INSERT INTO registration_versions (kind, subject, number, epoch, what, restored, at, actor, office, \
         reason, members, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let gone_at = (version.what == What::Removed).then_some(version.at.micros());
    in_tx!(tx, c => sqlx::query(COUNT)
        .bind(kind.as_str())
        .bind(subject)
        .bind(version.number)
        .bind(gone_at)
        .execute(c)
        .await
        .map(|_| ()))?;
    let by = version.by.as_ref();
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(kind.as_str())
        .bind(subject)
        .bind(version.number)
        .bind(version.epoch)
        .bind(version.what.as_str())
        .bind(version.restored)
        .bind(version.at.micros())
        .bind(by.map(|by| by.actor.stored()))
        .bind(by.and_then(|by| by.office.as_ref()).map(ToString::to_string))
        .bind(by.and_then(|by| by.reason.as_deref()))
        .bind(Json(&version.members))
        .bind(version.state.as_ref().map(Json))
        .execute(c)
        .await
        .map(|_| ()))
}

/// At most `limit` versions after the one with the number `after`, the oldest first, as the transaction sees them.
pub async fn after(tx: &mut Tx, of: (Kind, &str), after: i64, limit: i64) -> Result<Vec<Version>, Fault> {
    const AFTER: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM registration_versions WHERE kind = $1 AND subject = $2 AND number > $3 ORDER BY number LIMIT $4"
    );
    let (kind, subject) = of;
    let rows: Vec<Row> = in_tx!(tx, c => sqlx::query_as(AFTER)
        .bind(kind.as_str())
        .bind(subject)
        .bind(after)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(Row::version).collect())
}

/// At most `limit` versions before the one with the number `before`, the latest first.
pub async fn page(db: &Db, of: (Kind, &str), before: i64, limit: i64) -> Result<Vec<Version>, Fault> {
    const PAGE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM registration_versions WHERE kind = $1 AND subject = $2 AND number < $3 ORDER BY number DESC LIMIT $4"
    );
    let (kind, subject) = of;
    let rows: Vec<Row> = on!(db.reads, c => sqlx::query_as(PAGE)
        .bind(kind.as_str())
        .bind(subject)
        .bind(before)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(Row::version).collect())
}

/// One version.
pub async fn find(db: &Db, kind: Kind, subject: &str, number: i64) -> Result<Option<Version>, Fault> {
    const FIND: &str =
        concat!("SELECT ", columns!(), " FROM registration_versions WHERE kind = $1 AND subject = $2 AND number = $3");
    let row: Option<Row> = on!(db.reads, c => sqlx::query_as(FIND)
        .bind(kind.as_str())
        .bind(subject)
        .bind(number)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(Row::version))
}

/// Forgets the versions up to the one with this number.
pub async fn forget_until(tx: &mut Tx, kind: Kind, subject: &str, number: i64) -> Result<(), Fault> {
    const FORGET: &str = "DELETE FROM registration_versions WHERE kind = $1 AND subject = $2 AND number <= $3";
    in_tx!(tx, c => sqlx::query(FORGET).bind(kind.as_str()).bind(subject).bind(number).execute(c).await.map(|_| ()))
}

/// Forgets that a client was ever there.
pub async fn forget_client(tx: &mut Tx, id: &str) -> Result<(), Fault> {
    const FORGET: &str = "DELETE FROM registration_subjects WHERE kind = 'client' AND subject = $1";
    in_tx!(tx, c => sqlx::query(FORGET).bind(id).execute(c).await.map(|_| ()))
}

/// Forgets at most `limit` services and clients that went before an instant and did not come again.
pub async fn drop_gone(db: &Db, before: Timestamp, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM registration_subjects WHERE gone_at < $1 AND (kind, subject) IN \
         (SELECT kind, subject FROM registration_subjects WHERE gone_at < $1 LIMIT $2)";
    change!(db, c => sqlx::query(DROP).bind(before.micros()).bind(limit).execute(c).await.map(|done| done.rows_affected()))
}
