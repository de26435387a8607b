//! The keyring: next › current › retired. It alone knows rotation.
//!
//! A key is published from its making, signs from `active_at` until its successor does, and stays published until the
//! last token that it signed has expired. Every replica derives the same from the same rows.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Mutex;

use super::Custody;
use super::Signer;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::random::Entropy;
use crate::base::time::Timestamp;
use crate::jose::alg::PublicKey;
use crate::jose::jwa::Algorithm;
use crate::jose::jwk::Jwk;
use crate::jose::jws;
use crate::jose::jws::EncodedHeader;
use crate::jose::jws::Header;
use crate::store::cache;
use crate::store::cache::Kind;
use crate::store::db::Db;
use crate::store::signing_keys;
use crate::store::signing_keys::SigningKeyRow;

/// What a token is, as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ {
    /// An ID token: `JWT`.
    IdToken,
    /// An access token: `at+jwt` (RFC 9068 §2.1).
    AccessToken,
    /// Our metadata: `JWT` (RFC 8414 §2.1 names no type).
    Metadata,
}

/// How keys follow each other.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// How long a new key is published before it signs.
    pub lead: Duration,
    /// The age at which a key gets a successor.
    pub rotate_after: Duration,
    /// How long a retired key stays published: the longest lifetime of a token.
    pub keep: Duration,
}

/// All signing keys of the instance.
pub struct Keyring {
    db: Db,
    custody: Arc<dyn Custody>,
    entropy: Arc<dyn Entropy>,
    schedule: Schedule,
    keys: RwLock<Arc<Keys>>,
    making: Mutex<()>,
    /// When the keys were last read for a name that was not known.
    looked_at: AtomicI64,
}

/// The keys of each algorithm as they were last read.
#[derive(Default)]
struct Keys(HashMap<Algorithm, Line>);

/// The keys of one algorithm, the oldest first.
#[derive(Default)]
struct Line {
    keys: Vec<Arc<Key>>,
    /// The newest of all, revoked ones too: the next key follows it.
    newest: String,
    /// Since when each key that was revoked later had signed: what it had replaced stays replaced.
    revoked: Vec<Timestamp>,
}

/// One key.
pub struct Key {
    row: SigningKeyRow,
    public: PublicKey,
    signer: Option<Arc<dyn Signer>>,
    id_token: EncodedHeader,
    access_token: EncodedHeader,
}

/// What a key is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Published, not used.
    Next,
    /// Signing.
    Current,
    /// Published until the last token that it signed has expired.
    Retired,
    /// Neither published nor accepted.
    Gone,
}

impl Keyring {
    /// The keyring of `db`, whose keys are kept by `custody`.
    pub async fn load(
        db: Db,
        custody: Arc<dyn Custody>,
        entropy: Arc<dyn Entropy>,
        schedule: Schedule,
    ) -> Result<Self, Fault> {
        let (keys, making, looked_at) = (RwLock::default(), Mutex::default(), AtomicI64::new(i64::MIN));
        let keyring = Self { db, custody, entropy, schedule, keys, making, looked_at };
        keyring.reload().await?;
        Ok(keyring)
    }

