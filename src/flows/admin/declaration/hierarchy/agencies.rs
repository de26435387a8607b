//! Where agencies of a declaration stand. What an agency does not say stays as it is: a succession, or somebody's decision.

use super::Standing;
use crate::base::day::Day;
use crate::flows::admin::declaration::Error;
use crate::flows::admin::declaration::Work;
use crate::flows::admin::declaration::shape::AgencyDeclaration;
use crate::flows::admin::units::moving;
use crate::flows::admin::units::reference;
use crate::identity::hierarchy::Body;
use crate::identity::hierarchy::Changes;
use crate::identity::hierarchy::Place;
use crate::identity::hierarchy::UnitId;
use crate::identity::hierarchy::Validity;
use crate::identity::hierarchy::as_of;
use crate::store::hierarchy as store;

impl Standing<'_> {
    /// Writes where agencies stand that are written already.
    pub(in crate::flows::admin::declaration) async fn agencies(&mut self, work: &mut Work<'_>) -> Result<(), Error> {
        for declared in &self.declaration.agencies {
            let known = self.whole.agency(&declared.id).cloned();
            let mut body = known.clone().unwrap_or_else(|| unplaced(declared));
            body.name.clone_from(&declared.name);
            body.kind = declared.kind.unwrap_or(body.kind);
            if known.as_ref().is_none_or(|known| known.kind != body.kind) {
                store::put_agency(&mut work.change.tx, &body).await?;
            }
            if known.as_ref().is_some_and(|known| known.kind != body.kind) {
                work.changed(format!("changed agency {}: kind", body.id));
                work.report.diff.push(format!("~ agency {}: kind = {}", body.id, body.kind.as_str()));
            }
            self.whole.put_agency(body);
        }
        let mut changes = Changes::default();
        for declared in &self.declaration.agencies {
            let wrong = |why: String| self.declaration.mistake("id", &declared.id, "agency", &why);
            let Some(body) = self.whole.agency(&declared.id) else { continue };
            let Some((place, day)) = self.wanted(declared, body, work).map_err(wrong)? else { continue };
            moving::check(&self.whole, body, &place, day).map_err(wrong)?;
            work.changed(format!("placed agency {} from {day} on", body.id));
            work.report.diff.push(format!("~ agency {}: stands elsewhere from {day} on", body.id));
            changes.places.push((body.id.clone(), day, place));
        }
        if changes.is_empty() {
            return Ok(());
        }
        self.whole.apply(&changes);
        moving::deepen(&mut work.change.tx, &self.whole).await?.map_err(|circle| {
            let id = circle.0.first().cloned().unwrap_or_default();
            self.declaration.mistake("id", &id, "agency", &moving::in_circle(&circle))
        })?;
        let unused = &mut uuid::Uuid::nil; // of successions, of which there are none
        store::write(&mut work.change.tx, &changes, uuid::Uuid::nil(), unused, &mut |_, _| ()).await?;
        Ok(())
    }

    /// No service is one of an agency that ends.
    pub(in crate::flows::admin::declaration) fn services(&self) -> Result<(), Error> {
        for service in &self.declaration.services {
            if let Some(end) = self.whole.agency(&service.agency).and_then(|body| body.validity.to) {
                let why = format!("agency {:?} ends on {end}; name another", service.agency);
                return Err(self.declaration.mistake("id", &service.id, "service", &why).into());
            }
        }
        Ok(())
    }

    /// Where an agency is to stand, and from which day on; nothing where it stands there already.
    fn wanted(
        &self,
        declared: &AgencyDeclaration,
        body: &Body,
        work: &mut Work<'_>,
    ) -> Result<Option<(Place, Day)>, String> {
        if declared.unit.is_none() && declared.branch.is_none() && declared.parent.is_none() {
            return Ok(None);
        }
        let asked = declared.from.unwrap_or(self.today);
        let before = as_of(&body.places, asked);
        let mut place = before.cloned().unwrap_or_default();
        if let Some(text) = &declared.unit {
            match reference::one(&self.whole, text, asked) {
                Ok(unit) if place.unit == Some(unit.id) => {}
                Ok(unit) => (place.unit, place.divided) = (Some(unit.id), None),
                Err(why) => self.followed(text, place.unit, asked).ok_or(why).map(|now| {
                    let id = &declared.id;
                    work.report
                        .warnings
                        .push(format!("agency {id}: unit {text} is no more; it stands in {now}: write that"));
                })?,
            }
        }
        place.branch = declared.branch.clone().or(place.branch);
        place.parent = declared.parent.clone().or(place.parent);
        if before == Some(&place) {
            return Ok(None);
        }
        // The first that anybody says of an agency always was so, as long as its unit is there.
        let since = || match body.places.is_empty() {
            true => place.unit.and_then(|unit| self.whole.unit(unit)).map_or(Day::FIRST, |unit| unit.validity.from),
            false => self.today,
        };
        let day = declared.from.unwrap_or_else(since);
        Ok(Some((place, day)))
    }

    /// The unit in which an agency stands, if that is what became of the one that the file names.
    fn followed(&self, text: &str, stands: Option<UnitId>, day: Day) -> Option<String> {
        let (level, code) = reference::split(text);
        let mut former = self.whole.with_code(code).filter(|unit| level.is_none_or(|level| unit.level == level));
        let is_it = |unit: UnitId| stands.is_some() && self.whole.stand_in(unit, day) == stands;
        former.find(|unit| is_it(unit.id))?;
        let now = self.whole.unit(stands?)?;
        Some(format!("{}/{}", now.level, now.code))
    }
}

/// An agency of which nobody said where it stands.
pub(in crate::flows::admin::declaration) fn unplaced(declared: &AgencyDeclaration) -> Body {
    Body {
        id: declared.id.clone(),
        name: declared.name.clone(),
        kind: declared.kind.unwrap_or_default(),
        depth: 0,
        validity: Validity::since(Day::FIRST),
        places: std::collections::BTreeMap::new(),
    }
}
