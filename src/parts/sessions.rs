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
use crate::identity::assurance::Acr;
use crate::identity::assurance::Amr;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::credential::password::StoredPassword;
use crate::parts::outbox;
use crate::parts::record;
use crate::store::cache::Kind;
use crate::store::cache::LiveSession;
use crate::store::credentials;
use crate::store::db::Tx;
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
}

/// Who signed in, and how.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Authenticated {
    pub person: Uuid,
    pub acr: Acr,
    pub amr: Amr,
    /// The password that proved it: it must be theirs still when the session opens.
    pub by: StoredPassword,
}

/// A session that was opened: its id, and the value of its cookie.
pub struct Opened {
    /// Its id.
    pub id: Uuid,
    /// The cookie.
    pub cookie: String,
}

/// How often the database learns of a session's last use.
const NOTE: Duration = Duration::from_secs(60);

/// The session that the visitor's cookie names, if it is alive; counts as a use.
pub async fn current(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Arc<LiveSession>>, Fault> {
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

/// The session with this id, if it is alive.
pub async fn alive(app: &App, id: Uuid, now: Timestamp) -> Result<Option<Arc<LiveSession>>, Fault> {
    let Some(live) = app.cache.session(&app.db, id, now).await? else { return Ok(None) };
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
/// of the same person in the same browser goes on under its id with another secret.
pub async fn open(
    app: &App,
    tx: &mut Tx,
    who: Authenticated,
    former: Option<&LiveSession>,
    now: Timestamp,
) -> Result<Option<Opened>, Fault> {
    // Whoever takes that away holds the person as well: they see this session and end it, or we see what they did.
    if !people::hold(tx, who.person).await? || !credentials::is_password(tx, who.person, &who.by).await? {
        return Ok(None);
    }
    let secret: [u8; 32] = app.entropy.bytes();
    let same = former.filter(|former| former.session.person_id == who.person).map(|former| former.session.id);
    let mut new = NewSession {
        id: same.unwrap_or_else(|| id::new(now, &*app.entropy)),
        secret: sha256(&secret),
        person_id: who.person,
        auth_time: now,
        acr: who.acr,
        amr: who.amr,
        expires_at: now + *app.config.session.absolute,
    };
    let renewed = same.is_some() && sessions::renew(tx, &new).await?;
    if !renewed {
        new.id = id::new(now, &*app.entropy);
        sessions::insert(tx, &new).await?;
    }
    Ok(Some(Opened { id: new.id, cookie: base64url(&[new.id.as_bytes().as_slice(), &secret].concat()) }))
}

/// Ends a session, dead here at once and within a second on every replica, and tells its services: it returns when they
/// were told, or after two seconds. Returns which services it had reached.
pub async fn end(app: &Arc<App>, ended: Ended, now: Timestamp) -> Result<Vec<String>, Fault> {
    let mut tx = app.db.begin().await?;
    let Some(Left { mut clients, mut notices }) = end_in(app, &mut tx, ended, now).await? else {
        return Ok(Vec::new());
    };
    record::commit(app, tx, &[(Kind::Session, ended.session.to_string())], now).await?;
    let late = reached_late(app, ended, &clients, now).await?;
    clients.extend(late.clients);
    notices.extend(late.notices);
    outbox::try_now(app, notices).await;
    Ok(clients)
}

/// What was left, and what must be told of it.
pub struct Left {
    /// The services.
    pub clients: Vec<String>,
    /// Notices whose first try is due.
    pub notices: Vec<Notice>,
}

/// Ends a session in `tx`; `None` if it had ended before.
pub async fn end_in(app: &App, tx: &mut Tx, ended: Ended, now: Timestamp) -> Result<Option<Left>, Fault> {
    if !sessions::end(tx, ended.session, now).await? {
        return Ok(None);
    }
    let left = reached(app, tx, ended, &[], now).await?;
    grants::revoke_with_session(tx, ended.session, now).await?;
    let event = Event::new(Act::SignedOut).person(ended.person).session(ended.session);
    record::in_transaction(app, tx, event, now).await?;
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

/// What ended of a person's access.
pub struct AllEnded {
    /// How many sessions.
    pub sessions: usize,
    /// What is to be announced.
    pub changes: Vec<(Kind, String)>,
}

/// Ends every session of a person in `tx`; a job tells their services.
pub async fn end_all_of(app: &App, tx: &mut Tx, person: Uuid, reach: Reach, now: Timestamp) -> Result<AllEnded, Fault> {
    let open = sessions::open_of(tx, person, now).await?;
    let mut changes = vec![(Kind::Person, person.to_string())];
    for session in &open {
        end_in(app, tx, Ended { session: *session, person }, now).await?;
        changes.push((Kind::Session, session.to_string()));
    }
    if reach == Reach::Everything {
        grants::revoke_of(tx, person, now).await?;
    }
    Ok(AllEnded { sessions: open.len(), changes })
}

/// After the commit of [`end_all_of`]: a code that was redeemed in that moment saw its session alive, and what it gave would
/// outlive it. Sign-ins of later are in other sessions.
pub async fn end_late(app: &App, people: &[Uuid], now: Timestamp) -> Result<(), Fault> {
    if people.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for person in people {
        grants::revoke_of_ended(&mut tx, *person, now).await?;
    }
    tx.commit().await
}

/// The services that a session reached while it ended: a code that is redeemed in that moment finds the session ended,
/// or its client is found here.
async fn reached_late(app: &App, ended: Ended, known: &[String], now: Timestamp) -> Result<Left, Fault> {
    let mut tx = app.db.begin().await?;
    let late = reached(app, &mut tx, ended, known, now).await?;
    tx.commit().await?;
    Ok(late)
}

/// The services that a session reached but for those that are `known`, with notices to those that want to be told.
async fn reached(app: &App, tx: &mut Tx, ended: Ended, known: &[String], now: Timestamp) -> Result<Left, Fault> {
    let mut left = Left { clients: Vec::new(), notices: Vec::new() };
    for client in grants::clients_of_session(tx, ended.session).await? {
        if known.contains(&client.client_id) {
            continue;
        }
        if client.told {
            left.notices.push(outbox::write(app, tx, &client.client_id, ended, now).await?);
        }
        left.clients.push(client.client_id);
    }
    Ok(left)
}

fn parse_cookie(text: &str) -> Option<(Uuid, Vec<u8>)> {
    let bytes = from_base64url(text).filter(|bytes| bytes.len() == 48)?;
    let (id, secret) = bytes.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes(*id), secret.to_vec()))
}
