//! What an interaction makes derives from chance that it keeps to its end. However often its forms are sent (a double click,
//! an answer that was lost), they lead to one session and one code.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::base::id;
use crate::base::random::Entropy;
use crate::base::secret::base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;

/// The chance of one interaction; it travels sealed. Empty in sign-ins that a former version began.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(String);

impl Seed {
    /// A fresh one.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self(base64url(&entropy.bytes::<16>()))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The grant that its code becomes, for a person in an interaction that began at `begun`.
    pub fn grant(&self, person: Uuid, begun: Timestamp) -> Uuid {
        id::derived(person, begun, &self.digest("grant", person))
    }

    /// The session that a sign-in opens, where no other goes on.
    pub fn session(&self, person: Uuid, begun: Timestamp) -> Uuid {
        id::derived(person, begun, &self.digest("session", person))
    }

    /// The secret of the session's cookie.
    pub fn secret(&self, person: Uuid) -> [u8; 32] {
        self.digest("secret", person)
    }

    /// By what the interaction is known where something that counts once counts in it.
    pub fn interaction(&self, person: Uuid) -> [u8; 32] {
        self.digest("interaction", person)
    }

    fn digest(&self, what: &str, person: Uuid) -> [u8; 32] {
        sha256(&[what.as_bytes(), b"\0", self.0.as_bytes(), b"\0", person.as_bytes()].concat())
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(***)")
    }
}
