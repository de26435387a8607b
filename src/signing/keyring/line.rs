//! The keys of each algorithm, and which of them is what at a moment.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::Key;
use crate::base::time::Timestamp;
use crate::jose::jwa::KeyAlgorithm;

/// The keys of each algorithm as they were last read.
#[derive(Default)]
pub(super) struct Keys {
    lines: HashMap<KeyAlgorithm, Line>,
    /// Keys whose private half cannot be read.
    pub(super) unreadable: Vec<String>,
}

/// The keys of one algorithm, the oldest first.
#[derive(Default)]
pub(super) struct Line {
    pub(super) keys: Vec<Arc<Key>>,
    /// The newest of all, revoked ones too: the next key follows it.
    pub(super) newest: String,
    /// Since when each key that was revoked later had signed: what it had replaced stays replaced.
    pub(super) revoked: Vec<Timestamp>,
    /// Since when keys sign that cannot be read: nothing is signed meanwhile by what they replaced, for that is about to go.
    pub(super) hidden: Vec<Timestamp>,
}

/// What a key is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Published, not used.
    Next,
    /// Signing.
    Current,
    /// Published until the last token that it signed has expired.
    Retired,
    /// Neither published nor accepted.
    Gone,
}

impl Keys {
    pub(super) fn line(&mut self, algorithm: KeyAlgorithm) -> &mut Line {
        self.lines.entry(algorithm).or_default()
    }

    pub(super) fn algorithms(&self) -> impl Iterator<Item = KeyAlgorithm> {
        self.lines.keys().copied()
    }

    pub(super) fn predecessor(&self, algorithm: KeyAlgorithm) -> &str {
        self.lines.get(&algorithm).map_or("", |line| line.newest.as_str())
    }

    pub(super) fn find(&self, kid: &str) -> Option<Arc<Key>> {
        self.all().find(|key| key.row.kid == kid).cloned()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Key>> {
        self.lines.values().flat_map(|line| &line.keys)
    }

    /// The newest that signs; none where that one was revoked, for its predecessor had retired.
    pub(super) fn current(&self, algorithm: KeyAlgorithm, now: Timestamp) -> Option<Arc<Key>> {
        let line = self.lines.get(&algorithm)?;
        let key = line.keys.iter().rfind(|key| key.row.active_at() <= now && key.is_held())?;
        let hidden = line.hidden.iter().filter(|active_at| **active_at <= now);
        line.revoked.iter().chain(hidden).all(|active_at| *active_at <= key.row.active_at()).then(|| Arc::clone(key))
    }

    /// Whether a key that should sign cannot be read.
    pub(super) fn is_hidden(&self, algorithm: KeyAlgorithm, now: Timestamp) -> bool {
        self.lines.get(&algorithm).is_some_and(|line| line.hidden.iter().any(|active_at| *active_at <= now))
    }

    /// The newest that signs or will sign; none where a revoked one was newer.
    pub(super) fn newest(&self, algorithm: KeyAlgorithm) -> Option<Arc<Key>> {
        let line = self.lines.get(&algorithm)?;
        let key = line.keys.iter().rfind(|key| key.is_held())?;
        line.revoked.iter().all(|active_at| *active_at <= key.row.active_at()).then(|| Arc::clone(key))
    }

    pub(super) fn stage(&self, key: &Key, now: Timestamp, keep: Duration) -> Stage {
        let line = key.row.alg.parse().ok().and_then(|algorithm: KeyAlgorithm| self.lines.get(&algorithm));
        let replaced_at = line.and_then(|line| {
            let others = line.keys.iter().map(|other| other.row.active_at()).chain(line.revoked.iter().copied());
            others.filter(|active_at| *active_at > key.row.active_at() && *active_at <= now).min()
        });
        match replaced_at {
            _ if key.row.active_at() > now => Stage::Next,
            None => Stage::Current,
            Some(at) if at + keep > now => Stage::Retired,
            Some(_) => Stage::Gone,
        }
    }
}
