//! What became of the units of the eve, told by a file: who took their place, whole or in parts. Agencies go where their unit
//! goes; where that was divided, somebody decides, and meanwhile they stand where their unit stood.

mod agencies;
mod plan;
mod rights;

use serde::Deserialize;
use serde::Serialize;

use self::agencies::Followed;
use self::plan::Planned;
use self::plan::Told;
pub use self::rights::Rights;
use super::Count;
use super::Error;
use super::Mistake;
use super::Named;
use super::counts;
use super::file::Columns;
use super::file::NO_CHARACTER;
use super::file::Row;
use super::refuse;
use crate::app::App;
use crate::base::day::Day;
use crate::base::id;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Share;
use crate::identity::hierarchy::Succession;
use crate::identity::hierarchy::SuccessionKind;
use crate::identity::hierarchy::UnitId;
use crate::parts::hierarchy;
use crate::parts::record::Change;
use crate::store::hierarchy as store;
use crate::store::hierarchy::Reorganization;

/// `from` is a code of the eve, of the row's level; `to` is a code of the day itself, or level and code.
const COLUMNS: Columns = Columns { needed: &["level", "from", "to", "share"], others: &["portion", "legal_basis"] };

/// How a file counts.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// From which day on.
    pub day: Day,
    /// By which act of law, where a row does not say.
    pub legal_basis: Option<&'a str>,
    /// Whether nothing is to change: the report says what would.
    pub dry_run: bool,
}

/// What came of a file, or would come of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// From which day on.
    pub effective: String,
    /// Units that became a part of another.
    pub merged: usize,
    /// Units that go on as another.
    pub renamed: usize,
    /// Units that were divided and are no more.
    pub divided: Vec<Divided>,
    /// Units without a successor.
    pub abolished: usize,
    /// Units that go on as they are.
    pub kept: usize,
    /// Parts that went from a unit that goes on to another.
    pub transferred: usize,
    /// Units of which the same was recorded before.
    pub unchanged: usize,
    /// Units that ended by an import, and of which nobody says what became of them.
    pub untold: Vec<Named>,
    /// Agencies that went where their unit went.
    pub agencies_moved: usize,
    /// Agencies of units without a successor: they stand in what their unit was a part of.
    pub agencies_raised: usize,
    /// What becomes of officials' rights.
    pub rights: Rights,
    /// What a person must decide.
    pub to_decide: Vec<Decision>,
    /// How many units there are.
    pub counts: Vec<Count>,
}

/// A unit that was divided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Divided {
    /// The unit.
    pub unit: Named,
    /// Who has a part of it, those first that have what no record says more about.
    pub among: Vec<Named>,
    /// Who stands in for it until somebody decides.
    pub meanwhile: Option<Named>,
}

/// Where an agency goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its key.
    pub agency: String,
    /// Its name.
    pub name: String,
    /// Its unit, which was divided.
    pub was_in: Named,
    /// Where it may go.
    pub among: Vec<Named>,
    /// Where it stands until then.
    pub meanwhile: Option<Named>,
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, Error> {
    COLUMNS.read(bytes).map_err(Error::Refused)
}

