//! Branches of a declaration.

use std::collections::HashMap;

use super::Standing;
use crate::base::day::Day;
use crate::flows::admin::declaration::Error;
use crate::flows::admin::declaration::Work;
use crate::flows::admin::declaration::shape::BranchDeclaration;
use crate::flows::admin::declaration::verb;
use crate::flows::admin::units::moving;
use crate::identity::hierarchy::Branch;
use crate::identity::hierarchy::Validity;
use crate::identity::hierarchy::as_of;
use crate::identity::hierarchy::depths;
use crate::store::hierarchy as store;

/// A branch that changes.
struct Changed {
    branch: Branch,
    is_known: bool,
    /// From which day on it is a part of another, where that changes.
    moves: Option<Day>,
}

impl Standing<'_> {
    pub(super) async fn branches(&mut self, work: &mut Work<'_>) -> Result<(), Error> {
        let changed = self.changed_branches()?;
        let (Some(first), next) = (changed.first(), &self.whole) else { return Ok(()) };
        let before: HashMap<&str, i64> = next.branches().map(|branch| (branch.code.as_str(), branch.depth)).collect();
        let parents =
            next.branches().flat_map(|branch| branch.parents.values().map(|above| (branch.code.as_str(), above)));
        let above: Vec<(&str, &str)> = parents.filter_map(|(code, above)| Some((code, above.as_deref()?))).collect();
        let grown = depths(&before, &above).map_err(|circle| {
            let code = circle.0.first().unwrap_or(&first.branch.code);
            self.declaration.mistake("code", code, "branch", &moving::in_circle(&circle))
        })?;
        for one in &changed {
            store::put_branch(&mut work.change.tx, &one.branch).await?;
        }
        for (code, depth) in grown {
            store::deepen_branch(&mut work.change.tx, &code, depth).await?;
        }
        for Changed { branch, is_known, moves } in &changed {
            let Branch { code, parents, .. } = branch;
            if let Some(from) = moves {
                let parent = parents.get(from).and_then(Option::as_deref);
                store::put_branch_parent(&mut work.change.tx, code, *from, parent).await?;
            }
            work.changed(format!("{} branch {code}", verb(*is_known)));
            work.report.diff.push(format!("{} branch {code}", if *is_known { '~' } else { '+' }));
        }
        Ok(())
    }

    /// The branches that differ, which the hierarchy has as they are to be.
    fn changed_branches(&mut self) -> Result<Vec<Changed>, Error> {
        let mut changed = Vec::new();
        for declared in &self.declaration.branches {
            let wrong = |why: &str| self.declaration.mistake("code", &declared.code, "branch", why);
            if let Some(parent) = &declared.parent
                && self.whole.branch(parent).is_none()
                && !self.declaration.branches.iter().any(|other| other.code == *parent)
            {
                return Err(
                    wrong(&format!("parent: {parent:?} is neither here nor in the database; declare it")).into()
                );
            }
            let before = self.whole.branch(&declared.code).cloned();
            let above = declared.parent.as_ref().and_then(|parent| self.whole.branch(parent));
            if let Some((above, end)) = above.and_then(|above| Some((&above.code, above.validity.to?)))
                && before.as_ref().is_none_or(|before| before.parents.values().next_back() != Some(&declared.parent))
            {
                return Err(wrong(&format!("parent: {above:?} ends on {end}; name another")).into());
            }
            let (branch, moves) = self.branch(declared, before.as_ref()).map_err(|why| wrong(&why))?;
            if before.as_ref() != Some(&branch) {
                changed.push(Changed { branch, is_known: before.is_some(), moves });
            }
        }
        changed.iter().for_each(|one| self.whole.put_branch(one.branch.clone()));
        Ok(changed)
    }

    fn branch(&self, declared: &BranchDeclaration, before: Option<&Branch>) -> Result<(Branch, Option<Day>), String> {
        let BranchDeclaration { code, name, parent, from } = declared;
        let Some(before) = before else {
            let from = from.unwrap_or(Day::FIRST);
            let parents = [(from, parent.clone())].into();
            let validity = Validity::since(from);
            return Ok((Branch { code: code.clone(), depth: 0, name: name.clone(), validity, parents }, Some(from)));
        };
        let from = from.unwrap_or(self.today);
        let mut branch = Branch { name: name.clone(), ..before.clone() };
        let is_same = branch == *before && as_of(&before.parents, from) == Some(parent);
        if let Some(end) = before.validity.to.filter(|end| *end <= self.today && !is_same) {
            return Err(format!("ended on {end}; what is over stays as it was"));
        }
        if as_of(&before.parents, from) == Some(parent) {
            return Ok((branch, None));
        }
        match before.parents.keys().find(|later| **later > from) {
            Some(later) => {
                Err(format!("from: it moves on {later} already, and {from} is before that; give a later date"))
            }
            None => {
                branch.parents.insert(from, parent.clone());
                Ok((branch, Some(from)))
            }
        }
    }
}
