//! What is kept in memory, and how it learns that it is out of date.
//!
//! Whoever changes something writes a row of `invalidations` in the same transaction. Every process reads the new rows
//! at least twice a second, sooner when nudged; what was heard longer than a second ago is not believed but read anew.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use uuid::Uuid;

use super::clients;
use super::clients::Client;
use super::consents;
use super::db::Db;
use super::db::Pool;
use super::db::Tx;
use super::sessions;
use super::sessions::Session;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::consent::Consent;
use crate::protocol::oauth::access_token;
use crate::protocol::oauth::access_token::AccessTokenClaims;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Client,
    Session,
    Grant,
    Person,
    Consent,
    Key,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Client, Self::Session, Self::Grant, Self::Person, Self::Consent, Self::Key];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Session => "session",
            Self::Grant => "grant",
            Self::Person => "person",
            Self::Consent => "consent",
            Self::Key => "key",
        }
    }
}

/// A session in memory, with its last use.
pub struct LiveSession {
    /// The row.
    pub session: Session,
    last_used: AtomicI64,
    noted: AtomicI64,
}

/// An access token that was verified before, and what UserInfo answers to it.
pub struct KnownToken {
    /// Its claims.
    pub claims: AccessTokenClaims,
    /// The body of UserInfo's answer.
    pub userinfo: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// The session of its grant, whose end is the token's.
    pub session: Option<Uuid>,
    /// Whom it speaks of.
    pub person: Option<Uuid>,
    /// When its grant was last known to be alive.
    pub checked_at: Timestamp,
}

/// An access token that was verified before, whomever it is meant for.
pub struct VerifiedToken {
    /// Its claims.
    pub claims: AccessTokenClaims,
    /// The session of its grant, whose end is the token's.
    pub session: Option<Uuid>,
    /// Whom it speaks of.
    pub person: Option<Uuid>,
    /// When its grant was last known to be alive.
    pub checked_at: Timestamp,
}

/// The caches of one process.
pub struct Cache {
    clients: moka::sync::Cache<String, Option<Arc<Client>>>,
    origins: moka::sync::Cache<String, bool>,
    sessions: moka::sync::Cache<Uuid, Arc<LiveSession>>,
    consents: moka::sync::Cache<String, Option<(String, Consent)>>,
    tokens: moka::sync::Cache<[u8; 32], Arc<KnownToken>>,
    verified: moka::sync::Cache<[u8; 32], Arc<VerifiedToken>>,
    attested: moka::sync::Cache<[u8; 32], (String, Timestamp)>,
    dead: moka::sync::Cache<String, ()>,
    secrets: moka::sync::Cache<[u8; 32], ()>,
    heard_at: AtomicI64,
    changes: AtomicU64,
    applied: Mutex<HashSet<Uuid>>,
}

/// For how long what was heard is believed.
pub const BELIEVED: Duration = Duration::from_secs(1);
/// Rows may become visible late: each is looked for this long. Clocks of replicas must agree to within it.
const OVERLAP: Duration = Duration::from_secs(15);

impl Default for Cache {
    fn default() -> Self {
        Self {
            clients: moka::sync::Cache::new(50_000),
            origins: moka::sync::Cache::new(10_000),
            sessions: moka::sync::Cache::new(20_000),
            consents: moka::sync::Cache::new(50_000),
            tokens: moka::sync::Cache::new(10_000),
            verified: moka::sync::Cache::new(10_000),
            attested: moka::sync::Cache::builder()
                .weigher(|_, (jwt, _): &(String, Timestamp)| u32::try_from(jwt.len()).unwrap_or(u32::MAX))
                .max_capacity(32 * 1024 * 1024)
                .build(),
            dead: moka::sync::Cache::builder().max_capacity(100_000).time_to_live(BELIEVED * 2).build(),
            secrets: moka::sync::Cache::new(10_000),
            heard_at: AtomicI64::new(i64::MIN),
            changes: AtomicU64::new(0),
            applied: Mutex::new(HashSet::new()),
        }
    }
}

impl Cache {
    /// The client with this id.
    pub async fn client(&self, db: &Db, id: &str, now: Timestamp) -> Result<Option<Arc<Client>>, Fault> {
        if let Some(known) = self.is_believed(now).then(|| self.clients.get(id)).flatten() {
            return Ok(known);
        }
        let changes = self.changes.load(Ordering::Acquire);
        let client = clients::find(db, id).await?.map(Arc::new);
        self.clients.insert(id.to_owned(), client.clone());
        if changes != self.changes.load(Ordering::Acquire) {
            self.clients.invalidate(id); // something changed while we read
        }
        Ok(client)
    }

