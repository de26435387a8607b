//! Who is called so and was born then, by a keyed digest of both, in the shard of the digest.

use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Tx;
use super::people;
use super::people::PersonRow;
use crate::base::fault::Fault;
use crate::base::id::Shard;

/// At most `limit` people of this name and birth date.
pub async fn of(db: &Db, digest: &[u8], limit: i64) -> Result<Vec<Uuid>, Fault> {
    const OF: &str = "SELECT person_id FROM births WHERE digest = $1 AND shard = $2 ORDER BY person_id LIMIT $3";
    let shard = Shard::of_digest(digest).number();
    on!(db.reads, c => sqlx::query_scalar(OF).bind(digest).bind(shard).bind(limit).fetch_all(c).await)
}

/// A person is of this name and birth date.
pub async fn put(tx: &mut Tx, person: Uuid, digest: &[u8]) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO births (digest, shard, person_id) VALUES ($1, $2, $3) \
         ON CONFLICT (digest, shard, person_id) DO NOTHING";
    let shard = Shard::of_digest(digest).number();
    in_tx!(tx, c => sqlx::query(PUT).bind(digest).bind(shard).bind(person).execute(c).await.map(|_| ()))
}

/// The same, of a person who is as in `row` still.
pub async fn add(tx: &mut Tx, row: &PersonRow, digest: &[u8]) -> Result<(), Fault> {
    if people::hold_same(tx, row).await? { put(tx, row.id, digest).await } else { Ok(()) }
}

/// A person is no more.
pub async fn take(tx: &mut Tx, person: Uuid, digest: &[u8]) -> Result<(), Fault> {
    const TAKE: &str = "DELETE FROM births WHERE digest = $1 AND shard = $2 AND person_id = $3";
    let shard = Shard::of_digest(digest).number();
    in_tx!(tx, c => sqlx::query(TAKE).bind(digest).bind(shard).bind(person).execute(c).await.map(|_| ()))
}

static PUT_ALL: Batch = Batch::new(
    "INSERT INTO births (digest, shard, person_id) SELECT digest, shard, person_id FROM ",
    &["digest", "shard", "person_id"],
    "",
);

/// People who are new are of these.
pub(super) async fn put_all(tx: &mut Tx, births: &[(&[u8], Uuid)]) -> Result<(), Fault> {
    PUT_ALL
        .execute_in(tx, births, |some| {
            vec![
                Column::bytes(some.iter().map(|(digest, _)| *digest)),
                Column::Shards(some.iter().map(|(digest, _)| Shard::of_digest(digest).number()).collect()),
                Column::ids(some.iter().map(|(_, person)| *person)),
            ]
        })
        .await
}
