//! People. What identifies them is sealed; names to sign in with are looked up by keyed digests.

use sqlx::FromRow;
use uuid::Uuid;

use super::authenticators;
use super::db::Db;
use super::db::Pool;
use super::db::Tx;
use super::db::within_deadline;
use super::names;
use super::proofings::level_of;
use super::recoveries;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::assurance::Level;

/// A row of `people`.
#[derive(Clone, Debug, FromRow)]
pub struct PersonRow {
    /// Our own identifier; it never leaves the building.
    pub id: Uuid,
    /// Sealed `PersonalData`.
    pub data: Vec<u8>,
    /// Digest of the user name.
    pub user_name: Option<Vec<u8>>,
    /// Digest of the identity number.
    pub identity_number: Option<Vec<u8>>,
    /// Digest of the e-mail address.
    pub email: Option<Vec<u8>>,
    disabled_at: Option<i64>,
    closes_at: Option<i64>,
    created_at: i64,
}

/// How many people there are.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Count {
    /// All of them.
    pub all: i64,
    /// Those of them who may not sign in.
    pub disabled: i64,
    /// Whether that is an estimate.
    pub about: bool,
}

/// The digests under which a person is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
#[allow(missing_docs)] // as in PersonRow
pub struct Digests {
    pub user_name: Option<Vec<u8>>,
    pub identity_number: Option<Vec<u8>>,
    pub email: Option<Vec<u8>>,
}

impl Digests {
    /// Each that there is.
    pub fn all(&self) -> impl Iterator<Item = &[u8]> {
        [&self.user_name, &self.identity_number, &self.email].into_iter().filter_map(|digest| digest.as_deref())
    }
}

impl PersonRow {
    /// Whether the person may not sign in.
    pub fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }

    /// Since when the person may not sign in, if so.
    pub fn disabled_at(&self) -> Option<Timestamp> {
        self.disabled_at.map(Timestamp::from_micros)
    }

    /// When the account closes, if its person wants it closed.
    pub fn closes_at(&self) -> Option<Timestamp> {
        self.closes_at.map(Timestamp::from_micros)
    }

    /// Since when the person is known.
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_micros(self.created_at)
    }

    /// The digests under which the person is found.
    pub fn digests(&self) -> Digests {
        Digests {
            user_name: self.user_name.clone(),
            identity_number: self.identity_number.clone(),
            email: self.email.clone(),
        }
    }
}

const FIND: &str = "SELECT id, data, user_name, identity_number, email, disabled_at, closes_at, created_at FROM people \
     WHERE id = $1 AND shard = $2";

/// The person with this id.
pub async fn find(db: &Db, id: Uuid) -> Result<Option<PersonRow>, Fault> {
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await)
}

/// The same, by whoever holds a transaction.
pub async fn find_in(tx: &mut Tx, id: Uuid) -> Result<Option<PersonRow>, Fault> {
    in_tx!(tx, c => sqlx::query_as(FIND).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await)
}

/// The person who signs in with the name of this digest.
pub async fn find_by_name(db: &Db, digest: &[u8]) -> Result<Option<PersonRow>, Fault> {
    // Nobody is looked up as well, and takes as long.
    find(db, names::whose(db, digest).await?.unwrap_or_default()).await
}

/// A person who is held as they are until a transaction ends.
pub struct Held {
    /// Their [`networks`].
    pub networks: Vec<u8>,
    /// Since when a passkey may be offered to them again, where one was.
    pub passkey_offer_after: Option<Timestamp>,
    /// How surely the state knows them.
    pub level: Level,
    /// How often something that they proved themselves with was taken from them.
    pub removals: i64,
}

/// Keeps a person as they are until the transaction ends; `None` if they may not sign in.
pub async fn hold(tx: &mut Tx, id: Uuid) -> Result<Option<Held>, Fault> {
    const HOLD: &str = concat!(
        "UPDATE people SET updated_at = updated_at WHERE id = $1 AND shard = $2 AND disabled_at IS NULL \
         RETURNING networks, passkey_offer_after, removals, ",
        level_of!("$1", "$2"),
    );
    type Row = (Option<Vec<u8>>, Option<i64>, i64, i64);
    let held: Option<Row> =
        in_tx!(tx, c => sqlx::query_as(HOLD).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await)?;
    Ok(held.map(|(networks, offer, removals, level)| Held {
        networks: networks.unwrap_or_default(),
        passkey_offer_after: offer.map(Timestamp::from_micros),
        level: Level::stored(level),
        removals,
    }))
}

