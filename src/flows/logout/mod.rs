//! Signing out: on our own page, asked for by a service (`rp_initiated`), or because somebody else signs in here.
//!
//! **The person is always asked**, whoever sent them (RP-Initiated Logout §2: the OP SHOULD ask, and MUST without a hint
//! of this session), and sees which services this sign-in reached. Each stands there to be left; the one that sent the
//! person is left in any case. What counts is what stays: if nothing does, the session ends, and everything that it gave
//! ends with it; if something does, the session goes on, and only the services left lose what it gave them.
//!
//! **Whoever is left is told**: by back-channel through the outbox, and by the frames of the last page. When somebody else
//! signs in, or an operator disables the account, there is no such page, and the back-channel alone tells them.
//!
//! **What was granted for when the person is away survives** (Back-Channel Logout §2.7: such refresh tokens "normally
//! SHOULD NOT be revoked"): a grant with `offline_access`, its refresh token and its access tokens, which are about the
//! person's standing permission and not about this browser.

pub mod front_channel;
pub mod rp_initiated;

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
use crate::parts::outbox;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::store::cache::Kind;
use crate::store::grants;
use crate::store::outbox::Ended;
use front_channel::Farewell;
use rp_initiated::Asked;

/// What the confirmation page asks.
pub enum Question {
    /// Whether the person means it.
    Confirm(Box<Confirmation>),
    /// Nothing: nobody is signed in, and an ID token of ours vouches for the address to go to.
    Onward(String),
    /// Nothing: nobody is signed in; where a link may lead.
    Nobody(Option<String>),
}

/// What the confirmation page shows.
pub struct Confirmation {
    /// Who is signed in.
    pub name: String,
    /// The value that proves that the page was ours and this browser's.
    pub confirm: String,
    /// The service that sent the person.
    pub asker: Option<Arc<Client>>,
    /// Services that may be left or not, in the order in which the answer counts them.
    pub offered: Vec<Arc<Client>>,
    /// Whether the browser goes to a place that a service named in the end.
    pub leads_away: bool,
}

/// What the page carries for the answer.
#[derive(Serialize, Deserialize)]
struct Ticket {
    session: Uuid,
    asked: Asked,
    offered: Vec<String>,
}

impl Sealed for Ticket {
    const PURPOSE: Purpose = Purpose("logout");
}

/// What the person answered.
pub struct Decision<'a> {
    /// The value of the page.
    pub confirm: &'a str,
    /// Whether the person leaves the service that was offered at this place.
    pub leaves: &'a (dyn Fn(usize) -> bool + Sync),
}

/// What came of it.
pub struct Decided {
    /// Where the browser goes now.
    pub next: Next,
    /// Whether the session ended.
    pub signed_out: bool,
}

/// Where the browser goes after a sign-out.
#[derive(Debug)]
pub enum Next {
    /// To the address of the service that asked.
    Service(String),
    /// To the last page, which tells services by frames; the text is the sealed farewell.
    Farewell(String),
    /// To the page that says that nobody is signed in.
    Nobody,
    /// Nowhere: nothing was left.
    Home,
}

/// With more services than this, only all of them can be left.
const MOST_OFFERED: usize = 20;

/// What to ask; `asked` is what a service asked for.
pub async fn question(app: &App, visitor: &Visitor, asked: Asked, now: Timestamp) -> Result<Question, Fault> {
    let Some(live) = sessions::present(app, visitor, now).await? else {
        if asked.hinted
            && let Some(location) = rp_initiated::location(app, &asked).await?
        {
            return Ok(Question::Onward(location));
        }
        return Ok(Question::Nobody(rp_initiated::link(app, &asked).await?));
    };
    let person = people::find(app, live.session.person_id).await?.unwrap_or_default();
    let asker = match &asked.client_id {
        Some(id) => clients::find(app, id).await?,
        None => None,
    };
    let here = Ended { session: live.session.id, person: live.session.person_id };
    let offered = offered(app, here, asker.as_deref(), now).await?;
    let leads_away = rp_initiated::location(app, &asked).await?.is_some();
    let offered_ids = offered.iter().map(|client| client.id.clone()).collect();
    let ticket = Ticket { session: live.session.id, asked, offered: offered_ids };
    let confirm = ticket.seal(app, now)?;
    let name = person.display_name().to_owned();
    Ok(Question::Confirm(Box::new(Confirmation { name, confirm, asker, offered, leads_away })))
}

