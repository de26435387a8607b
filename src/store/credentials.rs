//! What people prove themselves with.

use uuid::Uuid;

use super::authenticators::Kinds;
use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::credential::MOST_FAILURES;
use crate::identity::credential::password::StoredPassword;

/// A password, and what its person has beside it.
pub struct Password {
    /// The password.
    pub stored: StoredPassword,
    /// Wrong tries since the last right one.
    pub failures: i64,
    /// What else they prove themselves with.
    pub beside: Kinds,
}

impl Password {
    /// Whether it opens nothing any more: it was tried in vain too often.
    pub const fn is_shut(&self) -> bool {
        self.failures >= MOST_FAILURES
    }
}

/// The password of `person`, if there is one.
pub async fn password(db: &Db, person: Uuid) -> Result<Option<StoredPassword>, Fault> {
    Ok(password_among(db, person).await?.map(|password| password.stored))
}

/// The same, with what a sign-in asks besides.
pub async fn password_among(db: &Db, person: Uuid) -> Result<Option<Password>, Fault> {
    const FIND: &str = "SELECT c.secret, c.pepper, c.failures, a.kind, a.counter FROM credentials AS c \
         LEFT JOIN authenticators AS a ON a.person_id = c.person_id AND a.shard = c.shard \
         WHERE c.person_id = $1 AND c.shard = $2 AND c.kind = 'password'";
    type Row = (String, Option<String>, i64, Option<String>, Option<i64>);
    let shard = Shard::of(person).number();
    let rows: Vec<Row> = on!(db.reads, c => sqlx::query_as(FIND).bind(person).bind(shard).fetch_all(c).await)?;
    let beside = rows.iter().fold(Kinds::default(), |kinds, (_, _, _, kind, counter)| {
        kinds.and(kind.as_deref().unwrap_or_default(), counter.unwrap_or_default())
    });
    let first = rows.into_iter().next();
    Ok(first.map(|(phc, pepper, failures, ..)| Password { stored: StoredPassword { phc, pepper }, failures, beside }))
}

/// Counts a wrong try, and returns how many there were since the last right one.
pub async fn fail(db: &Db, person: Uuid) -> Result<Option<i64>, Fault> {
    const FAIL: &str = "UPDATE credentials SET failures = failures + 1 \
         WHERE person_id = $1 AND shard = $2 AND kind = 'password' RETURNING failures";
    let shard = Shard::of(person).number();
    change!(db, c => sqlx::query_scalar(FAIL).bind(person).bind(shard).fetch_optional(c).await)
}

/// What is remembered where no declaration gave a hash. Of passwords of former times nothing is.
pub const NO_HASH: &[u8] = &[];

/// The hash that a declaration gave `person` last, as a digest; [`NO_HASH`] for none, `None` where nobody knows.
pub async fn declared(db: &Db, person: Uuid) -> Result<Option<Vec<u8>>, Fault> {
    const DECLARED: &str = "SELECT declared FROM credentials WHERE person_id = $1 AND shard = $2 AND kind = 'password' AND declared IS NOT NULL";
    let shard = Shard::of(person).number();
    on!(db.reads, c => sqlx::query_scalar(DECLARED).bind(person).bind(shard).fetch_optional(c).await)
}

/// Remembers which hash a declaration gave `person` last, if any.
pub async fn put_declared(tx: &mut Tx, person: Uuid, phc: Option<&str>) -> Result<(), Fault> {
    const PUT: &str = "UPDATE credentials SET declared = $3 WHERE person_id = $1 AND shard = $2 AND kind = 'password'";
    let shard = Shard::of(person).number();
    let digest = phc.map_or_else(|| NO_HASH.to_vec(), declared_digest);
    in_tx!(tx, c => sqlx::query(PUT).bind(person).bind(shard).bind(digest).execute(c).await.map(|_| ()))
}

/// What is remembered of a hash: its salt makes it one of its kind.
pub fn declared_digest(phc: &str) -> Vec<u8> {
    sha256(phc.as_bytes()).to_vec()
}

/// The names of the peppers that entered some passwords, the oldest ones.
pub async fn some_peppers(db: &Db) -> Result<Vec<String>, Fault> {
    const SOME: &str = "SELECT DISTINCT pepper FROM (SELECT pepper FROM credentials ORDER BY id LIMIT 1000) AS oldest \
         WHERE pepper IS NOT NULL";
    on!(db.reads, c => sqlx::query_scalar(SOME).fetch_all(c).await)
}