/// A passkey was offered to a person, and may be again after this.
pub async fn put_passkey_offer_after(tx: &mut Tx, id: Uuid, after: Timestamp) -> Result<(), Fault> {
    const PUT: &str = "UPDATE people SET passkey_offer_after = $3 WHERE id = $1 AND shard = $2";
    in_tx!(tx, c => {
        sqlx::query(PUT).bind(id).bind(Shard::of(id).number()).bind(after.micros()).execute(c).await.map(|_| ())
    })
}

/// Digests of the networks where a person signed in of late, the latest first, as they are stored.
pub async fn networks(db: &Db, id: Uuid) -> Result<Vec<u8>, Fault> {
    const NETWORKS: &str = "SELECT networks FROM people WHERE id = $1 AND shard = $2";
    let known: Option<Option<Vec<u8>>> =
        on!(db.reads, c => sqlx::query_scalar(NETWORKS).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await)?;
    Ok(known.flatten().unwrap_or_default())
}

/// How often a person's known browsers were forgotten.
pub async fn devices_forgotten(db: &Db, id: Uuid) -> Result<i64, Fault> {
    const FORGOTTEN: &str = "SELECT devices FROM people WHERE id = $1 AND shard = $2";
    let times: Option<i64> = on!(db.reads, c => {
        sqlx::query_scalar(FORGOTTEN).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await
    })?;
    Ok(times.unwrap_or_default())
}

/// Forgets the browsers and the networks in which a person signed in.
pub async fn forget_devices(tx: &mut Tx, id: Uuid) -> Result<(), Fault> {
    const FORGET: &str = "UPDATE people SET devices = devices + 1, networks = NULL WHERE id = $1 AND shard = $2";
    in_tx!(tx, c => sqlx::query(FORGET).bind(id).bind(Shard::of(id).number()).execute(c).await.map(|_| ()))
}

/// Replaces them.
pub async fn put_networks(tx: &mut Tx, id: Uuid, networks: &[u8]) -> Result<(), Fault> {
    const PUT: &str = "UPDATE people SET networks = $3 WHERE id = $1 AND shard = $2";
    in_tx!(tx, c => {
        sqlx::query(PUT).bind(id).bind(Shard::of(id).number()).bind(networks).execute(c).await.map(|_| ())
    })
}

/// Everybody who may sign in.
pub async fn enabled_ids(tx: &mut Tx) -> Result<Vec<Uuid>, Fault> {
    const IDS: &str = "SELECT id FROM people WHERE disabled_at IS NULL ORDER BY id";
    in_tx!(tx, c => sqlx::query_scalar(IDS).fetch_all(c).await)
}

/// At most `limit` people whose ids come after `after`, in the order of their ids.
pub async fn after(db: &Db, after: Uuid, limit: i64) -> Result<Vec<PersonRow>, Fault> {
    const AFTER: &str = "SELECT id, data, user_name, identity_number, email, disabled_at, closes_at, created_at FROM people \
         WHERE id > $1 ORDER BY id LIMIT $2";
    on!(db.reads, c => sqlx::query_as(AFTER).bind(after).bind(limit).fetch_all(c).await)
}

/// Lets a person who is as in `row` be found by `digests` as well; those that are another's stay as they are. `false` if the
/// person is not as in `row` any more: whoever changed them has seen to it.
pub async fn add_names(tx: &mut Tx, row: &PersonRow, digests: &Digests) -> Result<bool, Fault> {
    const NAME: &str = "UPDATE people SET user_name = $4, identity_number = $5, email = $6 \
         WHERE id = $1 AND shard = $2 AND data = $3";
    let named = in_tx!(tx, c => sqlx::query(NAME)
        .bind(row.id)
        .bind(Shard::of(row.id).number())
        .bind(&row.data)
        .bind(digests.user_name.as_deref())
        .bind(digests.identity_number.as_deref())
        .bind(digests.email.as_deref())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))?;
    if named {
        for digest in digests.all() {
            let whose = names::put(tx, row.id, digest).await?;
            if whose != row.id {
                let (person, other) = (row.id, whose);
                tracing::error!(target: "motcua::fault", %person, %other, "two people have one name, typed otherwise");
            }
        }
    }
    Ok(named)
}