    /// Reads the keys anew.
    pub async fn reload(&self) -> Result<(), Fault> {
        let known = self.keys();
        let mut keys = Keys::default();
        for row in signing_keys::all(&self.db).await? {
            let Ok(algorithm) = row.alg.parse::<Algorithm>() else { continue };
            let line = keys.0.entry(algorithm).or_default();
            line.newest.clone_from(&row.kid);
            if let Some(revoked_at) = row.revoked_at() {
                line.revoked.extend(Some(row.active_at()).filter(|active_at| *active_at <= revoked_at));
                continue;
            }
            let signer = match known.find(&row.kid) {
                Some(key) => key.signer.clone(),
                None if row.custody == self.custody.name() => Some(self.custody.load(&row, algorithm).await?),
                None => None, // made in another custody: it verifies, and signs no more
            };
            line.keys.push(Arc::new(Key::new(row, signer)?));
        }
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// Signs `payload` with the current key of `algorithm`, which is made when it is first needed: the compact JWS.
    pub async fn sign(&self, algorithm: Algorithm, typ: Typ, payload: &[u8], now: Timestamp) -> Result<String, Fault> {
        let key = match self.keys().current(algorithm, now) {
            Some(key) => key,
            None => self.ensure(algorithm, now).await?,
        };
        let header = match typ {
            Typ::IdToken | Typ::Metadata => &key.id_token,
            Typ::AccessToken => &key.access_token,
        };
        let signer = key.signer.as_ref().ok_or_else(|| Fault::broken("the current key has no signer here"))?;
        let input = jws::signing_input(header, payload);
        let signature = signer.sign(input.as_bytes()).await?;
        Ok(jws::attach(input, &signature))
    }

    /// The public key that a token of ours names, while it is accepted. Another replica may have made it a moment ago:
    /// for a name that is not known the keys are read anew, at most once a second, whoever asks.
    pub async fn public(&self, kid: &str, now: Timestamp) -> Result<Option<Arc<Key>>, Fault> {
        if self.keys().find(kid).is_none() && self.may_look(now) {
            self.reload().await?;
        }
        let keys = self.keys();
        Ok(keys.find(kid).filter(|key| keys.stage(key, now, self.schedule.keep) != Stage::Gone))
    }

    fn may_look(&self, now: Timestamp) -> bool {
        let looked = self.looked_at.load(Ordering::Relaxed);
        let due = now >= Timestamp::from_micros(looked) + Duration::from_secs(1);
        due && self.looked_at.compare_exchange(looked, now.micros(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// The current key of `algorithm`, made now if there is none.
    pub async fn ensure(&self, algorithm: Algorithm, now: Timestamp) -> Result<Arc<Key>, Fault> {
        let _one_at_a_time = self.making.lock().await;
        self.reload().await?;
        if let Some(key) = self.keys().current(algorithm, now) {
            return Ok(key);
        }
        match self.keys().newest(algorithm) {
            Some(next) => self.activate(&next.row.kid, now).await?,
            None => self.make(algorithm, &self.keys(), (now, now)).await?,
        }
        self.reload().await?;
        self.keys().current(algorithm, now).ok_or_else(|| Fault::unavailable("another replica is making a key"))
    }

    /// Gives the current key of `algorithm` a successor; it signs after the lead time, or at once. Returns its `kid`.
    pub async fn rotate(&self, algorithm: Algorithm, at_once: bool, now: Timestamp) -> Result<String, Fault> {
        let _one_at_a_time = self.making.lock().await;
        self.reload().await?;
        let keys = self.keys();
        let waiting = keys.newest(algorithm).filter(|key| key.row.active_at() > now);
        match waiting {
            Some(next) if at_once => self.activate(&next.row.kid, now).await?,
            Some(_) => {}
            None => {
                let first = keys.newest(algorithm).is_none();
                let active_at = if at_once || first { now } else { now + self.schedule.lead };
                self.make(algorithm, &keys, (now, active_at)).await?;
            }
        }
        self.reload().await?;
        let newest = self.keys().newest(algorithm);
        newest.map(|key| key.row.kid.clone()).ok_or_else(|| Fault::unavailable("another replica is making a key"))
    }

    /// Revokes a key in an emergency: no token that it signed is accepted any more, and a successor signs at once.
    /// `false` if the key is unknown or was revoked before.
    pub async fn revoke(&self, kid: &str, now: Timestamp) -> Result<bool, Fault> {
        let rows = signing_keys::all(&self.db).await?;
        let Some(row) = rows.into_iter().find(|row| row.kid == kid) else { return Ok(false) };
        let mut tx = self.db.begin().await?;
        let revoked = signing_keys::revoke(&mut tx, kid, now).await?;
        cache::announce(&mut tx, id::new(now, &*self.entropy), Kind::Key, kid, now).await?;
        tx.commit().await?;
        if revoked && row.custody == self.custody.name() {
            self.custody.destroy(kid).await?;
        }
        self.reload().await?;
        if let Ok(algorithm) = row.alg.parse::<Algorithm>() {
            self.ensure(algorithm, now).await?;
        }
        Ok(revoked)
    }

    /// Gives a successor to each key whose time has come.
    pub async fn tend(&self, now: Timestamp) -> Result<(), Fault> {
        let due: Vec<Algorithm> = {
            let keys = self.keys();
            let old = |key: &Arc<Key>| key.row.active_at() + self.schedule.rotate_after <= now;
            keys.0.keys().copied().filter(|alg| keys.newest(*alg).is_some_and(|key| old(&key))).collect()
        };
        for algorithm in due {
            let kid = self.rotate(algorithm, false, now).await?;
            tracing::info!(%algorithm, kid, "a signing key has a successor");
        }
        Ok(())
    }

    /// Every key that is not revoked with its stage, by algorithm and age.
    pub fn list(&self, now: Timestamp) -> Vec<(SigningKeyRow, Stage)> {
        let keys = self.keys();
        let mut list: Vec<_> =
            keys.all().map(|key| (key.row.clone(), keys.stage(key, now, self.schedule.keep))).collect();
        list.sort_by(|(a, _), (b, _)| (&a.alg, a.active_at()).cmp(&(&b.alg, b.active_at())));
        list
    }

    pub(super) fn published_jwks(&self, now: Timestamp) -> Vec<Jwk> {
        let keys = self.keys();
        let published = |key: &&Arc<Key>| keys.stage(key, now, self.schedule.keep) != Stage::Gone;
        let mut jwks: Vec<_> = keys.all().filter(published).map(|key| key.public.jwk().clone()).collect();
        jwks.sort_by(|a, b| (a.alg(), a.kid()).cmp(&(b.alg(), b.kid())));
        jwks
    }

    /// Whether the key of this name is the one of `algorithm` that signs.
    pub fn signs_with(&self, algorithm: Algorithm, kid: &str, now: Timestamp) -> bool {
        self.keys().current(algorithm, now).is_some_and(|key| key.row.kid == kid)
    }

    pub(super) fn has_current(&self, algorithm: Algorithm, now: Timestamp) -> bool {
        self.keys().current(algorithm, now).is_some()
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn activate(&self, kid: &str, now: Timestamp) -> Result<(), Fault> {
        let mut tx = self.db.begin().await?;
        signing_keys::activate(&mut tx, kid, now).await?;
        cache::announce(&mut tx, id::new(now, &*self.entropy), Kind::Key, kid, now).await?;
        tx.commit().await
    }

    /// Makes the key that follows the newest of `keys`, with the times of its making and of its first signature. If that
    /// one has a successor by now, the decision was made on what is past, and nothing comes of it.
    async fn make(&self, algorithm: Algorithm, keys: &Keys, times: (Timestamp, Timestamp)) -> Result<(), Fault> {
        let predecessor = keys.0.get(&algorithm).map_or("", |line| line.newest.as_str());
        let now = times.0;
        let created = self.custody.create(algorithm, now).await?;
        let kid = created.public.kid().unwrap_or_default().to_owned();
        let mut row = SigningKeyRow::new(kid, algorithm.as_str(), predecessor, self.custody.name(), times);
        row.public_jwk = created.public.to_value().to_string();
        row.private_key = created.private_key;
        let mut tx = self.db.begin().await?;
        if signing_keys::insert(&mut tx, &row).await? {
            cache::announce(&mut tx, id::new(now, &*self.entropy), Kind::Key, &row.kid, now).await?;
            tx.commit().await
        } else {
            drop(tx); // another replica was faster: its key serves
            self.custody.destroy(&row.kid).await
        }
    }
}

impl Keys {
    fn find(&self, kid: &str) -> Option<Arc<Key>> {
        self.all().find(|key| key.row.kid == kid).cloned()
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Key>> {
        self.0.values().flat_map(|line| &line.keys)
    }

    /// The newest that signs; none where that one was revoked, for its predecessor had retired.
    fn current(&self, algorithm: Algorithm, now: Timestamp) -> Option<Arc<Key>> {
        let line = self.0.get(&algorithm)?;
        let key = line.keys.iter().rfind(|key| key.row.active_at() <= now && key.signer.is_some())?;
        line.revoked.iter().all(|active_at| *active_at <= key.row.active_at()).then(|| Arc::clone(key))
    }

    /// The newest that signs or will sign; none where a revoked one was newer.
    fn newest(&self, algorithm: Algorithm) -> Option<Arc<Key>> {
        let line = self.0.get(&algorithm)?;
        let key = line.keys.iter().rfind(|key| key.signer.is_some())?;
        line.revoked.iter().all(|active_at| *active_at <= key.row.active_at()).then(|| Arc::clone(key))
    }

    fn stage(&self, key: &Key, now: Timestamp, keep: Duration) -> Stage {
        let line = key.row.alg.parse().ok().and_then(|algorithm: Algorithm| self.0.get(&algorithm));
        let replaced_at = line.and_then(|line| {
            let others = line.keys.iter().map(|other| other.row.active_at()).chain(line.revoked.iter().copied());
            others.filter(|active_at| *active_at > key.row.active_at() && *active_at <= now).min()
        });
        match replaced_at {
            _ if key.row.active_at() > now => Stage::Next,
            None => Stage::Current,
            Some(at) if at + keep > now => Stage::Retired,
            Some(_) => Stage::Gone,
        }
    }
}

impl Key {
    fn new(row: SigningKeyRow, signer: Option<Arc<dyn Signer>>) -> Result<Self, Fault> {
        let jwk = Jwk::parse(&row.public_jwk).map_err(Fault::broken)?;
        let public = PublicKey::from_jwk(&jwk).map_err(Fault::broken)?;
        let alg: Algorithm = row.alg.parse().map_err(Fault::broken)?;
        let header = |typ: &str| {
            EncodedHeader::new(&Header { alg, kid: Some(row.kid.clone()), typ: Some(typ.to_owned()), cty: None })
        };
        let (id_token, access_token) = (header("JWT"), header("at+jwt"));
        Ok(Self { row, public, signer, id_token, access_token })
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
}