/// Writes what became of units. `tell` hears how many rows are written, and of how many.
pub async fn succeed(
    app: &App,
    rows: &[Row],
    options: &Options<'_>,
    tell: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Report, Error> {
    let prepared = prepare(app, rows, options).await?;
    if options.dry_run {
        let whole = hierarchy::whole(app).await?;
        return Ok(planned(&whole, &prepared, options.day)?.1);
    }
    let mut change = Change::begin(app).await?;
    let (_, report) = write(app, &mut change, &prepared, options, tell).await?;
    change.commit().await?;
    Ok(report)
}

/// The same of a file, which nobody waits for.
pub async fn of_text(app: &App, text: &str, options: &Options<'_>) -> Result<Report, Error> {
    succeed(app, &read(text.as_bytes())?, options, &mut |_, _| ()).await
}

/// What is known of a file before anything is held.
pub struct Prepared {
    told: Vec<Told>,
    offices: Vec<UnitId>,
}

/// Reads rows, and what they rest on.
pub async fn prepare(app: &App, rows: &[Row], options: &Options<'_>) -> Result<Prepared, Error> {
    let (told, mistakes) = told(rows, options);
    refuse(mistakes)?;
    Ok(Prepared { told, offices: rights::offices(app, options.day).await? })
}

/// Writes it in a change; returns the revision of the hierarchy before it as well.
pub async fn write(
    app: &App,
    change: &mut Change<'_>,
    prepared: &Prepared,
    options: &Options<'_>,
    tell: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<(i64, Report), Error> {
    let now = app.clock.now();
    let held = store::hold(&mut change.tx).await? - 1;
    let before = store::read_held(&mut change.tx).await?;
    let (planned, report) = planned(&before, prepared, options.day)?;
    if planned.changes.is_empty() {
        return Ok((held, report));
    }
    let mut fresh = || id::new(now, &*app.entropy);
    let (id, legal_basis) = (fresh(), options.legal_basis);
    let what = Reorganization { id, kind: "succession", effective: options.day, legal_basis, done_at: now };
    store::begin_reorganization(&mut change.tx, &what).await?;
    store::write(&mut change.tx, &planned.changes, id, &mut fresh, tell).await?;
    change.act(Event::new(Act::UnitsSucceeded).detail(report.detail()));
    Ok((held, report))
}

fn told(rows: &[Row], options: &Options<'_>) -> (Vec<Told>, Vec<Mistake>) {
    let (mut told, mut mistakes) = (Vec::new(), Vec::new());
    if options.legal_basis.is_some_and(|text| text.contains('\0')) {
        mistakes.push(Mistake { line: None, why: format!("legal_basis: {NO_CHARACTER}") });
    }
    for row in rows {
        match Told::read(row, options.legal_basis) {
            Ok(one) => told.push(one),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    (told, mistakes)
}

/// What changes, and what is said of it.
fn planned(before: &Hierarchy, prepared: &Prepared, day: Day) -> Result<(Planned, Report), Error> {
    let Prepared { told, offices } = prepared;
    let mut planned = plan::plan(before, told, day);
    refuse(std::mem::take(&mut planned.mistakes))?;
    let mut next = before.clone();
    next.apply(&planned.changes);
    let followed = agencies::follow(&next, day);
    planned.changes.places.clone_from(&followed.places);
    refuse(followed.mistakes.clone())?;
    refuse(planned.unsound(&next, day))?;
    let rights = rights::follow(&next, &planned.changes, offices, day);
    let report = Report { rights, ..report(before, &next, &planned, (followed, day)) };
    Ok((planned, report))
}

fn report(before: &Hierarchy, next: &Hierarchy, planned: &Planned, (followed, day): (Followed, Day)) -> Report {
    let rows = &planned.changes.successions;
    let of = |kind: SuccessionKind| rows.iter().filter(move |row| row.kind == kind).count();
    let mut divided: Vec<Divided> = Vec::new();
    for row in rows.iter().filter(|row| row.kind == SuccessionKind::Split) {
        let Some(unit) = Named::with(next, row.from) else { continue };
        if divided.last().is_none_or(|last| last.unit != unit) {
            let meanwhile = next.stand_in(row.from, day).and_then(|id| Named::with(next, id));
            divided.push(Divided { unit, among: Vec::new(), meanwhile });
        }
        let Some((last, heir)) = divided.last_mut().zip(heir(next, row)) else { continue };
        match row.share {
            Share::Default => last.among.insert(0, heir),
            Share::All | Share::Part | Share::None => last.among.push(heir),
        }
    }
    Report {
        effective: day.to_string(),
        merged: of(SuccessionKind::Merge),
        renamed: of(SuccessionKind::Rename),
        divided,
        abolished: of(SuccessionKind::Abolish),
        kept: planned.kept,
        transferred: of(SuccessionKind::Transfer),
        unchanged: planned.unchanged,
        untold: untold(next, day),
        agencies_moved: followed.moved,
        agencies_raised: followed.raised,
        rights: Rights::default(),
        to_decide: followed.to_decide,
        counts: counts(before, next, day),
    }
}

fn heir(next: &Hierarchy, row: &Succession) -> Option<Named> {
    Named::with(next, row.to?)
}

/// Units that ended on the day, and of which nothing is recorded.
fn untold(next: &Hierarchy, day: Day) -> Vec<Named> {
    let ended = next.units().filter(|unit| unit.validity.to == Some(day));
    let untold = ended.filter(|unit| !next.successions(unit.id).iter().any(|row| row.effective == day));
    let mut names: Vec<Named> = untold.map(Named::of).collect();
    names.sort();
    names
}

impl Report {
    /// In a line.
    pub fn detail(&self) -> String {
        let Self { effective, merged, renamed, abolished, kept, transferred, .. } = self;
        let (divided, moved) = (self.divided.len(), self.agencies_moved + self.agencies_raised);
        let open = self.to_decide.len();
        format!(
            "from {effective}: {merged} units merge, {divided} are divided, {renamed} are renamed, {abolished} are abolished, \
             {kept} go on, {transferred} parts are transferred; {moved} agencies move, {open} are to be decided"
        )
    }
}
