//! Branches, and agencies in them.

use super::Body;
use super::Branch;
use super::Hierarchy;
use super::Place;
use super::as_of;
use crate::base::day::Day;

impl Hierarchy {
    /// The branch with this code.
    pub fn branch(&self, code: &str) -> Option<&Branch> {
        self.branches.get(code)
    }

    /// Every branch there ever was, by its code.
    pub fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.branches.values()
    }

    /// A branch and all that it is a part of on a day, itself first; nothing, where it is not there.
    pub fn branch_path(&self, code: &str, day: Day) -> Vec<String> {
        let there = |branch: &&Branch| branch.validity.covers(day);
        let above = |branch: &&Branch| self.branches.get(as_of(&branch.parents, day)?.as_deref()?).filter(there);
        let path = std::iter::successors(self.branches.get(code).filter(there), above);
        path.map(|branch| branch.code.clone()).collect()
    }

    /// The agency with this key.
    pub fn agency(&self, id: &str) -> Option<&Body> {
        self.agencies.get(id)
    }

    /// Every agency there ever was, by its key.
    pub fn agencies(&self) -> impl Iterator<Item = &Body> {
        self.agencies.values()
    }

    /// Where an agency stands on a day; `None` where it is not there. One of which nobody said anything stands nowhere.
    pub fn place(&self, agency: &str, day: Day) -> Option<Place> {
        let body = self.agencies.get(agency).filter(|body| body.validity.covers(day))?;
        Some(as_of(&body.places, day).cloned().unwrap_or_default())
    }

    /// An agency and all those to whom it answers on a day, itself first; nothing, where it is not there.
    pub fn agency_path(&self, id: &str, day: Day) -> Vec<String> {
        let there = |body: &&Body| body.validity.covers(day);
        let above = |body: &&Body| self.agencies.get(as_of(&body.places, day)?.parent.as_deref()?).filter(there);
        let path = std::iter::successors(self.agencies.get(id).filter(there), above);
        path.map(|body| body.id.clone()).collect()
    }
}
