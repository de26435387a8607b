//! SSO sessions: opened by a sign-in, found by the browser's cookie, alive until idle, over or ended.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::secret::base64url;
use crate::base::secret::equal;
use crate::base::secret::from_base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::device::Device;
use crate::identity::lead::Lead;
use crate::identity::proof::Proof;
use crate::identity::proof::Proved;
pub use crate::parts::late::end_late;
pub use crate::parts::late::end_late_in_any_case;
use crate::parts::leads;
use crate::parts::leads::Known;
use crate::parts::networks;
use crate::parts::networks::Network;
use crate::parts::outbox;
use crate::parts::record::Change;
use crate::store::authenticators;
use crate::store::authenticators::Use;
use crate::store::cache::Kind;
use crate::store::cache::LiveSession;
use crate::store::credentials;
use crate::store::db::Tx;
use crate::store::families;
use crate::store::grants;
use crate::store::outbox::Ended;
use crate::store::outbox::Notice;
use crate::store::people;
use crate::store::sessions;
use crate::store::sessions::NewSession;

/// A browser at our door, as far as it says who it is.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The cookie of its session.
    pub session: Option<String>,
    /// The cookie that binds sign-ins in progress to it.
    pub browser: Option<String>,
    /// The cookie by which somebody who signed in here before is known.
    pub device: Option<String>,
    /// Its address.
    pub address: IpAddr,
    /// The browser and the system that it says it is.
    pub software: Device,
}

impl Visitor {
    /// The digest of its cookie, to which what is sealed for it is bound; of no text where the browser keeps none.
    pub fn browser_digest(&self) -> String {
        browser_digest(self.browser.as_deref().unwrap_or_default())
    }

    /// The cookie of the browser, and the same where it is new.
    pub fn browser_cookie(&self, app: &App) -> (String, Option<String>) {
        match self.browser.as_ref().filter(|cookie| from_base64url(cookie).is_some_and(|bytes| bytes.len() == 16)) {
            Some(cookie) => (cookie.clone(), None),
            None => {
                let cookie = base64url(&app.entropy.bytes::<16>());
                (cookie.clone(), Some(cookie))
            }
        }
    }

    /// Whether it is the browser whose cookie has this digest.
    pub fn is_browser(&self, digest: &str) -> bool {
        self.browser.is_some() && equal(self.browser_digest().as_bytes(), digest.as_bytes())
    }
}

/// The digest of a browser's cookie.
pub fn browser_digest(cookie: &str) -> String {
    base64url(&sha256(cookie.as_bytes()))
}

/// Who signed in, and by what: it suffices, and must stand still when the session opens.
#[derive(Clone, Debug)]
pub struct Authenticated(pub Proved);

/// Where a session opens. What repeats a sign-in names the same place, and gets the same session.
pub struct Place {
    /// The person's session in this browser, which goes on.
    pub former: Option<Uuid>,
    /// The id of another.
    pub fresh: Uuid,
    /// The secret of its cookie from now on.
    pub secret: [u8; 32],
    /// From where, as the person's row remembers it.
    pub network: Network,
    /// The interaction: what counts once counts in it alone, however often its form is sent.
    pub interaction: [u8; 32],
    /// In what browser.
    pub device: Device,
    /// What is known of the person.
    pub known: Known,
}

/// A session that was opened: its id, and the value of its cookie.
pub struct Opened {
    /// Its id.
    pub id: Uuid,
    /// The cookie.
    pub cookie: String,
    /// Whether it goes on under its former id.
    pub renewed: bool,
    /// Where it leads first.
    pub lead: Option<Lead>,
}

/// How often the database learns of a session's last use.
const NOTE: Duration = Duration::from_secs(60);

