//! What people prove themselves with.

use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::credential::password::StoredPassword;

/// The password of `person`, if there is one.
pub async fn password(db: &Db, person: Uuid) -> Result<Option<StoredPassword>, Fault> {
    const FIND: &str = "SELECT secret, pepper FROM credentials WHERE person_id = $1 AND kind = 'password'";
    let row: Option<(String, Option<String>)> =
        on!(db.reads, c => sqlx::query_as(FIND).bind(person).fetch_optional(c).await)?;
    Ok(row.map(|(phc, pepper)| StoredPassword { phc, pepper }))
}

/// Sets the password of `person`; `id` names the credential where it is the first.
pub async fn put_password(
    tx: &mut Tx,
    id: Uuid,
    person: Uuid,
    password: &StoredPassword,
    now: Timestamp,
) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO credentials (id, person_id, kind, secret, pepper, created_at, updated_at) \
         VALUES ($1, $2, 'password', $3, $4, $5, $5) ON CONFLICT (person_id) WHERE kind = 'password' DO UPDATE SET \
         secret = excluded.secret, pepper = excluded.pepper, updated_at = excluded.updated_at";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(id)
        .bind(person)
        .bind(&password.phc)
        .bind(&password.pepper)
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))
}
