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
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::sync::MutexGuard;

pub use self::key::Key;
pub use self::key::SigningKey;
pub use self::key::Typ;
use self::line::Keys;
pub use self::line::LineId;
pub use self::line::Purpose;
pub use self::line::Stage;
use super::Custody;
use super::Decrypter;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::jose::jwa::Algorithm;
use crate::jose::jwa::KeyManagement;
use crate::jose::jwk::Jwk;
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

/// What is to be done to the keys of an algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The key of this name signs from now on.
    Activate(String),
    /// A key is made.
    Make {
        /// From when on it signs.
        active_at: Timestamp,
    },
}

/// All keys of the instance that sign or decrypt.
pub struct Keyring {
    db: Db,
    custody: Arc<dyn Custody>,
    schedule: Schedule,
    keys: RwLock<Arc<Keys>>,
    making: Mutex<()>,
    /// One reading after the other, or an older one would overwrite what a newer one knows; how many have begun.
    reading: Mutex<u64>,
    begun: AtomicU64,
    /// How often something changed, and how much of that was read.
    wanted: AtomicU64,
    known: AtomicU64,
    /// When the keys were last read for a name that was not known.
    looked_at: AtomicI64,
}

impl Keyring {
    /// The keyring of `db`, whose keys are kept by `custody`.
    pub async fn load(db: Db, custody: Arc<dyn Custody>, schedule: Schedule) -> Result<Self, Fault> {
        let (keys, making, reading) = (RwLock::default(), Mutex::default(), Mutex::default());
        let (begun, wanted, known) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        let looked_at = AtomicI64::new(i64::MIN);
        let keyring = Self { db, custody, schedule, keys, making, reading, begun, wanted, known, looked_at };
        keyring.reload().await?;
        Ok(keyring)
    }

    /// Reads the keys anew, one by one: what cannot be read of one harms no other, and whatever was revoked is.
    /// [`Keyring::unreadable`] tells which need another try.
    pub async fn reload(&self) -> Result<(), Fault> {
        let asked = self.begun.load(Ordering::Acquire);
        let mut read = self.reading.lock().await;
        if *read > asked {
            return Ok(()); // somebody began to read after this was asked for, and has read
        }
        let number = self.begun.fetch_add(1, Ordering::AcqRel) + 1;
        let wanted = self.wanted.load(Ordering::Acquire);
        self.read().await?;
        *read = number;
        self.known.store(wanted, Ordering::Release);
        Ok(())
    }

