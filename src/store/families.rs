//! Refresh families: grants that outlive their sessions, one row for each, whatever the day of the grant. A row holds all
//! that an exchange needs, and nothing grows by use.

use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Tx;
use super::grants;
use super::grants::Grant;
use super::grants::NewGrant;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;

/// The columns of a family, as a grant is read.
macro_rules! columns {
    () => {
        "id, client_id, client_epoch, person_id, session_id, scope, claims, resource, auth_time, acr, amr, TRUE AS offline, \
         created_at, generation, used_at, revoked_at"
    };
}

/// Written in the commit of the grants, for those that won.
pub(super) static INSERT: Batch = Batch::new(
    "INSERT INTO families (id, shard, client_id, client_epoch, person_id, session_id, scope, claims, resource, auth_time, \
     acr, amr, created_at, generation, used_at) SELECT id, shard, client_id, client_epoch, person_id, session_id, scope, \
     claims, resource, auth_time, acr, amr, created_at, 0, created_at FROM ",
    &[
        "id",
        "shard",
        "client_id",
        "client_epoch",
        "person_id",
        "session_id",
        "scope",
        "claims",
        "resource",
        "auth_time",
        "acr",
        "amr",
        "created_at",
    ],
    // A sign-out waits for the commit, and finds what was given; or it was faster, and nothing is.
    " WHERE (SELECT ended_at FROM sessions WHERE sessions.id = v.session_id AND sessions.shard = v.shard \
     /*AND sessions.shard = ANY($2)*/ /*FOR SHARE*/) \
     IS NULL ON CONFLICT (id, shard) DO NOTHING RETURNING id",
);

/// The columns of [`INSERT`].
pub(super) fn inserted<'a>(rows: &[&'a NewGrant]) -> Vec<Column<'a>> {
    grants::given(rows.iter().copied())
}

/// A refresh token presented by a client: the guard of the exchange.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The grant.
    pub family: Uuid,
    /// The client that presents it.
    pub client_id: String,
    /// The generation that it presents.
    pub generation: i64,
    /// Which incarnation of it.
    pub client_epoch: i64,
    /// The resources that it may have tokens for.
    pub resources: Vec<String>,
    /// The present instant.
    pub now: Timestamp,
    /// The last use must lie after this.
    pub used_after: Timestamp,
    /// The sign-in must lie after this.
    pub created_after: Timestamp,
}

/// Exchanges each generation that is the current one.
pub(super) static ROTATE: Batch = Batch::new(
    "UPDATE families SET generation = families.generation + 1, used_at = v.present FROM ",
    &["family", "family_shard", "client", "presented", "epoch", "resources", "present", "used_after", "created_after"],
    concat!(
        " WHERE families.id = v.family AND families.shard = v.family_shard /*AND families.shard = ANY($2)*/ \
         AND families.client_id = v.client \
         AND families.client_epoch = v.epoch AND families.generation = v.presented AND families.used_at > v.used_after \
         AND families.created_at > v.created_after AND families.revoked_at IS NULL \
         AND (SELECT disabled_at IS NULL FROM people WHERE people.id = families.person_id AND people.shard = families.shard \
         /*AND people.shard = ANY($2)*/) \
         AND (families.resource IS NULL OR replace(v.resources, ' ' || families.resource || ' ', '') <> v.resources) \
         RETURNING ",
        columns!()
    ),
);

/// The columns of [`ROTATE`].
pub(super) fn rotated<'a>(rows: &'a [Rotation]) -> Vec<Column<'a>> {
    // In one order: two replicas that exchange the same rows in different orders would wait for each other.
    let mut rows: Vec<&Rotation> = rows.iter().collect();
    rows.sort_unstable_by_key(|rotation| rotation.family);
    let resources = |rotation: &&Rotation| Some(format!(" {} ", rotation.resources.join(" ")).into());
    vec![
        Column::ids(rows.iter().map(|rotation| rotation.family)),
        Column::shards(rows.iter().map(|rotation| rotation.family)),
        Column::texts(rows.iter().map(|rotation| rotation.client_id.as_str())),
        Column::numbers(rows.iter().map(|rotation| rotation.generation)),
        Column::numbers(rows.iter().map(|rotation| rotation.client_epoch)),
        Column::Texts(rows.iter().map(resources).collect()),
        Column::numbers(rows.iter().map(|rotation| rotation.now.micros())),
        Column::numbers(rows.iter().map(|rotation| rotation.used_after.micros())),
        Column::numbers(rows.iter().map(|rotation| rotation.created_after.micros())),
    ]
}

