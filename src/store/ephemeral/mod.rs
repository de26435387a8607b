//! State that may be lost: the user or the relying party tries once more. What decides is one atomic verb.

pub mod memory;
pub mod redis;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::base::fault::Fault;

/// What a verb answers.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// The port. There is no `get` and then `set`: what is read by [`Ephemeral::get`] decides nothing.
pub trait Ephemeral: Send + Sync {
    /// Stores `value`.
    fn put<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Answer<'a, ()>;

    /// Reads and removes: of many that take at once, one receives the value.
    fn take<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Vec<u8>>>;

    /// Stores `value` where there is none; `true` for the one that stored.
    fn put_if_absent<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Answer<'a, bool>;

    /// Counts one more and returns the count; the first count starts the time to live.
    fn count<'a>(&'a self, key: &'a str, ttl: Duration) -> Answer<'a, u64>;

    /// Looks at a value.
    fn get<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Vec<u8>>>;

    /// Nudges every process that subscribed.
    fn publish(&self) -> Answer<'_, ()>;

    /// What [`Ephemeral::publish`] wakes.
    fn subscribe(&self) -> Arc<Notify>;
}
