//! Keys of others: given by value, or published at a `jwks_uri` (RFC 7517 §5, OpenID Connect Core §10.1.1): fetched,
//! remembered, fetched anew when something is missing in them. Those who wait for one publisher wait for nobody else's.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Mutex;

use super::Expect;
use super::Fetch;
use super::Lane;
use super::Request;
use super::Unreachable;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::jose::alg::PublicKey;
use crate::jose::jwa::Algorithm;
use crate::jose::jwk::JwkError;
use crate::jose::jwk::JwkSet;

/// The key sets of all others: of publishers by their URL, of those who gave them by value by its digest.
pub struct KeySets {
    fetch: Arc<dyn Fetch>,
    given: moka::sync::Cache<[u8; 32], Arc<Keys>>,
    held: moka::sync::Cache<String, Arc<Keys>>,
    /// One for each lane, so that nobody waits for an answer that a stranger was promised.
    publishers: moka::sync::Cache<(Lane, String), Arc<Publisher>>,
}

/// The public keys of somebody else.
#[derive(Debug)]
pub struct Keys {
    set: JwkSet,
    verifying: Vec<PublicKey>,
    read_at: Timestamp,
}

/// For so long a set is used without a look at what is published now.
const FRESH: Duration = Duration::from_secs(600);
/// For so long a set is used while its publisher cannot be reached.
const KEPT: Duration = Duration::from_secs(3600);
/// A set in which something is missing is fetched anew at most so often: a stranger who names keys that do not exist
/// makes us ask no more.
const PAUSE: Duration = Duration::from_secs(1);
/// The same where the set that is held would do.
const LONGER_PAUSE: Duration = Duration::from_secs(30);
/// Keys that are held of all publishers together, and as many that were given by value.
const KEYS: u64 = 20_000;
const PUBLISHERS: u64 = 10_000;
/// A signature that names no key is tried with as many at most.
const TRIES: usize = 8;

impl KeySets {
    /// None yet; they will come through `fetch`.
    pub fn new(fetch: Arc<dyn Fetch>) -> Self {
        Self {
            fetch,
            given: moka::sync::Cache::builder().max_capacity(KEYS).weigher(|_, keys: &Arc<Keys>| weight(keys)).build(),
            held: moka::sync::Cache::builder().max_capacity(KEYS).weigher(|_, keys: &Arc<Keys>| weight(keys)).build(),
            publishers: moka::sync::Cache::new(PUBLISHERS),
        }
    }

    /// The keys in `jwks`, which are examined once (an RSA modulus costs), not at each signature.
    pub fn given(&self, jwks: &Value, now: Timestamp) -> Result<Arc<Keys>, JwkError> {
        let digest = sha256(jwks.to_string().as_bytes());
        if let Some(keys) = self.given.get(&digest) {
            return Ok(keys);
        }
        let keys = Arc::new(Keys::new(JwkSet::from_value(jwks)?, now));
        self.given.insert(digest, Arc::clone(&keys));
        Ok(keys)
    }

    /// The keys at `url`. Where those that are held are old or do not suffice, they are fetched anew, if the publisher was
    /// not asked a moment ago; whether the answer suffices is the caller's to see.
    pub async fn at(
        &self,
        url: &str,
        lane: Lane,
        suffices: impl Fn(&Keys) -> bool,
        now: Timestamp,
    ) -> Result<Arc<Keys>, Unreachable> {
        let would_do = self.held.get(url).filter(|keys| keys.is_younger_than(KEPT, now) && suffices(keys));
        if let Some(keys) = would_do.as_ref().filter(|keys| keys.is_younger_than(FRESH, now)) {
            return Ok(Arc::clone(keys));
        }
        let publisher = self.publishers.get_with((lane, url.to_owned()), Arc::default);
        let answers = publisher.answers.load(Ordering::Acquire);
        let pause = if would_do.is_some() { LONGER_PAUSE } else { PAUSE };
        let mut last = match (publisher.last.try_lock(), would_do) {
            (Ok(last), _) => last,
            (Err(_), Some(keys)) => return Ok(keys), // somebody looks already
            (Err(_), None) => publisher.last.lock().await,
        };
        // Whoever waited for another's answer takes that.
        if answers == publisher.answers.load(Ordering::Acquire) && last.asked_at.is_none_or(|at| at + pause <= now) {
            last.asked_at = Some(now);
            last.failure = self.fetch(url, lane, now).await.err();
            publisher.answers.fetch_add(1, Ordering::AcqRel);
        }
        match self.held.get(url).filter(|keys| keys.is_younger_than(KEPT, now)) {
            Some(keys) => Ok(keys),
            None => Err(last.failure.clone().unwrap_or(Unreachable::Busy)),
        }
    }

    async fn fetch(&self, url: &str, lane: Lane, now: Timestamp) -> Result<(), Unreachable> {
        // On the publisher's own behalf: its answer is for all clients that name it, so none of them may hold it up.
        let answer = self.fetch.send(Request::get(url, url, Expect::Json).in_lane(lane)).await.and_then(|response| {
            let text = String::from_utf8(response.body).map_err(|_| Unreachable::Unusable("is not UTF-8"))?;
            JwkSet::parse(&text).map_err(|_| Unreachable::Unusable("is not a set of public keys"))
        });
        match answer {
            Ok(set) => self.held.insert(url.to_owned(), Arc::new(Keys::new(set, now))),
            Err(why) => {
                tracing::info!(target: "motcua::outbound", url, %why, "a client's keys were not read");
                return Err(why);
            }
        }
        Ok(())
    }
}

fn weight(keys: &Keys) -> u32 {
    u32::try_from(keys.set.keys().len()).unwrap_or(u32::MAX).max(1)
}

/// One who publishes keys.
#[derive(Default)]
struct Publisher {
    answers: AtomicU64,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    asked_at: Option<Timestamp>,
    failure: Option<Unreachable>,
}

impl Keys {
    /// The keys of `set`, as they were at `read_at`.
    pub fn new(set: JwkSet, read_at: Timestamp) -> Self {
        let verifying = set.keys().iter().filter_map(|jwk| PublicKey::from_jwk(jwk).ok()).collect();
        Self { set, verifying, read_at }
    }

    /// The whole set, for uses other than signatures.
    pub fn set(&self) -> &JwkSet {
        &self.set
    }

    /// The keys that may verify a signature by `alg`: those named `kid`, or some where the signature names none.
    pub fn verifying<'a>(&'a self, kid: Option<&'a str>, alg: Algorithm) -> impl Iterator<Item = &'a PublicKey> {
        let suits = move |key: &&PublicKey| {
            let jwk = key.jwk();
            jwk.suits(alg) && kid.is_none_or(|kid| jwk.kid() == Some(kid))
        };
        self.verifying.iter().filter(suits).take(TRIES)
    }

    fn is_younger_than(&self, age: Duration, now: Timestamp) -> bool {
        now < self.read_at + age
    }
}
