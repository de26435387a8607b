//! Who stands where, as of any day. What was read is kept whole until somebody changes it.

use std::sync::Arc;

use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
pub use crate::identity::hierarchy::Fate;
pub use crate::identity::hierarchy::Hierarchy;
pub use crate::identity::hierarchy::Place;
pub use crate::identity::hierarchy::UnitId;

/// All of it: whoever asks more than once asks this, and gets answers that belong together.
pub async fn whole(app: &App) -> Result<Arc<Hierarchy>, Fault> {
    app.cache.hierarchy(&app.db).await
}

/// The day of an instant where the deployment lies.
pub fn today(app: &App, now: Timestamp) -> Day {
    app.config.units.time_zone.day(now)
}

/// A unit and all that it is a part of, itself first and the root last; nothing, where it is not there on that day.
pub async fn unit_path(app: &App, unit: UnitId, day: Day) -> Result<Vec<UnitId>, Fault> {
    Ok(whole(app).await?.unit_path(unit, day))
}

/// A branch and all that it is a part of, itself first; nothing, where it is not there on that day.
pub async fn branch_path(app: &App, branch: &str, day: Day) -> Result<Vec<String>, Fault> {
    Ok(whole(app).await?.branch_path(branch, day))
}

/// An agency and all those to whom it answers, itself first; nothing, where it is not there on that day.
pub async fn agency_path(app: &App, agency: &str, day: Day) -> Result<Vec<String>, Fault> {
    Ok(whole(app).await?.agency_path(agency, day))
}

/// Where an agency stands: in which unit and branch, and to whom it answers; `None` where it is not there on that day.
pub async fn place(app: &App, agency: &str, day: Day) -> Result<Option<Place>, Fault> {
    Ok(whole(app).await?.place(agency, day))
}

/// What became of a unit by a day, through as many reorganizations as there were; `None` of one that never was.
pub async fn successors(app: &App, unit: UnitId, day: Day) -> Result<Option<Fate>, Fault> {
    Ok(whole(app).await?.fate(unit, day))
}
