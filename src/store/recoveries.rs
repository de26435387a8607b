//! Ways back in that were asked for.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use super::letters::Channel;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;

/// Who lets somebody in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Who has an address that is known to be the person's, after a waiting time.
    Address,
    /// An official who looked at the person, by a code.
    Official,
}

impl Way {
    /// As it is stored, and as it stands in the audit trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Official => "official",
        }
    }
}

/// What became of a letter that tells of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway has it.
    Brought,
    /// Nobody can be reached at the address, now or later.
    Refused,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Brought => "brought",
            Self::Refused => "refused",
        }
    }
}

/// A row of `recoveries`.
#[derive(Clone, Debug, FromRow)]
pub struct Recovery {
    /// Its id.
    pub id: Uuid,
    way: String,
    /// The keyed digest of an official's code.
    pub digest: Option<Vec<u8>>,
    ready_at: i64,
    expires_at: i64,
    mail_letter: Option<Uuid>,
    mail_outcome: Option<String>,
    sms_letter: Option<Uuid>,
    sms_outcome: Option<String>,
}

impl Recovery {
    /// Who lets the person in, as it is stored.
    pub fn way(&self) -> &str {
        &self.way
    }

    /// When the person gets in.
    pub fn ready_at(&self) -> Timestamp {
        Timestamp::from_micros(self.ready_at)
    }

    /// Until when they can.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_micros(self.expires_at)
    }

    /// Whether its person was told: no letter is waited for, and one at least was brought. An official's waits for none.
    pub fn is_told(&self) -> bool {
        let letters = [(self.mail_letter, &self.mail_outcome), (self.sms_letter, &self.sms_outcome)];
        let outcomes: Vec<Option<&str>> =
            letters.into_iter().filter(|(letter, _)| letter.is_some()).map(|(_, outcome)| outcome.as_deref()).collect();
        outcomes.is_empty()
            || (outcomes.iter().all(Option::is_some) && outcomes.contains(&Some(Outcome::Brought.as_str())))
    }
}

/// One about to be.
#[allow(missing_docs)] // as in Recovery
pub struct NewRecovery<'a> {
    pub id: Uuid,
    pub person: Uuid,
    pub way: Way,
    pub digest: Option<&'a [u8]>,
    pub ready_at: Timestamp,
    pub expires_at: Timestamp,
}

/// That of a person by `way` which is not over.
pub async fn by_way(db: &Db, person: Uuid, way: Way, now: Timestamp) -> Result<Option<Recovery>, Fault> {
    Ok(of(db, person, now).await?.into_iter().find(|recovery| recovery.way == way.as_str()))
}

/// Those of a person that are not over.
pub async fn of(db: &Db, person: Uuid, now: Timestamp) -> Result<Vec<Recovery>, Fault> {
    const OF: &str = "SELECT id, way, digest, ready_at, expires_at, mail_letter, mail_outcome, sms_letter, sms_outcome \
         FROM recoveries WHERE person_id = $1 AND shard = $2 AND expires_at > $3 ORDER BY way";
    let shard = Shard::of(person).number();
    on!(db.reads, c => sqlx::query_as(OF).bind(person).bind(shard).bind(now.micros()).fetch_all(c).await)
}

/// Begins one, unless one by the same way is under way; returns the one that is.
pub async fn begin(tx: &mut Tx, new: &NewRecovery<'_>, now: Timestamp) -> Result<Recovery, Fault> {
    const BEGIN: &str = "INSERT INTO recoveries (id, shard, person_id, way, digest, began_at, ready_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (person_id, shard, way) DO UPDATE SET id = excluded.id, \
         digest = excluded.digest, began_at = excluded.began_at, ready_at = excluded.ready_at, \
         expires_at = excluded.expires_at, mail_letter = NULL, mail_outcome = NULL, sms_letter = NULL, sms_outcome = NULL WHERE recoveries.expires_at <= excluded.began_at OR excluded.way = 'official'";
    const NOW: &str = "SELECT id, way, digest, ready_at, expires_at, mail_letter, mail_outcome, sms_letter, sms_outcome \
         FROM recoveries WHERE person_id = $1 AND shard = $2 AND way = $3";
    let (shard, way) = (Shard::of(new.person).number(), new.way.as_str());
    in_tx!(tx, c => sqlx::query(BEGIN)
        .bind(new.id)
        .bind(shard)
        .bind(new.person)
        .bind(way)
        .bind(new.digest)
        .bind(now.micros())
        .bind(new.ready_at.micros())
        .bind(new.expires_at.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    in_tx!(tx, c => sqlx::query_as(NOW).bind(new.person).bind(shard).bind(way).fetch_one(c).await)
}

/// Names the letters by which its person is told of one: it waits until they are.
pub async fn tell_by(tx: &mut Tx, person: Uuid, id: Uuid, letters: &[(Channel, Uuid)]) -> Result<(), Fault> {
    const TELL: &str =
        "UPDATE recoveries SET mail_letter = $4, sms_letter = $5 WHERE person_id = $1 AND shard = $2 AND id = $3";
    let by = |channel: Channel| letters.iter().find(|(own, _)| *own == channel).map(|(_, letter)| *letter);
    let (mail, sms) = (by(Channel::Mail), by(Channel::Sms));
    let shard = Shard::of(person).number();
    in_tx!(tx, c => {
        sqlx::query(TELL).bind(person).bind(shard).bind(id).bind(mail).bind(sms).execute(c).await.map(|_| ())
    })
}

/// Notes what became of a letter that tells of one, if any of a person waits for it.
pub async fn told(db: &Db, person: Uuid, letter: Uuid, outcome: Outcome) -> Result<(), Fault> {
    const TOLD: &str = "UPDATE recoveries SET \
         mail_outcome = CASE WHEN mail_letter = $3 THEN $4 ELSE mail_outcome END, \
         sms_outcome = CASE WHEN sms_letter = $3 THEN $4 ELSE sms_outcome END \
         WHERE person_id = $1 AND shard = $2 AND (mail_letter = $3 OR sms_letter = $3)";
    let (shard, outcome) = (Shard::of(person).number(), outcome.as_str());
    change!(db, c => {
        sqlx::query(TOLD).bind(person).bind(shard).bind(letter).bind(outcome).execute(c).await.map(|_| ())
    })
}

/// Takes one that is ready; `false` if it was stopped, used or is over.
pub async fn take(tx: &mut Tx, person: Uuid, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    const TAKE: &str = "DELETE FROM recoveries \
         WHERE person_id = $1 AND shard = $2 AND id = $3 AND ready_at <= $4 AND expires_at > $4";
    let shard = Shard::of(person).number();
    in_tx!(tx, c => {
        let query = sqlx::query(TAKE).bind(person).bind(shard).bind(id).bind(now.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Stops one; `false` if it was stopped or used before.
pub async fn stop(tx: &mut Tx, person: Uuid, id: Uuid) -> Result<bool, Fault> {
    const STOP: &str = "DELETE FROM recoveries WHERE person_id = $1 AND shard = $2 AND id = $3";
    let shard = Shard::of(person).number();
    in_tx!(tx, c => {
        let query = sqlx::query(STOP).bind(person).bind(shard).bind(id);
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Stops all of a person.
pub async fn stop_all(tx: &mut Tx, person: Uuid) -> Result<(), Fault> {
    const ALL: &str = "DELETE FROM recoveries WHERE person_id = $1 AND shard = $2";
    let shard = Shard::of(person).number();
    in_tx!(tx, c => sqlx::query(ALL).bind(person).bind(shard).execute(c).await.map(|_| ()))
}
