//! Stopping a recovery, by the link of the letter that told of it. Whoever has the letter may: it takes nothing from anybody.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::record::Change;
use crate::parts::recovery::Stop;
use crate::parts::sealed::Sealed;
use crate::store::recoveries;

/// Whether a link names a recovery that can be stopped; `None` for what is not ours.
pub async fn is_open(app: &App, sealed: &str, now: Timestamp) -> Result<Option<bool>, Fault> {
    let Some(Stop { person, recovery }) = Stop::open(app, sealed) else { return Ok(None) };
    let all = recoveries::of(&app.db, person, now).await?;
    Ok(Some(all.iter().any(|one| one.id == recovery)))
}

/// Stops it, if it is not over; `None` for what is not ours.
pub async fn stop(app: &App, sealed: &str) -> Result<Option<()>, Fault> {
    let Some(Stop { person, recovery }) = Stop::open(app, sealed) else { return Ok(None) };
    let mut change = Change::begin(app).await?;
    if recoveries::stop(&mut change.tx, person, recovery).await? {
        change.act(Event::new(Act::RecoveryStopped).person(person));
        change.commit().await?;
    }
    Ok(Some(()))
}
