//! What is kept in memory, and how it learns that it is out of date.
//!
//! Every process reads what others announced at least twice a second, sooner when nudged. What was heard longer than a
//! second ago, by the process's own time, is not believed but read anew; and one that missed a second has missed it all:
//! it forgets everything before it believes again.

mod belief;
mod hierarchy;
mod live_session;

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use uuid::Uuid;

pub use self::belief::BELIEVED;
use self::belief::Belief;
use self::belief::Moment;
use self::hierarchy::Kept;
pub use self::live_session::LiveSession;
pub use super::announcements::Kind;
use super::announcements::Mark;
use super::clients;
use super::clients::Client;
use super::consents;
use super::db::Db;
use super::sessions;
use crate::base::fault::Fault;
use crate::base::time::Clock;
use crate::base::time::Timestamp;
use crate::identity::consent::Consent;
use crate::protocol::oauth::access_token::AccessTokenClaims;

/// What an access token was issued on; nothing, where it speaks of its client.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)]
pub struct Behind {
    pub grant: Option<Uuid>,
    pub session: Option<Uuid>,
    pub person: Option<Uuid>,
}

/// An access token that was verified before, and what UserInfo answers to it.
pub struct KnownToken {
    /// Its claims.
    pub claims: AccessTokenClaims,
    /// The body of UserInfo's answer.
    pub userinfo: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// Whose end is the token's.
    pub behind: Behind,
    /// When its grant was last known to be alive, in the ticks of this process.
    pub checked_at: Duration,
}

/// An access token that was verified before, whomever it is meant for.
pub struct VerifiedToken {
    /// Its claims.
    pub claims: AccessTokenClaims,
    /// Whose end is the token's.
    pub behind: Behind,
    /// When its grant was last known to be alive, in the ticks of this process.
    pub checked_at: Duration,
}

/// The caches of one process.
pub struct Cache {
    clients: moka::sync::Cache<String, Option<Arc<Client>>>,
    origins: moka::sync::Cache<String, bool>,
    open: moka::sync::Cache<i64, Arc<Vec<String>>>,
    sessions: moka::sync::Cache<Uuid, Arc<LiveSession>>,
    consents: moka::sync::Cache<String, Option<(String, Consent)>>,
    tokens: moka::sync::Cache<[u8; 32], Arc<KnownToken>>,
    verified: moka::sync::Cache<[u8; 32], Arc<VerifiedToken>>,
    attested: moka::sync::Cache<[u8; 32], (String, Timestamp)>,
    dead: moka::sync::Cache<String, ()>,
    secrets: moka::sync::Cache<[u8; 32], ()>,
    hierarchy: Kept,
    belief: Belief,
    is_spread: bool,
    changes: AtomicU64,
    mark: tokio::sync::Mutex<Option<Mark>>,
}

/// What was heard.
pub struct Heard {
    /// What changed.
    pub changes: Vec<(Kind, String)>,
    /// Whether something may have been missed: everything is forgotten.
    pub missed: bool,
    at: Moment,
}