    async fn read(&self) -> Result<(), Fault> {
        let known = self.keys();
        let mut keys = Keys::default();
        for row in signing_keys::all(&self.db).await? {
            let Some(id) = LineId::of(&row) else { continue };
            let (algorithm, line) = (id.algorithm, keys.line(id));
            line.newest.clone_from(&row.kid);
            if let Some(revoked_at) = row.revoked_at() {
                line.revoked.extend(Some(row.active_at()).filter(|active_at| *active_at <= revoked_at));
                continue;
            }
            let private = match known.find(&row.kid).and_then(|key| key.private()) {
                Some(private) => Ok(Some(private)),
                None if row.custody == self.custody.name() => self.custody.load(&row, algorithm).await.map(Some),
                None => Ok(None), // made in another custody: it verifies, and signs and decrypts no more
            };
            let key = private.and_then(|private| Key::new(row.clone(), algorithm, private));
            match key {
                Ok(key) => line.keys.push(Arc::new(key)),
                Err(fault) => {
                    line.hidden.push(row.active_at());
                    if !known.unreadable.contains(&row.kid) {
                        tracing::error!(target: "motcua::fault", kid = row.kid, %fault, "a key cannot be read");
                    }
                    keys.unreadable.push(row.kid.clone());
                    // What it signed can be verified still, where its public half is whole.
                    if let Ok(key) = Key::new(row, algorithm, None) {
                        keys.line(id).keys.push(Arc::new(key));
                    }
                }
            }
        }
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// The keys whose private half cannot be read.
    pub fn unreadable(&self) -> Vec<String> {
        self.keys().unreadable.clone()
    }

    /// Whether a key that should sign or decrypt now cannot be read.
    pub fn is_crippled(&self, now: Timestamp) -> bool {
        let keys = self.keys();
        keys.ids().any(|id| keys.current(id, now).is_none() && keys.is_hidden(id, now))
    }

    /// Something of the keys changed elsewhere: they are to be read anew before anything is believed.
    pub fn outdate(&self) {
        self.wanted.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether the keys are to be read anew: something changed, or one of them could not be read.
    pub fn is_outdated(&self) -> bool {
        self.known.load(Ordering::Acquire) < self.wanted.load(Ordering::Acquire) || !self.keys().unreadable.is_empty()
    }

    /// Signs `payload` with the current key of `algorithm`: the compact JWS. `None` where there is no such key yet.
    pub async fn sign(
        &self,
        algorithm: Algorithm,
        typ: Typ,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<Option<String>, Fault> {
        let Some(key) = self.keys().current(algorithm.into(), now) else { return Ok(None) };
        let key = key.signing().ok_or_else(|| Fault::broken("the current key does not sign"))?;
        key.sign(typ, payload).await.map(Some)
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

    /// Of those who make keys in this process, one does at a time.
    pub async fn one_at_a_time(&self) -> MutexGuard<'_, ()> {
        self.making.lock().await
    }

    /// What is to be done so that a line has a current key; `None` if it has one. One that cannot be read is no reason
    /// to make another: its replica waits until it can.
    pub fn wants_current(&self, id: LineId, now: Timestamp) -> Result<Option<Step>, Fault> {
        let keys = self.keys();
        if keys.current(id, now).is_some() {
            return Ok(None);
        }
        if keys.is_hidden(id, now) {
            return Err(Fault::unavailable(format!("the key for {id} cannot be read")));
        }
        Ok(Some(match keys.newest(id) {
            Some(next) => Step::Activate(next.row.kid.clone()),
            None => Step::Make { active_at: now },
        }))
    }

    /// What is to be done so that the current key of a line has a successor, which signs after the lead time or at
    /// once; `None` if it has one.
    pub fn wants_successor(&self, id: LineId, at_once: bool, now: Timestamp) -> Option<Step> {
        let keys = self.keys();
        match keys.newest(id) {
            Some(next) if next.row.active_at() > now => at_once.then(|| Step::Activate(next.row.kid.clone())),
            newest => {
                let active_at = if at_once || newest.is_none() { now } else { now + self.schedule.lead };
                Some(Step::Make { active_at })
            }
        }
    }

    /// Makes the key that follows the newest of a line. It is nobody's until its row is written; if its predecessor
    /// has another successor by then, [`Keyring::destroy`] it.
    pub async fn make(&self, id: LineId, active_at: Timestamp, now: Timestamp) -> Result<SigningKeyRow, Fault> {
        let created = self.custody.create(id.algorithm, now).await?;
        let kid = created.public.kid().unwrap_or_default().to_owned();
        let predecessor = self.keys().predecessor(id).to_owned();
        let (line, times) = ((id.purpose.as_str(), id.algorithm.as_str()), (now, active_at));
        let mut row = SigningKeyRow::new(kid, line, &predecessor, self.custody.name(), times);
        row.public_jwk = created.public.to_value().to_string();
        row.private_key = created.private_key;
        Ok(row)
    }

    /// Destroys the private half of a key that is of no use, where this custody keeps it.
    pub async fn destroy(&self, row: &SigningKeyRow) -> Result<(), Fault> {
        if row.custody == self.custody.name() { self.custody.destroy(&row.kid).await } else { Ok(()) }
    }

    /// The lines whose newest key has its time behind it.
    pub fn due(&self, now: Timestamp) -> Vec<LineId> {
        let keys = self.keys();
        let old = |key: &Arc<Key>| key.row.active_at() + self.schedule.rotate_after <= now;
        keys.ids().filter(|id| keys.newest(*id).is_some_and(|key| old(&key))).collect()
    }

    /// The name of the newest key of a line that signs or will sign.
    pub fn newest(&self, id: LineId) -> Option<String> {
        self.keys().newest(id).map(|key| key.row.kid.clone())
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

    /// Whether a line has a key that signs or decrypts now.
    pub fn has_current(&self, id: LineId, now: Timestamp) -> bool {
        self.keys().current(id, now).is_some()
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}
