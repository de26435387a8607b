//! Rights: who may do what. A row is written once, and ended once.

use sqlx::FromRow;
use uuid::Uuid;

use super::batch::Batch;
use super::batch::Column;
use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Actor;
use crate::identity::authority::Agencies;
use crate::identity::authority::Holder;
use crate::identity::authority::Role;
use crate::identity::authority::Scope;
use crate::identity::authority::Wanted;
use crate::identity::hierarchy::UnitId;

/// A row of `rights`.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    person_id: Option<Uuid>,
    client_id: Option<String>,
    role: String,
    unit_id: Option<Uuid>,
    branch: Option<String>,
    agency_id: Option<String>,
    subordinates: bool,
    /// Whether its holder may give it on.
    pub may_delegate: bool,
    valid_from: i64,
    valid_until: Option<i64>,
    /// The right by which it was given.
    pub parent_id: Option<Uuid>,
    granted_by: String,
    approved_by: Option<String>,
    revoked_at: Option<i64>,
}

impl Row {
    /// Who has it.
    pub fn holder(&self) -> Result<Holder, Fault> {
        match (self.person_id, &self.client_id) {
            (Some(person), None) => Ok(Holder::Person(person)),
            (None, Some(client)) => Ok(Holder::Client(client.clone())),
            _ => Err(Fault::broken("a right has no holder, or two")),
        }
    }

    /// What it lets them do; `None` for a role that a later version knows.
    pub fn role(&self) -> Option<Role> {
        Role::parse(&self.role)
    }

    /// Where, as it was given.
    pub fn scope(&self) -> Scope {
        let agencies = match &self.agency_id {
            None => Agencies::All,
            Some(agency) if self.subordinates => Agencies::Below(agency.clone()),
            Some(agency) => Agencies::One(agency.clone()),
        };
        Scope { unit: self.unit_id.map(UnitId), branch: self.branch.clone(), agencies }
    }

    /// Since when it counts.
    pub fn from(&self) -> Timestamp {
        Timestamp::from_micros(self.valid_from)
    }

    /// Until when.
    pub fn until(&self) -> Option<Timestamp> {
        self.valid_until.map(Timestamp::from_micros)
    }

    /// Who gave it.
    pub fn granted_by(&self) -> Result<Actor, Fault> {
        Actor::parse(&self.granted_by).ok_or_else(|| Fault::broken("a right was given by nobody that is known"))
    }

    /// Who approved that.
    pub fn approved_by(&self) -> Option<Actor> {
        self.approved_by.as_deref().and_then(Actor::parse)
    }

    /// Since when it is taken away.
    pub fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at.map(Timestamp::from_micros)
    }
}

/// A right about to be given.
#[allow(missing_docs)] // as in Row
pub struct NewRight<'a> {
    pub id: Uuid,
    pub wanted: &'a Wanted,
    pub parent: Option<Uuid>,
    pub granted_by: &'a Actor,
    pub approved_by: Option<&'a Actor>,
    pub now: Timestamp,
}

/// Gives it.
pub async fn insert(tx: &mut Tx, new: &NewRight<'_>) -> Result<(), Fault> {
    const INSERT: &str = "INSERT INTO rights (id, person_id, client_id, client_epoch, role, unit_id, branch, agency_id, \
         subordinates, may_delegate, valid_from, valid_until, parent_id, granted_by, granted_at, approved_by) \
         VALUES ($1, $2, $3, (SELECT created_at FROM clients WHERE clients.id = $3), $4, $5, $6, $7, $8, $9, $10, $11, $12, \
         $13, $14, $15)";
    let NewRight { wanted, .. } = new;
    let (person, client) = match &wanted.holder {
        Holder::Person(person) => (Some(*person), None),
        Holder::Client(client) => (None, Some(client)),
    };
    let (agency, subordinates) = match &wanted.scope.agencies {
        Agencies::All => (None, false),
        Agencies::One(agency) => (Some(agency), false),
        Agencies::Below(agency) => (Some(agency), true),
    };
    in_tx!(tx, c => sqlx::query(INSERT)
        .bind(new.id)
        .bind(person)
        .bind(client)
        .bind(wanted.role.as_str())
        .bind(wanted.scope.unit.map(|unit| unit.0))
        .bind(&wanted.scope.branch)
        .bind(agency)
        .bind(subordinates)
        .bind(wanted.may_delegate)
        .bind(wanted.from.micros())
        .bind(wanted.until.map(Timestamp::micros))
        .bind(new.parent)
        .bind(new.granted_by.stored())
        .bind(new.now.micros())
        .bind(new.approved_by.map(Actor::stored))
        .execute(c)
        .await
        .map(|_| ()))
}

macro_rules! columns {
    () => {
        "id, person_id, client_id, role, unit_id, branch, agency_id, subordinates, may_delegate, valid_from, valid_until, \
         parent_id, granted_by, approved_by, revoked_at"
    };
}