/// The services among which the person may choose; none where there is no choice.
async fn offered(app: &App, session: Ended, asker: Option<&Client>, now: Timestamp) -> Result<Vec<Arc<Client>>, Fault> {
    let mut offered = Vec::new();
    for id in grants::live_clients_of_session(&app.db, session, now).await? {
        let client = clients::find(app, &id).await?;
        offered.extend(client.filter(|client| asker.is_none_or(|asker| asker.id != client.id)));
    }
    let choices = offered.len() + usize::from(asker.is_some());
    if choices < 2 || offered.len() > MOST_OFFERED {
        offered.clear();
    }
    Ok(offered)
}

/// Does what the person decided; `None` where the value was not made for this session.
pub async fn decided(
    app: &Arc<App>,
    visitor: &Visitor,
    decision: &Decision<'_>,
    now: Timestamp,
) -> Result<Option<Decided>, Fault> {
    let ticket = Ticket::open(app, decision.confirm);
    let Some(live) = sessions::present(app, visitor, now).await? else {
        // Without a hint, only the browser that the page was made for goes onwards.
        let confirmed = |ticket: &Ticket| ticket.asked.hinted || sessions::named(visitor) == Some(ticket.session);
        let asked = ticket.filter(confirmed).map(|ticket| ticket.asked).unwrap_or_default();
        let next = rp_initiated::location(app, &asked).await?.map_or(Next::Nobody, Next::Service);
        return Ok(Some(Decided { next, signed_out: true }));
    };
    let Some(Ticket { session, asked, offered }) = ticket.filter(|ticket| ticket.session == live.session.id) else {
        return Ok(None);
    };
    let ended = Ended { session, person: live.session.person_id };
    let stays = offered.iter().enumerate().any(|(at, _)| !(decision.leaves)(at));
    let left = if stays {
        let chosen = offered.into_iter().enumerate().filter(|(at, _)| (decision.leaves)(*at)).map(|(_, id)| id);
        let left: Vec<String> = chosen.chain(asked.client_id.clone()).collect();
        if left.is_empty() {
            return Ok(Some(Decided { next: Next::Home, signed_out: false }));
        }
        leave(app, ended, &left, now).await?;
        left
    } else {
        sessions::end(app, ended, now).await?
    };
    let farewell = Farewell::new(session, left, stays, asked, visitor);
    Ok(Some(Decided { next: farewell.next(app, now).await?, signed_out: !stays }))
}

/// Leaves some services of a session that goes on.
async fn leave(app: &Arc<App>, ended: Ended, left: &[String], now: Timestamp) -> Result<(), Fault> {
    let mut change = Change::begin(app).await?;
    let clients = grants::clients_of_session(&app.db, &mut change.tx, ended, now).await?;
    for client in clients.iter().filter(|client| left.contains(&client.client_id)) {
        let at = (ended, client.client_id.as_str());
        for id in grants::revoke_at_client(&app.db, &mut change.tx, at, now).await? {
            change.announce(Kind::Grant, id.to_string());
        }
        if client.told {
            change.tell(outbox::notice(app, &client.client_id, ended, now));
        }
        change.act(Event::new(Act::ServiceLeft).person(ended.person).client(&client.client_id).session(ended.session));
    }
    let notices = change.commit().await?;
    outbox::try_now(app, notices).await;
    Ok(())
}
