//! Data keys that seal columns: numbered, each the successor of the former. One is held by every replica for the lead time before
//! it seals; those before it open what they sealed until nothing of it is left.
//!
//! A blob of the first key is as [`SealingKeys`] makes it, and begins with 0 (the days since 1970, for 45,000 years). One of a
//! successor says first whose it is: `1 ‖ number (4) ‖ blob`.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use crate::base::fault::Fault;
use crate::base::random::Entropy;
use crate::base::sealed::Purpose;
use crate::base::sealed::SealingKeys;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::store::data_keys;
use crate::store::data_keys::DataKeyRow;
use crate::store::db::Db;

/// The keys.
pub struct PersonalKeys {
    kek: SealingKeys,
    held: RwLock<Arc<Vec<Held>>>,
}

struct Held {
    number: u32,
    active_at: Timestamp,
    key: SealingKeys,
}

/// A key about to be: its number, and its row's purpose and sealed bytes.
#[allow(missing_docs)]
pub struct Successor {
    pub number: u32,
    pub purpose: String,
    pub sealed: Vec<u8>,
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It seals later.
    Next,
    /// It seals.
    Current,
    /// It opens what it sealed.
    Former,
}

/// The purpose of the first key, by which those of its successors begin.
pub const FIRST: &str = "personal";

const SEALED: Purpose = Purpose("data-key");
const NUMBERED: u8 = 1;

impl PersonalKeys {
    /// The keys that the database holds.
    pub async fn load(db: &Db, kek: &SealingKeys) -> Result<Self, Fault> {
        let keys = Self { kek: kek.clone(), held: RwLock::default() };
        keys.reload(db).await?;
        Ok(keys)
    }

