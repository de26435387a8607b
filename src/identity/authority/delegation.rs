//! Giving on: a right that is given is never more than the one by which it is given, in territory, branch, agencies, acts and
//! time. And what is left when one is taken away.

use uuid::Uuid;

use super::Act;
use super::Authority;
use super::Holder;
use super::Place;
use super::Role;
use super::Scope;
use super::Why;
use crate::base::time::Timestamp;

/// A right that is to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// To whom.
    pub holder: Holder,
    /// What it lets them do.
    pub role: Role,
    /// Where.
    pub scope: Scope,
    /// Whether they may give it on.
    pub may_delegate: bool,
    /// Since when.
    pub from: Timestamp,
    /// Until when; for good where absent.
    pub until: Option<Timestamp>,
}

/// What would be more than the right by which it is given. Of several the one counts that comes nearest: what stands later here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Widens {
    /// That right does not count now.
    Counts(Why),
    /// It may not be given on.
    Delegation,
    /// It would let its holder do more.
    Acts,
    /// It would reach further.
    Scope(Why),
    /// It would begin before, or end after.
    Time,
}

/// Whether `wanted`, whose bounds lie at `place`, can be given by `parent` at `at`.
pub fn narrows(parent: &Authority, wanted: &Wanted, place: &Place, at: Timestamp) -> Result<(), Widens> {
    parent.counts(at).map_err(Widens::Counts)?;
    if !parent.may_delegate {
        return Err(Widens::Delegation);
    }
    if !parent.role.holds(wanted.role) || !parent.role.does(Act::RightsGrant) {
        return Err(Widens::Acts);
    }
    parent.scope.reaches(place).map_err(Widens::Scope)?;
    let outlives = match (parent.until, wanted.until) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(parent), Some(child)) => child > parent,
    };
    if outlives || wanted.from < parent.from { Err(Widens::Time) } else { Ok(()) }
}

/// A right with what its holder alone can do by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    /// The right.
    pub right: Uuid,
    /// What nobody else does within all its bounds.
    pub acts: Vec<Act>,
}

/// What nobody could do any more within the bounds of `own` rights, each with its place, if those were gone and `others` stayed.
pub fn alone(own: &[(Authority, Place)], others: &[Authority], at: Timestamp) -> Vec<Alone> {
    let counted = own.iter().filter(|(authority, _)| authority.counts(at).is_ok());
    let left = counted.map(|(authority, place)| {
        let acts = authority.role.acts().iter().copied();
        let covers = |other: &Authority, act: Act| {
            other.role.does(act) && other.counts(at).is_ok() && other.scope.reaches(place).is_ok()
        };
        let acts = acts.filter(|act| !others.iter().any(|other| covers(other, *act)));
        Alone { right: authority.id, acts: acts.collect() }
    });
    left.filter(|left| !left.acts.is_empty()).collect()
}
