//! Who may do what to whom: a right is a row, a role a set of acts, and one pure function answers. A right reaches what lies
//! beneath its unit and within its branch; whoever is asked says why.

mod act;
mod delegation;
mod office;
mod places;
mod role;
mod succession;

use uuid::Uuid;

pub use self::act::Act;
pub use self::delegation::Alone;
pub use self::delegation::Wanted;
pub use self::delegation::Widens;
pub use self::delegation::alone;
pub use self::delegation::narrows;
pub use self::office::Office;
pub use self::role::Role;
pub use self::succession::Standing;
use super::hierarchy::UnitId;
use crate::base::time::Timestamp;

/// A branch of administration, by its stable key.
pub type BranchId = String;
/// An agency, by its stable key.
pub type AgencyId = String;

/// Who has a right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A person.
    Person(Uuid),
    /// A client that acts by itself.
    Client(String),
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Whoever has the machine: a command that was typed there.
    Machine,
    /// An official.
    Official(Holder),
}

impl Holder {
    /// As it is stored.
    pub fn stored(&self) -> String {
        match self {
            Self::Person(id) => format!("person:{id}"),
            Self::Client(id) => format!("client:{id}"),
        }
    }

    /// The one that is stored so.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("person", id) => id.parse().ok().map(Self::Person),
            ("client", id) => Some(Self::Client(id.to_owned())),
            _ => None,
        }
    }
}

impl Actor {
    /// As it is stored.
    pub fn stored(&self) -> String {
        match self {
            Self::Machine => MACHINE.to_owned(),
            Self::Official(holder) => holder.stored(),
        }
    }

    /// The one that is stored so.
    pub fn parse(text: &str) -> Option<Self> {
        if text == MACHINE { Some(Self::Machine) } else { Holder::parse(text).map(Self::Official) }
    }
}

const MACHINE: &str = "machine";

/// Within which bounds a right counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// A unit and all beneath it; everywhere where absent.
    pub unit: Option<UnitId>,
    /// A branch and all beneath it; all where absent.
    pub branch: Option<BranchId>,
    /// Which agencies of those.
    pub agencies: Agencies,
}

/// Which agencies a right reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Agencies {
    /// All within the other bounds.
    #[default]
    All,
    /// One.
    One(AgencyId),
    /// One and all its subordinates.
    Below(AgencyId),
}

/// A right, as it is at one instant: its unit is the one that succeeded where it was given for another.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its id.
    pub id: Uuid,
    /// Who has it.
    pub holder: Holder,
    /// What it lets them do.
    pub role: Role,
    /// Where.
    pub scope: Scope,
    /// What became of its unit.
    pub standing: Standing,
    /// Whether they may give it on, or less than it.
    pub may_delegate: bool,
    /// Since when it counts.
    pub from: Timestamp,
    /// Until when; for good where absent.
    pub until: Option<Timestamp>,
    /// Who gave it.
    pub granted_by: Actor,
    /// Who approved that, where another had to.
    pub approved_by: Option<Actor>,
    /// Since when it is taken away, if so.
    pub revoked_at: Option<Timestamp>,
}

/// What an act is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // as in Act
pub enum Kind {
    Unit,
    Branch,
    Agency,
    Service,
    Client,
    /// Where a client runs: its trial, or production.
    Environment,
    Right,
    PendingAct,
    Person,
    Session,
    Grant,
    Key,
    Outbox,
    Audit,
    Figures,
    Declaration,
}

/// Where something lies, as of an instant: each path begins with itself and ends at the root. An empty one is bound by nothing,
/// or lies nowhere: only a right without that bound reaches it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The path of its unit.
    pub units: Vec<UnitId>,
    /// The path of its branch.
    pub branches: Vec<BranchId>,
    /// The agency that it belongs to, and those above that.
    pub agencies: Vec<AgencyId>,
    /// Whether that agency's subordinates belong to it as well, as they do to a right.
    pub with_subordinates: bool,
}

/// Where a target is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// In the hierarchy.
    At(Place),
    /// It is the whole country's: no bound suffices.
    Country,
    /// A person, who may come to any office.
    Anywhere,
}

/// A right of whoever is a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it lets them do.
    pub role: Role,
    /// Where.
    pub place: Place,
}

/// To whom, or to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: Kind,
    /// Where it is, as of the instant that is asked about.
    pub at: Whereabouts,
    /// The rights that it has itself, where it is a person or a client.
    pub holds: Vec<Held>,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// By this right.
    Allowed(Uuid),
    /// The right that comes nearest, if there is one, and what it lacks.
    Refused(Option<Uuid>, Why),
}

