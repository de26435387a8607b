//! What people prove themselves with beside a password.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use super::names;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::credential::MOST_FAILURES;

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Passkey,
    Totp,
    RecoveryCode,
    Text,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Passkey, Self::Totp, Self::RecoveryCode, Self::Text];

    fn stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::Text => "text",
        }
    }
}

/// Which kinds a person has, unused ones where each counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Kinds {
    pub passkey: bool,
    pub totp: bool,
    pub recovery_code: bool,
    pub text: bool,
}

impl Kinds {
    /// Whether a code can be asked for.
    pub const fn code(self) -> bool {
        self.totp || self.recovery_code
    }

    /// Those that are among these.
    pub fn of<'a>(all: impl IntoIterator<Item = &'a Authenticator>) -> Self {
        all.into_iter().fold(Self::default(), |kinds, one| kinds.and(&one.kind, one.counter))
    }

    /// The same, and one of this kind, as it is stored, that was used to this `counter`.
    #[must_use]
    pub fn and(mut self, kind: &str, counter: i64) -> Self {
        self.passkey |= kind == Kind::Passkey.as_str();
        self.totp |= kind == Kind::Totp.as_str();
        self.recovery_code |= kind == Kind::RecoveryCode.as_str() && counter == 0;
        self.text |= kind == Kind::Text.as_str();
        self
    }
}

/// A row of `authenticators`.
#[derive(Clone, Debug, FromRow)]
pub struct Authenticator {
    /// Its id.
    pub id: Uuid,
    kind: String,
    /// Sealed, or a keyed digest.
    pub secret: Vec<u8>,
    /// The digest in `names` by which it is found.
    pub lookup: Option<Vec<u8>>,
    /// It only grows.
    pub counter: i64,
    used_at: Option<i64>,
    /// In which kind of browser it was used last.
    pub used_from: Option<String>,
    /// Wrong tries since the last right one.
    pub failures: i64,
    /// The model of the device that made a passkey, where its attestation was believed.
    pub model: Option<Uuid>,
    created_at: i64,
}

impl Authenticator {
    /// What it is; `None` for a kind of a later version.
    pub fn kind(&self) -> Option<Kind> {
        Kind::stored(&self.kind)
    }

    /// The same as it is stored, that of a later version too.
    pub fn stored_kind(&self) -> &str {
        &self.kind
    }

    /// Whether it is of the kind that is stored as this text.
    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    /// Whether it opens nothing any more: it was tried in vain too often.
    pub const fn is_shut(&self) -> bool {
        self.failures >= MOST_FAILURES
    }

    /// When it was used last.
    pub fn used_at(&self) -> Option<Timestamp> {
        self.used_at.map(Timestamp::from_micros)
    }

    /// When it was added.
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_micros(self.created_at)
    }
}

/// One about to be.
#[allow(missing_docs)] // as in Authenticator
pub struct NewAuthenticator<'a> {
    pub id: Uuid,
    pub person: Uuid,
    pub kind: Kind,
    pub secret: &'a [u8],
    pub lookup: Option<&'a [u8]>,
    pub counter: i64,
    pub model: Option<Uuid>,
}

/// A use of one.
pub struct Use<'a> {
    /// Which.
    pub id: Uuid,
    /// Whose it must be.
    pub person: Uuid,
    /// How far its counter has come.
    pub counter: i64,
    /// The interaction that uses it.
    pub by: &'a [u8; 32],
    /// The kind of browser.
    pub from: Option<&'a str>,
}

/// All of a person, the oldest first.
pub async fn of(db: &Db, person: Uuid) -> Result<Vec<Authenticator>, Fault> {
    const OF: &str = "SELECT id, kind, secret, lookup, counter, used_at, used_from, failures, model, created_at FROM authenticators \
         WHERE person_id = $1 AND shard = $2 ORDER BY created_at, id";
    on!(db.reads, c => sqlx::query_as(OF).bind(person).bind(Shard::of(person).number()).fetch_all(c).await)
}

/// Ids and kinds of all that a person has whom the transaction holds.
pub async fn held_of(tx: &mut Tx, person: Uuid) -> Result<Vec<(Uuid, Option<Kind>)>, Fault> {
    const HELD: &str = "SELECT id, kind FROM authenticators WHERE person_id = $1 AND shard = $2 ORDER BY id";
    let shard = Shard::of(person).number();
    let held: Vec<(Uuid, String)> = in_tx!(tx, c => sqlx::query_as(HELD).bind(person).bind(shard).fetch_all(c).await)?;
    Ok(held.into_iter().map(|(id, kind)| (id, Kind::stored(&kind))).collect())
}

