//! Ephemeral state in the memory of one process.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::Notify;

use super::Ephemeral;
use super::Promise;
use super::Share;
use crate::base::fault::Fault;
use crate::base::time::Clock;
use crate::base::time::Timestamp;

/// For one node: bounded in entries and bytes, and swept of what has expired.
pub struct Memory {
    clock: Arc<dyn Clock>,
    entries: Mutex<Entries>,
    nudge: Arc<Notify>,
}

#[derive(Default)]
struct Entries {
    all: HashMap<String, Entry>,
    /// Of keys and values together.
    bytes: usize,
    /// Of what is kept on somebody's account, by whose it is.
    accounts: HashMap<String, usize>,
    swept_at: Timestamp,
}

struct Entry {
    value: Vec<u8>,
    count: u64,
    expires_at: Timestamp,
    accounts: Vec<String>,
}

const ROOM: usize = 1_000_000;
const BYTES: usize = 256 * 1024 * 1024;
/// What an entry costs beside its key and value, as accounts see it: many small ones fill the room too.
const OVERHEAD: usize = 256;
/// What has expired is gone after so long at the latest.
const SWEEP: Duration = Duration::from_secs(60);

impl Entries {
    fn sweep(&mut self, now: Timestamp) {
        self.all.retain(|_, entry| entry.expires_at > now);
        self.bytes = self.all.iter().map(|(key, entry)| key.len() + entry.value.len()).sum();
        self.accounts.clear();
        for (key, entry) in &self.all {
            for whose in &entry.accounts {
                *self.accounts.entry(whose.clone()).or_default() += key.len() + entry.value.len() + OVERHEAD;
            }
        }
        self.swept_at = now;
    }

    fn insert(&mut self, key: &str, entry: Entry) {
        self.remove(key);
        let size = key.len() + entry.value.len();
        self.bytes += size;
        for whose in &entry.accounts {
            *self.accounts.entry(whose.clone()).or_default() += size + OVERHEAD;
        }
        self.all.insert(key.to_owned(), entry);
    }

    fn remove(&mut self, key: &str) -> Option<Entry> {
        let entry = self.all.remove(key)?;
        let size = key.len() + entry.value.len();
        self.bytes = self.bytes.saturating_sub(size);
        for whose in &entry.accounts {
            if let Some(held) = self.accounts.get_mut(whose) {
                *held = held.saturating_sub(size + OVERHEAD);
            }
        }
        Some(entry)
    }

    fn has_room(&self, share: &Share, more: usize) -> bool {
        self.accounts.get(&share.whose).copied().unwrap_or(0) + more + OVERHEAD <= BYTES / share.part.max(1)
    }

    fn get(&self, key: &str, now: Timestamp) -> Option<&Entry> {
        self.all.get(key).filter(|entry| entry.expires_at > now)
    }
}

impl Memory {
    /// Empty, living by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, entries: Mutex::default(), nudge: Arc::default() }
    }

    /// Brings a count to what others counted, where it is less; half of the room is left for what is counted here.
    pub fn raise(&self, key: &str, count: u64, ttl: Duration) {
        self.with(|entries, now| {
            let has_room = entries.all.len() < ROOM / 2 && entries.bytes < BYTES / 2;
            if has_room && entries.get(key, now).is_none_or(|entry| entry.count < count) {
                let (value, expires_at) = (count.to_string().into_bytes(), now + ttl);
                entries.insert(key, Entry { value, count, expires_at, accounts: Vec::new() });
            }
        });
    }

    fn with<T>(&self, verb: impl FnOnce(&mut Entries, Timestamp) -> T) -> T {
        let now = self.clock.now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.swept_at + SWEEP <= now {
            entries.sweep(now);
        }
        verb(&mut entries, now)
    }

    /// For what needs room; when there is none, what is there can still be read and taken.
    fn with_room<T>(&self, verb: impl FnOnce(&mut Entries, Timestamp) -> T) -> Result<T, Fault> {
        self.with(|entries, now| {
            if entries.all.len() >= ROOM || entries.bytes >= BYTES {
                return Err(Fault::unavailable("the ephemeral store is full"));
            }
            Ok(verb(entries, now))
        })
    }
}

impl Ephemeral for Memory {
    fn put<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Promise<'a, ()> {
        Box::pin(async move {
            self.with_room(|entries, now| {
                entries.insert(key, Entry { value, count: 0, expires_at: now + ttl, accounts: Vec::new() })
            })
        })
    }

    fn put_within<'a>(&'a self, shares: &'a [Share], key: &'a str, value: Vec<u8>, ttl: Duration) -> Promise<'a, bool> {
        Box::pin(async move {
            self.with_room(|entries, now| {
                let size = key.len() + value.len();
                let room = shares.iter().all(|share| entries.has_room(share, size));
                if room {
                    let accounts = shares.iter().map(|share| share.whose.clone()).collect();
                    entries.insert(key, Entry { value, count: 0, expires_at: now + ttl, accounts });
                }
                room
            })
        })
    }

    fn take<'a>(&'a self, key: &'a str) -> Promise<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            Ok(self.with(|entries, now| {
                entries.remove(key).filter(|entry| entry.expires_at > now).map(|entry| entry.value)
            }))
        })
    }

    fn put_if_absent<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Promise<'a, bool> {
        Box::pin(async move {
            self.with_room(|entries, now| {
                let free = entries.get(key, now).is_none();
                if free {
                    entries.insert(key, Entry { value, count: 0, expires_at: now + ttl, accounts: Vec::new() });
                }
                free
            })
        })
    }

    fn count<'a>(&'a self, key: &'a str, ttl: Duration) -> Promise<'a, u64> {
        Box::pin(async move {
            self.with_room(|entries, now| {
                let before = entries.get(key, now).map(|entry| (entry.count, entry.expires_at));
                let (count, expires_at) = before.map_or((1, now + ttl), |(count, until)| (count + 1, until));
                entries.insert(
                    key,
                    Entry { value: count.to_string().into_bytes(), count, expires_at, accounts: Vec::new() },
                );
                count
            })
        })
    }

    fn uncount<'a>(&'a self, key: &'a str) -> Promise<'a, ()> {
        Box::pin(async move {
            self.with(|entries, now| {
                let counted = entries.get(key, now).filter(|entry| entry.count > 0);
                if let Some((count, expires_at)) = counted.map(|entry| (entry.count - 1, entry.expires_at)) {
                    let value = count.to_string().into_bytes();
                    entries.insert(key, Entry { value, count, expires_at, accounts: Vec::new() });
                }
            });
            Ok(())
        })
    }

    fn get<'a>(&'a self, key: &'a str) -> Promise<'a, Option<Vec<u8>>> {
        Box::pin(async move { Ok(self.with(|entries, now| entries.get(key, now).map(|entry| entry.value.clone()))) })
    }

    fn ping(&self) -> Promise<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn publish(&self) -> Promise<'_, ()> {
        Box::pin(async move {
            self.nudge.notify_waiters();
            Ok(())
        })
    }

    fn subscribe(&self) -> Arc<Notify> {
        Arc::clone(&self.nudge)
    }
}
