//! Identifiers: UUID version 7 (RFC 9562 §5.7), ordered by the time of their making.

use uuid::Builder;
use uuid::Uuid;

use super::random::Entropy;
use super::time::Timestamp;

/// A fresh identifier.
pub fn new(now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &entropy.bytes()).into_uuid()
}

/// The smallest identifier of the millisecond of `at`: everything made before `at` sorts below it.
pub fn floor(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.micros() / 1000).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}
