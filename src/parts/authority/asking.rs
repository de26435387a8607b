//! Whoever acts is asked about first: the machine may everything, an official what the rights of his office let him do. What
//! he tries beyond them is in the trail.

use std::fmt;
use std::sync::Arc;

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
use crate::identity::hierarchy::UnitId;
use crate::parts::hierarchy::Hierarchy;
use crate::parts::record::Change;

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

/// Keeps in the trail what whoever acts here tried, and may not.
pub async fn tried(app: &App, what: &str) -> Result<(), Fault> {
    let mut change = Change::begin(app).await?;
    change.act(Event::new(audit::Act::OfficialRefused).detail(what));
    change.commit().await.map(drop)
}

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

    /// Whether nothing bounds it.
    pub fn is_whole(&self) -> bool {
        self.rights.as_ref().is_none_or(|rights| rights.iter().any(|right| right.scope == authority::Scope::default()))
    }

    /// The roles by which whoever acts here does it; none of whom nothing bounds.
    pub fn roles(&self) -> Option<Vec<Role>> {
        Some(self.rights.as_ref()?.iter().map(|right| right.role).collect())
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
        self.place(|| Place::of_agency(id, &self.hierarchy, self.day))
    }

    /// Whether a right is.
    pub fn right(&self, right: &Authority) -> bool {
        self.place(|| Place::of_right(right, &self.hierarchy, self.day))
    }

    /// Whether all within some bounds is.
    pub fn within(&self, scope: &authority::Scope) -> bool {
        self.place(|| Place::of_scope(scope, &self.hierarchy, self.day))
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