    /// Whether some client registered this origin.
    pub async fn knows_origin(&self, db: &Db, origin: &str, now: Timestamp) -> Result<bool, Fault> {
        if let Some(known) = self.is_believed(now).then(|| self.origins.get(origin)).flatten() {
            return Ok(known);
        }
        let changes = self.changes.load(Ordering::Acquire);
        let known = clients::any_with_origin(db, origin).await?;
        self.origins.insert(origin.to_owned(), known);
        if changes != self.changes.load(Ordering::Acquire) {
            self.origins.invalidate(origin); // something changed while we read
        }
        Ok(known)
    }

    /// The session with this id, ended or not.
    pub async fn session(&self, db: &Db, id: Uuid, now: Timestamp) -> Result<Option<Arc<LiveSession>>, Fault> {
        let known = self.sessions.get(&id);
        if let Some(known) = known.as_ref().filter(|_| self.is_believed(now)) {
            return Ok(Some(Arc::clone(known)));
        }
        self.read_session(db, id).await
    }

    /// The same, from the database whatever is remembered.
    pub async fn read_session(&self, db: &Db, id: Uuid) -> Result<Option<Arc<LiveSession>>, Fault> {
        let changes = self.changes.load(Ordering::Acquire);
        let Some(session) = sessions::find(db, id).await? else { return Ok(None) };
        let seen = session.last_used_at().micros();
        let used = self.sessions.get(&id).map_or(seen, |known| known.last_used().micros().max(seen));
        let live = Arc::new(LiveSession { session, last_used: AtomicI64::new(used), noted: AtomicI64::new(seen) });
        self.sessions.insert(id, Arc::clone(&live));
        if changes != self.changes.load(Ordering::Acquire) {
            self.sessions.invalidate(&id); // something changed while we read
        }
        Ok(Some(live))
    }

    /// What `person` allowed `client`.
    pub async fn consent(
        &self,
        db: &Db,
        person: Uuid,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<Consent>, Fault> {
        let given_to_it = |(holder, consent)| (holder == client.holder()).then_some(consent);
        let key = consent_key(person, &client.id);
        if let Some(known) = self.is_believed(now).then(|| self.consents.get(&key)).flatten() {
            return Ok(known.and_then(given_to_it));
        }
        let changes = self.changes.load(Ordering::Acquire);
        let consent = consents::find(db, person, &client.id).await?;
        self.consents.insert(key.clone(), consent.clone());
        if changes != self.changes.load(Ordering::Acquire) {
            self.consents.invalidate(&key); // something changed while we read
        }
        Ok(consent.and_then(given_to_it))
    }

    /// A token that was verified before, by its digest, unless its grant or its session ended of late.
    pub fn token(&self, digest: &[u8; 32]) -> Option<Arc<KnownToken>> {
        self.tokens.get(digest).filter(|known| !self.ended(&known.claims, [known.session, known.person]))
    }

    /// A token that was verified before for anybody, by its digest, unless its grant or its session ended of late.
    pub fn verified(&self, digest: &[u8; 32]) -> Option<Arc<VerifiedToken>> {
        self.verified.get(digest).filter(|known| !self.ended(&known.claims, [known.session, known.person]))
    }

    /// Remembers a token that was verified for anybody.
    pub fn remember_verified(&self, digest: [u8; 32], token: Arc<VerifiedToken>) {
        self.verified.insert(digest, token);
    }

    /// What a claims source said of late, by the digest of what it was asked.
    pub fn attested(&self, asked: &[u8; 32], now: Timestamp) -> Option<String> {
        self.attested.get(asked).filter(|(_, until)| *until > now).map(|(jwt, _)| jwt)
    }

    /// Remembers what a claims source said.
    pub fn remember_attested(&self, asked: [u8; 32], jwt: &str, until: Timestamp) {
        self.attested.insert(asked, (jwt.to_owned(), until));
    }

    fn ended(&self, claims: &AccessTokenClaims, behind: [Option<Uuid>; 2]) -> bool {
        let ids = behind.into_iter().chain([access_token::grant_of(&claims.jti)]).flatten();
        self.dead.contains_key(&claims.client_id) || ids.into_iter().any(|id| self.dead.contains_key(&id.to_string()))
    }

    /// Remembers a verified token.
    pub fn remember_token(&self, digest: [u8; 32], token: Arc<KnownToken>) {
        self.tokens.insert(digest, token);
    }

    /// Whether a stretched client secret was found right before, by the digest of both.
    pub fn knows_secret(&self, digest: &[u8; 32]) -> bool {
        self.secrets.contains_key(digest)
    }

    /// Remembers that a stretched client secret was right.
    pub fn remember_secret(&self, digest: [u8; 32]) {
        self.secrets.insert(digest, ());
    }

    /// Forgets what a change made untrue.
    pub fn forget(&self, kind: Kind, subject: &str) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        match kind {
            Kind::Client => {
                self.dead.insert(subject.to_owned(), ());
                self.clients.invalidate(subject);
                self.origins.invalidate_all();
            }
            Kind::Session => {
                if let Ok(id) = subject.parse::<Uuid>() {
                    self.sessions.invalidate(&id);
                }
                self.dead.insert(subject.to_owned(), ());
            }
            Kind::Grant => self.dead.insert(subject.to_owned(), ()),
            Kind::Consent => self.consents.invalidate(subject),
            Kind::Person => {
                self.dead.insert(subject.to_owned(), ());
                self.sessions.invalidate_all();
                self.forget_tokens();
            }
            Kind::Key => self.forget_tokens(),
        }
    }

