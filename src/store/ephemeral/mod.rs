//! State that may be lost: the user or the relying party tries once more. What decides is one atomic verb.

pub mod memory;
pub mod redis;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::base::fault::Fault;

/// What a verb will answer.
pub type Promise<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// On whose account something is kept, and which part of the room that account may take: an nth.
#[derive(Clone, Debug)]
pub struct Share {
    /// Whose.
    pub whose: String,
    /// The whole divided by this.
    pub part: usize,
}

/// The port. There is no `get` and then `set`: what is read by [`Ephemeral::get`] decides nothing.
pub trait Ephemeral: Send + Sync {
    /// Stores `value`.
    fn put<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Promise<'a, ()>;

    /// Stores `value` on the account of each of `shares`; `false` where one of them has no room left. A store whose room is
    /// not known asks for none.
    fn put_within<'a>(&'a self, shares: &'a [Share], key: &'a str, value: Vec<u8>, ttl: Duration) -> Promise<'a, bool>;

    /// Reads and removes: of many that take at once, one receives the value.
    fn take<'a>(&'a self, key: &'a str) -> Promise<'a, Option<Vec<u8>>>;

    /// Stores `value` where there is none; `true` for the one that stored.
    fn put_if_absent<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Promise<'a, bool>;

    /// Counts one more and returns the count; the first count starts the time to live.
    fn count<'a>(&'a self, key: &'a str, ttl: Duration) -> Promise<'a, u64>;

    /// Counts one less of what was counted and is there still, and never less than none.
    fn uncount<'a>(&'a self, key: &'a str) -> Promise<'a, ()>;

    /// Looks at a value.
    fn get<'a>(&'a self, key: &'a str) -> Promise<'a, Option<Vec<u8>>>;

    /// Whether it answers.
    fn ping(&self) -> Promise<'_, ()>;

    /// Nudges every process that subscribed.
    fn publish(&self) -> Promise<'_, ()>;

    /// What [`Ephemeral::publish`] wakes.
    fn subscribe(&self) -> Arc<Notify>;
}