/// Sets the password of `person`; `id` names the credential where it is the first.
pub async fn put_password(
    tx: &mut Tx,
    id: Uuid,
    person: Uuid,
    password: &StoredPassword,
    now: Timestamp,
) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO credentials (id, person_id, kind, secret, pepper, created_at, updated_at, shard, declared) \
         VALUES ($1, $2, 'password', $3, $4, $5, $5, $6, $7) ON CONFLICT (person_id, shard) WHERE kind = 'password' DO UPDATE \
         SET secret = excluded.secret, pepper = excluded.pepper, updated_at = excluded.updated_at, failures = 0";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(id)
        .bind(person)
        .bind(&password.phc)
        .bind(&password.pepper)
        .bind(now.micros())
        .bind(Shard::of(person).number())
        .bind(NO_HASH)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Whether the password of `person`, whom the transaction holds, opens the account: not where it was tried in vain too often, or
/// the codes that are asked for beside it were.
pub async fn opens(tx: &mut Tx, person: Uuid) -> Result<bool, Fault> {
    const OPENS: &str = "SELECT 1 FROM credentials AS c WHERE c.person_id = $1 AND c.shard = $2 AND c.kind = 'password' \
         AND c.failures < $3 AND NOT EXISTS (SELECT 1 FROM authenticators AS a \
         WHERE a.person_id = c.person_id AND a.shard = c.shard AND a.failures >= $3)";
    let shard = Shard::of(person).number();
    let opens: Option<i32> = in_tx!(tx, c => {
        sqlx::query_scalar(OPENS).bind(person).bind(shard).bind(MOST_FAILURES).fetch_optional(c).await
    })?;
    Ok(opens.is_some())
}

/// Takes from `person` the password, if it was set at an instant or later; `false` if it was not.
pub async fn remove_password_since(tx: &mut Tx, person: Uuid, since: Timestamp) -> Result<bool, Fault> {
    const REMOVE: &str =
        "DELETE FROM credentials WHERE person_id = $1 AND shard = $2 AND kind = 'password' AND updated_at >= $3";
    let shard = Shard::of(person).number();
    in_tx!(tx, c => {
        let query = sqlx::query(REMOVE).bind(person).bind(shard).bind(since.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Whether a person's password was set at this instant.
pub async fn is_set_at(db: &Db, person: Uuid, at: Timestamp) -> Result<bool, Fault> {
    const SET: &str = "SELECT 1 FROM credentials WHERE person_id = $1 AND shard = $2 AND kind = 'password' AND updated_at = $3 LIMIT 1";
    let shard = Shard::of(person).number();
    let set: Option<i32> = on!(db.reads, c => {
        sqlx::query_scalar(SET).bind(person).bind(shard).bind(at.micros()).fetch_optional(c).await
    })?;
    Ok(set.is_some())
}

/// Whether the password of `person` is still the one of this digest, with no more wrong tries meanwhile than may be; they are
/// over then. Who asks holds the person, so
/// that nobody sets another meanwhile.
pub async fn is_password(tx: &mut Tx, person: Uuid, digest: &[u8; 32]) -> Result<bool, Fault> {
    const NOW: &str =
        "SELECT secret, failures FROM credentials WHERE person_id = $1 AND shard = $2 AND kind = 'password'";
    const RIGHT: &str = "UPDATE credentials SET failures = 0 WHERE person_id = $1 AND shard = $2 AND kind = 'password'";
    let shard = Shard::of(person).number();
    let now: Option<(String, i64)> =
        in_tx!(tx, c => sqlx::query_as(NOW).bind(person).bind(shard).fetch_optional(c).await)?;
    let stands = |(phc, failures): &(String, i64)| sha256(phc.as_bytes()) == *digest && *failures < MOST_FAILURES;
    let Some((_, failures)) = now.filter(stands) else { return Ok(false) };
    if failures > 0 {
        in_tx!(tx, c => sqlx::query(RIGHT).bind(person).bind(shard).execute(c).await.map(|_| ()))?;
    }
    Ok(true)
}

/// Stores the password of `person` in another form, as of when it was set; `false` if it is not the one that `was` stored.
pub async fn replace_password(
    tx: &mut Tx,
    person: Uuid,
    was: &StoredPassword,
    is: &StoredPassword,
) -> Result<bool, Fault> {
    const REPLACE: &str = "UPDATE credentials SET secret = $3, pepper = $4 \
         WHERE person_id = $1 AND shard = $5 AND kind = 'password' AND secret = $2";
    in_tx!(tx, c => sqlx::query(REPLACE)
        .bind(person)
        .bind(&was.phc)
        .bind(&is.phc)
        .bind(&is.pepper)
        .bind(Shard::of(person).number())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))
}
