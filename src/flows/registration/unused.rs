//! Clients that registered themselves and that nobody came to: they go after a while, so that strangers do not fill the
//! database.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::client_writer;
use crate::parts::record::Change;
use crate::store::registrations;

/// Removes at most `limit` of them, and as many sectors that are left empty; returns whether there were any.
pub async fn remove(app: &App, limit: i64, now: Timestamp) -> Result<bool, Fault> {
    let before = now - *app.config.registration.unused;
    let mut change = Change::begin(app).await?;
    let removed = client_writer::remove_unused(&mut change, before, limit).await?;
    for id in &removed {
        change.act(Event::new(Act::ClientRemoved).client(id).detail("never used"));
    }
    let any = !removed.is_empty();
    change.commit().await?;
    let sectors = registrations::drop_empty_sectors(&app.db, limit).await?;
    Ok(any || sectors > 0)
}
