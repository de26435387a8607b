//! How the tree stands from a day on. A unit whose code, name and kind are those of one that is there is that one; with
//! another name it is another, which takes the place of the one before. What the file does not name stays as it is.

mod plan;

use serde::Deserialize;
use serde::Serialize;

pub(in crate::flows::admin) use self::plan::Counted;
pub(in crate::flows::admin) use self::plan::Planner;
pub(in crate::flows::admin) use self::plan::Wanted;
use super::Count;
use super::Error;
use super::Mistake;
use super::Named;
use super::counts;
use super::file::Columns;
use super::file::Row;
use super::refuse;
use crate::app::App;
use crate::base::day::Day;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::agency::Bilingual;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::hierarchy::Changes;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::UnitId;
use crate::parts::hierarchy;
use crate::parts::record::Change;
use crate::store::hierarchy as store;
use crate::store::hierarchy::Reorganization;

/// `name` is Vietnamese; `parent` is a code, or level and code: `province/01`.
const COLUMNS: Columns = Columns { needed: &["level", "code", "name", "parent"], others: &["name_en", "kind"] };

/// What came of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// From which day on.
    pub effective: String,
    /// Units that begin.
    pub begun: usize,
    /// Units that end because another bears their code: `units succeed` says what becomes of them.
    pub replaced: Vec<Named>,
    /// Units that become parts of others.
    pub moved: usize,
    /// Units that the file does not name, and that go over to the unit which takes the place of what they were a part of.
    pub followed: usize,
    /// Units of which the file corrects kind or name.
    pub corrected: usize,
    /// Units that are as the file has them.
    pub unchanged: usize,
    /// Units that are there on that day and that the file does not name.
    pub unnamed: usize,
    /// How many there are then.
    pub counts: Vec<Count>,
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, Error> {
    COLUMNS.read(bytes).map_err(Error::Refused)
}

/// Writes the units of a file, as they are from a day on. `tell` hears how many rows are written, and of how many.
pub async fn import(
    app: &App,
    rows: &[Row],
    day: Day,
    tell: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Report, Error> {
    let now = app.clock.now();
    let (wanted, mistakes) = wanted(rows);
    refuse(mistakes)?;
    let mut change = Change::begin(app).await?;
    store::hold(&mut change.tx).await?;
    let hierarchy = store::read_held(&mut change.tx).await?;
    let (changes, counted) = plan(app, &hierarchy, &wanted, (day, now))?;
    let report = report(&hierarchy, &changes, &counted, day);
    if changes.is_empty() {
        return Ok(report);
    }
    let id = id::new(now, &*app.entropy);
    let what = Reorganization { id, kind: "import", effective: day, legal_basis: None, done_at: now };
    store::begin_reorganization(&mut change.tx, &what).await?;
    store::write(&mut change.tx, &changes, id, &mut || id::new(now, &*app.entropy), tell).await?;
    change.act(Event::new(Act::UnitsImported).detail(report.detail()));
    change.commit().await?;
    Ok(report)
}

/// What would come of it.
pub async fn would_import(app: &App, rows: &[Row], day: Day) -> Result<Report, Error> {
    let (wanted, mistakes) = wanted(rows);
    refuse(mistakes)?;
    let whole = hierarchy::whole(app).await?;
    let (changes, counted) = plan(app, &whole, &wanted, (day, app.clock.now()))?;
    Ok(report(&whole, &changes, &counted, day))
}

/// What changes by the units that are wanted.
pub(in crate::flows::admin) fn plan(
    app: &App,
    hierarchy: &Hierarchy,
    wanted: &[Wanted],
    (day, now): (Day, Timestamp),
) -> Result<(Changes, Counted), Error> {
    let mut fresh = || UnitId(id::new(now, &*app.entropy));
    let (changes, counted, mistakes) = Planner::new(hierarchy, day, &mut fresh).plan(wanted);
    refuse(mistakes)?;
    Ok((changes, counted))
}

fn wanted(rows: &[Row]) -> (Vec<Wanted>, Vec<Mistake>) {
    let (mut wanted, mut mistakes) = (Vec::new(), Vec::new());
    for row in rows {
        match one(row) {
            Ok(unit) => wanted.push(unit),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    (wanted, mistakes)
}

fn one(row: &Row) -> Result<Wanted, Mistake> {
    let text = |column: &str| row.cell(column).map(str::to_owned);
    let vi = row.need("name")?.to_owned();
    Ok(Wanted {
        line: Some(row.line),
        level: row.need("level")?.to_owned(),
        code: row.need("code")?.to_owned(),
        kind: text("kind"),
        name: Bilingual { en: text("name_en").unwrap_or_else(|| vi.clone()), vi },
        has_both_names: row.cell("name_en").is_some(),
        parent: text("parent"),
    })
}

fn report(hierarchy: &Hierarchy, changes: &Changes, counted: &Counted, day: Day) -> Report {
    let mut next = hierarchy.clone();
    next.apply(changes);
    let there = next.units().filter(|unit| unit.validity.covers(day)).count();
    Report {
        effective: day.to_string(),
        begun: changes.units.len(),
        replaced: changes.ended.iter().filter_map(|(id, _)| Named::with(hierarchy, *id)).collect(),
        moved: counted.moved,
        followed: counted.followed,
        corrected: changes.described.len(),
        unchanged: counted.unchanged,
        unnamed: there.saturating_sub(counted.named),
        counts: counts(hierarchy, &next, day),
    }
}

impl Report {
    fn detail(&self) -> String {
        let Self { effective, begun, replaced, moved, followed, corrected, .. } = self;
        let (replaced, moved) = (replaced.len(), moved + followed);
        format!(
            "from {effective}: {begun} units begin, {replaced} are replaced, {moved} move, {corrected} are corrected"
        )
    }
}