    /// Reads them anew: one may have come, or gone.
    pub async fn reload(&self, db: &Db) -> Result<(), Fault> {
        let mut held = Vec::new();
        for row in data_keys::all(db).await?.iter().filter(|row| !row.is_retired()) {
            let Some(number) = number(row) else { continue };
            let opened = self.kek.open(SEALED, &row.sealed).map(Secret::new);
            let opened = opened.ok_or_else(|| Fault::broken(format!("the data key {number} does not open")))?;
            held.push(Held { number, active_at: row.active_at(), key: SealingKeys::new(vec![opened]) });
        }
        held.sort_by_key(|key| key.number);
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held);
        Ok(())
    }

    fn held(&self) -> Arc<Vec<Held>> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Seals `plain` for `purpose` under the current key.
    pub fn seal(
        &self,
        purpose: Purpose,
        plain: &[u8],
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, Fault> {
        let held = self.held();
        let key = current(&held, now).ok_or_else(|| Fault::broken("there is no data key"))?;
        let blob = key.key.seal(purpose, plain, now, entropy)?;
        Ok(match key.number {
            0 => blob,
            number => [&[NUMBERED], number.to_be_bytes().as_slice(), &blob].concat(),
        })
    }

    /// Opens what [`Self::seal`] made for the same purpose; `None` for anything else.
    pub fn open(&self, purpose: Purpose, blob: &[u8]) -> Option<Vec<u8>> {
        let (number, blob) = parts(blob);
        let held = self.held();
        held.iter().find(|key| key.number == number)?.key.open(purpose, blob)
    }

    /// The number of the key that seals at `now`.
    pub fn current(&self, now: Timestamp) -> Option<u32> {
        current(&self.held(), now).map(|key| key.number)
    }

    /// When the current key began to seal, where former ones are held beside it still.
    pub fn takes_over(&self, now: Timestamp) -> Option<(u32, Timestamp)> {
        let held = self.held();
        let key = current(&held, now)?;
        held.iter().any(|other| other.number < key.number).then_some((key.number, key.active_at))
    }

    /// The keys before this one that are held still: their numbers, and the purposes of their rows.
    pub fn before(&self, number: u32) -> Vec<(u32, String)> {
        let held = self.held();
        let former = held.iter().map(|key| key.number).filter(|own| *own < number);
        former.map(|own| (own, purpose_of(own))).collect()
    }

    /// The newest key, and where it stands.
    pub fn newest(&self, now: Timestamp) -> Option<(u32, Stage)> {
        let held = self.held();
        let key = held.last()?;
        Some((key.number, if key.active_at > now { Stage::Next } else { Stage::Current }))
    }

    /// A successor of the newest key.
    pub fn make(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<Successor, Fault> {
        let newest = self.held().last().map_or(0, |key| key.number);
        let number = newest.checked_add(1).ok_or_else(|| Fault::broken("there are no more numbers for data keys"))?;
        let sealed = self.kek.seal(SEALED, &entropy.bytes::<32>(), now, entropy)?;
        Ok(Successor { number, purpose: purpose_of(number), sealed })
    }
}

/// The number of the key under which a blob is sealed.
pub fn number_of(blob: &[u8]) -> u32 {
    parts(blob).0
}

/// The keys of the database that are not retired, by number, with since when they seal and where they stand.
pub async fn list(db: &Db, now: Timestamp) -> Result<Vec<(u32, Timestamp, Stage)>, Fault> {
    let rows = data_keys::all(db).await?;
    let rows = rows.iter().filter(|row| !row.is_retired());
    let mut keys: Vec<(u32, Timestamp)> = rows.filter_map(|row| Some((number(row)?, row.active_at()))).collect();
    keys.sort_unstable();
    let current = keys.iter().rev().find(|(_, active_at)| *active_at <= now).map(|(number, _)| *number);
    let stage = |number: u32| match current {
        Some(current) if number == current => Stage::Current,
        Some(current) if number < current => Stage::Former,
        _ => Stage::Next,
    };
    Ok(keys.into_iter().map(|(number, active_at)| (number, active_at, stage(number))).collect())
}

fn current(held: &[Held], now: Timestamp) -> Option<&Held> {
    // A clock that is behind at the first start finds the first key all the same.
    held.iter().rev().find(|key| key.active_at <= now).or_else(|| held.first())
}

fn parts(blob: &[u8]) -> (u32, &[u8]) {
    match blob.split_first() {
        Some((&NUMBERED, rest)) => match rest.split_first_chunk() {
            Some((number, rest)) => (u32::from_be_bytes(*number), rest),
            None => (0, blob),
        },
        _ => (0, blob),
    }
}

fn number(row: &DataKeyRow) -> Option<u32> {
    match row.purpose.strip_prefix(FIRST)? {
        "" => Some(0),
        rest => rest.strip_prefix('.')?.parse().ok(),
    }
}

fn purpose_of(number: u32) -> String {
    if number == 0 { FIRST.to_owned() } else { format!("{FIRST}.{number}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::SeededEntropy;

    const P: Purpose = Purpose("person");
    const THEN: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const NOW: Timestamp = Timestamp::from_seconds(1_800_003_600);

    fn key(byte: u8) -> SealingKeys {
        SealingKeys::new(vec![Secret::new(vec![byte; 32])])
    }

    fn keys(active: &[(u32, Timestamp)]) -> PersonalKeys {
        let of = |(number, active_at): &(u32, Timestamp)| Held {
            number: *number,
            active_at: *active_at,
            key: key(u8::try_from(*number).unwrap()),
        };
        PersonalKeys { kek: key(99), held: RwLock::new(Arc::new(active.iter().map(of).collect())) }
    }

    #[test]
    fn a_key_seals_from_its_time_on_and_both_open() {
        let entropy = SeededEntropy::new(1);
        let both = keys(&[(0, Timestamp::default()), (1, NOW)]);
        let old = both.seal(P, b"x", THEN, &entropy).unwrap();
        let new = both.seal(P, b"x", NOW, &entropy).unwrap();
        assert_eq!([number_of(&old), number_of(&new)], [0, 1]);
        for blob in [&old, &new] {
            assert_eq!(both.open(P, blob).as_deref(), Some(&b"x"[..]));
            assert_eq!(both.open(Purpose("letter"), blob), None);
        }
        assert_eq!(key(0).open(P, &old).as_deref(), Some(&b"x"[..]), "what was sealed before there were numbers");
        assert_eq!(keys(&[(1, NOW)]).open(P, &old), None);
        assert_eq!(keys(&[(0, THEN)]).open(P, &new), None);
        for length in 0..new.len() {
            assert_eq!(both.open(P, &new[..length]), None, "{length}");
        }
        let renamed = [&[NUMBERED, 0, 0, 0, 0], &new[5..]].concat();
        assert_eq!(both.open(P, &renamed), None);
    }

    #[test]
    fn nothing_is_taken_over_before_the_time_or_without_a_former_key() {
        let both = keys(&[(0, Timestamp::default()), (1, NOW)]);
        assert_eq!((both.takes_over(THEN), both.takes_over(NOW)), (None, Some((1, NOW))));
        assert_eq!(keys(&[(1, THEN)]).takes_over(NOW), None);
        assert_eq!(both.before(1), [(0, "personal".to_owned())]);
        assert_eq!(both.newest(THEN), Some((1, Stage::Next)));
    }
}