    fn forget_tokens(&self) {
        self.tokens.invalidate_all();
        self.verified.invalidate_all();
    }

    /// Reads the changes of late and forgets what they made untrue; returns them.
    pub async fn hear(&self, db: &Db, now: Timestamp) -> Result<Vec<(Kind, String)>, Fault> {
        const HEAR: &str = "SELECT id, kind, subject FROM invalidations WHERE at > $1 ORDER BY at, id";
        let after = (now - OVERLAP).micros();
        let rows: Vec<(Uuid, String, String)> =
            on!(db.reads, c => sqlx::query_as(HEAR).bind(after).fetch_all(c).await)?;
        let mut applied = self.applied.lock().unwrap_or_else(PoisonError::into_inner);
        let current: HashSet<Uuid> = rows.iter().map(|(id, ..)| *id).collect();
        let mut fresh = Vec::new();
        for (_, kind, subject) in rows.into_iter().filter(|(id, ..)| !applied.contains(id)) {
            let Some(kind) = Kind::ALL.into_iter().find(|known| known.as_str() == kind) else { continue };
            self.forget(kind, &subject);
            fresh.push((kind, subject));
        }
        *applied = current;
        self.heard_at.store(now.micros(), Ordering::Release);
        Ok(fresh)
    }

    /// Whether what is remembered counts: changes were heard at most a second ago.
    pub fn is_believed(&self, now: Timestamp) -> bool {
        let heard = Timestamp::from_micros(self.heard_at.load(Ordering::Acquire));
        heard + BELIEVED >= now
    }
}

impl LiveSession {
    /// Its last use, as far as this process knows.
    pub fn last_used(&self) -> Timestamp {
        Timestamp::from_micros(self.last_used.load(Ordering::Relaxed))
    }

    /// Notes a use. `true` where the database should learn of it: at most once in `interval`.
    pub fn used(&self, now: Timestamp, interval: Duration) -> bool {
        self.last_used.fetch_max(now.micros(), Ordering::Relaxed);
        let noted = self.noted.load(Ordering::Relaxed);
        let due = now >= Timestamp::from_micros(noted) + interval;
        due && self.noted.compare_exchange(noted, now.micros(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// The subject under which a change of consent is announced.
pub fn consent_key(person: Uuid, client: &str) -> String {
    format!("{person} {client}")
}

/// Tells every process, when `tx` is committed, that `subject` changed.
pub async fn announce(tx: &mut Tx, id: Uuid, kind: Kind, subject: &str, now: Timestamp) -> Result<(), Fault> {
    const ANNOUNCE: &str = "INSERT INTO invalidations (id, at, kind, subject) VALUES ($1, $2, $3, $4)";
    const NOTIFY: &str = "SELECT pg_notify('motcua', '')";
    in_tx!(tx, c => sqlx::query(ANNOUNCE)
        .bind(id)
        .bind(now.micros())
        .bind(kind.as_str())
        .bind(subject)
        .execute(c)
        .await
        .map(|_| ()))?;
    match tx {
        Tx::Postgres(tx) => {
            super::db::within_deadline(async { sqlx::query(NOTIFY).execute(&mut **tx).await.map(|_| ()) }).await
        }
        Tx::Sqlite(_) => Ok(()),
    }
}

/// Drops the announcements that everybody has heard.
pub async fn drop_before(db: &Db, before: Timestamp) -> Result<u64, Fault> {
    const DROP: &str = "DELETE FROM invalidations WHERE at < $1";
    on!(db.writes, c => sqlx::query(DROP).bind(before.micros()).execute(c).await.map(|done| done.rows_affected()))
}

/// Wakes `nudge` at each notification of PostgreSQL; waits for ever on SQLite. Ends when the connection does.
pub async fn listen(db: &Db, nudge: &tokio::sync::Notify) -> Result<(), Fault> {
    match &db.reads {
        Pool::Sqlite(_) => std::future::pending().await,
        Pool::Postgres(pool) => {
            let mut listener = sqlx::postgres::PgListener::connect_with(pool).await.map_err(Fault::broken)?;
            listener.listen("motcua").await.map_err(Fault::broken)?;
            loop {
                listener.recv().await.map_err(Fault::broken)?;
                nudge.notify_waiters();
            }
        }
    }
}
