//! What changes, in as few statements as the engine takes.

use sqlx::types::Json;
use uuid::Uuid;

use super::end;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::hierarchy::Body;
use crate::identity::hierarchy::Branch;
use crate::identity::hierarchy::Changes;
use crate::identity::hierarchy::Described;
use crate::identity::hierarchy::Level;
use crate::identity::hierarchy::Parent;
use crate::identity::hierarchy::Place;
use crate::identity::hierarchy::Succession;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::UnitId;
use crate::store::batch::Batch;
use crate::store::batch::Column;
use crate::store::db::Tx;

/// What is done at once.
#[allow(missing_docs)]
pub struct Reorganization<'a> {
    pub id: Uuid,
    /// `import` or `succession`.
    pub kind: &'a str,
    pub effective: Day,
    pub legal_basis: Option<&'a str>,
    pub done_at: Timestamp,
}

/// Rows after which somebody hears of them.
const CHUNK: usize = 1024;

static UNITS: Batch = Batch::new(
    "INSERT INTO units (id, level, rank, code, kind, name, valid_from, valid_to) \
     SELECT v.id, v.level, levels.rank, v.code, v.kind, v.name, v.valid_from, v.valid_to FROM ",
    &["id", "level", "code", "kind", "name", "valid_from", "valid_to"],
    " JOIN levels ON levels.code = v.level",
);

static ENDED: Batch =
    Batch::new("UPDATE units SET valid_to = v.valid_to FROM ", &["id", "valid_to"], " WHERE units.id = v.id");

static DESCRIBED: Batch = Batch::new(
    "UPDATE units SET kind = v.kind, name = v.name FROM ",
    &["id", "kind", "name"],
    " WHERE units.id = v.id",
);

static PARENTS: Batch = Batch::new(
    "INSERT INTO unit_parents (unit_id, rank, valid_from, parent_id, parent_rank) \
     SELECT v.unit_id, own.rank, v.valid_from, v.parent_id, above.rank FROM ",
    &["unit_id", "valid_from", "parent_id"],
    " JOIN units AS own ON own.id = v.unit_id JOIN units AS above ON above.id = v.parent_id WHERE TRUE \
     ON CONFLICT (unit_id, valid_from) DO UPDATE SET parent_id = excluded.parent_id, parent_rank = excluded.parent_rank",
);

static SUCCESSIONS: Batch = Batch::new(
    "INSERT INTO successions (id, reorganization_id, kind, from_id, to_id, share, portion, legal_basis, effective) \
     SELECT id, reorganization_id, kind, from_id, to_id, share, portion, legal_basis, effective FROM ",
    &["id", "reorganization_id", "kind", "from_id", "to_id", "share", "portion", "legal_basis", "effective"],
    "",
);

static PLACES: Batch = Batch::new(
    "INSERT INTO agency_places (agency_id, depth, valid_from, unit_id, branch, parent_id, parent_depth, divided_id) \
     SELECT v.agency_id, own.depth, v.valid_from, v.unit_id, v.branch, v.parent_id, above.depth, v.divided_id FROM ",
    &["agency_id", "valid_from", "unit_id", "branch", "parent_id", "divided_id"],
    " JOIN agencies AS own ON own.id = v.agency_id LEFT JOIN agencies AS above ON above.id = v.parent_id WHERE TRUE \
     ON CONFLICT (agency_id, valid_from) DO UPDATE SET unit_id = excluded.unit_id, branch = excluded.branch, \
     parent_id = excluded.parent_id, parent_depth = excluded.parent_depth, divided_id = excluded.divided_id",
);

/// Writes that something is done; what becomes of units refers to it.
pub async fn begin_reorganization(tx: &mut Tx, what: &Reorganization<'_>) -> Result<(), Fault> {
    const BEGIN: &str = "INSERT INTO reorganizations (id, kind, effective, legal_basis, done_at) \
         VALUES ($1, $2, $3, $4, $5)";
    in_tx!(tx, c => sqlx::query(BEGIN)
        .bind(what.id)
        .bind(what.kind)
        .bind(what.effective.number())
        .bind(what.legal_basis)
        .bind(what.done_at.micros())
        .execute(c)
        .await
        .map(|_| ()))
}

