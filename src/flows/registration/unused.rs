//! Clients that registered themselves and that nobody came to: they go after a while, so that strangers do not fill the
//! database.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::record;
use crate::store::cache::Kind;
use crate::store::registrations;

/// Removes at most `limit` of them, and as many sectors that are left empty; returns whether there were any.
pub async fn remove(app: &App, limit: i64, now: Timestamp) -> Result<bool, Fault> {
    let before = now - *app.config.registration.unused;
    let mut tx = app.db.begin().await?;
    let removed = registrations::remove_unused(&mut tx, before, limit).await?;
    for id in &removed {
        let event = Event::new(Act::ClientRemoved).client(id).detail("never used");
        record::in_transaction(app, &mut tx, event, now).await?;
    }
    let any = !removed.is_empty();
    let changes: Vec<_> = removed.into_iter().map(|id| (Kind::Client, id)).collect();
    record::commit(app, tx, &changes, now).await?;
    let sectors = registrations::drop_empty_sectors(&app.db, limit).await?;
    Ok(any || sectors > 0)
}
