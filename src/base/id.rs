//! Identifiers: UUID version 7 (RFC 9562 §5.7), ordered by the time of their making. The 12 bits of `rand_a` say in which
//! shard the row lies: whoever has an id finds one shard by it, and by its time one partition.

use uuid::Builder;
use uuid::Uuid;

use super::random::Entropy;
use super::time::Timestamp;

/// Where rows lie. A person has one for ever; so has every row and every id that is made for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u16);

impl Shard {
    /// There are so many, numbered from zero.
    pub const COUNT: i32 = 4096;

    /// The shard that an id names.
    pub const fn of(id: Uuid) -> Self {
        let [.., high, low, _, _, _, _, _, _, _, _] = *id.as_bytes();
        Self(u16::from_be_bytes([high & 0x0f, low]))
    }

    /// The shard of what is found by a digest: its first 12 bits.
    pub fn of_digest(digest: &[u8]) -> Self {
        let [high, low] = digest.first_chunk::<2>().copied().unwrap_or_default();
        Self(u16::from_be_bytes([high, low]) >> 4)
    }

    /// Its number, as rows bear it.
    pub fn number(self) -> i32 {
        i32::from(self.0)
    }
}

/// A fresh identifier in a random shard.
pub fn new(now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    Builder::from_unix_timestamp_millis(millis(now), &entropy.bytes()).into_uuid()
}

/// A fresh identifier in the shard of `other`.
pub fn beside(other: Uuid, now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let [_, _, rest @ ..] = entropy.bytes::<10>();
    let [high, low] = Shard::of(other).0.to_be_bytes();
    let [a, b, c, d, e, f, g, h] = rest;
    Builder::from_unix_timestamp_millis(millis(now), &[high, low, a, b, c, d, e, f, g, h]).into_uuid()
}

/// The identifier in the shard of `other` that `digest` stands for.
pub fn derived(other: Uuid, at: Timestamp, digest: &[u8; 32]) -> Uuid {
    let [high, low] = Shard::of(other).0.to_be_bytes();
    let [a, b, c, d, e, f, g, h, ..] = *digest;
    Builder::from_unix_timestamp_millis(millis(at), &[high, low, a, b, c, d, e, f, g, h]).into_uuid()
}

/// The smallest identifier of the millisecond of `at`: everything made before `at` sorts below it.
pub fn floor(at: Timestamp) -> Uuid {
    Builder::from_unix_timestamp_millis(millis(at), &[0; 10]).into_uuid()
}

/// The millisecond in which an identifier was made.
pub fn made_at(id: Uuid) -> Timestamp {
    let [a, b, c, d, e, f, ..] = *id.as_bytes();
    let millis = i64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    Timestamp::from_micros(millis.saturating_mul(1000))
}

fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.micros() / 1000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::SeededEntropy;

    #[test]
    fn an_id_names_its_shard_and_its_time_and_stays_a_version_7() {
        let (entropy, now) = (SeededEntropy::new(1), Timestamp::from_seconds(1_700_000_000));
        let person = new(now, &entropy);
        let later = now + std::time::Duration::from_secs(5);
        let row = beside(person, later, &entropy);
        assert_eq!((Shard::of(row), made_at(row)), (Shard::of(person), later));
        assert_eq!((row.get_version_num(), row.get_variant()), (7, uuid::Variant::RFC4122));
        assert!(floor(later) <= row && floor(now) <= person && person < floor(later));
    }

    #[test]
    fn shards_are_spread_over_all_numbers() {
        let entropy = SeededEntropy::new(2);
        let numbers = (0..20_000).map(|_| Shard::of(new(Timestamp::default(), &entropy)).number());
        let seen: std::collections::BTreeSet<i32> = numbers.collect();
        assert!(seen.len() > 4000 && seen.iter().all(|number| (0..Shard::COUNT).contains(number)));
        assert_eq!(Shard::of_digest(&[0xab, 0xcd, 0xff]).number(), 0xabc);
    }
}