/// Writes all that changes. `ids`: of the rows of successions, which belong to the reorganization `of`; `tell` hears how many
/// rows are written, and of how many.
pub async fn write(
    tx: &mut Tx,
    changes: &Changes,
    of: Uuid,
    ids: &mut (dyn FnMut() -> Uuid + Send),
    tell: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<(), Fault> {
    let Changes { units, ended, parents, described, successions, places } = changes;
    let (mut written, all) = (0, rows(changes));
    let mut done = |rows: usize| {
        written += rows;
        tell(written, all);
    };
    for some in ended.chunks(CHUNK) {
        ENDED.execute_in(tx, some, ended_columns).await?; // a code is free before another bears it
        done(some.len());
    }
    for some in units.chunks(CHUNK) {
        UNITS.execute_in(tx, some, unit_columns).await?;
        done(some.len());
    }
    let placed: Vec<Parent> = units.iter().flat_map(first_parents).chain(parents.iter().copied()).collect();
    for some in placed.chunks(CHUNK) {
        PARENTS.execute_in(tx, some, parent_columns).await?;
        done(some.len());
    }
    DESCRIBED.execute_in(tx, described, described_columns).await?;
    let successions: Vec<(Uuid, Uuid, &Succession)> = successions.iter().map(|row| (ids(), of, row)).collect();
    for some in successions.chunks(CHUNK) {
        SUCCESSIONS.execute_in(tx, some, succession_columns).await?;
        done(some.len());
    }
    PLACES.execute_in(tx, places, place_columns).await?;
    done(described.len() + places.len());
    Ok(())
}

/// How many rows [`write`] writes.
fn rows(changes: &Changes) -> usize {
    let Changes { units, ended, parents, described, successions, places } = changes;
    let first: usize = units.iter().map(|unit| unit.parents.len()).sum();
    units.len() + first + ended.len() + parents.len() + described.len() + successions.len() + places.len()
}

fn first_parents(unit: &Unit) -> impl Iterator<Item = Parent> {
    unit.parents.iter().map(|(from, parent)| Parent { unit: unit.id, from: *from, parent: *parent })
}

fn unit_columns(units: &[Unit]) -> Vec<Column<'_>> {
    vec![
        Column::ids(units.iter().map(|unit| unit.id.0)),
        Column::texts(units.iter().map(|unit| unit.level.as_str())),
        Column::texts(units.iter().map(|unit| unit.code.as_str())),
        Column::some_texts(units.iter().map(|unit| unit.kind.as_deref())),
        Column::objects(units.iter().map(|unit| &unit.name)),
        Column::numbers(units.iter().map(|unit| unit.validity.from.number())),
        Column::numbers(units.iter().map(|unit| end(unit.validity))),
    ]
}

fn ended_columns(ended: &[(UnitId, Day)]) -> Vec<Column<'_>> {
    vec![Column::ids(ended.iter().map(|(unit, _)| unit.0)), Column::numbers(ended.iter().map(|(_, day)| day.number()))]
}

fn described_columns(described: &[Described]) -> Vec<Column<'_>> {
    vec![
        Column::ids(described.iter().map(|one| one.unit.0)),
        Column::some_texts(described.iter().map(|one| one.kind.as_deref())),
        Column::objects(described.iter().map(|one| &one.name)),
    ]
}

fn parent_columns(parents: &[Parent]) -> Vec<Column<'_>> {
    vec![
        Column::ids(parents.iter().map(|one| one.unit.0)),
        Column::numbers(parents.iter().map(|one| one.from.number())),
        Column::ids(parents.iter().map(|one| one.parent.0)),
    ]
}

fn succession_columns<'a>(rows: &'a [(Uuid, Uuid, &Succession)]) -> Vec<Column<'a>> {
    let all = || rows.iter().map(|(_, _, succession)| *succession);
    vec![
        Column::ids(rows.iter().map(|(id, _, _)| *id)),
        Column::ids(rows.iter().map(|(_, of, _)| *of)),
        Column::texts(all().map(|row| row.kind.as_str())),
        Column::ids(all().map(|row| row.from.0)),
        Column::Ids(all().map(|row| row.to.map(|unit| unit.0)).collect()),
        Column::texts(all().map(|row| row.share.as_str())),
        Column::Numbers(all().map(|row| row.portion).collect()),
        Column::some_texts(all().map(|row| row.legal_basis.as_deref())),
        Column::numbers(all().map(|row| row.effective.number())),
    ]
}