/// All that a holder ever had, the oldest first. Those of a client that was removed are nobody's.
pub async fn of(db: &Db, holder: &Holder) -> Result<Vec<Row>, Fault> {
    const OF_PERSON: &str = concat!("SELECT ", columns!(), " FROM rights WHERE person_id = $1 ORDER BY id");
    const OF_CLIENT: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM rights WHERE client_id = $1 AND client_epoch = (SELECT created_at FROM clients WHERE id = $1) ORDER BY id"
    );
    match holder {
        Holder::Person(id) => on!(db.reads, c => sqlx::query_as(OF_PERSON).bind(id).fetch_all(c).await),
        Holder::Client(id) => on!(db.reads, c => sqlx::query_as(OF_CLIENT).bind(id).fetch_all(c).await),
    }
}

/// One.
pub async fn find(db: &Db, id: Uuid) -> Result<Option<Row>, Fault> {
    const FIND: &str = concat!("SELECT ", columns!(), " FROM rights WHERE id = $1");
    on!(db.reads, c => sqlx::query_as(FIND).bind(id).fetch_optional(c).await)
}

/// All that were not ended before `at`. Those of a client that was removed are nobody's.
pub async fn all(db: &Db, at: Timestamp) -> Result<Vec<Row>, Fault> {
    const PAGE: i64 = 10_000;
    let (mut all, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let rows = page(db, at, after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        after = last.id;
        all.extend(rows);
    }
}

/// At most `limit` of them, whose ids come after `after`.
async fn page(db: &Db, at: Timestamp, after: Uuid, limit: i64) -> Result<Vec<Row>, Fault> {
    const PAGE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM rights WHERE id > $1 AND (revoked_at IS NULL OR revoked_at > $2) \
         AND (valid_until IS NULL OR valid_until > $2) AND (client_id IS NULL \
         OR client_epoch = (SELECT created_at FROM clients WHERE clients.id = rights.client_id)) ORDER BY id LIMIT $3"
    );
    on!(db.reads, c => sqlx::query_as(PAGE).bind(after).bind(at.micros()).bind(limit).fetch_all(c).await)
}

/// At most `limit` that nobody took away, whose ids come after `after`. Those of a client that was removed are nobody's.
pub async fn after(db: &Db, after: Uuid, limit: i64) -> Result<Vec<Row>, Fault> {
    const AFTER: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM rights WHERE id > $1 AND revoked_at IS NULL AND (client_id IS NULL \
         OR client_epoch = (SELECT created_at FROM clients WHERE clients.id = rights.client_id)) ORDER BY id LIMIT $2"
    );
    on!(db.reads, c => sqlx::query_as(AFTER).bind(after).bind(limit).fetch_all(c).await)
}

/// The same of those that were given for one unit.
pub async fn after_of_unit(db: &Db, unit: Uuid, after: Uuid, limit: i64) -> Result<Vec<Row>, Fault> {
    const OF_UNIT: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM rights WHERE unit_id = $3 AND id > $1 AND revoked_at IS NULL AND (client_id IS NULL \
         OR client_epoch = (SELECT created_at FROM clients WHERE clients.id = rights.client_id)) ORDER BY id LIMIT $2"
    );
    on!(db.reads, c => sqlx::query_as(OF_UNIT).bind(after).bind(limit).bind(unit).fetch_all(c).await)
}

static GIVEN: Batch = Batch::new(
    "SELECT v.id FROM ",
    &["id"],
    " WHERE EXISTS (SELECT 1 FROM rights WHERE rights.unit_id = v.id AND rights.revoked_at IS NULL)",
);

/// Those of some units for which there are rights, in no order.
pub async fn given(db: &Db, units: &[UnitId]) -> Result<Vec<Uuid>, Fault> {
    let rows: Vec<(Uuid,)> = GIVEN.read(db, units, ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

fn ids(units: &[UnitId]) -> Vec<Column<'_>> {
    vec![Column::ids(units.iter().map(|unit| unit.0))]
}

/// Keeps a right as it is until the transaction ends, if it counts at `at`: whoever takes it away waits. `false` if it does not.
pub async fn hold(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<bool, Fault> {
    const HOLD: &str = "UPDATE rights SET revoked_at = revoked_at WHERE id = $1 AND revoked_at IS NULL \
         AND valid_from <= $2 AND (valid_until IS NULL OR valid_until > $2)";
    in_tx!(tx, c => {
        let query = sqlx::query(HOLD).bind(id).bind(at.micros());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Takes one away; the person who had it, if it was a person, and `None` if it was taken away before.
pub async fn revoke(tx: &mut Tx, id: Uuid, by: &Actor, now: Timestamp) -> Result<Option<Option<Uuid>>, Fault> {
    const REVOKE: &str =
        "UPDATE rights SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL RETURNING person_id";
    in_tx!(tx, c => {
        sqlx::query_scalar(REVOKE).bind(id).bind(now.micros()).bind(by.stored()).fetch_optional(c).await
    })
}

/// Takes away all that a person has, or is to have; which they were.
pub async fn revoke_of(tx: &mut Tx, person: Uuid, by: &Actor, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
    const REVOKE: &str = "UPDATE rights SET revoked_at = $2, revoked_by = $3 WHERE person_id = $1 AND revoked_at IS NULL \
         AND (valid_until IS NULL OR valid_until > $2) RETURNING id";
    in_tx!(tx, c => sqlx::query_scalar(REVOKE).bind(person).bind(now.micros()).bind(by.stored()).fetch_all(c).await)
}
