//! Who stands where, as of any day. What was read is kept whole until somebody changes it.

use std::sync::Arc;

use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
pub use crate::identity::hierarchy::Hierarchy;
pub use crate::identity::hierarchy::UnitId;

/// All of it: whoever asks more than once asks this, and gets answers that belong together.
pub async fn whole(app: &App) -> Result<Arc<Hierarchy>, Fault> {
    app.cache.hierarchy(&app.db).await
}

/// The day of an instant where the deployment lies.
pub fn today(app: &App, now: Timestamp) -> Day {
    app.config.units.time_zone.day(now)
}