fn place_columns(places: &[(String, Day, Place)]) -> Vec<Column<'_>> {
    let all = || places.iter().map(|(_, _, place)| place);
    vec![
        Column::texts(places.iter().map(|(agency, _, _)| agency.as_str())),
        Column::numbers(places.iter().map(|(_, from, _)| from.number())),
        Column::Ids(all().map(|place| place.unit.map(|unit| unit.0)).collect()),
        Column::some_texts(all().map(|place| place.branch.as_deref())),
        Column::some_texts(all().map(|place| place.parent.as_deref())),
        Column::Ids(all().map(|place| place.divided.map(|unit| unit.0)).collect()),
    ]
}

/// Writes a level, new or changed; its units learn of its rank.
pub async fn put_level(tx: &mut Tx, level: &Level) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO levels (code, rank, name) VALUES ($1, $2, $3) \
         ON CONFLICT (code) DO UPDATE SET rank = excluded.rank, name = excluded.name";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(&level.code)
        .bind(level.rank)
        .bind(Json(&level.name))
        .execute(c)
        .await
        .map(|_| ()))
}

/// Writes a branch, new or changed, without what it is a part of.
pub async fn put_branch(tx: &mut Tx, branch: &Branch) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO branches (code, depth, name, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, valid_from = excluded.valid_from, \
         valid_to = excluded.valid_to";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(&branch.code)
        .bind(branch.depth)
        .bind(Json(&branch.name))
        .bind(branch.validity.from.number())
        .bind(end(branch.validity))
        .execute(c)
        .await
        .map(|_| ()))
}

/// Writes of what a branch is a part from a day on.
pub async fn put_branch_parent(tx: &mut Tx, branch: &str, from: Day, parent: Option<&str>) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO branch_parents (branch, depth, valid_from, parent, parent_depth) \
         SELECT own.code, own.depth, $2, above.code, above.depth FROM branches AS own \
         LEFT JOIN branches AS above ON above.code = $3 WHERE own.code = $1 \
         ON CONFLICT (branch, valid_from) DO UPDATE SET parent = excluded.parent, parent_depth = excluded.parent_depth";
    in_tx!(tx, c => sqlx::query(PUT).bind(branch).bind(from.number()).bind(parent).execute(c).await.map(|_| ()))
}

/// Lets a branch stand deeper. Those that stand deepest go first.
pub async fn deepen_branch(tx: &mut Tx, code: &str, depth: i64) -> Result<(), Fault> {
    const DEEPEN: &str = "UPDATE branches SET depth = $2 WHERE code = $1";
    in_tx!(tx, c => sqlx::query(DEEPEN).bind(code).bind(depth).execute(c).await.map(|_| ()))
}

/// Writes what an agency is and when it is there.
pub async fn put_agency(tx: &mut Tx, body: &Body) -> Result<(), Fault> {
    const PUT: &str = "UPDATE agencies SET kind = $2, valid_from = $3, valid_to = $4 WHERE id = $1";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(&body.id)
        .bind(body.kind.as_str())
        .bind(body.validity.from.number())
        .bind(end(body.validity))
        .execute(c)
        .await
        .map(|_| ()))
}

/// Lets an agency stand deeper. Those that stand deepest go first.
pub async fn deepen_agency(tx: &mut Tx, id: &str, depth: i64) -> Result<(), Fault> {
    const DEEPEN: &str = "UPDATE agencies SET depth = $2 WHERE id = $1";
    in_tx!(tx, c => sqlx::query(DEEPEN).bind(id).bind(depth).execute(c).await.map(|_| ()))
}

/// Nobody answers to an agency, nor ever did: it is about to be removed.
pub async fn forget_agency(tx: &mut Tx, id: &str) -> Result<(), Fault> {
    const FORGET: &str = "UPDATE agency_places SET parent_id = NULL, parent_depth = NULL WHERE parent_id = $1";
    in_tx!(tx, c => sqlx::query(FORGET).bind(id).execute(c).await.map(|_| ()))
}
