//! What is written out of many people at once, beside their rows.

use sqlx::FromRow;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use crate::base::fault::Fault;
use crate::identity::credential::password::StoredPassword;

static PASSWORDS: Batch = Batch::new(
    "SELECT credentials.person_id, credentials.secret, credentials.pepper FROM ",
    &["id", "shard"],
    " JOIN credentials ON credentials.person_id = v.id AND credentials.shard = v.shard AND credentials.kind = 'password'",
);

#[derive(FromRow)]
struct Row {
    person_id: Uuid,
    secret: String,
    pepper: Option<String>,
}

/// The passwords of the people with these ids, as far as they have one.
pub async fn passwords(db: &Db, ids: &[Uuid]) -> Result<Vec<(Uuid, StoredPassword)>, Fault> {
    let rows: Vec<Row> = PASSWORDS
        .read(db, ids, |some| vec![Column::ids(some.iter().copied()), Column::shards(some.iter().copied())])
        .await?;
    let password = |row: Row| (row.person_id, StoredPassword { phc: row.secret, pepper: row.pepper });
    Ok(rows.into_iter().map(password).collect())
}
