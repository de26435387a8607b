//! Agencies go where their unit goes.

use super::Decision;
use super::Named;
use crate::base::day::Day;
use crate::flows::admin::units::Mistake;
use crate::identity::hierarchy::Body;
use crate::identity::hierarchy::Fate;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::Place;
use crate::identity::hierarchy::UnitId;
use crate::identity::hierarchy::as_of;

/// Where agencies stand from the day on, and what that comes of.
#[derive(Default)]
pub(super) struct Followed {
    pub places: Vec<(String, Day, Place)>,
    pub moved: usize,
    pub raised: usize,
    pub to_decide: Vec<Decision>,
    pub mistakes: Vec<Mistake>,
}

/// Looks for agencies whose unit is not there any more on `day`.
pub(super) fn follow(next: &Hierarchy, day: Day) -> Followed {
    let mut followed = Followed::default();
    for body in next.agencies().filter(|body| body.validity.covers(day)) {
        let Some(place) = as_of(&body.places, day) else { continue };
        let Some(unit) = place.unit.filter(|unit| !next.is_valid(*unit, day)) else { continue };
        if let Some(later) = body.places.keys().find(|from| **from > day) {
            let why = format!("agency {}: moves on {later} already; have it moved after {day}", body.id);
            followed.mistakes.push(Mistake { line: None, why });
            continue;
        }
        followed.one(next, body, (place, unit), day);
    }
    followed
}

impl Followed {
    fn one(&mut self, next: &Hierarchy, body: &Body, (place, unit): (&Place, UnitId), day: Day) {
        let mut place = place.clone();
        match next.fate(unit, day) {
            Some(Fate::Whole(heir)) => {
                self.moved += 1;
                place.unit = Some(heir);
            }
            Some(Fate::Divided { among, meanwhile }) => {
                place.unit = meanwhile;
                place.divided = Some(unit);
                self.to_decide.extend(Named::with(next, unit).map(|was_in| Decision {
                    agency: body.id.clone(),
                    name: body.name.vi.clone(),
                    was_in,
                    among: among.iter().filter_map(|(heir, _)| Named::with(next, *heir)).collect(),
                    meanwhile: meanwhile.and_then(|id| Named::with(next, id)),
                }));
            }
            Some(Fate::Gone { parent }) => {
                self.raised += 1;
                place.unit = parent;
            }
            Some(Fate::Stands | Fate::NotYet) | None => return,
        }
        self.places.push((body.id.clone(), day, place));
    }
}
