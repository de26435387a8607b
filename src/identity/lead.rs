//! Where a sign-in with a password leads before it goes on: NIST SP 800-63B-4 §3.1.1.2 (passwords that are too short), and
//! what opens an account better than any password.

use serde::Deserialize;
use serde::Serialize;

use super::credential::new_password::Standing;

/// What a sign-in saw of a password that was right, and of the browser in which it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The characters of the password.
    pub characters: usize,
    /// Whether the browser says that it can make a passkey.
    pub makes_passkeys: bool,
}

/// Where it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// The password is too short to stand alone: to a second factor, a passkey or a longer one.
    Factor,
    /// The password is too short even beside a second factor: to a longer one.
    Longer,
    /// To a passkey, which is offered.
    Passkey,
}

/// What somebody did on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mended {
    /// They have a passkey now.
    Passkey,
    /// They have a second factor now, beside the password.
    Factor,
    /// They have another password now.
    Password,
}

impl Lead {
    const ALL: [Self; 3] = [Self::Factor, Self::Longer, Self::Passkey];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Factor => "factor",
            Self::Longer => "longer",
            Self::Passkey => "passkey",
        }
    }

    /// The one that was stored so; none for one of a later version.
    pub fn stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lead| lead.as_str() == text)
    }

    /// Where a password of so many characters leads.
    pub const fn of_length(characters: usize, standing: Standing) -> Option<Self> {
        match standing {
            _ if characters >= standing.least() => None,
            Standing::Alone if characters >= Standing::WithSecondFactor.least() => Some(Self::Factor),
            Standing::Alone | Standing::WithSecondFactor => Some(Self::Longer),
        }
    }

    /// Whether it is about a password that is too short.
    pub const fn is_short(self) -> bool {
        matches!(self, Self::Factor | Self::Longer)
    }

    /// Whether nothing is left of it once that is done.
    pub const fn is_met_by(self, mended: Mended) -> bool {
        match self {
            Self::Factor => true,
            Self::Longer => matches!(mended, Mended::Password),
            Self::Passkey => matches!(mended, Mended::Passkey),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §3.1.1.2: 15 characters alone, 8 beside another factor: below eight no factor suffices.
    #[test]
    fn a_short_password_leads_to_what_mends_it() {
        let leads = |standing| [7, 8, 14, 15].map(|characters| Lead::of_length(characters, standing));
        let (factor, longer) = (Some(Lead::Factor), Some(Lead::Longer));
        assert_eq!(leads(Standing::Alone), [longer, factor, factor, None]);
        assert_eq!(leads(Standing::WithSecondFactor), [longer, None, None, None]);
        let met = |lead: Lead| [Mended::Passkey, Mended::Factor, Mended::Password].map(|mended| lead.is_met_by(mended));
        assert_eq!(met(Lead::Factor), [true; 3]);
        assert_eq!(met(Lead::Longer), [false, false, true]);
        assert_eq!(met(Lead::Passkey), [true, false, false]);
        assert_eq!(Lead::ALL.map(|lead| Lead::stored(lead.as_str())), Lead::ALL.map(Some));
    }
}