/// Which kinds a person has.
pub async fn kinds(db: &Db, person: Uuid) -> Result<Kinds, Fault> {
    const KINDS: &str =
        "SELECT kind, MIN(counter) FROM authenticators WHERE person_id = $1 AND shard = $2 GROUP BY kind";
    let shard = Shard::of(person).number();
    let kinds: Vec<(String, i64)> =
        on!(db.reads, c => sqlx::query_as(KINDS).bind(person).bind(shard).fetch_all(c).await)?;
    Ok(kinds.into_iter().fold(Kinds::default(), |kinds, (kind, counter)| kinds.and(&kind, counter)))
}

/// Adds one; `false` if it is there already, or somebody else's.
pub async fn insert(tx: &mut Tx, new: &NewAuthenticator<'_>, now: Timestamp) -> Result<bool, Fault> {
    const INSERT: &str = "INSERT INTO authenticators (id, shard, person_id, kind, secret, lookup, counter, created_at, \
         model) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    if let Some(lookup) = new.lookup
        && !names::put_first(tx, new.person, lookup).await?
    {
        return Ok(false);
    }
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(new.id)
        .bind(Shard::of(new.person).number())
        .bind(new.person)
        .bind(new.kind.as_str())
        .bind(new.secret)
        .bind(new.lookup)
        .bind(new.counter)
        .bind(now.micros())
        .bind(new.model)
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// How many passkeys devices of a model made, as far as attestations told.
pub async fn count_of_model(db: &Db, model: Uuid) -> Result<i64, Fault> {
    const COUNT: &str = "SELECT COUNT(*) FROM authenticators WHERE model = $1";
    on!(db.reads, c => sqlx::query_scalar(COUNT).bind(model).fetch_one(c).await)
}

/// Moves the counter of one forward, and wrong tries are over; `false` if it is that person's no more, was used so far by
/// another interaction, or was tried in vain too often meanwhile. The counter of an authenticator that counts nothing stays zero.
pub async fn use_up(tx: &mut Tx, used: &Use<'_>, now: Timestamp) -> Result<bool, Fault> {
    const USE: &str = "UPDATE authenticators SET counter = $4, used_by = $5, used_at = $6, used_from = $7, failures = 0 \
         WHERE id = $1 AND shard = $2 AND person_id = $3 AND failures < $8 AND (counter < $4 OR counter = $4 AND (used_by = $5 OR $4 = 0))";
    in_tx!(tx, c => sqlx::query(USE)
        .bind(used.id)
        .bind(Shard::of(used.person).number())
        .bind(used.person)
        .bind(used.counter)
        .bind(used.by.as_slice())
        .bind(now.micros())
        .bind(used.from)
        .bind(MOST_FAILURES)
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// A code was right: wrong ones before it, which nobody can tell whose they were meant to be, are over for every
/// authenticator of the person that they did not shut.
pub async fn forgive(tx: &mut Tx, person: Uuid) -> Result<(), Fault> {
    const FORGIVE: &str = "UPDATE authenticators SET failures = 0 WHERE person_id = $1 AND shard = $2 AND failures > 0 \
         AND failures < $3 AND kind <> 'passkey'";
    in_tx!(tx, c => {
        let query = sqlx::query(FORGIVE).bind(person).bind(Shard::of(person).number()).bind(MOST_FAILURES);
        query.execute(c).await.map(|_| ())
    })
}

/// Counts a wrong try against the codes of a person, and returns how many there were of each kind since the last right one.
pub async fn fail(db: &Db, person: Uuid) -> Result<Vec<(Option<Kind>, i64)>, Fault> {
    const FAIL: &str = "UPDATE authenticators SET failures = failures + 1 \
         WHERE person_id = $1 AND shard = $2 AND kind <> 'passkey' RETURNING kind, failures";
    let shard = Shard::of(person).number();
    let failed: Vec<(String, i64)> =
        change!(db, c => sqlx::query_as(FAIL).bind(person).bind(shard).fetch_all(c).await)?;
    Ok(failed.into_iter().map(|(kind, failures)| (Kind::stored(&kind), failures)).collect())
}

/// Replaces what is sealed of one.
pub async fn put_secret(tx: &mut Tx, person: Uuid, id: Uuid, was: &[u8], is: &[u8]) -> Result<bool, Fault> {
    const PUT: &str =
        "UPDATE authenticators SET secret = $5 WHERE id = $1 AND shard = $2 AND person_id = $3 AND secret = $4";
    let shard = Shard::of(person).number();
    in_tx!(tx, c => {
        let query = sqlx::query(PUT).bind(id).bind(shard).bind(person).bind(was).bind(is);
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// How often something was taken from a person: what was offered before the last time is not added any more.
pub async fn removals(db: &Db, person: Uuid) -> Result<i64, Fault> {
    const REMOVALS: &str = "SELECT removals FROM people WHERE id = $1 AND shard = $2";
    let shard = Shard::of(person).number();
    let times: Option<i64> =
        on!(db.reads, c => sqlx::query_scalar(REMOVALS).bind(person).bind(shard).fetch_optional(c).await)?;
    Ok(times.unwrap_or_default())
}

async fn removed(tx: &mut Tx, person: Uuid) -> Result<(), Fault> {
    const REMOVED: &str = "UPDATE people SET removals = removals + 1 WHERE id = $1 AND shard = $2";
    let shard = Shard::of(person).number();
    in_tx!(tx, c => sqlx::query(REMOVED).bind(person).bind(shard).execute(c).await.map(|_| ()))
}

/// Takes one from a person; `false` if they had it no more.
pub async fn remove(tx: &mut Tx, person: Uuid, id: Uuid) -> Result<bool, Fault> {
    const REMOVE: &str = "DELETE FROM authenticators WHERE id = $1 AND shard = $2 AND person_id = $3 RETURNING lookup";
    let shard = Shard::of(person).number();
    let gone: Option<Option<Vec<u8>>> =
        in_tx!(tx, c => sqlx::query_scalar(REMOVE).bind(id).bind(shard).bind(person).fetch_optional(c).await)?;
    let Some(lookup) = gone else { return Ok(false) };
    if let Some(lookup) = lookup {
        names::take(tx, person, &lookup).await?;
    }
    removed(tx, person).await?;
    Ok(true)
}

/// Whether a person has one that was made at this instant.
pub async fn is_made_at(db: &Db, person: Uuid, at: Timestamp) -> Result<bool, Fault> {
    const MADE: &str = "SELECT 1 FROM authenticators WHERE person_id = $1 AND shard = $2 AND created_at = $3 LIMIT 1";
    let shard = Shard::of(person).number();
    let made: Option<i32> = on!(db.reads, c => {
        sqlx::query_scalar(MADE).bind(person).bind(shard).bind(at.micros()).fetch_optional(c).await
    })?;
    Ok(made.is_some())
}

/// Takes from a person all of a kind, or all.
pub async fn remove_all(tx: &mut Tx, person: Uuid, kind: Option<Kind>) -> Result<(), Fault> {
    const REMOVE: &str =
        "DELETE FROM authenticators WHERE person_id = $1 AND shard = $2 AND (kind = $3 OR $3 = '') RETURNING lookup";
    let (shard, kind) = (Shard::of(person).number(), kind.map_or("", Kind::as_str));
    let gone: Vec<Option<Vec<u8>>> =
        in_tx!(tx, c => sqlx::query_scalar(REMOVE).bind(person).bind(shard).bind(kind).fetch_all(c).await)?;
    if gone.is_empty() {
        return Ok(());
    }
    for lookup in gone.into_iter().flatten() {
        names::take(tx, person, &lookup).await?;
    }
    removed(tx, person).await
}

/// Takes from a person what was added at an instant or later.
pub async fn remove_made_since(tx: &mut Tx, person: Uuid, since: Timestamp) -> Result<(), Fault> {
    const MADE: &str =
        "SELECT id FROM authenticators WHERE person_id = $1 AND shard = $2 AND created_at >= $3 ORDER BY id";
    let shard = Shard::of(person).number();
    let made: Vec<Uuid> = in_tx!(tx, c => {
        sqlx::query_scalar(MADE).bind(person).bind(shard).bind(since.micros()).fetch_all(c).await
    })?;
    for id in &made {
        remove(tx, person, *id).await?;
    }
    Ok(())
}
