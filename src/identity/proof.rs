//! What somebody proved on the way to a sign-in. It travels sealed; each proof is looked at once more when a session opens on
//! it, so that nothing outlives what it rests on and nothing that counts once counts twice.

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::assurance::Acr;
use super::assurance::Amr;
use super::assurance::Level;
use super::lead::Seen;
use crate::base::time::Timestamp;

/// One thing that was proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Their password; SHA-256 of the form in which it is stored.
    Password([u8; 32]),
    /// A code of an authenticator, TOTP or paper, which it brings to this counter.
    Code {
        /// The authenticator.
        id: Uuid,
        /// Its counter from now on.
        counter: i64,
    },
    /// A code that was sent to their telephone, which brings it to this counter.
    Text {
        /// The authenticator.
        id: Uuid,
        /// Its counter from now on.
        counter: i64,
    },
    /// A passkey whose device verified its user.
    Passkey {
        /// The authenticator.
        id: Uuid,
        /// Its signature counter from now on.
        counter: i64,
        /// Whether its key is copied between devices.
        synced: bool,
        /// Whether the same answer came before: a form that was sent once more.
        #[serde(default)]
        again: bool,
    },
    /// A session of theirs in this browser, young enough, and by which methods it was opened.
    Session {
        /// The session.
        id: Uuid,
        /// Its methods.
        amr: Amr,
        /// Its class: less than its methods are worth by now, where somebody looked since who the person is.
        #[serde(default = "least")]
        acr: Acr,
        /// When they signed in.
        auth_time: Timestamp,
    },
}

/// Of a session whose class a former version did not say.
const fn least() -> Acr {
    Acr::One
}

impl Proof {
    /// By which methods (RFC 8176).
    pub fn amr(&self) -> Amr {
        match self {
            Self::Password(_) => Amr::password(),
            Self::Code { .. } => Amr::code(),
            Self::Text { .. } => Amr::text(),
            Self::Passkey { synced, .. } => Amr::passkey(*synced),
            Self::Session { amr, .. } => amr.clone(),
        }
    }

    /// Whether it could have been guessed: tries are counted.
    pub const fn is_guessable(&self) -> bool {
        matches!(self, Self::Password(_) | Self::Code { .. } | Self::Text { .. })
    }

    /// Whether it counts once alone.
    pub const fn counts_once(&self) -> bool {
        matches!(self, Self::Code { .. } | Self::Text { .. } | Self::Passkey { .. })
    }

    /// Whether both are of one kind: the later stands for the former.
    fn replaces(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// What a browser has proved so far in one sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    /// Of whom.
    pub person: Uuid,
    /// What.
    pub proofs: Vec<Proof>,
    /// When it began to be proved.
    pub since: Timestamp,
    /// What was seen of their password, where they typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

impl Proved {
    /// The first proof.
    pub fn first(person: Uuid, proof: Proof, now: Timestamp) -> Self {
        Self { person, proofs: vec![proof], since: now, seen: None }
    }

    /// The same, and one proof more. A password begins anew, as at any sign-in: the methods of a session are as old as the session,
    /// and a password that is typed now makes none of them younger.
    #[must_use]
    pub fn and(mut self, proof: Proof) -> Self {
        let begins = matches!(proof, Proof::Password(_));
        self.proofs.retain(|former| !(proof.replaces(former) || begins && matches!(former, Proof::Session { .. })));
        self.proofs.push(proof);
        self
    }

    /// By which methods.
    pub fn amr(&self) -> Amr {
        self.proofs.iter().fold(Amr::default(), |amr, proof| amr.and(proof.amr()))
    }

    /// The class that it is worth of a person of this level. What resisted phishing in a session that is worth less counts no more:
    /// since then somebody looked who the person is, and that is who has the device now.
    pub fn acr(&self, level: Level) -> Acr {
        if let Some(acr) = self.rests_on() {
            return acr;
        }
        let acr = Acr::of(level, &self.amr());
        if self.resists_phishing() { acr } else { acr.min(Acr::Two) }
    }

    /// Whether something of it resists phishing, and counts.
    pub fn resists_phishing(&self) -> bool {
        self.proofs.iter().any(|proof| match proof {
            Proof::Session { amr, acr, .. } => *acr == Acr::Three && amr.resist_phishing(),
            other => other.amr().resist_phishing(),
        })
    }

    /// The session that it steps up, if it does.
    pub fn session(&self) -> Option<Uuid> {
        self.proofs.iter().find_map(|proof| match proof {
            Proof::Session { id, .. } => Some(*id),
            _ => None,
        })
    }

    /// The class of the session on which all of it rests, where nothing else was proved.
    pub fn rests_on(&self) -> Option<Acr> {
        match self.proofs.as_slice() {
            [Proof::Session { acr, .. }] => Some(*acr),
            _ => None,
        }
    }

    /// When they signed in: now, or when the session began on which this rests. A passkey rests on nothing.
    pub fn auth_time(&self, now: Timestamp) -> Timestamp {
        let alone = self.proofs.iter().any(|proof| matches!(proof, Proof::Passkey { .. } | Proof::Password(_)));
        let session = self.proofs.iter().find_map(|proof| match proof {
            Proof::Session { auth_time, .. } => Some(*auth_time),
            _ => None,
        });
        session.filter(|_| !alone).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn one_kind_counts_once() {
        let code = |counter| Proof::Code { id: Uuid::nil(), counter };
        let proved = Proved::first(Uuid::nil(), code(1), NOW).and(code(2));
        assert_eq!(proved.proofs, [code(2)]);
        assert!(!proved.amr().are_several());
        assert!(proved.and(Proof::Password([0; 32])).amr().are_several());
    }

    #[test]
    fn what_rests_on_a_session_is_as_old_as_the_session() {
        let began = Timestamp::from_seconds(1_700_000_000);
        let session = Proof::Session { id: Uuid::nil(), amr: Amr::password(), acr: Acr::One, auth_time: began };
        let proved = Proved::first(Uuid::nil(), session, NOW);
        assert_eq!(proved.clone().and(Proof::Code { id: Uuid::nil(), counter: 1 }).auth_time(NOW), began);
        let passkey = Proof::Passkey { id: Uuid::nil(), counter: 0, synced: false, again: false };
        assert_eq!(proved.clone().and(passkey).auth_time(NOW), NOW);
        let anew = proved.and(Proof::Password([0; 32]));
        assert_eq!((anew.auth_time(NOW), anew.session(), anew.amr()), (NOW, None, Amr::password()));
    }

    #[test]
    fn a_session_counts_for_no_more_than_its_class() {
        for (acr, worth) in [(Acr::One, Acr::Two), (Acr::Two, Acr::Two), (Acr::Three, Acr::Three)] {
            let session = Proof::Session { id: Uuid::nil(), amr: Amr::passkey(false), acr, auth_time: NOW };
            let proved = Proved::first(Uuid::nil(), session, NOW).and(Proof::Code { id: Uuid::nil(), counter: 1 });
            assert_eq!(proved.acr(Level::Two), worth, "{acr:?}");
            let passkey = Proof::Passkey { id: Uuid::nil(), counter: 0, synced: false, again: false };
            assert_eq!(proved.and(passkey).acr(Level::Two), Acr::Three);
        }
    }
}
