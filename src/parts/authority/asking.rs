//! Whoever acts is asked about first: the machine may everything, an official what the rights of his office let him do. What
//! he tries beyond them is in the trail.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::Answer;
use super::Asker;
use super::Subject;
use super::View;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit;
use crate::identity::audit::By;
use crate::identity::audit::Event;
use crate::identity::authority;
use crate::identity::authority::Act;
use crate::identity::authority::Actor;
use crate::identity::authority::Authority;
use crate::identity::authority::Place;
use crate::identity::authority::Role;
use crate::identity::authority::Target;
use crate::identity::authority::Whereabouts;
use crate::identity::hierarchy::Unit;
use crate::identity::hierarchy::UnitId;
use crate::parts::counting;
use crate::parts::hierarchy;
use crate::parts::hierarchy::Hierarchy;
use crate::parts::record::Change;
use crate::store::rights;

/// Why somebody may not.
pub enum Refused {
    /// There is no such subject.
    NotThere,
    /// His rights do not let him.
    May(Box<Answer>),
}

/// Who acts here.
pub fn by(app: &App) -> Result<&By, Fault> {
    app.acts_for.as_ref().ok_or_else(|| Fault::broken("nobody acts here"))
}

/// Whether whoever acts here may do `act` to `subject`.
pub async fn ask(app: &App, act: Act, subject: &Subject, at: Timestamp) -> Result<Result<(), Refused>, Fault> {
    let by = by(app)?;
    let Actor::Official(holder) = &by.actor else { return Ok(Ok(())) };
    let refused = match super::may(app, Asker::of(by, holder), act, subject, at).await? {
        Some(answer) if answer.verdict.is_allowed() => return Ok(Ok(())),
        Some(answer) => Refused::May(Box::new(answer)),
        None => Refused::NotThere,
    };
    tried(app, &format!("{} {subject}", act.as_str())).await?;
    Ok(Err(refused))
}

/// Keeps in the trail what whoever acts here tried, and may not: of one of them so many tries of a minute as the API answers
/// requests, and of more no more than that there were. What somebody else chooses does not fill the trail.
pub async fn tried(app: &App, what: &str) -> Result<(), Fault> {
    let (most, by) = (u64::from(app.config.officials.requests), by(app)?);
    if by.actor == Actor::Machine {
        return Ok(()); // whoever has it may everything: what is not there is a slip
    }
    let counted = counting::count(app, &format!("tries:{}", by.actor.stored()), MINUTE, app.clock.now()).await?;
    let what = match counted.checked_sub(most) {
        None | Some(0) => what,
        Some(1) => "more in this minute than is kept one by one",
        Some(_) => return Ok(()),
    };
    let mut change = Change::begin(app).await?;
    change.act(Event::new(audit::Act::OfficialRefused).detail(what));
    change.commit().await.map(drop)
}

const MINUTE: Duration = Duration::from_secs(60);

/// What of many things whoever acts here may do one act to.
pub struct Sight {
    act: Act,
    /// None for whom nothing bounds.
    rights: Option<Vec<Authority>>,
    hierarchy: Arc<Hierarchy>,
    at: Timestamp,
    day: Day,
}

/// The sight of whoever acts here; refused to whom no right lets do it anywhere.
pub async fn sight(app: &App, act: Act, at: Timestamp) -> Result<Result<Sight, Refused>, Fault> {
    let by = by(app)?;
    let view = View::of(app, at).await?;
    let rights = match &by.actor {
        Actor::Machine => None,
        Actor::Official(holder) => {
            let mut rights = view.rights(Asker::of(by, holder)).await?;
            rights.retain(|right| right.role.does(act) && right.counts(at).is_ok());
            if rights.is_empty()
                && let Err(refused) = ask(app, act, &Subject::Country, at).await?
            {
                return Ok(Err(refused));
            }
            Some(rights)
        }
    };
    Ok(Ok(Sight { act, rights, hierarchy: view.hierarchy, at, day: view.day }))
}

impl Sight {
    /// The hierarchy that it was read with.
    pub fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    /// The same of things as they stood on a day.
    #[must_use]
    pub fn as_of(self, day: Day) -> Self {
        Self { day, ..self }
    }

    /// Whether nothing bounds it.
    pub fn is_whole(&self) -> bool {
        self.rights.as_ref().is_none_or(|rights| rights.iter().any(|right| right.scope == authority::Scope::default()))
    }

    /// The roles by which whoever acts here does it; none of whom nothing bounds.
    pub fn roles(&self) -> Option<Vec<Role>> {
        Some(self.rights.as_ref()?.iter().map(|right| right.role).collect())
    }

