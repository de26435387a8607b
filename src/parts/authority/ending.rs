//! Who leaves leaves nothing behind.

use uuid::Uuid;

use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::By;
use crate::identity::audit::Event;
use crate::identity::authority::Actor;
use crate::parts::record::Change;
use crate::store::pending_acts;
use crate::store::rights;

/// What ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Rights.
    pub rights: Vec<Uuid>,
    /// What waited for a second official.
    pub pending: Vec<Uuid>,
}

/// Ends every right of a person in `change`, and voids what they asked, or what was asked for them.
pub async fn end_in(change: &mut Change<'_>, person: Uuid, by: &Actor, now: Timestamp) -> Result<Ended, Fault> {
    let rights = rights::revoke_of(&mut change.tx, person, by, now).await?;
    for right in &rights {
        change.act(Event::new(Act::RightRevoked).person(person).detail(right.to_string()));
    }
    let why = "whoever asked, or whom it was for, is no official any more";
    let pending = pending_acts::void_of(&mut change.tx, person, why, by, now).await?;
    for act in &pending {
        change.act(Event::new(Act::ActVoided).detail(act.to_string()));
    }
    Ok(Ended { rights, pending })
}

/// Takes one right away in `change`, and voids what was asked by it; `false` if it was before.
pub async fn take_in(change: &mut Change<'_>, id: Uuid, by: &By, now: Timestamp) -> Result<bool, Fault> {
    let Some(person) = rights::revoke(&mut change.tx, id, &by.actor, now).await? else { return Ok(false) };
    let event = Event { person, ..Event::new(Act::RightRevoked) };
    change.act(event.detail(id.to_string()).by(by));
    let why = "the right by which it was asked was taken away";
    for act in pending_acts::void_by(&mut change.tx, id, why, &by.actor, now).await? {
        change.act(Event::new(Act::ActVoided).detail(act.to_string()).by(by));
    }
    Ok(true)
}