/// Lets a person be found by this digest as well, of which nothing is said where it is another's.
pub async fn put_contact(tx: &mut Tx, id: Uuid, digest: &[u8; 32]) -> Result<(), Fault> {
    names::put_first(tx, id, digest).await.map(drop)
}

/// The same, for a person who is as in `row`.
pub async fn add_contact(tx: &mut Tx, row: &PersonRow, digest: &[u8; 32]) -> Result<(), Fault> {
    if hold_same(tx, row).await? { put_contact(tx, row.id, digest).await } else { Ok(()) }
}

/// Whether a person is as in `row` still; if so, they stay so until the transaction ends.
pub(super) async fn hold_same(tx: &mut Tx, row: &PersonRow) -> Result<bool, Fault> {
    const HOLD: &str = "UPDATE people SET updated_at = updated_at WHERE id = $1 AND shard = $2 AND data = $3";
    let shard = Shard::of(row.id).number();
    in_tx!(tx, c => {
        let query = sqlx::query(HOLD).bind(row.id).bind(shard).bind(&row.data);
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Takes from a person the names that are not among `kept`; `former` are those under which they may be found beside
/// those of their row. Whoever renames them at the same time waits.
pub async fn release_names(tx: &mut Tx, id: Uuid, former: &[[u8; 32]], kept: &Digests) -> Result<(), Fault> {
    let row = held(tx, id).await?;
    let former = former.iter().map(<[u8; 32]>::as_slice);
    for lost in row.all().chain(former).filter(|lost| !kept.all().any(|name| name == *lost)) {
        names::take(tx, id, lost).await?;
    }
    Ok(())
}

/// Removes a person whose names are released, with what they prove themselves with, what they agreed to and what was to be
/// written to them. The history stays, of an identifier that is nobody's.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<(), Fault> {
    const CREDENTIALS: &str = "DELETE FROM credentials WHERE person_id = $1 AND shard = $2";
    const CONSENTS: &str = "DELETE FROM consents WHERE person_id = $1 AND shard = $2";
    const LETTERS: &str = "DELETE FROM letters WHERE person_id = $1 AND shard = $2";
    const PERSON: &str = "DELETE FROM people WHERE id = $1 AND shard = $2";
    const PROOFINGS: &str = "DELETE FROM proofings WHERE person_id = $1 AND shard = $2";
    const STOPS: &str = "DELETE FROM stops WHERE person_id = $1 AND shard = $2";
    const HISTORIES: &str = "DELETE FROM histories WHERE person_id = $1 AND shard = $2";
    authenticators::remove_all(tx, id, None).await?;
    recoveries::stop_all(tx, id).await?;
    for sql in [CREDENTIALS, PROOFINGS, CONSENTS, LETTERS, STOPS, HISTORIES, PERSON] {
        let shard = Shard::of(id).number();
        in_tx!(tx, c => sqlx::query(sql).bind(id).bind(shard).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// The digests of a person's row, which nobody else changes until the transaction ends.
async fn held(tx: &mut Tx, id: Uuid) -> Result<Digests, Fault> {
    const HELD: &str = "UPDATE people SET updated_at = updated_at WHERE id = $1 AND shard = $2 \
         RETURNING user_name, identity_number, email";
    let shard = Shard::of(id).number();
    let row: Option<Digests> = in_tx!(tx, c => sqlx::query_as(HELD).bind(id).bind(shard).fetch_optional(c).await)?;
    Ok(row.unwrap_or_default())
}

/// Writes a person, new or known, with the names that they sign in with.
pub async fn put(tx: &mut Tx, id: Uuid, data: &[u8], digests: &Digests, now: Timestamp) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO people (id, data, user_name, identity_number, email, created_at, updated_at, shard) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT (id, shard) DO UPDATE SET data = excluded.data, \
         user_name = excluded.user_name, identity_number = excluded.identity_number, email = excluded.email, \
         updated_at = excluded.updated_at, disabled_at = NULL";
    release_names(tx, id, &[], digests).await?;
    let shard = Shard::of(id).number();
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(id)
        .bind(data)
        .bind(digests.user_name.as_deref())
        .bind(digests.identity_number.as_deref())
        .bind(digests.email.as_deref())
        .bind(now.micros())
        .bind(shard)
        .execute(c)
        .await
        .map(|_| ()))?;
    for digest in digests.all() {
        if names::put(tx, id, digest).await? != id {
            return Err(Fault::broken("a name to sign in with is another person's"));
        }
    }
    Ok(())
}

/// Writes what is known of a person as in `former`, whose names stay; `false` where something else is known by now.
pub async fn put_data(tx: &mut Tx, id: Uuid, former: &[u8], data: &[u8], now: Timestamp) -> Result<bool, Fault> {
    const PUT: &str = "UPDATE people SET data = $4, updated_at = $5 WHERE id = $1 AND shard = $2 AND data = $3";
    in_tx!(tx, c => {
        let query = sqlx::query(PUT).bind(id).bind(Shard::of(id).number()).bind(former).bind(data).bind(now.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Takes from a person the right to sign in; the history stays. `false` if they had it no more.
pub async fn disable(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    const DISABLE: &str = "UPDATE people SET disabled_at = $3 WHERE id = $1 AND shard = $2 AND disabled_at IS NULL";
    in_tx!(tx, c => {
        let query = sqlx::query(DISABLE).bind(id).bind(Shard::of(id).number()).bind(now.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Gives it back; `false` if they had it.
pub async fn enable(tx: &mut Tx, id: Uuid) -> Result<bool, Fault> {
    const ENABLE: &str =
        "UPDATE people SET disabled_at = NULL WHERE id = $1 AND shard = $2 AND disabled_at IS NOT NULL";
    in_tx!(tx, c => {
        let query = sqlx::query(ENABLE).bind(id).bind(Shard::of(id).number());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// How many people there are; about so many where the database has counted a sample of many.
pub async fn count(db: &Db) -> Result<Count, Fault> {
    // What ANALYZE, or autovacuum, saw of a sample; nothing on Citus, whose machines each have a part.
    const SEEN: &str = "SELECT reltuples::bigint AS \"all\", \
         (reltuples * (1 - COALESCE(null_frac, 1)))::bigint AS disabled, TRUE AS about \
         FROM pg_class LEFT JOIN pg_stats ON schemaname = current_schema() AND tablename = relname \
         AND attname = 'disabled_at' WHERE pg_class.oid = to_regclass('people')";
    if let Pool::Postgres(pool) = &db.reads {
        let seen: Count = within_deadline(sqlx::query_as(SEEN).fetch_one(pool)).await?;
        if seen.all > FEW {
            return Ok(seen);
        }
    }
    count_all(db).await
}

/// How many people there are, read one after the other.
pub async fn count_all(db: &Db) -> Result<Count, Fault> {
    const NEXT: &str = "SELECT COUNT(*) AS \"all\", COUNT(disabled_at) AS disabled, FALSE AS about \
         FROM (SELECT disabled_at FROM people WHERE id > $1 ORDER BY id LIMIT $2) AS p";
    const LAST: &str = "SELECT id FROM people WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2";
    let (mut count, mut after) = (Count { all: 0, disabled: 0, about: false }, Uuid::nil());
    loop {
        let some: Count = on!(db.reads, c => sqlx::query_as(NEXT).bind(after).bind(FEW).fetch_one(c).await)?;
        count.all += some.all;
        count.disabled += some.disabled;
        let last: Option<Uuid> =
            on!(db.reads, c => sqlx::query_scalar(LAST).bind(after).bind(FEW - 1).fetch_optional(c).await)?;
        match last {
            Some(last) => after = last,
            None => return Ok(count),
        }
    }
}

/// So many are read at a time.
const FEW: i64 = 50_000;
