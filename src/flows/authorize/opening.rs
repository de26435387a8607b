//! Where a sign-in ends: the session that opens for who proved who they are.

use std::sync::Arc;

use uuid::Uuid;

use super::seed::Seed;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::audit::Refused;
use crate::parts::authenticate::password;
use crate::parts::authenticate::password::PasswordCheck;
use crate::parts::authenticate::password::Typed;
use crate::parts::networks::Network;
use crate::parts::networks::network_of;
use crate::parts::record;
use crate::parts::record::Change;
use crate::parts::sessions;
use crate::parts::sessions::Authenticated;
use crate::parts::sessions::Visitor;
use crate::parts::throttle;
use crate::store::cache::Kind;
use crate::store::outbox::Ended;

/// An interaction in which a session may open.
pub struct Opening<'a> {
    /// What the session derives from.
    pub seed: &'a Seed,
    /// When the interaction began.
    pub begun_at: Timestamp,
    /// The client to which it leads; none where the person came by themselves.
    pub client: Option<&'a str>,
}

/// Cookies to set after a sign-in.
#[allow(missing_docs)]
pub struct Cookies {
    pub session: String,
    pub device: String,
}

/// Opens a session for who typed a password.
pub async fn authenticated(
    app: &Arc<App>,
    typed: Typed,
    opening: Opening<'_>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Result<(Uuid, Cookies), PasswordCheck>, Fault> {
    let who = match password::authenticate(app, typed, visitor, now).await? {
        PasswordCheck::Authenticated(who) => who,
        other => return Ok(Err(other)),
    };
    let device = throttle::device_cookie(app, who.person, now)?;
    let opened = open(app, opening, who, visitor, now).await?;
    let opened = opened.map(|(id, session)| (id, Cookies { session, device }));
    Ok(opened.ok_or(PasswordCheck::Refused))
}

/// One session for a browser: somebody else's that was open in it ends, and the person's own goes on with what it reached.
async fn open(
    app: &Arc<App>,
    opening: Opening<'_>,
    who: Authenticated,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<(Uuid, String)>, Fault> {
    let former = sessions::current(app, visitor, now).await?;
    if let Some(former) = former.as_ref().filter(|former| former.session.person_id != who.person) {
        sessions::end(app, Ended { session: former.session.id, person: former.session.person_id }, now).await?;
    }
    let (person, amr) = (who.person, who.amr.to_string());
    let place = sessions::Place {
        former: own_session(app, visitor, person, now).await?,
        fresh: opening.seed.session(person, opening.begun_at),
        secret: opening.seed.secret(person),
        network: Network::of(app, person, visitor.address),
    };
    let mut change = Change::begin(app).await?;
    let Some(opened) = sessions::open(app, &mut change.tx, who, place, now).await? else {
        drop(change);
        record::refused(app, Refused::SignIn, Some(person), &network_of(visitor.address));
        return Ok(None);
    };
    let event = Event::new(Act::SignedIn).person(person).session(opened.id).detail(amr);
    change.act(opening.client.into_iter().fold(event, Event::client));
    if opened.renewed {
        change.announce(Kind::Session, opened.id.to_string());
    }
    change.commit().await?;
    Ok(Some((opened.id, opened.cookie)))
}

/// The person's session that the visitor's cookie names. Its secret may be a former one: the answer that brought the present
/// one was lost, and who the person is was just proved.
async fn own_session(app: &App, visitor: &Visitor, person: Uuid, now: Timestamp) -> Result<Option<Uuid>, Fault> {
    let Some(id) = sessions::named(visitor) else { return Ok(None) };
    let live = sessions::alive(app, id, now).await?;
    Ok(live.filter(|live| live.session.person_id == person).map(|live| live.session.id))
}
