//! Two officials decide, and neither they nor their rights change meanwhile.

use uuid::Uuid;

use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Actor;
use crate::identity::authority::Holder;
use crate::parts::record::Change;
use crate::store::people;
use crate::store::rights;

/// Keeps both officials and both rights as they are until the end of `change`, each kind in one order; the person or the right
/// that counts no more, if one does not.
pub(super) async fn hold(
    change: &mut Change<'_>,
    actors: [&Actor; 2],
    held: [Option<Uuid>; 2],
    now: Timestamp,
) -> Result<Option<Uuid>, Fault> {
    let person = |actor: &Actor| match actor {
        Actor::Official(Holder::Person(person)) => Some(*person),
        Actor::Official(Holder::Client(_)) | Actor::Machine => None,
    };
    let mut people: Vec<Uuid> = actors.into_iter().filter_map(person).collect();
    people.sort();
    for person in people {
        if people::hold(&mut change.tx, person).await?.is_none() {
            return Ok(Some(person));
        }
    }
    let mut held: Vec<Uuid> = held.into_iter().flatten().collect();
    held.sort();
    held.dedup();
    for right in held {
        if !rights::hold(&mut change.tx, right, now).await? {
            return Ok(Some(right));
        }
    }
    Ok(None)
}
