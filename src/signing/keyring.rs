//! The keyring: next › current › retired. It alone knows rotation.
//!
//! A key is published from its making, signs from `active_at` until its successor does, and stays published until the
//! last token that it signed has expired. One that decrypts follows the same times, and decrypts while it is published.
//! Every replica derives the same from the same rows.

mod key;
mod line;

use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Mutex;

pub use self::key::Key;
pub use self::key::SigningKey;
pub use self::key::Typ;
use self::line::Keys;
pub use self::line::Stage;
use super::Custody;
use super::Decrypter;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::random::Entropy;
use crate::base::time::Timestamp;
use crate::jose::jwa::Algorithm;
use crate::jose::jwa::KeyAlgorithm;
use crate::jose::jwa::KeyManagement;
use crate::jose::jwk::Jwk;
use crate::store::cache;
use crate::store::cache::Kind;
use crate::store::db::Db;
use crate::store::signing_keys;
use crate::store::signing_keys::SigningKeyRow;

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

/// All keys of the instance that sign or decrypt.
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
            let Ok(algorithm) = row.alg.parse::<KeyAlgorithm>() else { continue };
            let line = keys.line(algorithm);
            line.newest.clone_from(&row.kid);
            if let Some(revoked_at) = row.revoked_at() {
                line.revoked.extend(Some(row.active_at()).filter(|active_at| *active_at <= revoked_at));
                continue;
            }
            let private = match known.find(&row.kid) {
                Some(key) => key.private(),
                None if row.custody == self.custody.name() => Some(self.custody.load(&row, algorithm).await?),
                None => None, // made in another custody: it verifies, and signs and decrypts no more
            };
            line.keys.push(Arc::new(Key::new(row, algorithm, private)?));
        }
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// Signs `payload` with the current key of `algorithm`, which is made when it is first needed: the compact JWS.
    pub async fn sign(&self, algorithm: Algorithm, typ: Typ, payload: &[u8], now: Timestamp) -> Result<String, Fault> {
        let key = match self.keys().current(algorithm.into(), now) {
            Some(key) => key,
            None => self.ensure(algorithm, now).await?,
        };
        let key = key.signing().ok_or_else(|| Fault::broken("the current key does not sign"))?;
        key.sign(typ, payload).await
    }

    /// The public key that a token of ours names, while it is accepted. Another replica may have made it a moment ago:
    /// for a name that is not known the keys are read anew, at most once a second, whoever asks.
    pub async fn public(&self, kid: &str, now: Timestamp) -> Result<Option<Arc<SigningKey>>, Fault> {
        self.look_for(kid, now).await?;
        let keys = self.keys();
        let key = keys.find(kid).filter(|key| keys.stage(key, now, self.schedule.keep) != Stage::Gone);
        Ok(key.and_then(|key| key.signing().cloned()))
    }

    /// The same, when its time is over too: for hints, which count after they expired. A key that was revoked never counts.
    pub async fn known(&self, kid: &str, now: Timestamp) -> Result<Option<Arc<SigningKey>>, Fault> {
        self.look_for(kid, now).await?;
        Ok(self.keys().find(kid).and_then(|key| key.signing().cloned()))
    }

    /// Those that decrypt what was encrypted to `kid`, or to any key of `algorithm` where none is named, while they are
    /// published; the newest first.
    pub(super) async fn decrypters(
        &self,
        algorithm: KeyManagement,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<Arc<dyn Decrypter>>, Fault> {
        if let Some(kid) = kid {
            self.look_for(kid, now).await?;
        }
        let keys = self.keys();
        let meant = |key: &&Arc<Key>| {
            key.jwk.suits_encryption(algorithm)
                && kid.is_none_or(|kid| key.row.kid == kid)
                && keys.stage(key, now, self.schedule.keep) != Stage::Gone
        };
        let mut found: Vec<_> = keys.all().filter(meant).collect();
        found.sort_by_key(|key| Reverse(key.row.active_at()));
        Ok(found.into_iter().filter_map(|key| key.decrypter()).collect())
    }

    async fn look_for(&self, kid: &str, now: Timestamp) -> Result<(), Fault> {
        let unknown = self.keys().find(kid).is_none();
        if unknown && self.may_look(now) { self.reload().await } else { Ok(()) }
    }

    fn may_look(&self, now: Timestamp) -> bool {
        let looked = self.looked_at.load(Ordering::Relaxed);
        let due = now >= Timestamp::from_micros(looked) + Duration::from_secs(1);
        due && self.looked_at.compare_exchange(looked, now.micros(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// The current key of `algorithm`, made now if there is none.
    pub async fn ensure(&self, algorithm: impl Into<KeyAlgorithm>, now: Timestamp) -> Result<Arc<Key>, Fault> {
        let algorithm = algorithm.into();
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
    pub async fn rotate(
        &self,
        algorithm: impl Into<KeyAlgorithm>,
        at_once: bool,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let algorithm = algorithm.into();
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

    /// Revokes a key in an emergency: nothing that it signed or that was encrypted to it is accepted any more, and a
    /// successor follows at once.
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
        if let Ok(algorithm) = row.alg.parse::<KeyAlgorithm>() {
            self.ensure(algorithm, now).await?;
        }
        Ok(revoked)
    }

    /// Gives a successor to each key whose time has come.
    pub async fn tend(&self, now: Timestamp) -> Result<(), Fault> {
        let due: Vec<KeyAlgorithm> = {
            let keys = self.keys();
            let old = |key: &Arc<Key>| key.row.active_at() + self.schedule.rotate_after <= now;
            keys.algorithms().filter(|alg| keys.newest(*alg).is_some_and(|key| old(&key))).collect()
        };
        for algorithm in due {
            let kid = self.rotate(algorithm, false, now).await?;
            tracing::info!(%algorithm, kid, "a key has a successor");
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
        let published = |key: &&Arc<Key>| key.is_of_use() && keys.stage(key, now, self.schedule.keep) != Stage::Gone;
        let mut list: Vec<_> = keys.all().filter(published).collect();
        list.sort_by(|a, b| (&a.row.alg, &a.row.kid).cmp(&(&b.row.alg, &b.row.kid)));
        list.into_iter().map(|key| key.jwk.clone()).collect()
    }

    /// Whether the key of this name is the one of `algorithm` that signs.
    pub fn signs_with(&self, algorithm: Algorithm, kid: &str, now: Timestamp) -> bool {
        self.keys().current(algorithm.into(), now).is_some_and(|key| key.row.kid == kid)
    }

    pub(super) fn has_current(&self, algorithm: KeyAlgorithm, now: Timestamp) -> bool {
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
    async fn make(&self, algorithm: KeyAlgorithm, keys: &Keys, times: (Timestamp, Timestamp)) -> Result<(), Fault> {
        let predecessor = keys.predecessor(algorithm);
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