    /// The units among which all lie that are within, by level and code, where each right has a unit; else they lie anywhere.
    pub fn units(&self) -> Option<Vec<&Unit>> {
        let mut found: Vec<&Unit> =
            self.bounds()?.into_iter().flat_map(|unit| self.hierarchy.beneath(unit, self.day)).collect();
        found.sort_by_key(|unit| (&unit.level, &unit.code));
        found.dedup_by_key(|unit| unit.id);
        Some(found)
    }

    /// The units for which all rights were given that are within, where each right has a unit; else they were given for any.
    pub fn given(&self) -> Option<BTreeSet<UnitId>> {
        Some(self.hierarchy.with_formers(self.units()?.into_iter().map(|unit| unit.id), self.day))
    }

    /// The agencies within, by their keys; none where nothing bounds it.
    pub fn agencies(&self) -> Option<BTreeSet<&str>> {
        if self.is_whole() {
            return None;
        }
        let among: BTreeSet<&str> = match self.bounds() {
            Some(units) => units.into_iter().flat_map(|unit| self.hierarchy.agencies_within(unit, self.day)).collect(),
            None => self.hierarchy.agencies().map(|body| body.id.as_str()).collect(),
        };
        Some(among.into_iter().filter(|id| self.agency(id)).collect())
    }

    fn bounds(&self) -> Option<BTreeSet<UnitId>> {
        self.rights.as_ref()?.iter().map(|right| right.scope.unit).collect()
    }

    /// Whether a unit is within.
    pub fn unit(&self, unit: UnitId) -> bool {
        self.place(|| Place::of_unit(unit, &self.hierarchy, self.day))
    }

    /// Whether a branch is.
    pub fn branch(&self, code: &str) -> bool {
        self.place(|| Place::of_branch(code, &self.hierarchy, self.day))
    }

    /// Whether an agency is, and what belongs to it.
    pub fn agency(&self, id: &str) -> bool {
        self.agency_on(id, self.day)
    }

    /// Whether an agency is there, and is not within.
    pub fn hides_agency(&self, id: &str) -> bool {
        self.hierarchy.agency(id).is_some() && !self.agency(id)
    }

    /// Whether an agency was on a day.
    pub fn agency_on(&self, id: &str, day: Day) -> bool {
        self.place(|| Place::of_agency(id, &self.hierarchy, day))
    }

    /// Whether a right is.
    pub fn right(&self, right: &Authority) -> bool {
        self.place(|| Place::of_right(right, &self.hierarchy, self.day))
    }

    /// Whether all within some bounds is.
    pub fn within(&self, scope: &authority::Scope) -> bool {
        self.place(|| Place::of_scope(scope, &self.hierarchy, self.day))
    }

    /// Rights within that are not over at an instant, by their ids: of at most `limit` rows after `after`, of those that were
    /// given for one unit where one is named; and the last of these rows, where there may be more.
    pub async fn rights_after(
        &self,
        app: &App,
        at: Timestamp,
        unit: Option<UnitId>,
        (after, limit): (Uuid, i64),
    ) -> Result<(Vec<Authority>, Option<Uuid>), Fault> {
        let rows = match unit {
            None => rights::after(&app.db, after, limit).await?,
            Some(UnitId(unit)) => rights::after_of_unit(&app.db, unit, after, limit).await?,
        };
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
        let last = rows.last().map(|row| row.id).filter(|_| is_full);
        let mut found = super::as_of(rows, &self.hierarchy, hierarchy::today(app, at))?;
        found.retain(|right| right.is_not_over(at) && self.right(right));
        Ok((found, last))
    }

    /// Whether a subject is that is no part of the hierarchy by itself.
    pub async fn subject(&self, app: &App, subject: &Subject) -> Result<bool, Fault> {
        let Some(rights) = &self.rights else { return Ok(true) };
        let view = View { app, hierarchy: Arc::clone(&self.hierarchy), day: self.day, at: self.at };
        let found = view.found(subject).await?.map(|found| found.target(subject, self.act.kind()));
        Ok(found.is_some_and(|target| authority::may(rights, self.act, &target, self.at).is_allowed()))
    }

    fn place(&self, place: impl FnOnce() -> Place) -> bool {
        let Some(rights) = &self.rights else { return true };
        let target = Target { kind: self.act.kind(), at: Whereabouts::At(place()), holds: Vec::new() };
        authority::may(rights, self.act, &target, self.at).is_allowed()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country => f.write_str("country"),
            Self::Unit(UnitId(id)) => write!(f, "unit:{id}"),
            Self::Branch(code) => write!(f, "branch:{code}"),
            Self::Agency(id) => write!(f, "agency:{id}"),
            Self::Service(id) => write!(f, "service:{id}"),
            Self::Client(id) => write!(f, "client:{id}"),
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Right(id) => write!(f, "right:{id}"),
            Self::Within(scope) => write!(f, "within {}", authority::Office(scope.clone())),
        }
    }
}
