//! What a person agreed to, and how it is withdrawn: as easily as it was given.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::record::Change;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::store::cache::Kind;
use crate::store::cache::consent_key;
use crate::store::consents;
use crate::store::families;
use crate::store::grants;
use crate::store::outbox::Ended;

/// What a person agreed to.
pub struct Given {
    /// The value that proves that the page was ours and this session's.
    pub confirm: String,
    /// The services, the latest first, and when.
    pub to: Vec<(Arc<Client>, Timestamp)>,
}

/// What came of a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// It is done, or was before.
    Done,
    /// Nobody is signed in.
    Nobody,
    /// The page was not made for this session.
    Foreign,
}

/// What the page carries for the answer.
#[derive(Serialize, Deserialize)]
struct Ticket {
    session: Uuid,
}

impl Sealed for Ticket {
    const PURPOSE: Purpose = Purpose("withdrawal");
}

/// More are shown to nobody.
const MOST: i64 = 200;

/// What the visitor agreed to; `None` where nobody is signed in.
pub async fn given(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Given>, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(None) };
    let mut to = Vec::new();
    for (id, holder, at) in consents::of_person(&app.db, live.session.person_id, MOST).await? {
        // What was given to a client that is no more, or to another of its name, is given to nobody.
        let client = clients::find(app, &id).await?.filter(|client| client.holder() == holder);
        to.extend(client.map(|client| (client, at)));
    }
    let confirm = Ticket { session: live.session.id }.seal(app, now)?;
    Ok(Some(Given { confirm, to }))
}

/// Withdraws what was agreed to for a client, and ends what it was given: its refresh tokens, and the tokens of this session.
/// Access tokens of other sessions end by themselves, within minutes.
pub async fn withdraw(
    app: &App,
    visitor: &Visitor,
    confirm: &str,
    client: &str,
    now: Timestamp,
) -> Result<Withdrawn, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(Withdrawn::Nobody) };
    if Ticket::open(app, confirm).is_none_or(|ticket| ticket.session != live.session.id) {
        return Ok(Withdrawn::Foreign);
    }
    let here = Ended { session: live.session.id, person: live.session.person_id };
    let mut change = Change::begin(app).await?;
    if consents::remove(&mut change.tx, here.person, client).await? {
        change.announce(Kind::Consent, consent_key(here.person, client));
        change.act(Event::new(Act::ConsentWithdrawn).person(here.person).client(client).session(here.session));
    }
    // What lives on by whatever way ends in any case.
    revoke(app, &mut change, (here, client), now).await?;
    change.commit().await?;
    // What was redeemed in that moment saw the consent still; what is redeemed from now on sees that there is none.
    let mut late = Change::begin(app).await?;
    revoke(app, &mut late, (here, client), now).await?;
    late.commit().await?;
    Ok(Withdrawn::Done)
}

async fn revoke(
    app: &App,
    change: &mut Change<'_>,
    (here, client): (Ended, &str),
    now: Timestamp,
) -> Result<(), Fault> {
    let mut died = families::revoke_at_client(&mut change.tx, here.person, client, now).await?;
    died.extend(grants::revoke_at_client(&app.db, &mut change.tx, (here, client), now).await?);
    died.iter().for_each(|grant| change.announce(Kind::Grant, grant.to_string()));
    Ok(())
}
