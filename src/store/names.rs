//! What people are found by: names to sign in with and passkeys, each by a keyed digest, in the shard of the digest.

use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::id::Shard;

/// Whose the name with this digest is.
pub async fn whose(db: &Db, digest: &[u8]) -> Result<Option<Uuid>, Fault> {
    const WHOSE: &str = "SELECT person_id FROM names WHERE digest = $1 AND shard = $2";
    let shard = Shard::of_digest(digest).number();
    on!(db.reads, c => sqlx::query_scalar(WHOSE).bind(digest).bind(shard).fetch_optional(c).await)
}

/// Gives a person a name that is nobody's; whose it is then.
pub(super) async fn put(tx: &mut Tx, person: Uuid, digest: &[u8]) -> Result<Uuid, Fault> {
    const PUT: &str = "INSERT INTO names (digest, shard, person_id) VALUES ($1, $2, $3) \
         ON CONFLICT (digest, shard) DO UPDATE SET person_id = names.person_id RETURNING person_id";
    let shard = Shard::of_digest(digest).number();
    in_tx!(tx, c => sqlx::query_scalar(PUT).bind(digest).bind(shard).bind(person).fetch_one(c).await)
}

/// The same; `false` if it is somebody's already, theirs too.
pub(super) async fn put_first(tx: &mut Tx, person: Uuid, digest: &[u8]) -> Result<bool, Fault> {
    const PUT: &str =
        "INSERT INTO names (digest, shard, person_id) VALUES ($1, $2, $3) ON CONFLICT (digest, shard) DO NOTHING";
    let shard = Shard::of_digest(digest).number();
    in_tx!(tx, c => {
        let query = sqlx::query(PUT).bind(digest).bind(shard).bind(person);
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Takes a name from a person.
pub(super) async fn take(tx: &mut Tx, person: Uuid, digest: &[u8]) -> Result<(), Fault> {
    const TAKE: &str = "DELETE FROM names WHERE digest = $1 AND shard = $2 AND person_id = $3";
    let shard = Shard::of_digest(digest).number();
    in_tx!(tx, c => sqlx::query(TAKE).bind(digest).bind(shard).bind(person).execute(c).await.map(|_| ()))
}
