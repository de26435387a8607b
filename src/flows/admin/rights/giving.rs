//! A right is given, in a transaction of whoever asked for it.

use uuid::Uuid;

use super::bounds;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::By;
use crate::identity::audit::Event;
use crate::identity::authority::Actor;
use crate::identity::authority::Holder;
use crate::identity::authority::Wanted;
use crate::parts::hierarchy::Hierarchy;
use crate::parts::record::Change;
use crate::store::rights;
use crate::store::rights::NewRight;

/// By whose hands.
pub struct Hands<'a> {
    /// Who gives it.
    pub granted_by: &'a Actor,
    /// By which right of theirs.
    pub parent: Option<Uuid>,
    /// Who approved it, where another had to.
    pub approved_by: Option<&'a Actor>,
}

impl<'a> Hands<'a> {
    /// Of one who needs nobody else.
    pub const fn of(by: &'a By) -> Self {
        Self { granted_by: &by.actor, parent: None, approved_by: None }
    }
}

/// Gives it in `change`, where the units are as in `whole`; returns its id.
pub async fn give(
    app: &App,
    change: &mut Change<'_>,
    (wanted, whole): (&Wanted, &Hierarchy),
    hands: &Hands<'_>,
    now: Timestamp,
) -> Result<Uuid, Fault> {
    let id = id::new(now, &*app.entropy);
    let Hands { granted_by, parent, approved_by } = *hands;
    rights::insert(&mut change.tx, &NewRight { id, wanted, parent, granted_by, approved_by, now }).await?;
    let bounds = bounds::told(whole, &wanted.scope);
    let event = Event::new(Act::RightGranted).detail(format!("{id} {}: {bounds}", wanted.role.as_str()));
    change.act(match &wanted.holder {
        Holder::Person(person) => event.person(*person),
        Holder::Client(client) => event.client(client),
    });
    Ok(id)
}
