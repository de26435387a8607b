//! The way back in for who lost everything: it begins with a letter on every way that is known to be the person's, and the
//! letter's link stops it.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::letters::Letter;
use crate::parts::clock;
use crate::parts::record::Change;
use crate::parts::stopping;
use crate::parts::stopping::Done;
use crate::parts::telling;
use crate::store::recoveries;
use crate::store::recoveries::NewRecovery;
pub use crate::store::recoveries::Recovery;
pub use crate::store::recoveries::Way;

/// Begins one in `change`, whose person is held, and tells them; one by an address that is under way goes on as it is.
pub async fn begin(
    app: &App,
    change: &mut Change<'_>,
    person: Uuid,
    digest: Option<&[u8]>,
    now: Timestamp,
) -> Result<Recovery, Fault> {
    clock::agrees(app)?;
    let config = &app.config.recovery;
    let (way, ready_at, window) = match digest {
        None => (Way::Address, now + *config.wait, *config.window),
        Some(_) => (Way::Official, now, *config.code),
    };
    let id = id::beside(person, now, &*app.entropy);
    let new = NewRecovery { id, person, way, digest, ready_at, expires_at: ready_at + window };
    let begun = recoveries::begin(&mut change.tx, &new, now).await?;
    if begun.id == id {
        change.act(Event::new(Act::RecoveryBegan).person(person).detail(way.as_str()));
        let stop = stopping::link(app, person, Done::Recovery(id), now)?;
        let letter = Letter::RecoveryBegan { at: now, until: ready_at, stop };
        // As long as the recovery lasts: nobody gets in whose letters are still to be brought.
        let written = telling::tell_until(app, change, person, &letter, (now, begun.expires_at())).await?;
        if way == Way::Address {
            recoveries::tell_by(&mut change.tx, person, id, &written).await?;
        }
    }
    Ok(begun)
}
