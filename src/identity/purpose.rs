//! What officials look people up for: a closed list, which the person reads in their history.

/// A purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The person cannot sign in, and asks for help.
    SignInHelp,
    /// The person asks for their account without what they sign in with.
    Recovery,
    /// Somebody looks who the person is.
    Proofing,
    /// What is known of the person is wrong.
    Correction,
    /// The account is misused, or may be.
    Security,
    /// A court or the law demands it.
    LegalDuty,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::SignInHelp, Self::Recovery, Self::Proofing, Self::Correction, Self::Security, Self::LegalDuty];

    /// The purpose of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }

    /// Its name in requests and in the trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignInHelp => "sign-in-help",
            Self::Recovery => "recovery",
            Self::Proofing => "proofing",
            Self::Correction => "correction",
            Self::Security => "security",
            Self::LegalDuty => "legal-duty",
        }
    }

    /// The detail of an event: for which purpose, and what was done.
    pub fn detail(self, what: &str) -> String {
        format!("{}{BY}{what}", self.as_str())
    }

    /// For which purpose, as the detail of an event says.
    pub fn of_detail(detail: &str) -> Option<Self> {
        Self::parse(detail.split_once(BY)?.0)
    }
}

/// Stands in no purpose.
const BY: &str = ": ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_is_read_as_it_is_written() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
            assert_eq!(Purpose::of_detail(&purpose.detail("by: phone")), Some(purpose));
        }
        assert_eq!(Purpose::of_detail("pwd; Firefox"), None);
    }
}
