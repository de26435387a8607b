//! The keys of the years.

use std::time::Duration;

use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::hierarchy;
use crate::parts::record::Change;
use crate::signing::year_keys::Year;
use crate::store::data_keys;
use crate::store::figures;

/// The next year's is there before it begins.
const AHEAD: Duration = Duration::from_secs(86_400);
/// A year's is kept for so long after its end: what was lost is counted again by then.
const KEPT: Duration = Duration::from_secs(2 * 86_400);

/// Holds the keys that are needed now and soon.
pub async fn hold(app: &App, now: Timestamp) -> Result<(), Fault> {
    for at in [now, now + AHEAD] {
        if let Some(year) = year_of(app, at) {
            app.data_keys.years.hold(&app.db, year, now, &*app.entropy).await?;
        }
    }
    Ok(())
}

/// Holds the keys that are needed, and wipes those of years that are over and counted.
pub async fn tend(app: &App, now: Timestamp) -> Result<(), Fault> {
    hold(app, now).await?;
    let uncounted = figures::collectors(&app.db).await?.iter().map(figures::Collector::counted_until).min();
    let oldest = uncounted.map_or(now, |uncounted| uncounted.min(now)) - KEPT;
    let Some(first) = year_of(app, oldest) else { return Ok(()) };
    for (year, purpose) in app.data_keys.years.let_go(&app.db, first.number).await? {
        let mut change = Change::begin(app).await?;
        if data_keys::retire(&mut change.tx, &purpose, now).await? {
            change.act(Event::new(Act::KeyRetired).detail(format!("figures {year}")));
        }
        change.commit().await?;
    }
    Ok(())
}

fn year_of(app: &App, at: Timestamp) -> Option<Year> {
    let number = hierarchy::today(app, at).number() / 10_000;
    let begin = |year: i64| app.config.units.time_zone.begin(Day::of(i32::try_from(year).ok()?, 1, 1)?);
    Some(Year { number, begin: begin(number)?, end: begin(number + 1)? })
}