/// The grant of a family.
pub async fn find(db: &Db, id: Uuid) -> Result<Option<Grant>, Fault> {
    const FIND: &str = concat!("SELECT ", columns!(), " FROM families WHERE id = $1 AND shard = $2");
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await)
}

/// The grant of a family whose person may still sign in.
pub async fn find_enabled(db: &Db, id: Uuid) -> Result<Option<Grant>, Fault> {
    const FIND: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM families WHERE id = $1 AND shard = $2 AND EXISTS (SELECT 1 FROM people \
         WHERE people.id = families.person_id AND people.shard = families.shard AND disabled_at IS NULL)"
    );
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).bind(Shard::of(id).number()).fetch_optional(c).await)
}

/// A person's families that were not revoked, at most `limit`, the latest first.
pub async fn of_person(db: &Db, person: Uuid, limit: i64) -> Result<Vec<Grant>, Fault> {
    const OF_PERSON: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM families WHERE person_id = $1 AND shard = $2 AND revoked_at IS NULL ORDER BY id DESC LIMIT $3"
    );
    on!(db.reads, c => {
        sqlx::query_as(OF_PERSON).bind(person).bind(Shard::of(person).number()).bind(limit).fetch_all(c).await
    })
}

/// A client's families that were not revoked and come after `before`, at most `limit`, the latest first.
pub async fn of_client(db: &Db, (client, epoch): (&str, i64), before: Uuid, limit: i64) -> Result<Vec<Grant>, Fault> {
    const OF_CLIENT: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM families WHERE client_id = $1 AND client_epoch = $2 AND id < $3 AND revoked_at IS NULL \
         ORDER BY id DESC LIMIT $4"
    );
    on!(db.reads, c => {
        sqlx::query_as(OF_CLIENT).bind(client).bind(epoch).bind(before).bind(limit).fetch_all(c).await
    })
}

/// Revokes one; `false` if it was dead already.
pub async fn revoke(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    const REVOKE: &str = "UPDATE families SET revoked_at = $3 WHERE id = $1 AND shard = $2 AND revoked_at IS NULL";
    revoke_all(tx, REVOKE, id, now).await.map(|died| died > 0)
}

/// Revokes those of a person.
pub async fn revoke_of(tx: &mut Tx, person: Uuid, now: Timestamp) -> Result<(), Fault> {
    const REVOKE: &str =
        "UPDATE families SET revoked_at = $3 WHERE person_id = $1 AND shard = $2 AND revoked_at IS NULL";
    revoke_all(tx, REVOKE, person, now).await.map(drop)
}

/// Revokes those of a person at one client; returns what died.
pub async fn revoke_at_client(tx: &mut Tx, person: Uuid, client: &str, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
    const REVOKE: &str = "UPDATE families SET revoked_at = $3 WHERE person_id = $1 AND shard = $2 AND client_id = $4 \
         AND revoked_at IS NULL RETURNING id";
    in_tx!(tx, c => {
        let query = sqlx::query_scalar(REVOKE).bind(person).bind(Shard::of(person).number());
        query.bind(now.micros()).bind(client).fetch_all(c).await
    })
}

/// Revokes those that a person's ended sessions gave.
pub async fn revoke_of_ended(tx: &mut Tx, person: Uuid, now: Timestamp) -> Result<(), Fault> {
    const REVOKE: &str = "UPDATE families SET revoked_at = $3 WHERE person_id = $1 AND shard = $2 AND revoked_at IS NULL \
         AND session_id IN (SELECT id FROM sessions WHERE person_id = $1 AND shard = $2 AND ended_at IS NOT NULL)";
    revoke_all(tx, REVOKE, person, now).await.map(drop)
}

async fn revoke_all(tx: &mut Tx, sql: &'static str, of: Uuid, now: Timestamp) -> Result<u64, Fault> {
    in_tx!(tx, c => {
        let query = sqlx::query(sql).bind(of).bind(Shard::of(of).number()).bind(now.micros());
        query.execute(c).await.map(|done| done.rows_affected())
    })
}

/// Drops at most `limit` that were made before `before`.
pub async fn drop_before(db: &Db, before: Uuid, limit: i64) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM families WHERE id IN (SELECT id FROM families WHERE id < $1 ORDER BY id LIMIT $2)";
    change!(db, c => {
        sqlx::query(DROP).bind(before).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })
}
