//! The keys of each line, and which of them is what at a moment.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Key;
use crate::base::time::Timestamp;
use crate::jose::jwa::KeyAlgorithm;
use crate::store::signing_keys::SigningKeyRow;

/// What a line of keys is for. Keys of one algorithm that serve two purposes are two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Signing tokens, and what else we publish about ourselves.
    Tokens,
    /// Decrypting what others encrypt to us.
    Decryption,
}

impl Purpose {
    const ALL: [Self; 2] = [Self::Tokens, Self::Decryption];

    /// As it stands in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Decryption => "decryption",
        }
    }
}

/// Which line of keys: each key in it follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub struct LineId {
    pub purpose: Purpose,
    pub algorithm: KeyAlgorithm,
}

impl LineId {
    /// The line of a row; `None` for what this version does not know.
    pub(super) fn of(row: &SigningKeyRow) -> Option<Self> {
        let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == row.purpose)?;
        Some(Self { purpose, algorithm: row.alg.parse().ok()? })
    }
}

impl<A: Into<KeyAlgorithm>> From<A> for LineId {
    /// The line of what most keys of this algorithm are for.
    fn from(algorithm: A) -> Self {
        let algorithm = algorithm.into();
        let purpose = match algorithm {
            KeyAlgorithm::Signature(_) => Purpose::Tokens,
            KeyAlgorithm::Encryption(_) => Purpose::Decryption,
        };
        Self { purpose, algorithm }
    }
}

impl fmt::Display for LineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.algorithm.fmt(f)
    }
}

/// The keys of each line as they were last read.
#[derive(Default)]
pub(super) struct Keys {
    lines: HashMap<LineId, Line>,
    /// Keys whose private half cannot be read.
    pub(super) unreadable: Vec<String>,
}

/// The keys of one line, the oldest first.
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
    pub(super) fn line(&mut self, id: LineId) -> &mut Line {
        self.lines.entry(id).or_default()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = LineId> {
        self.lines.keys().copied()
    }

    pub(super) fn predecessor(&self, id: LineId) -> &str {
        self.lines.get(&id).map_or("", |line| line.newest.as_str())
    }

    pub(super) fn find(&self, kid: &str) -> Option<Arc<Key>> {
        self.all().find(|key| key.row.kid == kid).cloned()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Key>> {
        self.lines.values().flat_map(|line| &line.keys)
    }

    /// The newest that signs; none where that one was revoked, for its predecessor had retired.
    pub(super) fn current(&self, id: LineId, now: Timestamp) -> Option<Arc<Key>> {
        let line = self.lines.get(&id)?;
        let key = line.keys.iter().rfind(|key| key.row.active_at() <= now && key.is_held())?;
        let hidden = line.hidden.iter().filter(|active_at| **active_at <= now);
        line.revoked.iter().chain(hidden).all(|active_at| *active_at <= key.row.active_at()).then(|| Arc::clone(key))
    }

    /// Whether a key that should sign cannot be read.
    pub(super) fn is_hidden(&self, id: LineId, now: Timestamp) -> bool {
        self.lines.get(&id).is_some_and(|line| line.hidden.iter().any(|active_at| *active_at <= now))
    }

    /// The newest that signs or will sign; none where a revoked one was newer.
    pub(super) fn newest(&self, id: LineId) -> Option<Arc<Key>> {
        let line = self.lines.get(&id)?;
        let key = line.keys.iter().rfind(|key| key.is_held())?;
        line.revoked.iter().all(|active_at| *active_at <= key.row.active_at()).then(|| Arc::clone(key))
    }

    pub(super) fn stage(&self, key: &Key, now: Timestamp, keep: Duration) -> Stage {
        let line = LineId::of(&key.row).and_then(|id| self.lines.get(&id));
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