/// Why not. Of several rights the one counts that comes nearest: what stands later here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The act is about something else.
    Kind,
    /// There is no right at all.
    NoRights,
    /// No role that does this.
    Role,
    /// It was taken away.
    Revoked(Timestamp),
    /// It is over.
    Over(Timestamp),
    /// It does not count yet.
    NotYet(Timestamp),
    /// Its unit is gone, and its parent has it.
    Abolished,
    /// Its unit was divided: nobody decided yet who has it, and the parent has it meanwhile.
    Undecided,
    /// What concerns the whole country is not for a right with a bound.
    Bounded,
    /// It does not reach that place.
    Unit,
    /// It does not reach that branch.
    Branch,
    /// It does not reach that agency.
    Agency,
    /// The person, or the client, has more rights than it gives.
    Superior,
}

impl Verdict {
    /// Whether it may be done.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

/// Whether one of these rights, which are all those of one holder as of `at`, lets its holder do `act` to `target` then.
pub fn may(authorities: &[Authority], act: Act, target: &Target, at: Timestamp) -> Verdict {
    if act.kind() != target.kind {
        return Verdict::Refused(None, Why::Kind);
    }
    let mut nearest = Verdict::Refused(None, Why::NoRights);
    for authority in authorities {
        match authority.permits(act, target, at) {
            Ok(()) => return Verdict::Allowed(authority.id),
            Err(why) => {
                if matches!(nearest, Verdict::Refused(_, before) if before < why) {
                    nearest = Verdict::Refused(Some(authority.id), why);
                }
            }
        }
    }
    nearest
}

impl Authority {
    fn permits(&self, act: Act, target: &Target, at: Timestamp) -> Result<(), Why> {
        if !self.role.does(act) {
            return Err(Why::Role);
        }
        self.counts(at)?;
        if act.is_of_the_country() && self.scope != Scope::default() {
            return Err(Why::Bounded);
        }
        match &target.at {
            Whereabouts::At(place) => self.scope.reaches(place)?,
            Whereabouts::Country if self.scope != Scope::default() => return Err(Why::Bounded),
            Whereabouts::Country | Whereabouts::Anywhere => {}
        }
        let exceeds = |own: &Held| !self.role.holds(own.role) || self.scope.reaches(&own.place).is_err();
        if act.is_power_over_its_target() && target.holds.iter().any(exceeds) { Err(Why::Superior) } else { Ok(()) }
    }

    /// Whether it was neither taken away by `at` nor has run out.
    pub fn is_not_over(&self, at: Timestamp) -> bool {
        self.revoked_at.is_none_or(|revoked| revoked > at) && self.until.is_none_or(|until| until > at)
    }

    /// Whether it counts at `at`, or will.
    pub fn counts_or_will(&self, at: Timestamp) -> bool {
        matches!(self.counts(at), Ok(()) | Err(Why::NotYet(_)))
    }

    /// Whether it counts at `at`, wherever.
    pub fn counts(&self, at: Timestamp) -> Result<(), Why> {
        if let Some(revoked) = self.revoked_at.filter(|revoked| *revoked <= at) {
            return Err(Why::Revoked(revoked));
        }
        if let Some(until) = self.until.filter(|until| *until <= at) {
            return Err(Why::Over(until));
        }
        if self.from > at {
            return Err(Why::NotYet(self.from));
        }
        match self.standing {
            Standing::At(_) | Standing::Everywhere => Ok(()),
            Standing::Abolished { .. } => Err(Why::Abolished),
            Standing::Undecided { .. } => Err(Why::Undecided),
        }
    }
}

impl Scope {
    /// Whether all that lies at `place` lies within.
    pub fn reaches(&self, place: &Place) -> Result<(), Why> {
        if self.unit.as_ref().is_some_and(|unit| !place.units.contains(unit)) {
            return Err(Why::Unit);
        }
        if self.branch.as_ref().is_some_and(|branch| !place.branches.contains(branch)) {
            return Err(Why::Branch);
        }
        let reached = match &self.agencies {
            Agencies::All => true,
            Agencies::One(agency) => !place.with_subordinates && place.agencies.first() == Some(agency),
            Agencies::Below(agency) => place.agencies.contains(agency),
        };
        if reached { Ok(()) } else { Err(Why::Agency) }
    }
}

impl Role {
    /// Whether it does all that another does.
    pub fn holds(self, other: Self) -> bool {
        other.acts().iter().all(|act| self.does(*act))
    }
}
