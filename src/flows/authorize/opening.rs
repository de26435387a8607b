//! Where a sign-in ends: the session that opens for who proved who they are.

use std::sync::Arc;

use uuid::Uuid;

use super::seed::Seed;
use super::wanted::Wanted;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::audit;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::audit::Refused;
use crate::identity::lead::Lead;
use crate::identity::proof::Proof;
use crate::identity::proof::Proved;
use crate::letters::Letter;
use crate::letters::Link;
use crate::parts::authenticate;
use crate::parts::authenticate::Presented;
use crate::parts::authenticate::Refusal;
use crate::parts::authenticate::Stepped;
use crate::parts::devices;
use crate::parts::leads::Known;
use crate::parts::networks::Network;
use crate::parts::networks::network_of;
use crate::parts::record;
use crate::parts::record::Change;
use crate::parts::sessions;
use crate::parts::sessions::Authenticated;
use crate::parts::sessions::Opened;
use crate::parts::sessions::Visitor;
use crate::parts::telling;
use crate::parts::throttle;
use crate::parts::throttle::Attempt;
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
    /// How sure it wants to be.
    pub wanted: Option<Wanted>,
}

/// Cookies to set after a sign-in.
#[allow(missing_docs)]
pub struct Cookies {
    pub session: String,
    pub device: String,
}

/// What came of a step of a sign-in.
pub enum Advanced {
    /// It ended in this session, which may lead somewhere first.
    Opened(Uuid, Cookies, Option<Lead>),
    /// So much is proved, and more is asked for.
    Lacks(Proved),
    /// Nothing came of it.
    Not(Refusal),
}

/// Takes one step; where what is proved then suffices for what is `wanted`, a session opens.
pub async fn advance(
    app: &Arc<App>,
    (proved, presented): (Option<&Proved>, Presented),
    opening: Opening<'_>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Advanced, Fault> {
    let is_made = matches!(presented, Presented::Made(_));
    let (proved, beside) = match authenticate::step(app, proved, presented, visitor, now).await? {
        Stepped::Proved(proved, beside) => (proved, beside),
        Stepped::Not(refusal) => return Ok(Advanced::Not(refusal)),
    };
    let wanted = opening.wanted.and_then(|wanted| wanted.asked_of(proved.person));
    let wanted = authenticate::within_reach(app, proved.person, wanted).await?;
    if authenticate::lacks(&proved, beside, wanted).is_some() {
        return Ok(Advanced::Lacks(proved));
    }
    let device = devices::cookie(app, proved.person, now).await?;
    let attempt = match proved.proofs.iter().any(Proof::is_guessable) {
        true => Some(Attempt::of(app, proved.person, visitor).await),
        false => None,
    };
    // Whose account is a moment old knows of this device.
    let known = Known { beside, browser: is_made || devices::knows(app, proved.person, visitor).await };
    let opened = open(app, opening, (Authenticated(proved), known), visitor, now).await?;
    let Some(opened) = opened else { return Ok(Advanced::Not(Refusal::Wrong)) };
    // Now alone: a code that was used before is right, and opens nothing.
    if let Some(attempt) = attempt {
        throttle::forget(app, &attempt, now).await;
    }
    Ok(Advanced::Opened(opened.id, Cookies { session: opened.cookie, device }, opened.lead))
}

/// One session for a browser: somebody else's that was open in it ends, and the person's own goes on with what it reached.
async fn open(
    app: &Arc<App>,
    opening: Opening<'_>,
    (who, known): (Authenticated, Known),
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<Opened>, Fault> {
    let former = sessions::present(app, visitor, now).await?;
    let (person, amr) = (who.0.person, who.0.amr().to_string());
    if let Some(former) = former.as_ref().filter(|former| former.session.person_id != person) {
        sessions::end(app, Ended { session: former.session.id, person: former.session.person_id }, now).await?;
    }
    let place = sessions::Place {
        former: own_session(app, visitor, person, now).await?,
        fresh: opening.seed.session(person, opening.begun_at),
        secret: opening.seed.secret(person),
        network: Network::of(app, person, visitor.address),
        interaction: opening.seed.interaction(person),
        device: visitor.software,
        known,
    };
    let mut change = Change::begin(app).await?;
    let Some(opened) = sessions::open(app, &mut change.tx, who, place, now).await? else {
        drop(change);
        record::refused(app, Refused::SignIn, Some(person), &network_of(visitor.address));
        return Ok(None);
    };
    let how = audit::signed_in(&amr, visitor.software.label().as_deref());
    let event = Event::new(Act::SignedIn).person(person).session(opened.id).detail(how);
    change.act(opening.client.into_iter().fold(event, Event::client));
    if !known.browser {
        let device = visitor.software.label().unwrap_or_default();
        let letter = Letter::NewDevice { device, at: now, sessions: Link::to_account() };
        telling::tell(app, &mut change, person, &letter, now).await?;
    }
    if opened.renewed {
        change.announce(Kind::Session, opened.id.to_string());
    }
    change.commit().await?;
    Ok(Some(opened))
}

/// The person's session that the visitor's cookie names. Its secret may be a former one: the answer that brought the present
/// one was lost, and who the person is was just proved.
async fn own_session(app: &App, visitor: &Visitor, person: Uuid, now: Timestamp) -> Result<Option<Uuid>, Fault> {
    let Some(id) = sessions::named(visitor) else { return Ok(None) };
    let live = sessions::alive(app, id, now).await?;
    Ok(live.filter(|live| live.session.person_id == person).map(|live| live.session.id))
}
