//! Rights follow their units by themselves; what that comes to is counted here.

use std::collections::HashSet;

use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::identity::authority::Standing;
use crate::identity::hierarchy::Changes;
use crate::identity::hierarchy::Hierarchy;
use crate::identity::hierarchy::UnitId;
use crate::store::rights;

/// How many rights of officials are where by a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// Where their unit's successor is.
    pub moved: usize,
    /// Their unit was abolished: what it was a part of has them, until somebody decides.
    pub raised: usize,
    /// Their unit was divided: likewise.
    pub undecided: usize,
}

/// The units of all rights that are not over on a day.
pub(super) async fn offices(app: &App, day: Day) -> Result<Vec<UnitId>, Fault> {
    let begin = app.config.units.time_zone.begin(day).unwrap_or_else(|| app.clock.now());
    Ok(rights::all(&app.db, begin).await?.iter().filter_map(|row| row.scope().unit).collect())
}

/// What becomes of them by `changes`, which `next` has.
pub(super) fn follow(next: &Hierarchy, changes: &Changes, offices: &[UnitId], day: Day) -> Rights {
    let concerned: HashSet<UnitId> = changes.successions.iter().map(|row| row.from).collect();
    let mut counted = Rights::default();
    for office in offices {
        let on = |day: Day| Standing::of(Some(*office), next, day);
        let Some(Standing::At(unit)) = day.eve().map(on) else { continue };
        if !concerned.contains(&unit) {
            continue;
        }
        match on(day) {
            Standing::At(heir) if heir == unit => {}
            Standing::At(_) | Standing::Everywhere => counted.moved += 1,
            Standing::Abolished { .. } => counted.raised += 1,
            Standing::Undecided { .. } => counted.undecided += 1,
        }
    }
    counted
}
