//! Units, branches and agencies through time: read whole, and written in batches.

mod write;

use std::collections::HashMap;

use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::identity::agency::Bilingual;
use crate::identity::hierarchy::AgencyKind;
use crate::identity::hierarchy::Body;
use crate::identity::hierarchy::Branch;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::History;
use crate::identity::hierarchy::Level;
use crate::identity::hierarchy::Place;
use crate::identity::hierarchy::Share;
use crate::identity::hierarchy::Succession;
use crate::identity::hierarchy::SuccessionKind;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::UnitId;
use crate::identity::hierarchy::Validity;

pub use self::write::Reorganization;
pub use self::write::begin_reorganization;
pub use self::write::deepen_agency;
pub use self::write::deepen_branch;
pub use self::write::forget_agency;
pub use self::write::put_agency;
pub use self::write::put_branch;
pub use self::write::put_branch_parent;
pub use self::write::put_level;
pub use self::write::write;

/// The day of whatever has no end, which is none that anybody can write.
const OPEN: i64 = 99_991_231;
/// How often what changes meanwhile is read anew.
const TRIES: usize = 5;

/// Whoever changes anything of the hierarchy does this first, and waits for whoever changes it at the same time. What is read
/// after it in `tx` is what counts until the transaction ends. The number of changes with this one.
pub async fn hold(tx: &mut Tx) -> Result<i64, Fault> {
    const HOLD: &str = "UPDATE hierarchy SET revision = revision + 1 WHERE one = 1 RETURNING revision";
    in_tx!(tx, c => sqlx::query_scalar(HOLD).fetch_one(c).await)
}

/// Keeps it from whoever would change it at the same time, as [`hold`] does, and counts nothing: whoever changes it then after
/// all says so by that.
pub async fn keep(tx: &mut Tx) -> Result<i64, Fault> {
    const KEEP: &str = "UPDATE hierarchy SET revision = revision WHERE one = 1 RETURNING revision";
    in_tx!(tx, c => sqlx::query_scalar(KEEP).fetch_one(c).await)
}

/// How often anything of it has changed.
pub async fn revision(db: &Db) -> Result<i64, Fault> {
    Source::Db(db).revision().await
}

/// All of it, as it is.
pub async fn read(db: &Db) -> Result<Hierarchy, Fault> {
    for _ in 0..TRIES {
        let before = revision(db).await?;
        let read = Source::Db(db).read(before).await?;
        if revision(db).await? == before {
            return Ok(read);
        }
    }
    Err(Fault::unavailable("the hierarchy changes while it is read"))
}

/// All of it, where it is held.
pub async fn read_held(tx: &mut Tx) -> Result<Hierarchy, Fault> {
    let mut source = Source::Tx(tx);
    let revision = source.revision().await?;
    source.read(revision).await
}

