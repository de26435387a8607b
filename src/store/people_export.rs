//! What is written out of many people at once, beside their rows.

use std::collections::HashMap;

use sqlx::FromRow;
use uuid::Uuid;

use super::authenticators::Authenticator;
use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::proofings::Proofing;
use super::recoveries::Recovery;
use crate::base::fault::Fault;
use crate::identity::credential::password::StoredPassword;

static PASSWORDS: Batch = Batch::new(
    "SELECT credentials.person_id, credentials.secret, credentials.pepper FROM ",
    &["id", "shard"],
    " JOIN credentials ON credentials.person_id = v.id AND credentials.shard = v.shard AND credentials.kind = 'password'",
);

static AUTHENTICATORS: Batch = Batch::new(
    "SELECT authenticators.person_id, authenticators.id, authenticators.kind, authenticators.secret, authenticators.lookup, \
     authenticators.counter, authenticators.used_at, authenticators.used_from, authenticators.failures, \
     authenticators.model, authenticators.created_at FROM ",
    &["id", "shard"],
    " JOIN authenticators ON authenticators.person_id = v.id AND authenticators.shard = v.shard ORDER BY authenticators.id",
);
static PROOFINGS: Batch = Batch::new(
    "SELECT proofings.person_id, proofings.id, proofings.level, proofings.method, proofings.evidence, proofings.agency, \
     proofings.at FROM ",
    &["id", "shard"],
    " JOIN proofings ON proofings.person_id = v.id AND proofings.shard = v.shard ORDER BY proofings.at DESC, proofings.id DESC",
);
static RECOVERIES: Batch = Batch::new(
    "SELECT recoveries.person_id, recoveries.id, recoveries.way, recoveries.digest, recoveries.ready_at, \
     recoveries.expires_at, recoveries.mail_letter, recoveries.mail_outcome, recoveries.sms_letter, \
     recoveries.sms_outcome FROM ",
    &["id", "shard"],
    " JOIN recoveries ON recoveries.person_id = v.id AND recoveries.shard = v.shard ORDER BY recoveries.way",
);

/// What stands beside the rows of some people, by person.
#[derive(Default)]
pub struct Beside {
    /// How they sign in beside a password.
    pub authenticators: HashMap<Uuid, Vec<Authenticator>>,
    /// Who looked at them, the latest first.
    pub proofings: HashMap<Uuid, Vec<Proofing>>,
    /// Ways back in that were asked for.
    pub recoveries: HashMap<Uuid, Vec<Recovery>>,
}

#[derive(FromRow)]
struct Of<T> {
    person_id: Uuid,
    #[sqlx(flatten)]
    row: T,
}

#[derive(FromRow)]
struct Row {
    person_id: Uuid,
    secret: String,
    pepper: Option<String>,
}

/// The passwords of the people with these ids, as far as they have one.
pub async fn passwords(db: &Db, ids: &[Uuid]) -> Result<Vec<(Uuid, StoredPassword)>, Fault> {
    let rows: Vec<Row> = PASSWORDS.read(db, ids, columns).await?;
    let password = |row: Row| (row.person_id, StoredPassword { phc: row.secret, pepper: row.pepper });
    Ok(rows.into_iter().map(password).collect())
}

/// What stands beside the rows of the people with these ids.
pub async fn beside(db: &Db, ids: &[Uuid]) -> Result<Beside, Fault> {
    Ok(Beside {
        authenticators: by_person(AUTHENTICATORS.read(db, ids, columns).await?),
        proofings: by_person(PROOFINGS.read(db, ids, columns).await?),
        recoveries: by_person(RECOVERIES.read(db, ids, columns).await?),
    })
}

fn columns(some: &[Uuid]) -> Vec<Column<'_>> {
    vec![Column::ids(some.iter().copied()), Column::shards(some.iter().copied())]
}

fn by_person<T>(rows: Vec<Of<T>>) -> HashMap<Uuid, Vec<T>> {
    let mut found: HashMap<Uuid, Vec<T>> = HashMap::new();
    for Of { person_id, row } in rows {
        found.entry(person_id).or_default().push(row);
    }
    found
}