/// The session that the visitor's cookie names, if it is alive and waits for nothing; counts as a use.
pub async fn current(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Arc<LiveSession>>, Fault> {
    Ok(present(app, visitor, now).await?.filter(|live| !leads::holds_up(app, &live.session, now)))
}

/// The same, if it waits as well: it can be answered, and ended.
pub async fn present(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Arc<LiveSession>>, Fault> {
    let Some((id, secret)) = visitor.session.as_deref().and_then(parse_cookie) else { return Ok(None) };
    let Some(live) = alive(app, id, now).await? else { return Ok(None) };
    if !equal(&sha256(&secret), &live.session.secret) {
        return Ok(None);
    }
    if live.used(now, NOTE.min(*app.config.session.idle / 2)) {
        app.ledger.touch(id, now);
    }
    Ok(Some(live))
}

/// The session that the visitor's cookie names, alive or not; the secret is not looked at.
pub fn named(visitor: &Visitor) -> Option<Uuid> {
    visitor.session.as_deref().and_then(parse_cookie).map(|(id, _)| id)
}

/// The session that the visitor's cookie proves, alive or not.
pub async fn former(app: &App, visitor: &Visitor) -> Result<Option<Arc<LiveSession>>, Fault> {
    let Some((id, secret)) = visitor.session.as_deref().and_then(parse_cookie) else { return Ok(None) };
    let live = app.cache.session(&app.db, id).await?;
    Ok(live.filter(|live| equal(&sha256(&secret), &live.session.secret)))
}

/// The session with this id, if it is alive.
pub async fn alive(app: &App, id: Uuid, now: Timestamp) -> Result<Option<Arc<LiveSession>>, Fault> {
    let Some(live) = app.cache.session(&app.db, id).await? else { return Ok(None) };
    if live.session.is_ended() || live.session.expires_at() <= now {
        return Ok(None);
    }
    let idle = *app.config.session.idle;
    if live.last_used() + idle > now {
        return Ok(Some(live));
    }
    // Another replica may have seen it since: the database has the last word.
    let live = app.cache.read_session(&app.db, id).await?;
    Ok(live.filter(|live| !live.session.is_ended() && live.last_used() + idle > now))
}

/// Opens a session in `tx`; `None` where the person may not sign in any more, or not by what proved who they are. A session
/// of the same person in the same browser goes on under its id with another secret, and keeps what it reached.
pub async fn open(
    app: &App,
    tx: &mut Tx,
    who: Authenticated,
    place: Place,
    now: Timestamp,
) -> Result<Option<Opened>, Fault> {
    // Whoever takes that away holds the person as well: they see this session and end it, or we see what they did.
    let Authenticated(proved) = who;
    let person = proved.person;
    let Some(held) = people::hold(tx, person).await? else { return Ok(None) };
    // Where the session that the interaction opened is over, what counts once has counted.
    let is_over = proved.proofs.iter().any(Proof::counts_once) && sessions::is_ended(tx, place.fresh).await?;
    let place = if is_over { Place { interaction: app.entropy.bytes(), ..place } } else { place };
    for proof in &proved.proofs {
        let is_spent = is_over && matches!(proof, Proof::Passkey { again: true, .. });
        if is_spent || !stands(tx, person, proof, &place, now).await? {
            return Ok(None);
        }
    }
    if let Some(networks) = networks::with(&held.networks, &place.network) {
        people::put_networks(tx, person, &networks).await?;
    }
    let amr = proved.amr();
    let Place { former, fresh, secret, .. } = place;
    let mut new = NewSession {
        id: former.unwrap_or(fresh),
        secret: sha256(&secret),
        person_id: person,
        auth_time: proved.auth_time(now),
        acr: proved.acr(held.level),
        amr,
        expires_at: now + *app.config.session.absolute,
        device: place.device.label(),
        lead: leads::due(app, &proved, place.known, held.passkey_offer_after, now),
    };
    let mut renewed = former.is_some() && sessions::renew(tx, &new).await?;
    if !renewed {
        // The same form once more finds the session that it opened; one that ended since stays ended.
        for id in [fresh, id::beside(person, now, &*app.entropy)] {
            new.id = id;
            let opened = sessions::insert(tx, &new).await?;
            renewed = !opened && sessions::renew(tx, &new).await?;
            if opened || renewed {
                break;
            }
        }
    }
    Ok(Some(Opened {
        id: new.id,
        renewed,
        lead: new.lead,
        cookie: base64url(&[new.id.as_bytes().as_slice(), &secret].concat()),
    }))
}

/// Whether what a proof rests on is there still, of the person whom `tx` holds; what counts once is used up by it.
async fn stands(tx: &mut Tx, person: Uuid, proof: &Proof, place: &Place, now: Timestamp) -> Result<bool, Fault> {
    match proof {
        Proof::Password(digest) => credentials::is_password(tx, person, digest).await,
        Proof::Code { id, counter } | Proof::Text { id, counter } | Proof::Passkey { id, counter, .. } => {
            let from = place.device.label();
            let used = Use { id: *id, person, counter: *counter, by: &place.interaction, from: from.as_deref() };
            let stands = authenticators::use_up(tx, &used, now).await?;
            if stands && !matches!(proof, Proof::Passkey { .. }) {
                authenticators::forgive(tx, person).await?;
            }
            Ok(stands)
        }
        Proof::Session { id, .. } => Ok(sessions::open_of(tx, person, now).await?.contains(id)),
    }
}

/// Ends a session, dead here at once and within a second on every replica, and tells its services: it returns when they
/// were told, or after two seconds. Once begun it goes on to its end, whoever waits for it. Returns which services it had
/// reached.
pub async fn end(app: &Arc<App>, ended: Ended, now: Timestamp) -> Result<Vec<String>, Fault> {
    end_each(app, vec![ended], None, now).await
}

/// The same for several, in one change. What they had reached stands in one list. Of the person who is `only` here, every
/// browser in which they signed in is forgotten, and every network but this one: what was left elsewhere is a stranger's.
pub async fn end_each(
    app: &Arc<App>,
    ended: Vec<Ended>,
    only: Option<(Uuid, Network)>,
    now: Timestamp,
) -> Result<Vec<String>, Fault> {
    let app = Arc::clone(app);
    let ending = tokio::spawn(async move {
        let mut change = Change::begin(&app).await?;
        if let Some((person, here)) = only {
            people::forget_devices(&mut change.tx, person).await?;
            people::put_networks(&mut change.tx, person, &networks::with(&[], &here).unwrap_or_default()).await?;
        }
        let mut over = Vec::new();
        for one in ended {
            over.extend(end_in(&app, &mut change, one, now).await?.map(|clients| (one, clients)));
        }
        let mut notices = change.commit().await?;
        for (one, clients) in &mut over {
            match end_of_latecomers(&app, *one, clients, now).await {
                Ok((late, more)) => {
                    clients.extend(late);
                    notices.extend(more);
                }
                Err(fault) => {
                    tracing::warn!(target: "motcua::fault", %fault, "a session ended; who was reached meanwhile is unknown")
                }
            }
        }
        outbox::try_now(&app, notices).await;
        Ok(over.into_iter().flat_map(|(_, clients)| clients).collect())
    });
    ending.await.unwrap_or_else(|error| Err(Fault::broken(error)))
}

/// Looks once more which services a session reached, after it ended, and writes that they are told.
async fn end_of_latecomers(
    app: &App,
    ended: Ended,
    known: &[String],
    now: Timestamp,
) -> Result<(Vec<String>, Vec<Notice>), Fault> {
    let mut change = Change::begin(app).await?;
    let late = reached(app, &mut change, ended, known, now).await?;
    Ok((late, change.commit().await?))
}

/// Ends a session in `change`; returns the services that it reached, `None` if it had ended before. One that a code in
/// that moment reaches finds the session ended, or is found by looking once more after the commit.
pub async fn end_in(
    app: &App,
    change: &mut Change<'_>,
    ended: Ended,
    now: Timestamp,
) -> Result<Option<Vec<String>>, Fault> {
    if !sessions::end(&mut change.tx, ended.session, now).await? {
        return Ok(None);
    }
    let left = reached(app, change, ended, &[], now).await?;
    change.act(Event::new(Act::SignedOut).person(ended.person).session(ended.session));
    change.announce(Kind::Session, ended.session.to_string());
    Ok(Some(left))
}

/// How much of a person's access ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Sessions, and what does not outlive them.
    Sessions,
    /// What was granted for when the person is away as well.
    Everything,
}

impl Reach {
    /// As it stands in the audit trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Everything => "everything",
        }
    }
}