/// Where rows are read.
enum Source<'a> {
    Db(&'a Db),
    Tx(&'a mut Tx),
}

#[derive(FromRow)]
struct UnitRow {
    id: Uuid,
    level: String,
    code: String,
    kind: Option<String>,
    name: Json<Bilingual>,
    valid_from: i64,
    valid_to: i64,
}

#[derive(FromRow)]
struct AgencyRow {
    id: String,
    name: Json<Bilingual>,
    kind: String,
    depth: i64,
    valid_from: i64,
    valid_to: i64,
}

#[derive(FromRow)]
struct PlaceRow {
    agency_id: String,
    valid_from: i64,
    unit_id: Option<Uuid>,
    branch: Option<String>,
    parent_id: Option<String>,
    divided_id: Option<Uuid>,
}

#[derive(FromRow)]
struct SuccessionRow {
    kind: String,
    from_id: Uuid,
    to_id: Option<Uuid>,
    share: String,
    portion: Option<i64>,
    legal_basis: Option<String>,
    effective: i64,
}

type LevelRow = (String, i64, Json<Bilingual>);
type ParentRow = (Uuid, i64, Uuid);
type BranchRow = (String, i64, Json<Bilingual>, i64, i64);
type BranchParentRow = (String, i64, Option<String>);

impl Source<'_> {
    async fn rows<T>(&mut self, sql: &'static str) -> Result<Vec<T>, Fault>
    where
        T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        match self {
            Self::Db(db) => on!(db.reads, c => sqlx::query_as(sql).fetch_all(c).await),
            Self::Tx(tx) => in_tx!(tx, c => sqlx::query_as(sql).fetch_all(c).await),
        }
    }

    async fn revision(&mut self) -> Result<i64, Fault> {
        const REVISION: &str = "SELECT revision FROM hierarchy";
        let rows: Vec<(i64,)> = self.rows(REVISION).await?;
        rows.first().map(|(revision,)| *revision).ok_or_else(|| Fault::broken("the row of the hierarchy is gone"))
    }

    async fn read(&mut self, revision: i64) -> Result<Hierarchy, Fault> {
        let mut hierarchy = Hierarchy::new(revision);
        self.units(&mut hierarchy).await?;
        self.branches(&mut hierarchy).await?;
        self.agencies(&mut hierarchy).await?;
        self.successions(&mut hierarchy).await?;
        Ok(hierarchy)
    }

    async fn units(&mut self, hierarchy: &mut Hierarchy) -> Result<(), Fault> {
        const LEVELS: &str = "SELECT code, rank, name FROM levels";
        const PARENTS: &str = "SELECT unit_id, valid_from, parent_id FROM unit_parents";
        const UNITS: &str = "SELECT id, level, code, kind, name, valid_from, valid_to FROM units ORDER BY id";
        for (code, rank, Json(name)) in self.rows::<LevelRow>(LEVELS).await? {
            hierarchy.put_level(Level { code, rank, name });
        }
        let mut parents: HashMap<Uuid, History<UnitId>> = HashMap::new();
        for (unit, from, parent) in self.rows::<ParentRow>(PARENTS).await? {
            parents.entry(unit).or_default().insert(day(from)?, UnitId(parent));
        }
        for row in self.rows::<UnitRow>(UNITS).await? {
            let UnitRow { id, level, code, kind, name: Json(name), valid_from, valid_to } = row;
            let (validity, parents) = (validity(valid_from, valid_to)?, parents.remove(&id).unwrap_or_default());
            hierarchy.put_unit(Unit { id: UnitId(id), level, code, kind, name, validity, parents });
        }
        Ok(())
    }

    async fn branches(&mut self, hierarchy: &mut Hierarchy) -> Result<(), Fault> {
        const PARENTS: &str = "SELECT branch, valid_from, parent FROM branch_parents";
        const BRANCHES: &str = "SELECT code, depth, name, valid_from, valid_to FROM branches";
        let mut parents: HashMap<String, History<Option<String>>> = HashMap::new();
        for (branch, from, parent) in self.rows::<BranchParentRow>(PARENTS).await? {
            parents.entry(branch).or_default().insert(day(from)?, parent);
        }
        for (code, depth, Json(name), from, to) in self.rows::<BranchRow>(BRANCHES).await? {
            let (validity, parents) = (validity(from, to)?, parents.remove(&code).unwrap_or_default());
            hierarchy.put_branch(Branch { code, depth, name, validity, parents });
        }
        Ok(())
    }

    async fn agencies(&mut self, hierarchy: &mut Hierarchy) -> Result<(), Fault> {
        const PLACES: &str = "SELECT agency_id, valid_from, unit_id, branch, parent_id, divided_id FROM agency_places";
        const AGENCIES: &str = "SELECT id, name, kind, depth, valid_from, valid_to FROM agencies";
        let mut places: HashMap<String, History<Place>> = HashMap::new();
        for row in self.rows::<PlaceRow>(PLACES).await? {
            let PlaceRow { agency_id, valid_from, unit_id, branch, parent_id, divided_id } = row;
            let place = Place { unit: unit_id.map(UnitId), branch, parent: parent_id, divided: divided_id.map(UnitId) };
            places.entry(agency_id).or_default().insert(day(valid_from)?, place);
        }
        for AgencyRow { id, name: Json(name), kind, depth, valid_from, valid_to } in self.rows(AGENCIES).await? {
            let kind = AgencyKind::parse(&kind).unwrap_or_default();
            let (validity, places) = (validity(valid_from, valid_to)?, places.remove(&id).unwrap_or_default());
            hierarchy.put_agency(Body { id, name, kind, depth, validity, places });
        }
        Ok(())
    }

    async fn successions(&mut self, hierarchy: &mut Hierarchy) -> Result<(), Fault> {
        const SUCCESSIONS: &str =
            "SELECT kind, from_id, to_id, share, portion, legal_basis, effective FROM successions ORDER BY id";
        for row in self.rows::<SuccessionRow>(SUCCESSIONS).await? {
            let unknown = || Fault::broken("a succession is of no kind that this version knows");
            hierarchy.put_succession(Succession {
                kind: SuccessionKind::ALL.into_iter().find(|kind| kind.as_str() == row.kind).ok_or_else(unknown)?,
                from: UnitId(row.from_id),
                to: row.to_id.map(UnitId),
                share: Share::ALL.into_iter().find(|share| share.as_str() == row.share).ok_or_else(unknown)?,
                portion: row.portion,
                legal_basis: row.legal_basis,
                effective: day(row.effective)?,
            });
        }
        Ok(())
    }
}

fn day(number: i64) -> Result<Day, Fault> {
    Day::numbered(number).ok_or_else(|| Fault::broken(format!("{number} is no day")))
}

fn validity(from: i64, to: i64) -> Result<Validity, Fault> {
    let to = (to < OPEN).then(|| day(to)).transpose()?;
    Ok(Validity { from: day(from)?, to })
}

fn end(validity: Validity) -> i64 {
    validity.to.map_or(OPEN, Day::number)
}
