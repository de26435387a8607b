//! What services may receive of a person, and how what was agreed to is withdrawn: as easily as it was given.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::received::Allowed;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::identity::agency::LegalBasis;
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
use crate::store::history;
use crate::store::history::Part;
use crate::store::outbox::Ended;

/// What services may receive of a person.
pub struct Given {
    /// The value that proves that the page was ours and this session's.
    pub confirm: String,
    /// The services, those that the person agreed to first, the latest first.
    pub to: Vec<Held>,
}

/// What one service may receive.
pub struct Held {
    /// The service.
    pub client: Arc<Client>,
    /// What.
    pub allowed: Allowed,
    /// When the person agreed; `None` where the law gives it.
    pub agreed: Option<Timestamp>,
    /// When it received something last, if that is of late.
    pub last: Option<Timestamp>,
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
/// What is of late.
const LATE: Duration = Duration::from_secs(30 * 86_400);

/// What services may receive of the visitor; `None` where nobody is signed in.
pub async fn given(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Given>, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(None) };
    let to = held(app, live.session.person_id, now).await?;
    let confirm = Ticket { session: live.session.id }.seal(app, now)?;
    Ok(Some(Given { confirm, to }))
}

/// What a person agreed to, and what the law gave of late without asking. What was given to a client that is no more, or to
/// another of its name, is given to nobody.
pub async fn held(app: &App, person: Uuid, now: Timestamp) -> Result<Vec<Held>, Fault> {
    let mut held: Vec<Held> = Vec::new();
    for given in consents::of_person(&app.db, person, MOST).await? {
        let client = clients::find(app, &given.client_id).await?.filter(|client| client.holder() == given.holder);
        let Some(client) = client else { continue };
        let allowed = Allowed::by(app, &given.consent.scope, given.consent.claims.iter());
        held.push(Held { client, allowed, agreed: Some(given.at), last: None });
    }
    let [from, before] = history::identifiers([now - LATE, now]);
    let late = Part { person, client: None, from, before, limit: MOST };
    for received in history::disclosures(&app.db, &late).await? {
        let last = Some(received.at());
        if let Some(known) = held.iter_mut().find(|one| one.client.id == received.client_id) {
            known.last = known.last.max(last);
            continue;
        }
        let same = clients::of_epoch(app, &received.client_id, Some(received.client_epoch)).await?;
        let same = same.filter(|client| is_by_law(client));
        let allowed = Allowed::stored(app, &received.scope, received.claims.as_deref());
        held.extend(same.map(|client| Held { client, allowed, agreed: None, last }));
    }
    Ok(held)
}

fn is_by_law(client: &Client) -> bool {
    client.legal_basis() == LegalBasis::PublicTask
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
