//! Ephemeral state in the memory of one process.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::Notify;

use super::Answer;
use super::Ephemeral;
use crate::base::fault::Fault;
use crate::base::time::Clock;
use crate::base::time::Timestamp;

/// For one node: bounded, and emptied of what has expired as it fills.
pub struct Memory {
    clock: Arc<dyn Clock>,
    entries: Mutex<HashMap<String, Entry>>,
    nudge: Arc<Notify>,
}

struct Entry {
    value: Vec<u8>,
    count: u64,
    expires_at: Timestamp,
}

const ROOM: usize = 1_000_000;

impl Memory {
    /// Empty, living by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, entries: Mutex::default(), nudge: Arc::default() }
    }

    fn with<T>(&self, verb: impl FnOnce(&mut HashMap<String, Entry>, Timestamp) -> T) -> Result<T, Fault> {
        let now = self.clock.now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ROOM {
            entries.retain(|_, entry| entry.expires_at > now);
        }
        if entries.len() >= ROOM {
            return Err(Fault::unavailable("the ephemeral store is full"));
        }
        Ok(verb(&mut entries, now))
    }
}

impl Ephemeral for Memory {
    fn put<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            self.with(|entries, now| {
                entries.insert(key.to_owned(), Entry { value, count: 0, expires_at: now + ttl });
            })
        })
    }

    fn take<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            self.with(|entries, now| {
                entries.remove(key).filter(|entry| entry.expires_at > now).map(|entry| entry.value)
            })
        })
    }

    fn put_if_absent<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            self.with(|entries, now| {
                let free = entries.get(key).is_none_or(|entry| entry.expires_at <= now);
                if free {
                    entries.insert(key.to_owned(), Entry { value, count: 0, expires_at: now + ttl });
                }
                free
            })
        })
    }

    fn count<'a>(&'a self, key: &'a str, ttl: Duration) -> Answer<'a, u64> {
        Box::pin(async move {
            self.with(|entries, now| {
                let fresh = || Entry { value: Vec::new(), count: 0, expires_at: now + ttl };
                let entry = entries.entry(key.to_owned()).or_insert_with(fresh);
                if entry.expires_at <= now {
                    *entry = fresh();
                }
                entry.count += 1;
                entry.value = entry.count.to_string().into_bytes();
                entry.count
            })
        })
    }

    fn get<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            self.with(|entries, now| {
                entries.get(key).filter(|entry| entry.expires_at > now).map(|entry| entry.value.clone())
            })
        })
    }

    fn publish(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            self.nudge.notify_waiters();
            Ok(())
        })
    }

    fn subscribe(&self) -> Arc<Notify> {
        Arc::clone(&self.nudge)
    }
}
