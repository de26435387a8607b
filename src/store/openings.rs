//! People who enter themselves.

use uuid::Uuid;

use super::db::Tx;
use super::names;
use super::people::Digests;
use super::people::PersonRow;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entered {
    /// The person is new.
    New,
    /// The person is there: somebody sent the same form before.
    Before,
    /// The name with this digest is somebody else's.
    Taken(Vec<u8>),
}

/// Enters a person, found by `digests` and by the `others`. Where a name is taken, nothing of the transaction may last. Of two
/// who want one name at the same time one waits for the other.
pub async fn enter(
    tx: &mut Tx,
    id: Uuid,
    data: &[u8],
    (digests, others): (&Digests, &[[u8; 32]]),
    now: Timestamp,
) -> Result<Entered, Fault> {
    const ENTER: &str = "INSERT INTO people (id, data, user_name, identity_number, email, created_at, updated_at, shard) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT (id, shard) DO NOTHING";
    let is_new = in_tx!(tx, c => sqlx::query(ENTER)
        .bind(id)
        .bind(data)
        .bind(digests.user_name.as_deref())
        .bind(digests.identity_number.as_deref())
        .bind(digests.email.as_deref())
        .bind(now.micros())
        .bind(Shard::of(id).number())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))?;
    if !is_new {
        return Ok(Entered::Before);
    }
    let mut names: Vec<&[u8]> = digests.all().chain(others.iter().map(<[u8; 32]>::as_slice)).collect();
    names.sort_unstable(); // one order for all, or two would wait for each other
    names.dedup();
    for name in names {
        if !names::put_first(tx, id, name).await? {
            return Ok(Entered::Taken(name.to_vec()));
        }
    }
    Ok(Entered::New)
}

/// Lets a person who is as in `row` be found by the number with this digest, and replaces what is known of them;
/// [`Entered::Before`] where somebody changed them meanwhile.
pub async fn number(
    tx: &mut Tx,
    row: &PersonRow,
    data: &[u8],
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<Entered, Fault> {
    const NUMBER: &str = "UPDATE people SET data = $4, identity_number = $5, updated_at = $6 \
         WHERE id = $1 AND shard = $2 AND data = $3";
    let is_same = in_tx!(tx, c => sqlx::query(NUMBER)
        .bind(row.id)
        .bind(Shard::of(row.id).number())
        .bind(&row.data)
        .bind(data)
        .bind(digest.as_slice())
        .bind(now.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))?;
    if !is_same {
        return Ok(Entered::Before);
    }
    let is_theirs = names::put_first(tx, row.id, digest).await?;
    Ok(if is_theirs { Entered::New } else { Entered::Taken(digest.to_vec()) })
}
