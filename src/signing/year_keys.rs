//! Keys of the figures: of each year one, under which people are hashed who are counted. When it is wiped nobody can tell any more
//! whether somebody is among those who were counted.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use uuid::Uuid;

use crate::base::block::IdCipher;
use crate::base::fault::Fault;
use crate::base::random::Entropy;
use crate::base::sealed::Purpose;
use crate::base::sealed::SealingKeys;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::store::data_keys;
use crate::store::db::Db;

/// The keys.
pub struct YearKeys {
    kek: SealingKeys,
    held: RwLock<Arc<Vec<Held>>>,
}

#[derive(Clone)]
struct Held {
    year: Year,
    key: Arc<IdCipher>,
}

/// A year, from its first instant until that of the next, where the deployment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Year {
    pub number: i64,
    pub begin: Timestamp,
    pub end: Timestamp,
}

const SEALED: Purpose = Purpose("data-key");
const PREFIX: &str = "figures.";

impl YearKeys {
    /// None is held yet.
    pub fn new(kek: &SealingKeys) -> Self {
        Self { kek: kek.clone(), held: RwLock::default() }
    }

    /// Holds that of a year, made by chance by whoever asks first.
    pub async fn hold(&self, db: &Db, year: Year, now: Timestamp, entropy: &dyn Entropy) -> Result<(), Fault> {
        if self.held().iter().any(|held| held.year == year) {
            return Ok(());
        }
        let fresh = self.kek.seal(SEALED, &entropy.bytes::<32>(), now, entropy)?;
        let sealed = data_keys::ensure(db, &purpose(year.number), &fresh, now).await?;
        if sealed.is_empty() {
            return Err(Fault::broken(format!("the key of the figures of {} is wiped", year.number)));
        }
        let opened = self.kek.open(SEALED, &sealed).map(Secret::new);
        let root =
            opened.ok_or_else(|| Fault::broken(format!("the key of the figures of {} does not open", year.number)))?;
        let held = Held { year, key: Arc::new(IdCipher::new(&root, "figures")) };
        self.keep(|other| *other != year, Some(held));
        Ok(())
    }

    /// Lets go of all before a year; those that the database holds of them still.
    pub async fn let_go(&self, db: &Db, before: i64) -> Result<Vec<(i64, String)>, Fault> {
        self.keep(|year| year.number >= before, None);
        let rows = data_keys::all(db).await?;
        let left = rows.into_iter().filter(|row| !row.is_retired());
        let of_years = left.filter_map(|row| Some((row.purpose.strip_prefix(PREFIX)?.parse().ok()?, row.purpose)));
        Ok(of_years.filter(|(year, _): &(i64, String)| *year < before).collect())
    }

    /// By what somebody is counted at an instant; `None` where the key of its year is not held.
    pub fn hash(&self, person: Uuid, at: Timestamp) -> Option<u64> {
        let held = self.held();
        let key = held.iter().find(|held| (held.year.begin..held.year.end).contains(&at))?;
        let [a, b, c, d, e, f, g, h, ..] = key.key.hide(person);
        Some(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    fn keep(&self, kept: impl Fn(&Year) -> bool, more: Option<Held>) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(held.iter().filter(|held| kept(&held.year)).cloned().chain(more).collect());
    }

    fn held(&self) -> Arc<Vec<Held>> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn purpose(year: i64) -> String {
    format!("{PREFIX}{year}")
}