/// Ends every session of a person in `change`; a job tells their services. Returns how many.
pub async fn end_all_of(
    app: &App,
    change: &mut Change<'_>,
    person: Uuid,
    reach: Reach,
    now: Timestamp,
) -> Result<usize, Fault> {
    let open = sessions::open_of(&mut change.tx, person, now).await?;
    change.announce(Kind::Person, person.to_string());
    for session in &open {
        end_in(app, change, Ended { session: *session, person }, now).await?;
    }
    if reach == Reach::Everything {
        sessions::end_over(&mut change.tx, person, now).await?;
        families::revoke_of(&mut change.tx, person, now).await?;
    }
    Ok(open.len())
}

/// The services that a session reached but for those that are `known`; those that want to be told are.
async fn reached(
    app: &App,
    change: &mut Change<'_>,
    ended: Ended,
    known: &[String],
    now: Timestamp,
) -> Result<Vec<String>, Fault> {
    let mut left = Vec::new();
    for client in grants::clients_of_session(&app.db, &mut change.tx, ended, now).await? {
        if known.contains(&client.client_id) {
            continue;
        }
        if client.told {
            change.tell(outbox::notice(app, &client.client_id, ended, now));
        }
        left.push(client.client_id);
    }
    Ok(left)
}

fn parse_cookie(text: &str) -> Option<(Uuid, Vec<u8>)> {
    let bytes = from_base64url(text).filter(|bytes| bytes.len() == 48)?;
    let (id, secret) = bytes.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes(*id), secret.to_vec()))
}