impl Cache {
    /// Empty, living by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            is_spread: false,
            clients: moka::sync::Cache::new(50_000),
            origins: moka::sync::Cache::new(10_000),
            open: moka::sync::Cache::new(1),
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
            hierarchy: Kept::default(),
            belief: Belief::new(clock),
            changes: AtomicU64::new(0),
            mark: tokio::sync::Mutex::default(),
        }
    }

    /// The same, where the people are spread over machines: what was committed may be seen there later than it is announced,
    /// and what is remembered of them is believed for [`BELIEVED`].
    pub fn of_spread_people(clock: Arc<dyn Clock>) -> Self {
        let consents = moka::sync::Cache::builder().max_capacity(50_000).time_to_live(BELIEVED).build();
        Self { is_spread: true, consents, ..Self::new(clock) }
    }

    /// The client with this id.
    pub async fn client(&self, db: &Db, id: &str) -> Result<Option<Arc<Client>>, Fault> {
        if let Some(known) = self.is_believed().then(|| self.clients.get(id)).flatten() {
            return Ok(known);
        }
        let changes = self.changes();
        let client = clients::find(db, id).await?.map(Arc::new);
        self.keep(&self.clients, id.to_owned(), client.clone(), changes);
        Ok(client)
    }

    /// Whether some client registered this origin.
    pub async fn knows_origin(&self, db: &Db, origin: &str) -> Result<bool, Fault> {
        if let Some(known) = self.is_believed().then(|| self.origins.get(origin)).flatten() {
            return Ok(known);
        }
        let changes = self.changes();
        let known = clients::any_with_origin(db, origin).await?;
        self.keep(&self.origins, origin.to_owned(), known, changes);
        Ok(known)
    }

    /// The clients that can be opened from outside, `most` of them.
    pub async fn open_clients(&self, db: &Db, most: i64) -> Result<Arc<Vec<String>>, Fault> {
        if let Some(known) = self.is_believed().then(|| self.open.get(&most)).flatten() {
            return Ok(known);
        }
        let changes = self.changes();
        let open = Arc::new(clients::ids_of_open(db, most).await?);
        self.keep(&self.open, most, Arc::clone(&open), changes);
        Ok(open)
    }

    /// Whether some client had registered this origin when that was read last, believed or not.
    pub fn remembers_origin(&self, origin: &str) -> bool {
        self.origins.get(origin).unwrap_or(false)
    }

    /// The session with this id, ended or not.
    pub async fn session(&self, db: &Db, id: Uuid) -> Result<Option<Arc<LiveSession>>, Fault> {
        let known = self.sessions.get(&id);
        let counts = |known: &&Arc<LiveSession>| !self.is_spread || self.is_fresh(known.read_at);
        if let Some(known) = known.as_ref().filter(|_| self.is_believed()).filter(counts) {
            return Ok(Some(Arc::clone(known)));
        }
        self.read_session(db, id).await
    }

    /// The same, from the database whatever is remembered.
    pub async fn read_session(&self, db: &Db, id: Uuid) -> Result<Option<Arc<LiveSession>>, Fault> {
        let (changes, read_at) = (self.changes(), self.ticks());
        let Some(session) = sessions::find(db, id).await? else { return Ok(None) };
        let seen = session.last_used_at().micros();
        let used = self.sessions.get(&id).map_or(seen, |known| known.last_used().micros().max(seen));
        let live =
            Arc::new(LiveSession { session, last_used: AtomicI64::new(used), noted: AtomicI64::new(seen), read_at });
        self.keep(&self.sessions, id, Arc::clone(&live), changes);
        Ok(Some(live))
    }

    /// What `person` allowed `client`.
    pub async fn consent(&self, db: &Db, person: Uuid, client: &Client) -> Result<Option<Consent>, Fault> {
        let given_to_it = |(holder, consent)| (holder == client.holder()).then_some(consent);
        let key = consent_key(person, &client.id);
        if let Some(known) = self.is_believed().then(|| self.consents.get(&key)).flatten() {
            return Ok(known.and_then(given_to_it));
        }
        let changes = self.changes();
        let consent = consents::find(db, person, &client.id).await?;
        self.keep(&self.consents, key, consent.clone(), changes);
        Ok(consent.and_then(given_to_it))
    }

    /// A token that was verified before, by its digest, unless its grant or its session ended of late.
    pub fn token(&self, digest: &[u8; 32]) -> Option<Arc<KnownToken>> {
        self.tokens.get(digest).filter(|known| !self.ended(&known.claims, known.behind))
    }

    /// A token that was verified before for anybody, by its digest, unless its grant or its session ended of late.
    pub fn verified(&self, digest: &[u8; 32]) -> Option<Arc<VerifiedToken>> {
        self.verified.get(digest).filter(|known| !self.ended(&known.claims, known.behind))
    }

    /// Remembers a token that was verified for anybody, if nothing was forgotten since there were so many `changes`.
    pub fn remember_verified(&self, digest: [u8; 32], token: Arc<VerifiedToken>, changes: u64) {
        self.keep(&self.verified, digest, token, changes);
    }

    /// What a claims source said of late, by the digest of what it was asked.
    pub fn attested(&self, asked: &[u8; 32], now: Timestamp) -> Option<String> {
        self.attested.get(asked).filter(|(_, until)| *until > now).map(|(jwt, _)| jwt)
    }

    /// Remembers what a claims source said.
    pub fn remember_attested(&self, asked: [u8; 32], jwt: &str, until: Timestamp) {
        self.attested.insert(asked, (jwt.to_owned(), until));
    }

    fn ended(&self, claims: &AccessTokenClaims, behind: Behind) -> bool {
        let mut ids = [behind.grant, behind.session, behind.person].into_iter().flatten();
        self.dead.contains_key(&claims.client_id) || ids.any(|id| self.dead.contains_key(&id.to_string()))
    }

    /// Remembers a verified token, if nothing was forgotten since there were so many `changes`.
    pub fn remember_token(&self, digest: [u8; 32], token: Arc<KnownToken>, changes: u64) {
        self.keep(&self.tokens, digest, token, changes);
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
                self.open.invalidate_all();
            }
            Kind::Session => {
                if let Ok(id) = subject.parse::<Uuid>() {
                    self.sessions.invalidate(&id);
                }
                self.dead.insert(subject.to_owned(), ());
            }
            Kind::Grant => self.dead.insert(subject.to_owned(), ()),
            Kind::Consent => self.consents.invalidate(subject),
            Kind::Person => self.forget_people(&[subject]),
            Kind::Key => self.forget_tokens(),
        }
    }

    /// What is remembered of these people: others go on undisturbed.
    fn forget_people(&self, subjects: &[&str]) {
        let people: HashSet<Uuid> = subjects.iter().filter_map(|subject| subject.parse().ok()).collect();
        people.iter().for_each(|person| self.dead.insert(person.to_string(), ()));
        let of = |person: Option<Uuid>| person.is_some_and(|person| people.contains(&person));
        for (id, _) in self.sessions.iter().filter(|(_, live)| of(Some(live.session.person_id))) {
            self.sessions.invalidate(&*id);
        }
        for (digest, _) in self.tokens.iter().filter(|(_, known)| of(known.behind.person)) {
            self.tokens.invalidate(&*digest);
        }
        for (digest, _) in self.verified.iter().filter(|(_, known)| of(known.behind.person)) {
            self.verified.invalidate(&*digest);
        }
    }

    fn forget_tokens(&self) {
        self.tokens.invalidate_all();
        self.verified.invalidate_all();
    }

    fn forget_everything(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.clients.invalidate_all();
        self.origins.invalidate_all();
        self.open.invalidate_all();
        self.sessions.invalidate_all();
        self.consents.invalidate_all();
        self.forget_tokens();
    }

    /// Hears what changed, and forgets what that made untrue. What was heard counts from [`Cache::believe`] on.
    pub async fn hear(&self, db: &Db) -> Result<Heard, Fault> {
        let mut mark = self.mark.lock().await;
        let at = self.belief.moment();
        let missed = mark.is_none() || !self.is_believed();
        let changes = match &mut *mark {
            Some(mark) if !missed => mark.advance(db).await?,
            other => {
                *other = Some(Mark::present(db).await?);
                self.forget_everything();
                Vec::new()
            }
        };
        if !changes.is_empty() {
            self.changes.fetch_add(1, Ordering::AcqRel);
        }
        let (people, others): (Vec<_>, Vec<_>) = changes.iter().partition(|(kind, _)| *kind == Kind::Person);
        others.into_iter().for_each(|(kind, subject)| self.forget(*kind, subject));
        if !people.is_empty() {
            self.forget_people(&people.into_iter().map(|(_, subject)| subject.as_str()).collect::<Vec<_>>());
        }
        Ok(Heard { changes, missed, at })
    }

    /// Believes what is remembered, from the moment at which `heard` was asked for.
    pub fn believe(&self, heard: &Heard) {
        self.belief.begin(heard.at, heard.missed);
    }

    /// Whether what is remembered counts: changes were heard at most a second ago.
    pub fn is_believed(&self) -> bool {
        self.belief.holds()
    }

    /// Whether what was known at `checked_at` is known still.
    pub fn is_fresh(&self, checked_at: Duration) -> bool {
        self.ticks() < checked_at + BELIEVED
    }

    /// The ticks of now, for [`Cache::is_fresh`].
    pub fn ticks(&self) -> Duration {
        self.belief.moment().ticks
    }

    /// Whether what was done `age` ago may be answered once more, because its caller may not have been told of it: the
    /// database did not answer then, and does again for no longer than `grace`.
    pub fn may_be_untold(&self, age: Duration, grace: Duration) -> bool {
        self.belief.may_be_untold(age, grace)
    }

    /// Remembers what was read when there were so many `changes`, unless something changed while it was read.
    fn keep<K, V>(&self, cache: &moka::sync::Cache<K, V>, key: K, value: V, changes: u64)
    where
        K: Clone + Eq + Hash + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        cache.insert(key.clone(), value);
        if changes != self.changes() {
            cache.invalidate(&key);
        }
    }

    /// How often something was forgotten so far: what is read before that changes is not to be remembered after it.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }
}

/// The subject under which a change of consent is announced.
pub fn consent_key(person: Uuid, client: &str) -> String {
    format!("{person} {client}")
}
