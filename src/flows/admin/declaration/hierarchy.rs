//! Levels, branches, units, and where agencies stand, of a declaration. None of them goes by `--prune`: a unit ends by a
//! succession, which says what becomes of it.

mod agencies;
mod branches;

use std::collections::BTreeMap;

pub(super) use self::agencies::unplaced;
use super::Error;
use super::Prune;
use super::Work;
use super::file::Declaration;
use super::file::Mistake;
use super::shape::LevelDeclaration;
use super::shape::UnitDeclaration;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::id;
use crate::flows::admin::units;
use crate::flows::admin::units::import;
use crate::flows::admin::units::import::Wanted;
use crate::identity::hierarchy::Changes;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Level;
use crate::parts::hierarchy;
use crate::store::hierarchy as store;

/// What is written of the hierarchy while the declaration is applied.
pub(super) struct Standing<'a> {
    declaration: &'a Declaration,
    /// As it is, with what was written so far.
    whole: Hierarchy,
    today: Day,
}

impl<'a> Standing<'a> {
    /// As the hierarchy stands. Until the transaction ends nobody else changes any of it.
    pub(super) async fn begin(app: &App, declaration: &'a Declaration, work: &mut Work<'_>) -> Result<Self, Fault> {
        store::keep(&mut work.change.tx).await?;
        let whole = store::read_held(&mut work.change.tx).await?;
        Ok(Self { declaration, whole, today: hierarchy::today(app, work.now) })
    }

    /// The same, where the declaration says anything of it.
    pub(super) async fn of(
        app: &App,
        declaration: &'a Declaration,
        work: &mut Work<'_>,
    ) -> Result<Option<Self>, Fault> {
        let Declaration { levels, branches, units, agencies, services, .. } = declaration;
        let places = levels.is_empty() && branches.is_empty() && units.is_empty();
        let is_concerned = !(places && agencies.is_empty() && services.is_empty());
        if !is_concerned && work.prune == Prune::Nothing {
            return Ok(None);
        }
        Self::begin(app, declaration, work).await.map(Some)
    }

    /// What it is written for.
    pub(super) const fn declaration(&self) -> &'a Declaration {
        self.declaration
    }

    /// As it is, with what was written so far.
    pub(super) const fn whole(&self) -> &Hierarchy {
        &self.whole
    }

    /// Writes levels, branches and units, before agencies stand in them.
    pub(super) async fn places(&mut self, app: &App, work: &mut Work<'_>) -> Result<(), Error> {
        self.levels(work).await?;
        self.branches(work).await?;
        self.units(app, work).await
    }
}

impl Standing<'_> {
    /// Ranks that grow are written from below, ranks that shrink from above: no level passes another on the way.
    async fn levels(&mut self, work: &mut Work<'_>) -> Result<(), Error> {
        let declared = self.declaration.levels.iter().map(LevelDeclaration::level);
        let mut changed: Vec<(Option<Level>, Level)> = declared
            .map(|level| (self.whole.level(&level.code).cloned(), level))
            .filter(|(before, level)| before.as_ref() != Some(level))
            .collect();
        changed.sort_by_key(|(before, level)| match before.as_ref().map_or(0, |before| before.rank) {
            was if was <= level.rank => (0, -level.rank),
            _ => (1, level.rank),
        });
        for (_, level) in &changed {
            self.whole.put_level(level.clone());
        }
        if let (Some(fault), Some((_, level))) = (self.whole.check(self.today).first(), changed.first()) {
            let (_, why) = units::unsound(&self.whole, *fault);
            return Err(self.declaration.mistake("code", &level.code, "level", &format!("rank: {why}")).into());
        }
        for (before, level) in changed {
            store::put_level(&mut work.change.tx, &level).await?;
            work.changed(format!("{} level {}", super::verb(before.is_some()), level.code));
            work.differs("level", &level.code, before.as_ref(), &level);
        }
        Ok(())
    }

    /// Units come and move as by the import of a file, those of each day together.
    async fn units(&mut self, app: &App, work: &mut Work<'_>) -> Result<(), Error> {
        let mut days: BTreeMap<Day, Vec<&UnitDeclaration>> = BTreeMap::new();
        for unit in &self.declaration.units {
            days.entry(unit.from.unwrap_or(self.today)).or_default().push(unit);
        }
        let lines = self.declaration.first_lines("code");
        let line = |unit: &UnitDeclaration| lines.get(&unit.code).and_then(|line| u64::try_from(*line).ok());
        for (day, units) in days {
            let wanted: Vec<Wanted> = units.into_iter().map(|unit| unit.wanted(line(unit))).collect();
            let planned = import::plan(app, &self.whole, &wanted, (day, work.now));
            let (changes, _) = planned.map_err(|error| match error {
                units::Error::Refused(mistakes) => Error::Mistake(told(&mistakes)),
                units::Error::Changed(how) => Error::Mistake(Mistake(how)),
                units::Error::Failed(fault) => Error::Failed(fault),
            })?;
            if changes.is_empty() {
                continue;
            }
            let mut fresh = || id::new(work.now, &*app.entropy);
            store::write(&mut work.change.tx, &changes, fresh(), &mut fresh, &mut |_, _| ()).await?;
            self.told(&changes, day, work);
            self.whole.apply(&changes);
        }
        Ok(())
    }

    fn told(&self, changes: &Changes, day: Day, work: &mut Work<'_>) {
        let Changes { units, ended, parents, described, .. } = changes;
        let (begun, gone, moved, corrected) = (units.len(), ended.len(), parents.len(), described.len());
        work.changed(format!(
            "units from {day}: {begun} begin, {gone} are replaced, {moved} move, {corrected} are corrected"
        ));
        let name = |id| self.whole.unit(id).map(|unit| format!("{}/{} {}", unit.level, unit.code, unit.name.vi));
        let line = |sign: &str, name: String| format!("{sign} unit {name}");
        let begun = units.iter().map(|unit| line("+", format!("{}/{} {}", unit.level, unit.code, unit.name.vi)));
        let gone = ended.iter().filter_map(|(id, _)| Some(line("-", name(*id)?)));
        let changed = parents.iter().map(|one| one.unit).chain(described.iter().map(|one| one.unit));
        let changed = changed.filter_map(|id| Some(line("~", name(id)?)));
        work.report.diff.extend(begun.chain(gone).chain(changed));
    }
}

pub(super) fn told(mistakes: &[units::Mistake]) -> Mistake {
    Mistake(mistakes.first().map(units::Mistake::to_string).unwrap_or_default())
}
